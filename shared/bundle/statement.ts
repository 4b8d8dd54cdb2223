/** The signed statement: in-toto Statement v1 about one subject, the tag manifest. */
import * as z from 'zod';
import { DISCLOSURE_NAMES, Instant } from '../audit/index.ts';
import { toUtf8 } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { canonicalize, isCanonical, type Json } from '../json/index.ts';
import { envelope, IN_TOTO_TYPE } from './dsse.ts';
import { TAG_MANIFEST } from './layout.ts';

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const PREDICATE_TYPE = 'https://missioncontrol.invalid/compliance-bundle/v1';

const Count = z.int().min(0);
const Hex = z.string().regex(/^[0-9a-f]{64}$/);
const Section = z.strictObject({ expected: Count, included: Count, omitted: Count, withheld: Count });

export const Predicate = z.strictObject({
  bundle: z.strictObject({
    id: z.uuid(),
    /** `audit`: every event of the period. `sla-report`: monthly reports, under a checkpoint, without events. */
    kind: z.enum(['audit', 'sla-report']),
    format: z.literal(1),
    created_at: Instant,
    /** Digest of the tag manifest of the bundle this one follows. */
    previous: Hex.nullable(),
  }),
  organization: z.strictObject({
    id: z.string().min(1).max(63),
    name: z.string().min(1).max(512),
    time_zone: z.string().max(64),
  }),
  /** [from, to) by recorded time. */
  period: z.strictObject({ from: Instant, to: Instant }),
  /** The one framework that is assessed; null: none, or several. */
  framework: z.string().max(120).nullable(),
  checkpoint: z.strictObject({ origin: z.string().max(256), size: Count, root: Hex }),
  /** Leaves [begin, end). */
  range: z.strictObject({ begin: Count, end: Count }),
  filter: z.strictObject({ withhold: z.array(z.enum(DISCLOSURE_NAMES)).max(5) }),
  /** Counts per section; `events` counts leaves, `disclosures` disclosures, the others rows. */
  sections: z.strictObject({
    events: Section,
    disclosures: Section,
    members: Section.optional(),
    workspaces: Section.optional(),
    roles: Section.optional(),
    /** Monthly reports. */
    sla: Section.optional(),
    /** Assessments, one a framework. */
    compliance: Section.optional(),
    /** Files of evidence; an omitted one is listed in its assessment with the reason. */
    evidence: Section.optional(),
  }),
  exceptions: z.array(z.string().max(2000)).max(100),
  generator: z.strictObject({ name: z.string().max(128), version: z.string().max(64) }),
  sign_offs: z.array(z.strictObject({ name: z.string().max(256), role: z.string().max(128), at: Instant })).max(20),
});
export type Predicate = z.infer<typeof Predicate>;

export const Statement = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.tuple([z.strictObject({ name: z.literal(TAG_MANIFEST), digest: z.strictObject({ sha256: Hex }) })]),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: Predicate,
});
export type Statement = z.infer<typeof Statement>;

/** RFC 8785 text of the statement, without a final newline: its exact bytes are the DSSE payload. */
export function formatStatement(predicate: Predicate, tagManifestSha256: string): string {
  const statement: Statement = {
    _type: STATEMENT_TYPE,
    subject: [{ name: TAG_MANIFEST, digest: { sha256: tagManifestSha256 } }],
    predicateType: PREDICATE_TYPE,
    predicate: Predicate.parse(predicate),
  };
  return canonicalize(statement as unknown as Json);
}

/** Reads a statement. Throws LOG_MALFORMED. */
export function parseStatement(text: string): Statement {
  if (!isCanonical(text)) throw new AppError('LOG_MALFORMED', 'The statement is not canonical JSON (RFC 8785).');
  const parsed = Statement.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new AppError('LOG_MALFORMED', `The statement is not of this format: ${issue.path.join('.')}: ${issue.message}`);
}

/** DSSE envelope of a statement. */
export function formatEnvelope(statement: Uint8Array, signatures: readonly Uint8Array[]): string {
  return envelope(IN_TOTO_TYPE, statement, signatures);
}

/** The one text of range.json. */
export function formatRange(range: {
  readonly begin: number;
  readonly end: number;
  readonly size: number;
  readonly left: readonly string[];
  readonly right: readonly string[];
}): string {
  return `${canonicalize(range as unknown as Json)}\n`;
}

export const RangeFile = z.strictObject({
  begin: Count,
  end: Count,
  size: Count,
  left: z.array(Hex).max(64),
  right: z.array(Hex).max(128),
});

/** bag-info.txt (RFC 8493 section 2.2.2). */
export function formatBagInfo(
  predicate: Predicate,
  payload: { readonly bytes: number; readonly files: number },
): string {
  const oneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ');
  const text = [
    `Source-Organization: ${oneLine(predicate.organization.name)}`,
    `External-Identifier: urn:uuid:${predicate.bundle.id}`,
    `Bagging-Date: ${predicate.bundle.created_at.slice(0, 10)}`,
    `Bag-Software-Agent: ${oneLine(predicate.generator.name)} ${oneLine(predicate.generator.version)}`,
    `Payload-Oxum: ${payload.bytes}.${payload.files}`,
    '',
  ].join('\n');
  if (!text.isWellFormed() || toUtf8(text).length > 65_536) throw new AppError('INPUT_INVALID', 'Not a bag-info.txt.');
  return text;
}
