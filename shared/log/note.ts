/** C2SP signed-note (https://c2sp.org/signed-note): text with Ed25519 signature lines. */
import { equalBytes, fromBase64, fromHex, toBase64, toHex, toUtf8 } from '../bytes.ts';
import type { Ed25519Sign, NotePorts, Sha256 } from '../crypto.ts';
import { AppError } from '../errors.ts';

/** Signature type of plain Ed25519 keys. */
export const ALG_ED25519 = 0x01;
const NOTE_CHARS_MAX = 1_000_000;
const SIGNATURES_MAX = 100;
/** Em dash and space: the head of a signature line. */
const SIGNATURE_HEAD = '\u2014 ';

export interface NoteSignature {
  readonly name: string;
  /** First four bytes of SHA-256(name || 0A || algorithm || key), as a number; a hint, never proof. */
  readonly keyHash: number;
  /** Without the key hash. */
  readonly sig: Uint8Array;
}

export interface Note {
  /** What is signed, final newline included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface Vkey {
  readonly name: string;
  readonly keyHash: number;
  readonly alg: number;
  readonly publicKey: Uint8Array;
}

function malformed(reason: string): AppError {
  return new AppError('LOG_MALFORMED', `Not a signed note: ${reason}.`);
}

function validName(name: string): boolean {
  return name.length > 0 && name.length <= 256 && name.isWellFormed() && !/[\s+\p{Cc}]/u.test(name);
}

function noControls(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x20 && c !== 0x0a) return false;
  }
  return text.isWellFormed();
}

function keyHash(name: string, keyBytes: Uint8Array, sha256: Sha256): number {
  const head = toUtf8(`${name}\n`);
  const input = new Uint8Array(head.length + keyBytes.length);
  input.set(head);
  input.set(keyBytes, head.length);
  return readUint32(sha256(input));
}

function readUint32(bytes: Uint8Array): number {
  return ((bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!) >>> 0;
}

function uint32Bytes(n: number): Uint8Array {
  return Uint8Array.of(n >>> 24, (n >>> 16) & 0xff, (n >>> 8) & 0xff, n & 0xff);
}

function typedKey(publicKey: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(publicKey.length + 1);
  bytes[0] = ALG_ED25519;
  bytes.set(publicKey, 1);
  return bytes;
}

/** Splits a note into text and signatures; verifies nothing. Throws LOG_MALFORMED. */
export function parseNote(text: string): Note {
  if (text.length > NOTE_CHARS_MAX) throw malformed('too long');
  if (!noControls(text)) throw malformed('control characters or broken UTF-16');
  const split = text.lastIndexOf('\n\n');
  if (split < 0 || !text.endsWith('\n')) throw malformed('no signature block');
  const lines = text.slice(split + 2, -1).split('\n');
  if (lines.length > SIGNATURES_MAX) throw malformed('too many signatures');
  return { text: text.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): NoteSignature {
  if (!line.startsWith(SIGNATURE_HEAD)) throw malformed('a signature line without its head');
  const parts = line.slice(SIGNATURE_HEAD.length).split(' ');
  if (parts.length !== 2 || !validName(parts[0]!)) throw malformed('a signature line of another shape');
  const bytes = fromBase64(parts[1]!);
  if (bytes.length < 5) throw malformed('a signature too short');
  return { name: parts[0]!, keyHash: readUint32(bytes), sig: bytes.slice(4) };
}

/** Reads a verifier key `name+hash+base64`. Throws LOG_MALFORMED, also when the hash does not belong to the key. */
export function parseVkey(vkey: string, sha256: Sha256): Vkey {
  const first = vkey.indexOf('+');
  const second = vkey.indexOf('+', first + 1);
  if (first < 1 || second < 0) throw new AppError('LOG_MALFORMED', 'Not a verifier key: name+hash+key expected.');
  const name = vkey.slice(0, first);
  const hash = vkey.slice(first + 1, second);
  const key = fromBase64(vkey.slice(second + 1));
  if (!validName(name) || !/^[0-9a-f]{8}$/.test(hash) || key.length < 2) {
    throw new AppError('LOG_MALFORMED', 'Not a verifier key: name, hash or key malformed.');
  }
  const declared = readUint32(fromHex(hash));
  if (declared !== keyHash(name, key, sha256)) {
    throw new AppError('LOG_MALFORMED', 'The verifier key does not belong to its hash; it was altered.');
  }
  const alg = key[0]!;
  if (alg === ALG_ED25519 && key.length !== 33) throw new AppError('LOG_MALFORMED', 'An Ed25519 key has 32 bytes.');
  return { name, keyHash: declared, alg, publicKey: key.slice(1) };
}

/** Verifier key text of a raw Ed25519 public key. Throws INPUT_INVALID for a name with spaces or plus signs. */
export function makeVkey(name: string, publicKey: Uint8Array, sha256: Sha256): string {
  if (!validName(name) || publicKey.length !== 32) throw new AppError('INPUT_INVALID', 'Not a key name or key.');
  const key = typedKey(publicKey);
  return `${name}+${toHex(uint32Bytes(keyHash(name, key, sha256)))}+${toBase64(key)}`;
}

/**
 * Signs a text, which must end with a newline; a note that is signed already gets one more line. Throws INPUT_INVALID.
 */
export function signNote(text: string, name: string, publicKey: Uint8Array, sign: Ed25519Sign, sha256: Sha256): string {
  if (!validName(name) || publicKey.length !== 32) throw new AppError('INPUT_INVALID', 'Not a key name or key.');
  if (!text.endsWith('\n') || !noControls(text)) throw new AppError('INPUT_INVALID', 'A note ends with a newline.');
  return `${text}\n${signatureLine(text, name, publicKey, sign, sha256)}`;
}

/** One more signature line for a note's text, to be put after the lines it has. */
export function signatureLine(
  text: string,
  name: string,
  publicKey: Uint8Array,
  sign: Ed25519Sign,
  sha256: Sha256,
): string {
  const signature = sign(toUtf8(text));
  const bytes = new Uint8Array(4 + signature.length);
  bytes.set(uint32Bytes(keyHash(name, typedKey(publicKey), sha256)));
  bytes.set(signature, 4);
  return `${SIGNATURE_HEAD}${name} ${toBase64(bytes)}\n`;
}

/**
 * Checks a note against one verifier key: signatures by other keys are ignored, one by this key must be there and hold.
 * Throws LOG_SIGNATURE, or LOG_MALFORMED when note or key cannot be read.
 */
export function verifyNote(note: string, vkey: string, ports: NotePorts): Note {
  const parsed = parseNote(note);
  const key = parseVkey(vkey, ports.sha256);
  if (key.alg !== ALG_ED25519) throw new AppError('LOG_SIGNATURE', 'The pinned key is not of a supported type.');
  const own = parsed.signatures.filter((s) => s.name === key.name && s.keyHash === key.keyHash);
  if (own.length === 0) {
    throw new AppError('LOG_SIGNATURE', `The note carries no signature by ${key.name}.`);
  }
  const message = toUtf8(parsed.text);
  if (!own.every((s) => ports.ed25519Verify(key.publicKey, message, s.sig))) {
    throw new AppError('LOG_SIGNATURE', `The signature by ${key.name} does not hold.`);
  }
  return parsed;
}

/** True when two keys are the same key under the same name. */
export function sameVkey(a: Vkey, b: Vkey): boolean {
  return a.name === b.name && a.alg === b.alg && equalBytes(a.publicKey, b.publicKey);
}
