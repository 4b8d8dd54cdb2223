/** Evidence and the requests for it. The bytes of a file lie apart, under their digest; here stands what they are. */
import { z } from 'zod';
import { ControlIds, Day, recordFields } from './compliance.ts';
import { EntityId, LongText, Text, Timestamp } from './fields.ts';

/** A file of evidence: as much as a person attaches, and what fits into one request. */
export const EVIDENCE_BYTES_MAX = 25 * 1_048_576;
export const EVIDENCE_KINDS = ['file', 'screenshot', 'query', 'link'] as const;
export const Sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
const CheckIds = z.array(z.string().regex(/^[A-Z]{3}-\d{2}$/)).max(40);

/** What a mirror query was: from this it can be asked again and compared. */
export const EvidenceQuery = z.strictObject({
  /** Procedure of the console's contract. */
  procedure: z.string().max(80),
  /** Its input, as JSON text. */
  input: z.string().max(20_000),
  rows: z.int().min(0),
  /** SHA-256 of the rows as CSV, hex; the same bytes are the file. */
  digest: Sha256Hex,
  /** The log's size and root that the answer rests on. */
  log_size: z.int().min(0),
  log_root: z.string().max(64),
});
export type EvidenceQuery = z.infer<typeof EvidenceQuery>;

/** Null for a link. */
export const EvidenceFile = z.strictObject({
  sha256: Sha256Hex,
  bytes: z.int().min(0).max(EVIDENCE_BYTES_MAX),
  name: Text(255),
  media_type: z
    .string()
    .regex(/^[a-z0-9.+-]+\/[a-z0-9.+-]+$/i)
    .max(120),
});
export type EvidenceFile = z.infer<typeof EvidenceFile>;

export const Evidence = z.object({
  ...recordFields,
  title: z.string(),
  description: z.string(),
  kind: z.enum(EVIDENCE_KINDS),
  file: EvidenceFile.nullable(),
  query: EvidenceQuery.nullable(),
  url: z.string().nullable(),
  /** The day it is evidence of; `created_at` is when it was added. */
  evidence_on: Day,
  valid_until: Day.nullable(),
  controls: z.array(z.string()),
  checks: z.array(z.string()),
  /** Who took it back and why; the record stays. */
  withdrawn_at: Timestamp.nullable(),
  withdrawn_reason: z.string(),
});
export type Evidence = z.infer<typeof Evidence>;

const fields = {
  title: Text(200),
  description: LongText(8_000),
  evidence_on: Day,
  valid_until: Day.nullable(),
  controls: ControlIds,
  checks: CheckIds,
};
export const EvidenceInput = z
  .strictObject({
    ...fields,
    id: EntityId.optional(),
    kind: z.enum(EVIDENCE_KINDS),
    file: EvidenceFile.nullable().default(null),
    query: EvidenceQuery.nullable().default(null),
    url: z
      .url({ protocol: /^https?$/ })
      .max(2_000)
      .nullable()
      .default(null),
    description: fields.description.default(''),
    valid_until: fields.valid_until.default(null),
    controls: ControlIds.default([]),
    checks: CheckIds.default([]),
  })
  .refine(
    ({ kind, file, query, url }) =>
      (kind === 'link' ? url !== null && file === null : file !== null) && (kind === 'query') === (query !== null),
    {
      message: 'a link has its address, everything else its file, a query its question',
    },
  );
export type EvidenceInput = z.infer<typeof EvidenceInput>;
export const EvidencePatch = z.strictObject(fields).partial();
export const EvidenceWithdrawal = z.strictObject({ reason: Text(2_000) });

export const REQUEST_STATES = ['open', 'provided', 'accepted', 'returned', 'cancelled'] as const;
/** A request for evidence to one person: a line of the PBC list ("provided by client"). */
export const EvidenceRequest = z.object({
  ...recordFields,
  title: z.string(),
  description: z.string(),
  controls: z.array(z.string()),
  /** User id. */
  assignee_id: z.string().nullable(),
  due_on: Day.nullable(),
  state: z.enum(REQUEST_STATES),
  evidence: z.array(z.string()),
  /** What was said last: why it was returned, what was provided. */
  note: z.string(),
});
export type EvidenceRequest = z.infer<typeof EvidenceRequest>;
const requestFields = {
  title: Text(200),
  description: LongText(8_000),
  controls: ControlIds,
  assignee_id: z.string().max(64).nullable(),
  due_on: Day.nullable(),
};
export const EvidenceRequestInput = z.strictObject({
  ...requestFields,
  id: EntityId.optional(),
  description: requestFields.description.default(''),
  controls: ControlIds.default([]),
  assignee_id: requestFields.assignee_id.default(null),
  due_on: requestFields.due_on.default(null),
});
export const EvidenceRequestPatch = z
  .strictObject({
    ...requestFields,
    state: z.enum(REQUEST_STATES),
    evidence: z.array(EntityId).max(200),
    note: LongText(4_000),
  })
  .partial();
