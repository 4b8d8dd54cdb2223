/** Evidence and requests for it: files, screenshots, answers of the mirror with what they rest on, links. */
import { z } from 'zod';
import { ControlId } from '../compliance/framework.ts';
import { Day, EVIDENCE_BYTES_MAX, Evidence, EvidenceInput, EvidenceRequest } from '../entities/index.ts';
import { LocalPath, OrgId, Sha256Hex, Uuid } from './common.ts';
import { PendingChange } from './outbox.ts';
import { command, query } from './procedure.ts';

export const SCREENSHOT_BYTES_MAX = 10 * 1_048_576;
/** Base64 of the largest screenshot. */
const SCREENSHOT_CHARS_MAX = Math.ceil(SCREENSHOT_BYTES_MAX / 3) * 4;
export const QUERY_ROWS_MAX = 100_000;
export const PREVIEW_TEXT_BYTES = 200 * 1_024;

/** Questions whose answers may be kept as evidence: they change nothing. */
export const EVIDENCE_PROCEDURES = [
  ...(['audit.query', 'entities.list', 'access.who', 'access.holders', 'access.effective', 'sla.list'] as const),
  'checks.results',
] as const;
export type EvidenceProcedure = (typeof EVIDENCE_PROCEDURES)[number];

const fields = EvidenceInput.shape;
/** What a person says of it; the rest is known from the thing itself. */
const About = z.strictObject({
  orgId: OrgId,
  title: fields.title,
  description: fields.description,
  evidence_on: fields.evidence_on,
  valid_until: fields.valid_until,
  controls: fields.controls,
  checks: fields.checks,
  /** Also where the same file is evidence already, or by the last sync the right is missing. */
  anyway: z.boolean().default(false),
});
const Added = z.strictObject({
  id: Uuid,
  sha256: Sha256Hex.nullable(),
  bytes: z.int().nullable(),
  /** It waits in the outbox. */
  waiting: z.boolean(),
  /** Evidence with the same file. */
  same: z.array(z.strictObject({ id: z.string(), title: z.string() })),
});
export type AddedEvidence = z.infer<typeof Added>;
const One = z.strictObject({ orgId: OrgId, id: z.string().min(1).max(120) });
const Control = z.strictObject({ id: ControlId, ref: z.string(), title: z.string(), framework: ControlId });

const EvidenceRow = z.strictObject({
  evidence: Evidence,
  state: z.enum(['valid', 'expired', 'withdrawn']),
  /** Its file is in this mirror; true for a link. */
  here: z.boolean(),
  pending: PendingChange.nullable(),
});
export type EvidenceRow = z.infer<typeof EvidenceRow>;
const RequestRow = z.strictObject({
  request: EvidenceRequest,
  overdue: z.boolean(),
  pending: PendingChange.nullable(),
});
export type RequestRow = z.infer<typeof RequestRow>;

export const evidenceProcedures = {
  'evidence.list': query(
    'unlocked',
    'All evidence and all requests for it, newest first, with what waits in the outbox; whether it is valid today (UTC), and whether its file is here.',
    z.strictObject({ orgId: OrgId }),
    z.strictObject({
      day: Day,
      evidence: z.array(EvidenceRow),
      requests: z.array(RequestRow),
      /** Those named, and every other there is. */
      controls: z.array(Control),
      people: z.array(z.strictObject({ userId: z.string(), name: z.string() })),
    }),
  ),
  'evidence.addFile': command(
    'unlocked',
    'Keep a file (25 MiB at most) as evidence; it goes out with its record. CONFLICT where the same file is evidence already, unless `anyway`.',
    About.extend({ path: LocalPath, name: z.string().min(1).max(255).nullable().default(null) }),
    Added,
  ),
  'evidence.addScreenshot': command(
    'unlocked',
    'Keep an image (PNG or JPEG, base64, 10 MiB at most) as evidence.',
    About.extend({
      data: z.base64().max(SCREENSHOT_CHARS_MAX),
      name: z.string().min(1).max(255).nullable().default(null),
    }),
    Added,
  ),
  'evidence.addQuery': command(
    'unlocked',
    'Ask the mirror, and keep the whole answer (100,000 rows at most) as CSV with its question, digest, and the size and root of the log it rests on.',
    About.extend({
      procedure: z.enum(EVIDENCE_PROCEDURES),
      /** Of the procedure, without organization and page. */
      input: z.record(z.string(), z.unknown()),
    }),
    Added,
  ),
  'evidence.verifyQuery': query(
    'unlocked',
    'Ask the same again and compare; and whether the log has the root that was noted. Events that came later are left out of an answer about the log; other answers are of now.',
    One,
    z.strictObject({
      same: z.boolean(),
      /** The proven log has this root at that size; null: this mirror does not reach it. */
      logHolds: z.boolean().nullable(),
      noted: z.strictObject({ rows: z.int(), digest: Sha256Hex, logSize: z.int() }),
      now: z.strictObject({ rows: z.int(), digest: Sha256Hex, logSize: z.int() }),
    }),
  ),
  'evidence.addLink': command(
    'unlocked',
    'Keep an address as evidence.',
    About.extend({ url: z.url({ protocol: /^https?$/ }).max(2_000) }),
    Added,
  ),
  'evidence.save': command(
    'unlocked',
    'Write the file of a piece of evidence to disk. Fetched where it is not here; OFFLINE when that cannot be.',
    One.extend({ path: LocalPath.nullable().default(null) }),
    z.strictObject({ path: LocalPath, bytes: z.int() }),
  ),
  'evidence.preview': query(
    'unlocked',
    'An image, the first 200 KiB of a text, else only name and size. Fetched where it is not here; OFFLINE when that cannot be.',
    One,
    z.strictObject({
      name: z.string(),
      bytes: z.int().min(0).max(EVIDENCE_BYTES_MAX),
      shown: z.discriminatedUnion('as', [
        z.strictObject({ as: z.literal('image'), mediaType: z.string(), data: z.base64() }),
        z.strictObject({ as: z.literal('text'), text: z.string(), cut: z.boolean() }),
        z.strictObject({ as: z.literal('none') }),
      ]),
    }),
  ),
} as const;
