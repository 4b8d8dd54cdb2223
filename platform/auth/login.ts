/** Login: password, one-time code, lockout, and the events of all of them in the logs of the user's organizations. */
import { toBase64Url } from '../../shared/bytes.ts';
import type { EventDraft } from '../audit/draft.ts';
import type { Core } from '../core.ts';
import { sha256 } from '../crypto.ts';
import { only, type Tx } from '../db/database.ts';
import { asPlatform, asTenant } from '../db/names.ts';
import { Problem } from '../http/problems.ts';
import { appendEvents } from '../log/append.ts';
import { checkPassword } from './password.ts';
import { startSession } from './sessions.ts';
import { consumeTotp } from './totp.ts';
import { normalEmail, type User } from './users.ts';

export const FAILURES_MAX = 10;
export const WINDOW_MS = 15 * 60_000;

/** What the access log knows of the caller; personal, hence a disclosure. */
export interface Caller {
  readonly requestId: string;
  readonly source: { readonly ip: string; readonly user_agent: string };
}

/**
 * Writes one event of the user's into the log of every organization the user belongs to, in id order so that two such
 * transactions cannot block each other; ends under the platform role. `besides` runs in each of them, under its role and lock.
 */
export async function logForUser(
  core: Core,
  tx: Tx,
  user: User,
  caller: Caller,
  what: Pick<EventDraft, 'action' | 'outcome'>,
  besides: (orgId: string) => Promise<void> = async () => undefined,
) {
  await asPlatform(tx, core.instance);
  const orgs = await tx.query<{ id: string }>(
    'SELECT org_id AS id FROM memberships WHERE user_id = $1 ORDER BY org_id',
    [user.id],
  );
  for (const { id } of orgs) {
    await asTenant(tx, core.instance, id);
    const draft: EventDraft = {
      ...what,
      actor: { type: 'user', id: user.id },
      target: { type: 'user', id: user.id },
      request: caller.requestId,
      disclosures: { actor: { name: user.name, email: user.email }, source: { ...caller.source } },
    };
    await appendEvents(tx, id, [draft], core.now());
    await besides(id);
    core.grown.add(id);
  }
  await asPlatform(tx, core.instance);
}

const attemptKey = (email: string): string => toBase64Url(sha256(Buffer.from(normalEmail(email))));

/** Counts the attempt before it is checked: many at once cannot slip under the limit. */
async function reserveAttempt(core: Core, tx: Tx, key: string): Promise<void> {
  const now = core.now();
  const windowStart = new Date(now - WINDOW_MS);
  await tx.query('DELETE FROM login_attempts WHERE window_start <= $1', [windowStart]);
  const { failures, start } = only(
    await tx.query<{ failures: number; start: Date }>(
      `INSERT INTO login_attempts (key, failures, window_start) VALUES ($1, 1, $2)
       ON CONFLICT (key) DO UPDATE SET failures = login_attempts.failures + 1
       RETURNING failures, window_start AS start`,
      [key, new Date(now)],
    ),
  );
  if (failures > FAILURES_MAX) {
    const seconds = Math.max(1, Math.ceil((start.getTime() + WINDOW_MS - now) / 1000));
    throw new Problem('too-many-attempts', 'Try again later.', { 'retry-after': String(seconds) });
  }
}

interface Account extends User {
  readonly passwordHash: string | null;
  readonly mfa: boolean;
}

export interface LoggedIn {
  readonly user: User;
  readonly sid: string;
  readonly refreshToken: string;
}

/** Throws Problem login-failed, mfa-required or too-many-attempts. Unknown e-mails behave as known ones. */
export async function login(
  core: Core,
  input: { email: string; password: string; totp?: string | undefined },
  caller: Caller,
): Promise<LoggedIn> {
  const key = attemptKey(input.email);
  const account = await core.platform(async (tx) => {
    await reserveAttempt(core, tx, key);
    const rows = await tx.query<Account>(
      `SELECT id, email, name, password_hash AS "passwordHash", totp_sealed IS NOT NULL AS mfa FROM users
       WHERE email = $1 AND disabled_at IS NULL`,
      [normalEmail(input.email)],
    );
    return rows[0];
  });
  // Hashing takes tens of milliseconds: outside any transaction, so that nothing waits for it.
  const passwordHolds = await checkPassword(account?.passwordHash ?? null, input.password);
  const done = await core.platform(async (tx): Promise<LoggedIn | Problem> => {
    if (!account) return new Problem('login-failed');
    const user = { id: account.id, email: account.email, name: account.name };
    if (passwordHolds && account.mfa && input.totp === undefined) {
      await tx.query('UPDATE login_attempts SET failures = failures - 1 WHERE key = $1', [key]);
      return new Problem('mfa-required');
    }
    const codeHolds = passwordHolds && (!account.mfa || (await consumeTotp(core, tx, user.id, input.totp ?? '')));
    if (!codeHolds) {
      await logForUser(core, tx, user, caller, { action: 'auth.login', outcome: 'failure' });
      return new Problem('login-failed');
    }
    await tx.query('DELETE FROM login_attempts WHERE key = $1', [key]);
    const session = await startSession(core, tx, user.id, account.mfa);
    await logForUser(core, tx, user, caller, { action: 'auth.login', outcome: 'success' });
    return { user, ...session };
  });
  if (done instanceof Problem) throw done;
  return done;
}
