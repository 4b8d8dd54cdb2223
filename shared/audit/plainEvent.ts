/**
 * The usual event read by one pattern: canonical form and schema in a single match, where scan, parse and schema cost eight times
 * as much. It accepts only what `readEvent`'s long way accepts, with the same value (tested by property); whatever it does not
 * match (an escape, a surrogate pair, a broken field) goes the long way, which names the fault.
 */
import type { AuditEvent } from './event.ts';

/** A string with nothing to escape and no surrogate; its length is checked after the match. */
const STRING = '"([^"\\\\\\u0000-\\u001f\\ud800-\\udfff]+)"';
const INSTANT = '"(\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z)"';
const COUNT = '(0|[1-9]\\d{0,14})';
/** 32 bytes in base64url: 43 characters, of which the last one has two bits to spare. */
const DIGEST = '[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]';
const DIGEST_CHARS = 43;
const BETWEEN_CHARS = '","'.length;
const nullable = (pattern: string): string => `(?:null|${pattern})`;

const EVENT = new RegExp(
  `^\\{"_sd":\\["(${DIGEST}(?:","${DIGEST}){0,63})"\\],"_sd_alg":"sha-256","action":"([A-Za-z0-9][\\w:-]*(?:\\.[\\w:-]+)*)",` +
    `"actor":\\{"id":${STRING},"type":"(user|service_account|system)"\\},` +
    `"id":"([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})","log":${STRING},` +
    `"occurred_at":${INSTANT},"outcome":"(success|failure|denied)",` +
    `"producer":\\{"epoch":${COUNT},"id":${STRING},"n":${COUNT}\\},` +
    `"recorded_at":${INSTANT},"request":${nullable(STRING)},"seq":${COUNT},` +
    `"target":${nullable(`\\{"id":${STRING},"type":${STRING}\\}`)},"v":1,"workspace":${nullable(STRING)}\\}$`,
);

/** The digests of a matched list; null unless they rise strictly. */
function digests(text: string): string[] | null {
  const list: string[] = [];
  for (let at = 0; at < text.length; at += DIGEST_CHARS + BETWEEN_CHARS) {
    const digest = text.slice(at, at + DIGEST_CHARS);
    if (at > 0 && list[list.length - 1]! >= digest) return null;
    list.push(digest);
  }
  return list;
}

/** The longest each field may be, in UTF-16 units, as the schema has it. */
function lengthsHold(m: RegExpExecArray): boolean {
  return (
    m[2]!.length <= 256 &&
    m[3]!.length <= 2048 &&
    m[6]!.length <= 256 &&
    m[10]!.length <= 128 &&
    (m[13] === undefined || m[13].length <= 256) &&
    (m[15] === undefined || (m[15].length <= 2048 && m[16]!.length <= 128)) &&
    (m[17] === undefined || m[17].length <= 128)
  );
}

/** The event, or null when the text has to be read the long way. `dayExists` is the schema's check of a date. */
export function readPlainEvent(text: string, dayExists: (instant: string) => boolean): AuditEvent | null {
  const m = EVENT.exec(text);
  if (m === null || !lengthsHold(m)) return null;
  const occurred = m[7]!;
  const recorded = m[12]!;
  if (!dayExists(recorded) || (occurred !== recorded && !dayExists(occurred))) return null;
  const _sd = digests(m[1]!);
  if (_sd === null) return null;
  return {
    v: 1,
    log: m[6]!,
    seq: Number(m[14]),
    id: m[5]!,
    recorded_at: recorded,
    occurred_at: occurred,
    workspace: m[17] ?? null,
    action: m[2]!,
    outcome: m[8] as AuditEvent['outcome'],
    actor: { type: m[4] as AuditEvent['actor']['type'], id: m[3]! },
    target: m[15] === undefined ? null : { type: m[16]!, id: m[15] },
    producer: { id: m[10]!, epoch: Number(m[9]), n: Number(m[11]) },
    request: m[13] ?? null,
    _sd_alg: 'sha-256',
    _sd,
  };
}
