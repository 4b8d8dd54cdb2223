/** Passwords: argon2id, 19 MiB, 2 passes, 1 lane (OWASP Password Storage Cheat Sheet). */
import { hash, verify } from '@node-rs/argon2';
import { AppError } from '../../shared/errors.ts';

/** argon2id; the package's constant is an ambient const enum, which isolated modules cannot read. */
const ARGON2ID = 2;
const OPTIONS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
export const PASSWORD_CHARS_MIN = 12;
export const PASSWORD_CHARS_MAX = 256;

/** Throws INPUT_INVALID for a password of fewer than 12 or more than 256 characters. */
export async function hashPassword(password: string): Promise<string> {
  if (password.length < PASSWORD_CHARS_MIN || password.length > PASSWORD_CHARS_MAX) {
    throw new AppError('INPUT_INVALID', `A password has ${PASSWORD_CHARS_MIN} to ${PASSWORD_CHARS_MAX} characters.`);
  }
  return await hash(password, OPTIONS);
}

let decoy: Promise<string> | undefined;

/** Takes the same time whether or not there is a hash: the answer tells no one which e-mails exist. */
export async function checkPassword(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hash('no account has this password', OPTIONS);
  const matches = await verify(stored ?? (await decoy), password);
  return matches && stored !== null;
}
