/** What the disclosures of an event add to its row: names and search text. */
import { DISCLOSURE_NAMES, type DisclosureName } from '../../shared/audit/index.ts';
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

/**
 * Whether `json`, decoded from UTF-8 and with `array` as its value, is surely canonical: `[salt, name, {"key":"text", ...}]` whose keys rise and whose
 * strings need no escape is canonical exactly when it has no character besides those of its strings and the signs between them. False
 * says nothing: other values are left to `isCanonical`, which costs three times as much.
 */
export function isPlainDisclosure(json: string, array: readonly unknown[]): boolean {
  const [salt, name, value] = array;
  if (array.length !== 3 || typeof salt !== 'string' || typeof name !== 'string' || json.includes('\\')) return false;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  // ["salt","name",{}]
  let length = 10 + salt.length + name.length;
  let previous = '';
  for (const key in value) {
    const text = (value as Record<string, unknown>)[key];
    // A key that begins with a digit may be an index, and indices do not keep their place in an object.
    if (typeof text !== 'string' || key <= previous || key.charCodeAt(0) <= 0x39) return false;
    // "key":"text" and the comma before it
    length += key.length + text.length + (previous === '' ? 5 : 6);
    previous = key;
  }
  return length === json.length;
}

/** A disclosure whose digest was found in the event: name and value. Throws LOG_MALFORMED. */
function readValue(text: string): { name: DisclosureName; value: unknown } {
  const malformed = () => new AppError('LOG_MALFORMED', 'A disclosure is not in the public format.');
  const json = decodeBase64Url(text);
  if (!json.startsWith('[')) throw malformed();
  let array: unknown[];
  try {
    array = JSON.parse(json) as unknown[];
  } catch {
    throw malformed();
  }
  if (!isPlainDisclosure(json, array) && !isCanonical(json)) throw malformed();
  const [salt, name, value] = array;
  const known = (DISCLOSURE_NAMES as readonly unknown[]).includes(name);
  if (typeof salt !== 'string' || salt.length !== SALT_CHARS || !known || value === undefined || array.length > 3) {
    throw malformed();
  }
  return { name: name as DisclosureName, value };
}

/** Reads disclosures that belong to one event. Throws LOG_MALFORMED when one is not in the public format. */
export function readDisclosed(disclosures: readonly string[]): Disclosed {
  const out: Disclosed = { actor: null, target: null, text: '' };
  if (disclosures.length === 0) return out;
  const parts: string[] = [];
  for (const text of disclosures) {
    const { name, value } = readValue(text);
    collectText(value, parts, { left: SEARCH_CHARS_MAX });
    if (name !== 'actor' && name !== 'target') continue;
    const label = (value as { name?: unknown } | null)?.name;
    if (typeof label === 'string') out[name] = label;
  }
  out.text = parts.join(' ');
  return out;
}
