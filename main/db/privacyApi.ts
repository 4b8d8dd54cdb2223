/** What a mirror tells of erasures and of the people they are about. */

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
