/** What a bundle would hold: its events counted, the rest measured on events spread evenly over the period. */
import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import type { DisclosureName } from '../../shared/contract/bundles.ts';
import { EventPasses } from '../bundle/passes.ts';
import type { BundleSource } from '../bundle/source.ts';
import type { MirrorReader } from '../db/api.ts';
import { eventsOf } from './bundleSource.ts';

/** Events read in one step: about 5 ms of the reader. */
const SLICE = 256;
const SLICES_MAX = 8;
/** Report, guide, manifests, signatures and keys, in bytes: measured on bundles of 1 to 2,000 events. Access tables come on top. */
const FIXED_BYTES = 16_500;

const deflated = promisify<Buffer, Buffer>(deflateRaw);

export interface BundleEstimate {
  /** Disclosures that leave, and digests whose disclosure does not; exact when every event was read. */
  readonly disclosed: number;
  readonly withheld: number;
  readonly bytes: number;
  /** Events read. */
  readonly sampled: number;
  readonly exact: boolean;
}

/** Beginnings of the slices of [begin, end). */
function slices(begin: number, end: number): number[] {
  const count = end - begin;
  if (count <= SLICE * SLICES_MAX) return Array.from({ length: Math.ceil(count / SLICE) }, (_, i) => begin + i * SLICE);
  return Array.from({ length: SLICES_MAX }, (_, i) => begin + Math.floor((i * (count - SLICE)) / (SLICES_MAX - 1)));
}

/** The passes of the bundle's own writer over one slice. */
function slicePasses(
  reader: MirrorReader,
  begin: number,
  end: number,
  withhold: readonly DisclosureName[],
): EventPasses {
  const source: BundleSource = {
    organization: { id: '', name: '', timeZone: 'UTC' },
    period: { from: 0, to: 0 },
    log: { checkpoint: '', vkey: '' },
    range: { begin, end },
    cover: { left: [], right: [] },
    withhold,
    access: [],
    events: () => eventsOf(reader, begin, end),
  };
  return new EventPasses(source, () => {});
}

async function collect(chunks: AsyncIterable<Buffer>, into: Buffer[]): Promise<void> {
  for await (const chunk of chunks) into.push(chunk);
}

/** Throws MIRROR_TAMPERED, LOG_MALFORMED when an event that is read does not hold. */
export async function estimateBundle(
  reader: MirrorReader,
  begin: number,
  end: number,
  withhold: readonly DisclosureName[],
): Promise<BundleEstimate> {
  const files: [Buffer[], Buffer[], Buffer[], Buffer[]] = [[], [], [], []];
  let [disclosed, withheld, sampled] = [0, 0, 0];
  for (const at of slices(begin, end)) {
    const stop = Math.min(end, at + SLICE);
    const passes = slicePasses(reader, at, stop, withhold);
    await collect(passes.leaves(), files[0]);
    await collect(passes.disclosures(), files[1]);
    await collect(passes.ocsf(), files[2]);
    await collect(passes.withheldDigests(), files[3]);
    const figures = passes.figures();
    disclosed += figures.disclosed;
    withheld += figures.withheld;
    sampled += stop - at;
  }
  const packed = await Promise.all(files.map((chunks) => deflated(Buffer.concat(chunks))));
  const bytes = packed.reduce((sum, { length }) => sum + length, 0);
  const scale = sampled === 0 ? 0 : (end - begin) / sampled;
  return {
    disclosed: Math.round(disclosed * scale),
    withheld: Math.round(withheld * scale),
    bytes: Math.round(FIXED_BYTES + bytes * scale),
    sampled,
    exact: sampled === end - begin,
  };
}

/** In words, what the figures rest on. */
export function basisOf({ exact, sampled }: BundleEstimate, events: number): string {
  const n = (value: number): string => value.toLocaleString('en-US');
  return exact
    ? `All ${n(events)} events were read; the size is that of their files packed.`
    : `Events are counted; fields and size are estimated from ${n(sampled)} of ${n(events)} events spread evenly over the period.`;
}
