/**
 * The text of a service-account key, `mc_<env>_<id>_<secret><check>` (docs/FORMATS.md section 6). The id names the key in logs, the secret
 * is shown once, the check tells a mistyped key from an unknown one without asking anybody.
 */
import { crc32 } from './crc32.ts';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
export const KEY_ENVIRONMENTS = ['live', 'test'] as const;
export type KeyEnvironment = (typeof KEY_ENVIRONMENTS)[number];
export const KEY_ID_CHARS = 16;
/** log2(62^43) is 256.03 bits. */
export const KEY_SECRET_CHARS = 43;
const CHECK_CHARS = 6;
/** Every key has exactly this many characters; more are not looked at. */
export const KEY_CHARS = 'mc_live_'.length + KEY_ID_CHARS + 1 + KEY_SECRET_CHARS + CHECK_CHARS;
const KEY = /^(mc_(live|test)_([0-9A-Za-z]{16})_([0-9A-Za-z]{43}))([0-9A-Za-z]{6})$/;

export interface KeyParts {
  readonly env: KeyEnvironment;
  readonly id: string;
  readonly secret: string;
}

/** What a scanner of source code looks for, and what tells a key from a token. */
export const KEY_PREFIX = 'mc_';

/** CRC-32 as six base62 characters, most significant first. */
function checkOf(text: string): string {
  let rest = crc32(text);
  let out = '';
  for (let i = 0; i < CHECK_CHARS; i++) {
    out = BASE62[rest % 62]! + out;
    rest = Math.floor(rest / 62);
  }
  return out;
}

/** The key as it is handed out. */
export function formatKey({ env, id, secret }: KeyParts): string {
  const text = `mc_${env}_${id}_${secret}`;
  return text + checkOf(text);
}

/** Null for anything but a whole key whose check is right; whether there is such a key is not asked here. */
export function parseKey(text: string): KeyParts | null {
  if (text.length !== KEY_CHARS) return null;
  const [, body, env, id, secret, check] = KEY.exec(text) ?? [];
  if (body === undefined || checkOf(body) !== check) return null;
  return { env: env as KeyEnvironment, id: id!, secret: secret! };
}

/** Bytes from 248 on are left out, since 256 is no multiple of 62: every character is equally likely. */
const EVEN = 248;

/** Random base62 characters. @param random source of random bytes. */
export function base62(chars: number, random: (bytes: number) => Uint8Array): string {
  let out = '';
  while (out.length < chars) {
    for (const byte of random(chars - out.length + 8)) {
      if (byte < EVEN && out.length < chars) out += BASE62[byte % 62]!;
    }
  }
  return out;
}

/** A new id and secret. */
export function newKey(env: KeyEnvironment, random: (bytes: number) => Uint8Array): KeyParts {
  return { env, id: base62(KEY_ID_CHARS, random), secret: base62(KEY_SECRET_CHARS, random) };
}
