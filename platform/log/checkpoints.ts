/** Signed checkpoints: stored before they are shown, never taken back. */
import { CompactRange, formatCheckpoint, signNote } from '../../shared/log/index.ts';
import type { Core } from '../core.ts';
import { ed25519RawPublic, ed25519Signer, sha256 } from '../crypto.ts';
import type { Tx } from '../db/database.ts';
import { asPlatform, asTenant } from '../db/names.ts';
import { lockOrg, splitHashes } from './append.ts';
import { loadSigningKey, logOrigin } from './keys.ts';

export interface StoredCheckpoint {
  readonly size: number;
  readonly note: string;
  readonly signedAt: Date;
}

/** The newest published checkpoint, or null; the transaction must be under the tenant's role. */
export async function newestCheckpoint(tx: Tx): Promise<StoredCheckpoint | null> {
  const rows = await tx.query<StoredCheckpoint>(
    'SELECT size, note, signed_at AS "signedAt" FROM checkpoints ORDER BY size DESC LIMIT 1',
  );
  return rows[0] ?? null;
}

/**
 * Signs the present tree unless it is signed already, or the newest checkpoint is younger than `ageMsMin`. Size and root come
 * from the locked state row, and a size has one row: two different notes of one size cannot come to be.
 */
export async function publishCheckpoint(core: Core, orgId: string, ageMsMin = 0): Promise<StoredCheckpoint> {
  core.grown.delete(orgId);
  return await core.tenant(orgId, (tx) => publishIn(core, tx, orgId, ageMsMin));
}

/** As `publishCheckpoint`, in a transaction under the tenant's role; leaves it there. */
export async function publishIn(core: Core, tx: Tx, orgId: string, ageMsMin: number): Promise<StoredCheckpoint> {
  const before = await newestCheckpoint(tx);
  const now = core.now();
  if (before !== null && now - before.signedAt.getTime() < ageMsMin) return before;
  const state = await lockOrg(tx);
  const newest = await newestCheckpoint(tx);
  if (newest !== null && newest.size === state.size) return newest;
  if (newest !== null && newest.size > state.size) throw new Error('the log is smaller than its published checkpoint');
  await asPlatform(tx, core.instance);
  const key = await loadSigningKey(core, tx, 'log', orgId);
  await asTenant(tx, core.instance, orgId);
  const root = CompactRange.from(state.size, splitHashes(state.range), sha256).root();
  const origin = logOrigin(core, orgId);
  const text = formatCheckpoint({ origin, size: state.size, root });
  const note = signNote(text, origin, ed25519RawPublic(key.publicPem), ed25519Signer(key.privatePem), sha256);
  await tx.query('INSERT INTO checkpoints (size, root, note, signed_at) VALUES ($1, $2, $3, $4)', [
    state.size,
    root,
    note,
    new Date(now),
  ]);
  return { size: state.size, note, signedAt: new Date(now) };
}
