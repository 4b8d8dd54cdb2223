/** Going past events that the platform no longer has: their bundles' roots are proven, their events are not needed for any later proof. */
import { equalBytes } from '../../shared/bytes.ts';
import { AppError } from '../../shared/errors.ts';
import { type Checkpoint, CompactRange, TILE_WIDTH } from '../../shared/log/index.ts';
import { sha256 } from '../crypto.ts';
import type { MirrorState } from '../db/api.ts';
import type { AuditSyncInput } from './auditSync.ts';
import { HttpFault } from './http.ts';
import { proveTree, tileRoot } from './treeCheck.ts';

/** Up to where the platform says events are gone, when this is what the error tells; else null. */
export function prunedUpTo(error: unknown): number | null {
  if (!(error instanceof HttpFault) || error.status !== 410 || error.slug !== 'pruned') return null;
  const upto = error.figures.pruned_to;
  return typeof upto === 'number' && Number.isSafeInteger(upto) ? upto : null;
}

/**
 * Takes the proven roots of the bundles from the mirror's end to `upto` in place of their events. That it was a pruning must be told by an event
 * of the log further on; the caller looks for it. Throws LOG_TAMPERED, LOG_FORK, PLATFORM_PROTOCOL for a bound that cannot be.
 */
export async function passPruned(
  { client, mirror, orgId, signal }: AuditSyncInput,
  checkpoint: Checkpoint,
  state: MirrorState,
  upto: number,
): Promise<void> {
  if (upto % TILE_WIDTH !== 0 || upto <= state.size || upto > checkpoint.size) {
    throw new AppError('PLATFORM_PROTOCOL', 'The platform names events as pruned that cannot be.', {
      upto,
      size: state.size,
    });
  }
  const held = CompactRange.from(state.range.size, state.range.hashes, sha256);
  const tree = await proveTree(
    (level, index, width) => client.tile(orgId, level, index, width, signal),
    held,
    checkpoint,
  );
  const roots = tree.bundleRoots.slice(0, upto / TILE_WIDTH - tree.firstBundle);
  const partial = state.size - tree.before.size;
  if (partial > 0) {
    const hashes = await client.tile(orgId, 0, tree.firstBundle, TILE_WIDTH, signal);
    if (!equalBytes(tileRoot(hashes), roots[0]!))
      throw new AppError('LOG_TAMPERED', 'A hash tile is not under the signed root.');
    const extended = tree.before.clone();
    for (const hash of hashes.slice(0, partial)) extended.append(hash);
    if (!equalBytes(extended.root(), held.root())) {
      throw new AppError('LOG_FORK', 'The signed log does not extend the one that was verified before.');
    }
  }
  const range = tree.before.clone();
  for (const root of roots) {
    range.appendRange(CompactRange.over(range.size, range.size + TILE_WIDTH, [root], sha256));
  }
  await mirror.writer.skipPruned({
    firstBundle: tree.firstBundle,
    roots,
    range: { size: range.size, hashes: range.hashes },
  });
}
