/** Careful readers of foreign fields: anything may be absent, null or of another type. */
import { createHash } from 'node:crypto';
import type { AuditFields } from '../../shared/audit/index.ts';
import type { Json } from '../../shared/json/index.ts';
import { type JsonObject, type Normalized, RecordRefused } from './format.ts';

const EMPTY: JsonObject = Object.freeze({});
/** Text of a short disclosure field; the whole is in the original. */
const SHORT_CHARS_MAX = 4096;
const PLAIN_DEPTH_MAX = 20;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object, or an empty one: nested reads need no checks. */
export function obj(value: unknown): JsonObject {
  return isObject(value) ? value : EMPTY;
}

export function arr(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Non-empty text; numbers become text. The words some products write for "none" count as none. */
export function str(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim().toWellFormed();
  return text === '' || text === 'null' || text === 'undefined' ? undefined : text;
}

/** The first value that holds text. */
export function firstStr(...values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const text = str(value);
    if (text !== undefined) return text;
  }
  return undefined;
}

const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/i;

function fromEpoch(value: number): number {
  // Seconds, milliseconds, microseconds or nanoseconds, told apart by magnitude: each range covers the years 1973 to 5138.
  if (value >= 1e17) return Math.floor(value / 1e6);
  if (value >= 1e14) return Math.floor(value / 1e3);
  return value >= 1e11 ? Math.floor(value) : Math.floor(value * 1000);
}

/** The calendar day exists: `Date` would roll 30 February over to March. */
function dayExists(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(date);
}

function parseTime(value: unknown): number {
  if (typeof value === 'number') return fromEpoch(value);
  const text = str(value);
  if (text === undefined) return Number.NaN;
  if (/^\d{9,19}$/.test(text)) return fromEpoch(Number(text));
  const match = ISO.exec(text);
  if (match === null || !dayExists(match[1]!)) return Number.NaN;
  const [, date, clock, fraction = '', zone = 'Z'] = match;
  const offset = /^(z|utc)$/i.test(zone) ? 'Z' : zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
  return Date.parse(`${date}T${clock}.${fraction.padEnd(3, '0').slice(0, 3)}${offset}`);
}

/**
 * RFC 3339 UTC with milliseconds from ISO 8601 text (any offset; without one: UTC, as the products document) or a number of
 * seconds, milliseconds, microseconds or nanoseconds since 1970. Throws RecordRefused when no candidate is a time.
 */
export function instant(field: string, ...values: readonly unknown[]): string {
  const given = values.find((value) => str(value) !== undefined);
  if (given === undefined) throw new RecordRefused(`no ${field}`);
  const time = parseTime(given);
  if (Number.isFinite(time) && time >= 0 && time < 253_402_300_800_000) return new Date(time).toISOString();
  throw new RecordRefused(`${field} is not a time: ${String(given).slice(0, 60)}`);
}

/** Dotted action name from the vendor's words; what the event format does not allow becomes a hyphen. */
export function actionName(...parts: readonly (string | undefined)[]): string {
  const clean = parts
    .flatMap((part) => (part ?? '').normalize('NFKD').split('.'))
    .map((part) =>
      part
        .trim()
        .replace(/[^A-Za-z0-9_:-]+/g, '-')
        .replace(/^-+|-+$/g, ''),
    )
    .filter((part) => part !== '');
  return clean.join('.');
}

/**
 * An id for the leaf. Leaves can never be erased, so an e-mail address, which many products use as id, is replaced by a stable
 * pseudonym; the address itself goes into the `actor` or `target` disclosure.
 */
export function leafId(id: string): string {
  if (!id.includes('@')) return id;
  return `email-${createHash('sha256').update(id.toLowerCase()).digest('hex').slice(0, 32)}`;
}

export function actor(type: AuditFields['actor']['type'], id: string | undefined): AuditFields['actor'] {
  return { type, id: leafId(id ?? 'unknown') };
}

/** Null when there is no id: an event may have no target. */
export function target(type: string | undefined, id: string | undefined): AuditFields['target'] {
  return id === undefined ? null : { type: (type ?? 'resource').slice(0, 128), id: leafId(id) };
}

/** Foreign JSON as our canonical form can carry it: well-formed text, no integers beyond 2^53. */
export function plain(value: unknown, depth = 0): Json {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'number') {
    return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)) ? value : String(value);
  }
  if (depth >= PLAIN_DEPTH_MAX) return '(nested deeper: see the original)';
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  if (!isObject(value)) return null;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key.toWellFormed(), plain(item, depth + 1)]));
}

type Texts = Readonly<Record<string, string | undefined>>;

/** Named texts without the absent ones; null when none is left. */
function texts(fields: Texts): Record<string, string> | null {
  const kept = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return kept.length === 0
    ? null
    : Object.fromEntries(kept.map(([key, text]) => [key, text.slice(0, SHORT_CHARS_MAX).toWellFormed()]));
}

/** The disclosures of an imported event; those without content are left out. */
export function disclosures(parts: {
  readonly actor?: Texts;
  readonly target?: Texts;
  readonly source?: Texts;
  readonly change?: Json;
}): Normalized['disclosures'] {
  const out: Record<string, Json> = {};
  for (const name of ['actor', 'target', 'source'] as const) {
    const value = texts(parts[name] ?? {});
    if (value !== null) out[name] = value;
  }
  if (parts.change !== undefined) out.change = parts.change;
  return out;
}

/** The text when it is an e-mail address. */
export function email(text: string | undefined): string | undefined {
  return text !== undefined && /^[^\s@]+@[^\s@]+$/.test(text) ? text : undefined;
}

/** `change` from lists of `{name, old, new}`; undefined when there are none. */
export function changeOf(
  rows: readonly { name: string | undefined; before: unknown; after: unknown }[],
): Json | undefined {
  const named = rows.filter((row): row is typeof row & { name: string } => row.name !== undefined);
  if (named.length === 0) return undefined;
  return {
    before: Object.fromEntries(named.map((row) => [row.name, plain(row.before ?? null)])),
    after: Object.fromEntries(named.map((row) => [row.name, plain(row.after ?? null)])),
  };
}
