/** While serving: removes files that were put a day ago and that no evidence names; one of withdrawn evidence stays. */
import { setImmediate } from 'node:timers/promises';
import { SYSTEM_ACTOR } from '../audit/draft.ts';
import type { Core } from '../core.ts';
import { appendEvents, lockOrg } from '../log/append.ts';

const HOUR = 3_600_000;
/** A console that was cut off between file and evidence comes back within this. */
const ORPHAN_MS = 24 * HOUR;
const ROUND_MS = HOUR;

const ORPHANS = `created_at < $1 AND NOT EXISTS (
  SELECT FROM compliance_records r WHERE r.kind = 'evidence' AND r.data -> 'file' ->> 'sha256' = blobs.sha256)`;

/** Removes one organization's orphans, with one event that names how many; answers that number. */
export async function removeOrphans(core: Core, orgId: string): Promise<number> {
  const before = core.now() - ORPHAN_MS;
  return await core.tenant(orgId, async (tx) => {
    const some = await tx.query(`SELECT sha256 FROM blobs WHERE ${ORPHANS} LIMIT 1`, [before]);
    if (some.length === 0) return 0;
    // Under the lock nobody makes evidence of one meanwhile.
    await lockOrg(tx);
    const gone = await tx.query<{ sha256: string; size: number }>(
      `DELETE FROM blobs WHERE ${ORPHANS} RETURNING sha256, size`,
      [before],
    );
    if (gone.length === 0) return 0;
    const detail = { files: gone.length, bytes: gone.reduce((sum, { size }) => sum + size, 0) };
    const draft = { action: 'evidence.blob.remove', actor: SYSTEM_ACTOR, target: null, disclosures: { detail } };
    await appendEvents(tx, orgId, [draft], core.now());
    core.grown.add(orgId);
    return gone.length;
  });
}

/** A fault of one organization is told and keeps none of the others waiting. */
export async function blobRound(core: Core, onError: (error: unknown) => void): Promise<void> {
  const orgs = await core.platform((tx) => tx.query<{ id: string }>('SELECT id FROM organizations ORDER BY id'));
  for (const { id } of orgs) {
    await removeOrphans(core, id).catch(onError);
    await setImmediate();
  }
}

/** Runs rounds one at a time; the returned function ends it after the one under way. */
export function startBlobKeeper(core: Core, onError: (error: unknown) => void): () => Promise<void> {
  let running: Promise<void> | null = null;
  const timer = setInterval(() => {
    running ??= blobRound(core, onError)
      .catch(onError)
      .finally(() => {
        running = null;
      });
  }, ROUND_MS);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
