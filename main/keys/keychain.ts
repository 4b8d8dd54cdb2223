/** The OS keychain by keytar: macOS Keychain, Windows Credential Manager, Secret Service on Linux. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { KeychainStatus } from '../../shared/contract/app.ts';
import { AppError } from '../../shared/errors.ts';
import type { Keychain } from '../ports.ts';

/** Name under which all secrets of the console are kept. */
export const KEYCHAIN_SERVICE = 'mission-control-governance-console';

/** A locked keychain may show a prompt that nobody answers. */
const CALL_MS_MAX = 60_000;
const PROBE_MS_MAX = 15_000;

type Keytar = Pick<typeof import('keytar'), 'getPassword' | 'setPassword' | 'deletePassword'>;
type Fault = Exclude<KeychainStatus['status'], 'available'>;

const FAULT_CODES = {
  locked: 'KEYCHAIN_LOCKED',
  absent: 'KEYCHAIN_ABSENT',
  failed: 'KEYCHAIN_FAILED',
} as const satisfies Record<Fault, string>;

/** gnome-keyring, KWallet, macOS (errSecInteractionNotAllowed, errSecAuthFailed), and libsecret's dismissed prompt. */
const LOCKED =
  /locked|dismissed|User interaction is not allowed|user name or passphrase you entered is not correct|canceled|cancelled/i;
/** No bus, no service on it, no library, or a service without any keyring (libsecret names the missing collection). */
const ABSENT =
  /autolaunch|Could not connect|unsupported transport|ServiceUnknown|not provided by any \.service|StartServiceByName|NoReply.*activat|Failed to load keytar|libsecret|Cannot find (module|package)|Object does not exist at path|Unknown.*(address|transport)/i;

/** True when no session bus can be there, whatever language the error text is in. */
function noSessionBus(): boolean {
  if (process.platform !== 'linux') return false;
  if (process.env.DBUS_SESSION_BUS_ADDRESS) return false;
  const runtime = process.env.XDG_RUNTIME_DIR;
  return !runtime || !existsSync(join(runtime, 'bus'));
}

/** Which of the three faults an error of keytar or of its loading is. */
export function classifyFault(error: unknown): Fault {
  const text = error instanceof Error ? error.message : String(error);
  if (ABSENT.test(text)) return 'absent';
  if (LOCKED.test(text)) return 'locked';
  return noSessionBus() ? 'absent' : 'failed';
}

class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut('The keychain did not answer; it may be waiting for a prompt.')), ms);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const fault = error instanceof TimedOut ? 'locked' : classifyFault(error);
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError(FAULT_CODES[fault], undefined, { reason }, error);
}

/** The native module is loaded at the first call: a machine without libsecret has no keychain, but still a console. */
async function loadKeytar(): Promise<Keytar> {
  const loaded = await import('keytar');
  return 'default' in loaded ? (loaded.default as Keytar) : loaded;
}

/**
 * Keychain of this machine and user.
 * @param load replaces the native module where it is bundled elsewhere.
 */
export function osKeychain(load: () => Promise<Keytar> = loadKeytar): Keychain {
  const call = async <T>(ms: number, use: (keytar: Keytar) => Promise<T>): Promise<T> => {
    try {
      return await within(ms, load().then(use));
    } catch (error) {
      throw toAppError(error);
    }
  };

  const roundTrip = async (): Promise<void> => {
    const account = `probe:${process.pid}:${randomBytes(4).toString('hex')}`;
    const secret = randomBytes(16).toString('base64');
    await call(PROBE_MS_MAX, (k) => k.setPassword(KEYCHAIN_SERVICE, account, secret));
    const read = await call(PROBE_MS_MAX, (k) => k.getPassword(KEYCHAIN_SERVICE, account));
    const deleted = await call(PROBE_MS_MAX, (k) => k.deletePassword(KEYCHAIN_SERVICE, account));
    if (read !== secret || !deleted) {
      throw new AppError('KEYCHAIN_FAILED', undefined, { reason: 'A stored secret did not come back.' });
    }
  };

  return {
    async get(account) {
      const secret = await call(CALL_MS_MAX, (k) => k.getPassword(KEYCHAIN_SERVICE, account));
      // A locked Secret Service answers "nothing found" where nobody can be prompted: only a round trip tells the two apart.
      if (secret === null) await roundTrip();
      return secret;
    },
    async set(account, secret) {
      await call(CALL_MS_MAX, (k) => k.setPassword(KEYCHAIN_SERVICE, account, secret));
    },
    async delete(account) {
      const deleted = await call(CALL_MS_MAX, (k) => k.deletePassword(KEYCHAIN_SERVICE, account));
      if (!deleted) await roundTrip();
      return deleted;
    },
    async probe() {
      try {
        await roundTrip();
        return { status: 'available', detail: 'The keychain stores and returns secrets.' };
      } catch (error) {
        return probeFault(toAppError(error));
      }
    },
  };
}

function probeFault(error: AppError): KeychainStatus {
  const status = (Object.keys(FAULT_CODES) as Fault[]).find((fault) => FAULT_CODES[fault] === error.code) ?? 'failed';
  const reason = typeof error.details?.reason === 'string' ? ` (${error.details.reason})` : '';
  return { status, detail: `${error.message}${reason}` };
}
