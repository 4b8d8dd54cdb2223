/** What a mirror tells of one person, and of what was erased. */

/** What proven events say of an erased disclosure. */
export interface ErasedNote {
  readonly name: string;
  readonly bySeq: number;
  /** When the order was recorded, ms. */
  readonly at: number;
  readonly request: string;
}

/** A member, present or former. */
export interface PersonRow {
  readonly userId: string;
  readonly memberId: string;
  readonly name: string;
  readonly email: string;
  readonly present: boolean;
  readonly until: number | null;
}

export interface ErasedHere {
  /** Events that ordered it. */
  readonly orders: readonly number[];
  readonly named: number;
  /** Of those named, how many are still held; must be 0. */
  readonly held: number;
  /** Events they belong to, rising. */
  readonly events: readonly number[];
}

export interface PrivacyReader {
  /** What proven orders of erasure for a request named, and what of it this mirror still holds. */
  erasedFor(request: string): Promise<ErasedHere>;
  /** Members and former members whose name, address or ids hold the text (lower case). */
  people(text: string, limit: number): Promise<readonly PersonRow[]>;
  /** Entities, as JSON, whose data hold one of these texts (lower case) anywhere. */
  entitiesHolding(texts: readonly string[]): Promise<{ readonly kind: string; readonly data: string }[]>;
}
