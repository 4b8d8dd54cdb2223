/** What a reader of one vendor's audit records must offer, and what it gives. */
import type { AuditFields, DisclosureName } from '../../shared/audit/index.ts';
import type { Json } from '../../shared/json/index.ts';

export type JsonObject = { readonly [key: string]: unknown };

/** A vendor's record in the terms of our event; the importer adds producer and the original text. */
export interface Normalized {
  /** RFC 3339 UTC with milliseconds; finer digits are cut, not rounded, so that order within the file holds. */
  readonly occurredAt: string;
  /** `<vendor>.<service>.<operation>`, the operation in the vendor's own spelling; prefixes select a vendor or a service. */
  readonly action: string;
  readonly outcome: AuditFields['outcome'];
  readonly actor: AuditFields['actor'];
  readonly target: AuditFields['target'];
  /** Imported records know no workspace of ours. */
  readonly workspace: null;
  /** The vendor's request or correlation id. */
  readonly request: string | null;
  readonly disclosures: Partial<Record<Exclude<DisclosureName, 'detail'>, Json>>;
}

/** One vendor format. Fields it does not know are never an error: they stay in the original text. */
export interface ImportFormat {
  readonly id: string;
  readonly title: string;
  /** True when the record carries the marks of this format; looks at a few keys only. */
  detect(record: JsonObject): boolean;
  /** Throws `RecordRefused` when the record lacks what no event can do without (time, operation). */
  normalize(record: JsonObject): Normalized;
}

/** A record that cannot become an event; the message says why, for the reject file. */
export class RecordRefused extends Error {
  override readonly name = 'RecordRefused';
}
