/**
 * Follows the prunings that the proven log tells. Nothing is dropped before the root that the event names was computed from this mirror's own
 * hashes; what is dropped goes in stretches of one transaction each, and a run that ends early is begun again by the next sync.
 */
import { z } from 'zod';
import { readDisclosure } from '../../shared/audit/index.ts';
import { toHex } from '../../shared/bytes.ts';
import { PRUNE_ACTION } from '../../shared/compliance/retention.ts';
import { AuditFilter } from '../../shared/contract/audit.ts';
import { AppError } from '../../shared/errors.ts';
import { foldNodes, TILE_WIDTH } from '../../shared/log/index.ts';
import { sha256 } from '../crypto.ts';
import type { Mirror } from '../db/api.ts';
import { forgetIn, forgetUpTo, settleForgotten } from './forget.ts';
import type { SyncProgress } from './sync.ts';

const Count = z.int().min(0);
/** What mirrors need of the event's `detail`; there may be more. */
export const PruneDetail = z.object({
  from: Count,
  to: Count,
  root: z.string().regex(/^[0-9a-f]{64}$/),
  shredded: z.array(z.tuple([Count, Count])).max(10_000),
});
type PruneDetail = z.infer<typeof PruneDetail>;

export interface FollowInput {
  readonly mirror: Mirror;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onProgress?: (progress: SyncProgress) => void;
}

/** Throws LOG_TAMPERED for a pruning whose root is not the one of this mirror, LOG_MALFORMED for one that cannot be read, CANCELLED. */
export async function followPrunings(input: FollowInput): Promise<number> {
  const { mirror, now } = input;
  const followed = new Set((await mirror.reader.followedPrunings()).map(({ eventSeq }) => eventSeq));
  const filter = AuditFilter.parse({ actions: [PRUNE_ACTION], outcomes: ['success'] });
  const told = await mirror.reader.matching(filter, { sort: 'seq', direction: 'asc' });
  const fresh = [...told].filter((seq) => !followed.has(seq));
  for (const eventSeq of fresh) {
    const detail = await readDetail(mirror, eventSeq);
    await holdAgainst(mirror, eventSeq, detail);
    const { to, root, shredded } = detail;
    await forgetUpTo(input, to, (done) =>
      input.onProgress?.({ phase: 'Dropping pruned events', done, total: to, unit: 'events' }),
    );
    for (const [begin, end] of shredded) {
      const { pruned } = await mirror.reader.state();
      await forgetIn(input, Math.max(begin, pruned.to), end, () => false);
    }
    await mirror.writer.forgetHistory();
    await settleForgotten(input);
    const gone = shredded.reduce((sum, [begin, end]) => sum + end - begin, 0);
    await mirror.writer.noteFollowed({ eventSeq, to, root: Buffer.from(root, 'hex'), shredded: gone, at: now() });
  }
  return fresh.length;
}

async function readDetail(mirror: Mirror, seq: number): Promise<PruneDetail> {
  const { disclosures } = await mirror.reader.leaves(seq, seq + 1);
  const parts = (disclosures[0] ?? '').split('~').filter((part) => part !== '');
  const detail = parts.map(readDisclosure).find(({ name }) => name === 'detail')?.value;
  const read = PruneDetail.safeParse(detail);
  if (read.success) return read.data;
  throw new AppError('LOG_MALFORMED', `The pruning told by event ${seq} cannot be read.`, { seq });
}

/** The event must name whole bundles and runs before itself, and the root that this mirror's hashes lead to. */
async function holdAgainst(mirror: Mirror, seq: number, { from, to, root, shredded }: PruneDetail): Promise<void> {
  const rising = shredded.every(
    ([begin, end], i) => begin >= (i === 0 ? to : shredded[i - 1]![1]) && begin < end && end <= seq,
  );
  if (to % TILE_WIDTH !== 0 || from > to || to > seq || !rising) {
    throw new AppError('LOG_MALFORMED', `The pruning told by event ${seq} is none that can be.`, { seq, from, to });
  }
  const own = toHex(foldNodes(await mirror.reader.cover(0, to), sha256));
  if (own !== root) {
    throw new AppError(
      'LOG_TAMPERED',
      `Event ${seq} tells of a pruning of other events than those this mirror proved.`,
      {
        ...{ seq, to, told: root, own },
      },
    );
  }
}

/** False while events are missing of which no followed pruning says that they went. */
export async function gapIsTold(mirror: Mirror): Promise<boolean> {
  const { pruned } = await mirror.reader.state();
  if (!pruned.gap) return true;
  return (await mirror.reader.followedPrunings()).some(({ to }) => to >= pruned.to);
}
