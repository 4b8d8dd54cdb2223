/**
 * Every error code that crosses a process border, with its meaning and the remedy shown to the user.
 * `docs/ERRORS.md` is held against this table by a test, both ways.
 */
export const ERRORS = {
  // Requests
  INPUT_INVALID: ['The request does not match the contract.', 'Correct the named fields and send it again.'],
  OUTPUT_INVALID: [
    'The answer did not match the contract; it was withheld.',
    'Report this with the code; no data was changed by the answer.',
  ],
  PROCEDURE_UNKNOWN: ['There is no such procedure.', 'List the procedures with `console call --list`.'],
  SENDER_REFUSED: ['The request did not come from the console window.', 'Open the console from its launcher.'],
  CANCELLED: ['The work was cancelled.', 'What was committed before stays; start it again to go on.'],
  NOT_FOUND: ['The named thing does not exist here.', 'Check the id; sync if it is new on the platform.'],
  CONFLICT: ['The same work is already under way, or the thing exists.', 'Wait for it or use another name.'],
  OFFLINE: ['This is done by the platform at once or not at all.', 'Reach the platform, sign in, and try again.'],
  RIGHT_MISSING: [
    'By the last sync, you do not hold the right this needs.',
    'Sync: it may have been given to you since. The platform decides; ask for it to be tried anyway if the mirror is wrong.',
  ],
  RESIDENCY: [
    'A compliance mode keeps the data of this organization in other regions than this workstation is in.',
    'Say where this workstation is (Settings, or `console call settings.set`), or export on one in an allowed region.',
  ],
  INTERNAL: ['An unexpected fault.', 'Nothing was acknowledged. Try again; report the code if it returns.'],
  // Vault and keychain
  VAULT_LOCKED: ['The console is locked.', 'Unlock it with the keychain, the passphrase or the recovery code.'],
  VAULT_EXISTS: ['There is a vault already; a new key would orphan its mirrors.', 'Unlock the existing vault.'],
  VAULT_MISSING_KEYS: [
    'Database files exist but their key slots are gone.',
    'Restore the key-slot file from a backup; no file was changed.',
  ],
  VAULT_WRONG_SECRET: ['The passphrase or recovery code is wrong.', 'Check it and try again; nothing was changed.'],
  VAULT_DAMAGED: [
    'The key-slot file is damaged.',
    'Restore it from a backup, or open with another slot; nothing was changed.',
  ],
  KEYCHAIN_LOCKED: [
    'The OS keychain is locked.',
    'Unlock the keychain and try again, or use the passphrase or recovery code.',
  ],
  KEYCHAIN_ABSENT: [
    'There is no OS keychain service.',
    'Use the passphrase or recovery code, or start a Secret Service (GNOME Keyring, KWallet).',
  ],
  KEYCHAIN_MISMATCH: [
    'The keychain answered, but its secret does not open this vault.',
    'Use the passphrase or recovery code; the keychain slot is then written anew.',
  ],
  KEYCHAIN_FAILED: [
    'The OS keychain failed for another reason.',
    'See the details for its reason; the passphrase or recovery code opens the vault without it.',
  ],
  RECOVERY_CODE_MISTYPED: [
    'The recovery code has a typing error.',
    'Compare the named group with the printed code; the code itself was not tried.',
  ],
  VAULT_LAST_SLOT: ['The last key slot cannot go.', 'Add another slot first.'],
  VAULT_NEWER: [
    'The key-slot file was written by a newer version of the console.',
    'Update the console; the file was not changed.',
  ],
  // Mirror
  MIRROR_KEY_WRONG: [
    'The mirror does not open with its key.',
    'The file belongs to another vault, or its header is damaged. It was left as it is; restore it or re-sync.',
  ],
  MIRROR_DAMAGED: [
    'The mirror file is damaged.',
    'It was left as it is. Re-sync makes a new mirror and keeps the damaged file beside it.',
  ],
  MIRROR_NEWER: [
    'The mirror was written by a newer version of the console.',
    'Update the console; the file was not changed.',
  ],
  MIRROR_BUSY: ['Another console has this mirror open.', 'Close the other window, then try again.'],
  DISK_FULL: ['The disk is full.', 'Free some space; what was committed is kept and work resumes from there.'],
  // Platform connection
  PLATFORM_UNREACHABLE: ['The platform does not answer.', 'Check address and network. The mirror stays readable.'],
  PLATFORM_PROTOCOL: [
    'The platform answered something that is not its protocol.',
    'Check the address; a proxy may be in between. Nothing was taken over.',
  ],
  PLATFORM_REFUSED: ['The platform refused the request.', 'See the details for its reason.'],
  LOGIN_FAILED: ['E-mail, password or code is wrong.', 'Try again; too many failures lock the account for a while.'],
  MFA_REQUIRED: ['A one-time code is needed.', 'Enter the code of your authenticator.'],
  LOGIN_REQUIRED: ['The session has ended.', 'Sign in again; the mirror stays readable.'],
  PIN_MISMATCH: [
    'The log key is not the one that was pinned.',
    'Compare the fingerprint with your platform operator before anything else.',
  ],
  // Log verification (each also raises a standing alarm)
  LOG_ROLLBACK: [
    'The platform shows a smaller log than it signed before.',
    'Do not trust the platform until explained; the evidence is kept.',
  ],
  LOG_FORK: [
    'The platform signed two different logs of the same size, or one that does not extend the verified one.',
    'Do not trust the platform until explained; both signed notes are kept.',
  ],
  LOG_GAP: [
    'A sequence number or producer counter is missing.',
    'The events were not taken over; the evidence is kept.',
  ],
  LOG_TAMPERED: ['Events do not hash to the signed root.', 'The events were not taken over; the evidence is kept.'],
  LOG_SIGNATURE: [
    'The checkpoint is not signed by the pinned key.',
    'The checkpoint was not taken over; the evidence is kept.',
  ],
  LOG_MALFORMED: [
    'An event, tile or checkpoint is not in the public format.',
    'It was not taken over; the evidence is kept.',
  ],
  MIRROR_TAMPERED: [
    'Stored events no longer hash to the verified root.',
    'The mirror was altered or damaged; keep the file as evidence and re-sync. A search index or names that differ are built anew by the verification that finds them.',
  ],
  MIRROR_RESTORED: [
    'This mirror, or its alarms, explanations and pinned key, are older than the last state seen on this machine.',
    'A copy or a part of one was put back. Compare the pinned key, then sync to catch up; the platform log is still checked against the newer state.',
  ],
  // Bundles and files
  BUNDLE_UNREADABLE: ['The file is not a readable bundle.', 'Get it again from its sender.'],
  BUNDLE_INCOMPLETE: ['The mirror does not prove the whole period.', 'Sync first, or choose a shorter period.'],
  FILE_UNREADABLE: ['The file cannot be read.', 'Check path and rights.'],
  FILE_EXISTS: ['There is a file of that name already.', 'Choose another name; it was not overwritten.'],
  FILE_UNWRITABLE: ['The file cannot be written.', 'Check folder, rights and free space.'],
} as const satisfies Record<string, readonly [meaning: string, remedy: string]>;

export type ErrorCode = keyof typeof ERRORS;

/** What crosses a process border in place of an exception: never a stack trace. */
export interface ErrorEnvelope {
  readonly code: ErrorCode;
  /** What happened, in one or two sentences a user can act on. */
  readonly message: string;
  /** Machine-readable particulars; never secrets, never personal data beyond what the caller sent. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The only error type our own code throws on purpose. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message?: string, details?: Readonly<Record<string, unknown>>, cause?: unknown) {
    super(message ?? ERRORS[code][0], cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }

  /** The form that crosses a border. */
  toEnvelope(): ErrorEnvelope {
    return this.details === undefined
      ? { code: this.code, message: this.message }
      : { code: this.code, message: this.message, details: this.details };
  }
}

/** What to do about a code, as shown beside the message. */
export function remedy(code: ErrorCode): string {
  return ERRORS[code][1];
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ErrorEnvelope };
