/**
 * Text forms of bytes, without Node or DOM types. Base64 is our own 60 lines: it runs on every disclosure of every synced
 * event, where the portable libraries are ten times slower, and its decoder must refuse non-canonical forms.
 */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { AppError } from './errors.ts';

// Present in every runtime we ship to; declared here because `shared` is compiled without DOM and Node types.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of a well-formed string. */
export function toUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Strict UTF-8; a byte-order mark stays in the text. Throws LOG_MALFORMED on invalid bytes. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new AppError('LOG_MALFORMED', 'The bytes are not UTF-8.');
  }
}

/** Lower-case hex. */
export const toHex: (bytes: Uint8Array) => string = bytesToHex;

/** Bytes of a hex string. Throws LOG_MALFORMED. */
export function fromHex(hex: string): Uint8Array {
  try {
    return hexToBytes(hex);
  } catch {
    throw new AppError('LOG_MALFORMED', 'Not a hex string.');
  }
}

const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const URL_SAFE = `${STANDARD.slice(0, 62)}-_`;

function decodeTable(alphabet: string): Int8Array {
  const table = new Int8Array(128).fill(-1);
  for (let i = 0; i < 64; i++) table[alphabet.charCodeAt(i)] = i;
  return table;
}
const STANDARD_TABLE = decodeTable(STANDARD);
const URL_TABLE = decodeTable(URL_SAFE);

function encode(bytes: Uint8Array, alphabet: string, pad: string): string {
  let out = '';
  const whole = bytes.length - (bytes.length % 3);
  let i = 0;
  for (; i < whole; i += 3) {
    const n = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!;
    out += alphabet[n >> 18]! + alphabet[(n >> 12) & 63]! + alphabet[(n >> 6) & 63]! + alphabet[n & 63]!;
  }
  if (bytes.length - whole === 1) {
    const n = bytes[i]! << 4;
    out += alphabet[n >> 6]! + alphabet[n & 63]! + pad + pad;
  } else if (bytes.length - whole === 2) {
    const n = ((bytes[i]! << 8) | bytes[i + 1]!) << 2;
    out += alphabet[n >> 12]! + alphabet[(n >> 6) & 63]! + alphabet[n & 63]! + pad;
  }
  return out;
}

/** Decodes `length` characters without padding; non-zero left-over bits are refused, so each value has one text form. */
function decode(text: string, length: number, table: Int8Array): Uint8Array {
  const rest = length % 4;
  if (rest === 1) throw new AppError('LOG_MALFORMED', 'Not a base64 string.');
  const out = new Uint8Array(Math.floor((length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? table[code]! : -1;
    if (value < 0) throw new AppError('LOG_MALFORMED', 'Not a base64 string.');
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = (held >> bits) & 0xff;
    }
  }
  if ((held & ((1 << bits) - 1)) !== 0) throw new AppError('LOG_MALFORMED', 'Not a canonical base64 string.');
  return out;
}

/** Standard base64 with padding (RFC 4648 section 4). */
export function toBase64(bytes: Uint8Array): string {
  return encode(bytes, STANDARD, '=');
}

/** Canonical standard base64 with padding. Throws LOG_MALFORMED. */
export function fromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw new AppError('LOG_MALFORMED', 'Not a padded base64 string.');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return decode(text, text.length - padding, STANDARD_TABLE);
}

/** base64url without padding (RFC 4648 section 5, RFC 7515 section 2). */
export function toBase64Url(bytes: Uint8Array): string {
  return encode(bytes, URL_SAFE, '');
}

/** Canonical base64url without padding. Throws LOG_MALFORMED. */
export function fromBase64Url(text: string): Uint8Array {
  return decode(text, text.length, URL_TABLE);
}

/** Bytewise equality; not constant-time, for public values only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
