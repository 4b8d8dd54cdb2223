/**
 * The printed recovery code: eight groups of five Crockford base32 symbols. Seven groups carry four random symbols (140 bits in
 * all) and one check symbol each, so that a typing error is named by its group; the eighth is a checksum over all of them.
 */
import { hash, randomBytes } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const DATA_GROUPS = 7;
const GROUP_DATA = 4;
const GROUP_CHARS = 5;
const CODE_CHARS = (DATA_GROUPS + 1) * GROUP_CHARS;

/** The first `count` symbols of SHA-256 over a labelled text. */
function checkSymbols(label: string, data: string, count: number): string {
  const digest = hash('sha256', `mission-control recovery ${label} ${data}`, 'buffer');
  return Array.from({ length: count }, (_, i) => ALPHABET[digest[i]! & 31]).join('');
}

function withChecks(data: string): string {
  const groups = Array.from({ length: DATA_GROUPS }, (_, i) => {
    const part = data.slice(i * GROUP_DATA, (i + 1) * GROUP_DATA);
    return part + checkSymbols(`group ${i}`, part, 1);
  });
  return [...groups, checkSymbols('code', data, GROUP_CHARS)].join('-');
}

/** A new code, as printed: `ABCD1-...`. */
export function makeRecoveryCode(): string {
  const data = Array.from(randomBytes(DATA_GROUPS * GROUP_DATA), (byte) => ALPHABET[byte & 31]).join('');
  return withChecks(data);
}

/**
 * The 28 data symbols of a typed code. Case, spaces and dashes do not matter; O reads as 0, I and L as 1.
 * Throws RECOVERY_CODE_MISTYPED with the number of the first wrong group (from 1): a typing error, not a wrong code.
 */
export function readRecoveryCode(typed: string): string {
  const code = typed
    .toUpperCase()
    .replace(/[\s\-\u2010-\u2015]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  if (code.length !== CODE_CHARS) {
    throw new AppError(
      'RECOVERY_CODE_MISTYPED',
      `A recovery code has ${CODE_CHARS} characters; these are ${code.length}.`,
    );
  }
  let data = '';
  for (let i = 0; i < DATA_GROUPS; i++) {
    const group = code.slice(i * GROUP_CHARS, (i + 1) * GROUP_CHARS);
    const part = group.slice(0, GROUP_DATA);
    if (group.slice(GROUP_DATA) !== checkSymbols(`group ${i}`, part, 1)) throw mistyped(i + 1);
    data += part;
  }
  if (code.slice(DATA_GROUPS * GROUP_CHARS) !== checkSymbols('code', data, GROUP_CHARS))
    throw mistyped(DATA_GROUPS + 1);
  return data;
}

function mistyped(group: number): AppError {
  return new AppError('RECOVERY_CODE_MISTYPED', `Group ${group} of the recovery code has a typing error.`, { group });
}
