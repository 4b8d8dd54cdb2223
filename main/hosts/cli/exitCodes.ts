/** Exit codes of the command line, one place; `--help` prints this table. */
import { AppError, type ErrorCode } from '../../../shared/errors.ts';

export const EXIT = {
  ok: 0,
  negative: 1,
  usage: 2,
  untrusted: 3,
  locked: 4,
  platform: 5,
  busy: 6,
  internal: 70,
  cancelled: 130,
} as const;

export const EXIT_HELP = `
Exit codes:
    0  done; the bundle or mirror is valid
    1  the verdict is negative: bundle invalid, log altered, forked, rolled back or gapped
    2  unreadable file, wrong usage, something named does not exist, or an export is refused where this machine is
    3  the bundle is valid, but a signer is not among the trusted keys
    4  the vault is locked, its keys are missing, or the keychain does not open it
    5  the platform cannot be reached, refused, or ended the session
    6  another console has the data folder open
   70  an unexpected fault; the local log has it
  130  cancelled`;

const CODES: Partial<Record<ErrorCode, number>> = {
  CANCELLED: EXIT.cancelled,
  INTERNAL: EXIT.internal,
  OUTPUT_INVALID: EXIT.internal,
  MIRROR_BUSY: EXIT.busy,
  LOGIN_FAILED: EXIT.platform,
  LOGIN_REQUIRED: EXIT.platform,
  MFA_REQUIRED: EXIT.platform,
  PIN_MISMATCH: EXIT.negative,
  MIRROR_TAMPERED: EXIT.negative,
  MIRROR_RESTORED: EXIT.negative,
  MIRROR_DAMAGED: EXIT.negative,
};

/** The exit code for an error code. */
export function exitOf(code: string): number {
  const own = CODES[code as ErrorCode];
  if (own !== undefined) return own;
  if (code.startsWith('LOG_')) return EXIT.negative;
  if (code.startsWith('VAULT_') || code.startsWith('KEYCHAIN_')) return EXIT.locked;
  if (code.startsWith('PLATFORM_')) return EXIT.platform;
  return EXIT.usage;
}

/** An error whose exit code is already decided. */
export function usage(message: string): AppError {
  return new AppError('INPUT_INVALID', message);
}
