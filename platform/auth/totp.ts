/** One-time codes (RFC 6238: SHA-1, six digits, 30 seconds, one step of drift either way). */
import { Secret, TOTP } from 'otpauth';
import type { Core } from '../core.ts';
import type { Tx } from '../db/database.ts';

const PERIOD_S = 30;
const SECRET_BYTES = 20;
const DRIFT_STEPS = 1;
const ISSUER = 'Mission Control';
const context = (userId: string): string => `totp:${userId}`;

function totp(secret: Secret, label: string): TOTP {
  return new TOTP({ issuer: ISSUER, label, algorithm: 'SHA1', digits: 6, period: PERIOD_S, secret });
}

/** Stores a new secret that counts only once confirmed. */
export async function beginTotp(core: Core, tx: Tx, user: { id: string; email: string }) {
  const secret = new Secret({ size: SECRET_BYTES });
  await tx.query('UPDATE users SET totp_pending_sealed = $2 WHERE id = $1', [
    user.id,
    core.sealer.seal(secret.bytes, context(user.id)),
  ]);
  return { secret: secret.base32, uri: totp(secret, user.email).toString() };
}

/** The step a code belongs to, or null. */
function stepOf(core: Core, userId: string, sealed: Uint8Array, code: string): number | null {
  const bytes = Uint8Array.from(core.sealer.open(sealed, context(userId)));
  const now = core.now();
  const delta = totp(new Secret({ buffer: bytes.buffer }), '').validate({
    token: code,
    window: DRIFT_STEPS,
    timestamp: now,
  });
  return delta === null ? null : Math.floor(now / 1000 / PERIOD_S) + delta;
}

/** Puts the pending secret in force when the code fits it. */
export async function confirmTotp(core: Core, tx: Tx, userId: string, code: string): Promise<boolean> {
  const rows = await tx.query<{ pending: Uint8Array | null }>(
    'SELECT totp_pending_sealed AS pending FROM users WHERE id = $1 FOR UPDATE',
    [userId],
  );
  const pending = rows[0]?.pending;
  if (!pending) return false;
  const step = stepOf(core, userId, pending, code);
  if (step === null) return false;
  await tx.query(
    'UPDATE users SET totp_sealed = totp_pending_sealed, totp_pending_sealed = NULL, totp_last_step = $2 WHERE id = $1',
    [userId, step],
  );
  return true;
}

/** Uses a code up: a code of a step already used, or an earlier one, is refused (RFC 6238 section 5.2). */
export async function consumeTotp(core: Core, tx: Tx, userId: string, code: string): Promise<boolean> {
  const rows = await tx.query<{ sealed: Uint8Array | null; last: number | null }>(
    'SELECT totp_sealed AS sealed, totp_last_step AS last FROM users WHERE id = $1 FOR UPDATE',
    [userId],
  );
  const row = rows[0];
  if (!row?.sealed) return false;
  const step = stepOf(core, userId, row.sealed, code);
  if (step === null || (row.last !== null && step <= row.last)) return false;
  await tx.query('UPDATE users SET totp_last_step = $2 WHERE id = $1', [userId, step]);
  return true;
}

/** Puts a secret in force that the user has already: for the demo's sign-in, which has to be the same each time. */
export async function setTotp(core: Core, tx: Tx, userId: string, secretBase32: string): Promise<void> {
  const { bytes } = Secret.fromBase32(secretBase32);
  await tx.query('UPDATE users SET totp_sealed = $2, totp_pending_sealed = NULL, totp_last_step = NULL WHERE id = $1', [
    userId,
    core.sealer.seal(bytes, context(userId)),
  ]);
}
