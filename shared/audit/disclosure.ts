/** Selective disclosures in the SD-JWT form (RFC 9901 section 4.2.1). */
import { fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from '../bytes.ts';
import type { Sha256 } from '../crypto.ts';
import { AppError } from '../errors.ts';
import { canonicalize, type Json, parseStrict } from '../json/index.ts';

export const SALT_BYTES = 16;
export const DISCLOSURE_NAMES = ['actor', 'target', 'source', 'change', 'detail'] as const;
export type DisclosureName = (typeof DISCLOSURE_NAMES)[number];

/** A disclosure longer than this is refused: 4 MiB of text holds any original event. */
export const DISCLOSURE_CHARS_MAX = 4 * 1024 * 1024;

export interface Disclosure {
  readonly salt: Uint8Array;
  readonly name: DisclosureName;
  readonly value: Json;
}

function isName(name: Json | undefined): name is DisclosureName {
  return typeof name === 'string' && (DISCLOSURE_NAMES as readonly string[]).includes(name);
}

/**
 * base64url(JCS([salt, name, value])). The salt must be 16 fresh random bytes: it is what keeps a withheld value from being
 * guessed. Throws LOG_MALFORMED for a salt of another size, an unknown name or a value JSON cannot carry.
 */
export function makeDisclosure(salt: Uint8Array, name: DisclosureName, value: Json): string {
  if (salt.length !== SALT_BYTES) throw new AppError('LOG_MALFORMED', 'A disclosure salt has 16 bytes.');
  if (!isName(name)) throw new AppError('LOG_MALFORMED', 'Unknown disclosure name.');
  const text = toBase64Url(toUtf8(canonicalize([toBase64Url(salt), name, value])));
  if (text.length > DISCLOSURE_CHARS_MAX) throw new AppError('LOG_MALFORMED', 'The disclosure is too long.');
  return text;
}

/** Reads a disclosure back. Throws LOG_MALFORMED unless it is one. */
export function readDisclosure(text: string): Disclosure {
  if (text.length > DISCLOSURE_CHARS_MAX) throw new AppError('LOG_MALFORMED', 'The disclosure is too long.');
  const array = parseStrict(fromUtf8(fromBase64Url(text)));
  if (!Array.isArray(array) || array.length !== 3) throw new AppError('LOG_MALFORMED', 'Not a disclosure.');
  const [salt, name, value] = array as readonly Json[];
  if (typeof salt !== 'string' || !isName(name) || value === undefined)
    throw new AppError('LOG_MALFORMED', 'Not a disclosure.');
  const bytes = fromBase64Url(salt);
  if (bytes.length !== SALT_BYTES) throw new AppError('LOG_MALFORMED', 'A disclosure salt has 16 bytes.');
  return { salt: bytes, name, value };
}

/** base64url(SHA-256(ASCII(disclosure))): what the event's `_sd` holds. Nothing is read; any text has a digest. */
export function disclosureDigest(text: string, sha256: Sha256): string {
  return toBase64Url(sha256(toUtf8(text)));
}
