/** Sessions: a family of rotating refresh tokens, of which only hashes are stored. */
import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { toBase64Url } from '../../shared/bytes.ts';
import type { Core } from '../core.ts';
import { sha256 } from '../crypto.ts';
import type { Statement, Tx } from '../db/database.ts';
import { tenantPlace } from '../db/names.ts';
import type { User } from './users.ts';

const SESSION_MS_MAX = 30 * 24 * 3_600_000;
const REFRESH_BYTES = 32;

// 256 random bits cannot be guessed from a plain hash; a slow one would only slow us.
const hashToken = (token: string): string => toBase64Url(sha256(Buffer.from(token)));

async function issue(core: Core, tx: Tx, sessionId: string): Promise<string> {
  const token = toBase64Url(randomBytes(REFRESH_BYTES));
  await tx.query('INSERT INTO refresh_tokens (hash, session_id, created_at) VALUES ($1, $2, $3)', [
    hashToken(token),
    sessionId,
    new Date(core.now()),
  ]);
  return token;
}

/**
 * Starts a session; the transaction must be under the platform role. `mfa`: it is entered with a second factor. `confinedTo`: the one
 * organization it reaches, for a sign-in that this organization's own provider vouched for; null: all of the user's.
 */
export async function startSession(
  core: Core,
  tx: Tx,
  userId: string,
  mfa: boolean,
  confinedTo: string | null = null,
): Promise<{ sid: string; refreshToken: string }> {
  const sid = v7();
  const now = core.now();
  await tx.query('DELETE FROM sessions WHERE user_id = $1 AND expires_at < $2', [userId, new Date(now)]);
  await tx.query(
    'INSERT INTO sessions (id, user_id, created_at, expires_at, mfa, confined_to) VALUES ($1, $2, $3, $4, $5, $6)',
    [sid, userId, new Date(now), new Date(now + SESSION_MS_MAX), mfa, confinedTo],
  );
  return { sid, refreshToken: await issue(core, tx, sid) };
}

export type Rotation =
  | { readonly kind: 'rotated'; readonly user: User; readonly sid: string; readonly refreshToken: string }
  | { readonly kind: 'reused'; readonly user: User; readonly sid: string }
  | { readonly kind: 'unknown' };

/**
 * Exchanges a refresh token for the next one. One that was used before ends its session: thief or owner, one of them holds a
 * copy. The caller commits either way. The transaction must be under the platform role.
 */
export async function rotateRefresh(core: Core, tx: Tx, token: string): Promise<Rotation> {
  const rows = await tx.query<{ hash: string; sid: string; usedAt: Date | null }>(
    'SELECT hash, session_id AS sid, used_at AS "usedAt" FROM refresh_tokens WHERE hash = $1 FOR UPDATE',
    [hashToken(token)],
  );
  const row = rows[0];
  if (!row) return { kind: 'unknown' };
  const owner = (await tx.query<{ id: string }>('SELECT user_id AS id FROM sessions WHERE id = $1', [row.sid]))[0];
  if (!owner) return { kind: 'unknown' };
  const user = await liveUser(core, tx, row.sid, owner.id);
  if (!user) return { kind: 'unknown' };
  if (row.usedAt !== null) {
    await endSession(core, tx, row.sid);
    return { kind: 'reused', user, sid: row.sid };
  }
  await tx.query('UPDATE refresh_tokens SET used_at = $2 WHERE hash = $1', [row.hash, new Date(core.now())]);
  return { kind: 'rotated', user, sid: row.sid, refreshToken: await issue(core, tx, row.sid) };
}

/** Ends the session and with it every token of the family, at once. */
export async function endSession(core: Core, tx: Tx, sid: string): Promise<void> {
  await tx.query('UPDATE sessions SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL', [
    sid,
    new Date(core.now()),
  ]);
}

/** A user with the session that is asked in. */
export interface SessionUser extends User {
  /** The user has a second factor. */
  readonly mfa: boolean;
  /** It was used in this session. */
  readonly mfaUsed: boolean;
  /** The one organization this session reaches; null: all of the user's. */
  readonly confinedTo: string | null;
}

/** From now on the session counts as entered with a second factor: a code was just proven in it. */
export async function markMfa(tx: Tx, sid: string): Promise<void> {
  await tx.query('UPDATE sessions SET mfa = true WHERE id = $1', [sid]);
}

const LIVE = `FROM sessions s JOIN users u ON u.id = s.user_id
   WHERE s.id = $1 AND u.id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3 AND u.disabled_at IS NULL`;
const USER = `u.id, u.email, u.name, u.totp_sealed IS NOT NULL AS mfa, s.mfa AS "mfaUsed", s.confined_to AS "confinedTo"`;

/** The user of a session in force, else null; the transaction must be under the platform role. */
export async function liveUser(core: Core, tx: Tx, sid: string, userId: string): Promise<SessionUser | null> {
  const sql = `SELECT ${USER} ${LIVE}`;
  const [rows] = await tx.batch([{ name: 'session', sql, params: [sid, userId, new Date(core.now())] }]);
  return (rows as SessionUser[])[0] ?? null;
}

/** A user with the session that asks to be let into an organization. */
export interface Visitor extends SessionUser {
  /** The platform knows them as a member of it. */
  readonly belongs: boolean;
  /** Beyond that, the session reaches it: the transaction is under the tenant's role now. */
  readonly entered: boolean;
}

/**
 * Reads the session like `liveUser`, and takes the transaction into the tenant when the session is in force, reaches the organization and
 * the platform knows its user as a member; otherwise the transaction stays under the platform role, so that what was sent with this
 * statement and reads the tenant's tables fails in the database itself. Gives no row or one `Visitor`.
 */
export function visit(core: Core, sid: string, userId: string, orgId: string): Statement {
  return {
    name: 'session.visit',
    sql: `SELECT *, CASE WHEN belongs AND coalesce("confinedTo", $4) = $4
         THEN set_config('role', $5, true) = $5 AND set_config('search_path', $6, true) = $6 ELSE false END AS entered
       FROM (SELECT ${USER}, EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = u.id AND m.org_id = $4) AS belongs
         ${LIVE} OFFSET 0) AS visitor`,
    params: [sid, userId, new Date(core.now()), orgId, ...tenantPlace(core.instance, orgId)],
  };
}
