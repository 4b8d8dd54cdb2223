/** Many rows quickly: 256 real events, repeated. Nothing about them is proven, so this serves only what works on rows. */
import type { AuditBatch, Mirror } from '../../main/db/index.ts';
import { fromUtf8, toUtf8 } from '../../shared/bytes.ts';
import { TILE_WIDTH } from '../../shared/log/index.ts';
import { makeBatch, makeLog, makeRows } from './mirrorBatches.ts';

const TILES_PER_BATCH = 64;

type Column = Float64Array | Uint32Array | Uint8Array;

function tiled<T extends Column>(column: T, times: number, step = 0): T {
  const out = new (column.constructor as new (n: number) => T)(column.length * times);
  for (let tile = 0; tile < times; tile++) {
    for (let i = 0; i < column.length; i++) out[tile * column.length + i] = column[i]! + tile * step;
  }
  return out;
}

/** Fills an empty mirror with `count` rows, a multiple of 256. */
export async function fillBulk(mirror: Mirror, count: number): Promise<void> {
  const base = makeBatch(makeLog(makeRows(TILE_WIDTH)), 0, TILE_WIDTH);
  const bundle = base.bundles[0]!;
  const text = fromUtf8(base.text);
  const span = base.recorded.at(-1)! - base.recorded[0]! + 1000;
  for (let first = 0; first < count; ) {
    const tiles = Math.min(TILES_PER_BATCH, (count - first) / TILE_WIDTH);
    const size = first + tiles * TILE_WIDTH;
    const since = (first / TILE_WIDTH) * span;
    const batch: AuditBatch = {
      ...base,
      firstSeq: first,
      count: tiles * TILE_WIDTH,
      bundles: Array.from({ length: tiles }, (_, i) => ({
        index: first / TILE_WIDTH + i,
        count: TILE_WIDTH,
        entries: bundle.entries.slice(),
        disclosures: bundle.disclosures.slice(),
        hash: new Uint8Array(32),
      })),
      dictionaries: base.dictionaries.slice(),
      text: toUtf8(Array.from({ length: tiles }, () => text).join('\n')),
      occurred: tiled(base.occurred, tiles),
      recorded: tiled(base.recorded, tiles, span).map((at) => at + since),
      outcome: tiled(base.outcome, tiles),
      actor: tiled(base.actor, tiles),
      action: tiled(base.action, tiles),
      target: tiled(base.target, tiles),
      workspace: tiled(base.workspace, tiles),
      range: { size, hashes: base.range.hashes },
    };
    await mirror.writer.apply(batch);
    first = size;
  }
}
