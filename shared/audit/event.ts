/** The audit event of `docs/FORMATS.md` section 1. */
import * as z from 'zod';
import { toUtf8 } from '../bytes.ts';
import type { Sha256 } from '../crypto.ts';
import { AppError } from '../errors.ts';
import { canonicalize, isCanonical, type Json } from '../json/index.ts';
import { disclosureDigest } from './disclosure.ts';
import { readPlainEvent } from './plainEvent.ts';

/** Limit of a log entry: its length is a big-endian uint16 in the entry bundles (C2SP tlog-tiles). */
export const EVENT_BYTES_MAX = 65_535;

const RFC3339_MS = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ACTION = /^[A-Za-z0-9][A-Za-z0-9_:-]*(?:\.[A-Za-z0-9_:-]+)*$/;
const DIGEST = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** RFC 3339, UTC, milliseconds, and a day that exists. */
export const Instant = z.string().regex(RFC3339_MS).refine(dayExists, 'no such day');

/** Ids are opaque: 1 to 2048 characters, as long as the longest cloud resource name. */
const Id = z.string().min(1).max(2048);
const Count = z.int().min(0);

export const AuditActor = z.strictObject({ type: z.enum(['user', 'service_account', 'system']), id: Id });
export const AuditTarget = z.strictObject({ type: z.string().min(1).max(128), id: Id });

export const AuditEvent = z.strictObject({
  v: z.literal(1),
  /** Origin of the log, so that a leaf of one log is no leaf of another. */
  log: z.string().min(1).max(256),
  /** Leaf index in the organization's log, from 0, no gaps. */
  seq: Count,
  id: z.string().regex(UUID_V7),
  /** The sequencer's time; never decreases along the log. */
  recorded_at: Instant,
  /** Claimed time of the act. */
  occurred_at: Instant,
  workspace: z.string().min(1).max(128).nullable(),
  /** Dotted verb, e.g. `member.role.update`. */
  action: z.string().max(256).regex(ACTION),
  outcome: z.enum(['success', 'failure', 'denied']),
  actor: AuditActor,
  target: AuditTarget.nullable(),
  /** n is contiguous per producer and epoch: it shows loss before sequencing. */
  producer: z.strictObject({ id: z.string().min(1).max(128), epoch: Count, n: Count }),
  /** Joins event, access log and error; null when no request caused the event. */
  request: z.string().min(1).max(256).nullable(),
  _sd_alg: z.literal('sha-256'),
  /** Sorted digests of the disclosures; at least one, so that every leaf carries 128 bits nobody can guess. */
  _sd: z.array(z.string().regex(DIGEST)).min(1).max(64).refine(strictlyRising, 'digests not sorted or not distinct'),
});
export type AuditEvent = z.infer<typeof AuditEvent>;

/** What the writer supplies; the rest follows from it. */
export type AuditFields = Omit<AuditEvent, 'v' | '_sd_alg' | '_sd'>;

function dayExists(text: string): boolean {
  const day = Number(text.slice(8, 10));
  if (day <= 28) return true;
  const year = Number(text.slice(0, 4));
  const month = Number(text.slice(5, 7));
  if (month !== 2) return day <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
  return day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function strictlyRising(items: readonly string[]): boolean {
  for (let i = 1; i < items.length; i++) if (items[i - 1]! >= items[i]!) return false;
  return true;
}

function validate(value: unknown): AuditEvent {
  const parsed = AuditEvent.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new AppError('LOG_MALFORMED', `Not an audit event: ${issue.path.join('.') || 'event'}: ${issue.message}`, {
    path: issue.path.join('.'),
  });
}

/**
 * The one place where an event is canonicalized; everyone else hashes the stored bytes. Throws LOG_MALFORMED when a field
 * breaks the schema, no disclosure is given, or the text exceeds 65,535 bytes.
 * @param disclosures as made by `makeDisclosure`; the caller stores them beside the event.
 */
export function buildEvent(
  fields: AuditFields,
  disclosures: readonly string[],
  sha256: Sha256,
): { bytes: string; event: AuditEvent } {
  const digests = disclosures.map((text) => disclosureDigest(text, sha256)).sort();
  const event = validate({ ...fields, v: 1, _sd_alg: 'sha-256', _sd: digests });
  const bytes = canonicalize(event as unknown as Json);
  if (toUtf8(bytes).length > EVENT_BYTES_MAX) throw new AppError('LOG_MALFORMED', 'The event exceeds 65,535 bytes.');
  return { bytes, event };
}

/**
 * Reads a leaf. Throws LOG_MALFORMED unless the text is canonical, at most 65,535 bytes and exactly the schema.
 * Canonical means keys rise strictly, so `JSON.parse` cannot meet a duplicate.
 */
export function readEvent(text: string): AuditEvent {
  if (text.length > EVENT_BYTES_MAX || (text.length * 3 > EVENT_BYTES_MAX && toUtf8(text).length > EVENT_BYTES_MAX)) {
    throw new AppError('LOG_MALFORMED', 'The event exceeds 65,535 bytes.');
  }
  return readPlainEvent(text, dayExists) ?? readAnyEvent(text);
}

/** The long way of `readEvent`, and the oracle of its short one. Throws LOG_MALFORMED. */
export function readAnyEvent(text: string): AuditEvent {
  if (!isCanonical(text)) throw new AppError('LOG_MALFORMED', 'The event is not canonical JSON (RFC 8785).');
  return validate(JSON.parse(text));
}
