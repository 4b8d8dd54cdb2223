/** What the disclosures of an event add to its row: names and search text. */
import { type AuditEvent, DISCLOSURE_NAMES, type DisclosureName } from '../../shared/audit/index.ts';
import { AppError } from '../../shared/errors.ts';
import { isCanonical } from '../../shared/json/index.ts';

/** Free text kept for search of one disclosed value; an imported original can be megabytes long. */
const SEARCH_CHARS_MAX = 4096;
const SALT_CHARS = 22;

export interface Disclosed {
  actor: string | null;
  target: string | null;
  text: string;
}

/** A disclosure of a flat object of texts; without an object, of which each key would first have to be looked up among all strings. */
export interface PlainDisclosure {
  readonly salt: string;
  readonly name: string;
  readonly keys: readonly string[];
  readonly texts: readonly string[];
}

function collectText(value: unknown, into: string[], room: { left: number }): void {
  if (room.left <= 0) return;
  if (typeof value === 'string') {
    const part = value.length > room.left ? value.slice(0, room.left) : value;
    room.left -= part.length;
    into.push(part);
  } else if (typeof value === 'number') into.push(String(value));
  else if (value !== null && typeof value === 'object') {
    for (const item of Object.values(value)) collectText(item, into, room);
  }
}

/** Reused: base64 is decoded into it and read out of it at once. Longer texts get a buffer of their own. */
const scratch = Buffer.alloc(16 * 1024);

function decodeBase64Url(text: string): string {
  if (text.length > scratch.length) return Buffer.from(text, 'base64url').toString('utf8');
  return scratch.toString('utf8', 0, scratch.write(text, 'base64url'));
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** Index of the quote that ends the string whose first character is at `at`; -1 when it needs an escape, or does not end. */
function stringEnd(json: string, at: number): number {
  for (let i = at; ; i++) {
    const c = json.charCodeAt(i);
    if (c === QUOTE) return i;
    // NaN, past the end, is not above either.
    if (!(c >= 0x20) || c === BACKSLASH) return -1;
  }
}

/**
 * The usual disclosure read by one scan: `["salt","name",{"key":"text",...}]`, its keys rising, nothing escaped. It accepts only what is
 * canonical, with the value that `JSON.parse` gives (tested by property), provided that the text was decoded from UTF-8 and so has no
 * lone surrogate. Null says nothing: any other text goes the long way, at three times the cost.
 */
export function readPlain(json: string): PlainDisclosure | null {
  const saltEnd = json.startsWith('["') ? stringEnd(json, 2) : -1;
  if (saltEnd < 0 || !json.startsWith('","', saltEnd)) return null;
  const nameEnd = stringEnd(json, saltEnd + 3);
  if (nameEnd < 0 || !json.startsWith('",{"', nameEnd)) return null;
  const keys: string[] = [];
  const texts: string[] = [];
  let previous = '';
  for (let at = nameEnd + 4; ; ) {
    const keyEnd = stringEnd(json, at);
    if (keyEnd < 0 || !json.startsWith('":"', keyEnd)) return null;
    const key = json.slice(at, keyEnd);
    const textEnd = stringEnd(json, keyEnd + 3);
    if (textEnd < 0 || key <= previous) return null;
    keys.push(key);
    texts.push(json.slice(keyEnd + 3, textEnd));
    previous = key;
    if (json.charCodeAt(textEnd + 1) !== COMMA || json.charCodeAt(textEnd + 2) !== QUOTE) {
      const ends = json.endsWith('"}]') && textEnd + 3 === json.length;
      return ends ? { salt: json.slice(2, saltEnd), name: json.slice(saltEnd + 3, nameEnd), keys, texts } : null;
    }
    at = textEnd + 3;
  }
}

function check(salt: unknown, name: unknown): DisclosureName {
  const known = (DISCLOSURE_NAMES as readonly unknown[]).includes(name);
  if (typeof salt !== 'string' || salt.length !== SALT_CHARS || !known) throw malformed();
  return name as DisclosureName;
}

const malformed = () => new AppError('LOG_MALFORMED', 'A disclosure is not in the public format.');

/** Any canonical array of three. Throws LOG_MALFORMED. */
function readAny(json: string): { name: DisclosureName; value: unknown } {
  if (!json.startsWith('[') || !isCanonical(json)) throw malformed();
  const [salt, name, value, ...rest] = JSON.parse(json) as unknown[];
  if (value === undefined || rest.length > 0) throw malformed();
  return { name: check(salt, name), value };
}

/** Adds one disclosure to what is known of the event; answers the label it gives, if it is one of a name. Throws LOG_MALFORMED. */
function readOne(text: string, parts: string[]): { name: DisclosureName; label: unknown } {
  const json = decodeBase64Url(text);
  const room = { left: SEARCH_CHARS_MAX };
  const plain = readPlain(json);
  if (plain !== null) {
    const name = check(plain.salt, plain.name);
    for (const value of plain.texts) collectText(value, parts, room);
    return { name, label: plain.texts[plain.keys.indexOf('name')] };
  }
  const { name, value } = readAny(json);
  collectText(value, parts, room);
  return { name, label: (value as { name?: unknown } | null)?.name };
}

/** Reads disclosures that belong to one event. Throws LOG_MALFORMED when one is not in the public format. */
export function readDisclosed(disclosures: readonly string[]): Disclosed {
  const out: Disclosed = { actor: null, target: null, text: '' };
  if (disclosures.length === 0) return out;
  const parts: string[] = [];
  for (const text of disclosures) {
    const { name, label } = readOne(text, parts);
    if (name !== 'actor' && name !== 'target') continue;
    if (typeof label === 'string') out[name] = label;
  }
  out.text = parts.join(' ');
  return out;
}

/**
 * The words by which search finds an event, on one line. Full verification computes them anew: a change here needs a migration that builds
 * the search index of every mirror anew.
 */
export function searchLine(event: AuditEvent, disclosed: Disclosed): string {
  const text = `${event.action} ${event.actor.id} ${event.target?.id ?? ''} ${disclosed.text}`;
  // A line feed parts words like any space does, and it parts the rows of a batch.
  return text.includes('\n') ? text.replaceAll('\n', ' ') : text;
}
