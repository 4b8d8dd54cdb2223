/**
 * Minutes of one series in one UTC hour as bytes, and the roll-up of the whole hour (docs/FORMATS.md, Metrics). The same minutes have one
 * encoding. Merging reads straight from the bytes into sums: no object a minute.
 */
import { HourMarks } from './marks.ts';
import type { Totals } from './model.ts';
import { BINS, binOf, Sketch, US_MAX } from './sketch.ts';
import { malformed, VarintReader, VarintWriter } from './varint.ts';

const CHUNK = 1;
const ROLLUP = 2;
const MINUTES = 60;

/** Bounds of one minute, so that sums of an hour, and counts of any window, are exact as doubles. */
export const COUNT_MAX = 2 ** 32 - 1;
export const SUM_US_MAX = 2 ** 47 - 1;

/** One minute: sums, and its response times by sketch bin (-1: below a microsecond). */
export interface MinuteBucket extends Totals {
  readonly bins: Map<number, number>;
}

/** What minutes are added up into. `marks`, where given, is of one hour. */
export interface Sums {
  readonly totals: Totals;
  readonly sketch: { addBin(bin: number, n: number): void };
  readonly marks?: HourMarks;
}

/** Sums of nothing. */
export function noSums(): { totals: Totals; sketch: Sketch } {
  return { totals: { count: 0, errors: 0, timed: 0, sumUs: 0 }, sketch: new Sketch() };
}

/** Adds the totals of one to another. */
export function addTotals(to: Totals, of: Totals): void {
  to.count += of.count;
  to.errors += of.errors;
  to.timed += of.timed;
  to.sumUs += of.sumUs;
}

/** A bin is one number: 4 (count - 1) + step, step 0 to 2 for the bin 1 to 3 further on, 3: the step minus 4 is the next number. */
function writeBucket(writer: VarintWriter, totals: Totals, bins: Iterable<readonly [number, number]>): void {
  writer.varint(totals.count);
  writer.varint(totals.errors);
  writer.varint(totals.timed);
  writer.varint(totals.sumUs);
  const sorted = [...bins].sort((a, b) => a[0] - b[0]);
  writer.varint(sorted.length);
  let last = -2;
  for (const [bin, count] of sorted) {
    const step = bin - last - 1;
    writer.varint((count - 1) * 4 + Math.min(step, 3));
    if (step >= 3) writer.varint(step - 3);
    last = bin;
  }
}

/** Reads a bucket and adds it up. What is read is checked whole before totals change; a caller that catches throws its sums away. */
function readBucket(reader: VarintReader, into: Sums | null, minute: number, minutes: number): void {
  const count = reader.varint();
  const errors = reader.varint();
  const timed = reader.varint();
  const sumUs = reader.varint();
  if (count < 1 || count > COUNT_MAX * minutes) throw malformed('a count is out of range');
  if (errors > count || timed > count) throw malformed('more failed or timed than counted');
  if (sumUs > SUM_US_MAX * minutes || sumUs > timed * US_MAX) throw malformed('a sum is out of range');
  const bins = reader.varint();
  const sketch = into === null ? null : into.sketch;
  let bin = -2;
  let seen = 0;
  for (let i = 0; i < bins; i++) {
    const packed = reader.varint();
    const step = packed % 4;
    // Nearly every bin is a small number, and shifting one is several times faster than dividing.
    const n = packed < 2 ** 31 ? (packed >>> 2) + 1 : (packed - step) / 4 + 1;
    bin += step + 1;
    if (step === 3) bin += reader.varint();
    if (bin >= BINS) throw malformed('a bin is out of range');
    seen += n;
    if (sketch !== null) sketch.addBin(bin, n);
  }
  if (seen !== timed) throw malformed('bins and timed requests differ');
  if (into === null) return;
  into.totals.count += count;
  into.totals.errors += errors;
  into.totals.timed += timed;
  into.totals.sumUs += sumUs;
  if (minutes === 1) into.marks?.add(minute, errors < count);
}

function opened(bytes: Uint8Array, kind: number): VarintReader {
  const reader = new VarintReader(bytes);
  const version = reader.byte();
  if (version !== kind) throw malformed(`it is of version ${version}, not ${kind}`);
  return reader;
}

/** Walks every minute in order; those for which `sumsOf` answers null are checked and left out. */
function walk(bytes: Uint8Array, sumsOf: (minute: number) => Sums | null): void {
  const reader = opened(bytes, CHUNK);
  let last = -1;
  while (!reader.done) {
    const minute = reader.byte();
    if (minute <= last || minute >= MINUTES) throw malformed('minutes are not in order');
    last = minute;
    readBucket(reader, sumsOf(minute), minute, 1);
  }
}

/** Bytes of an hour's minutes (0 to 59); minutes without requests are left out. Throws INPUT_INVALID for buckets that cannot be. */
export function encodeChunk(minutes: ReadonlyMap<number, MinuteBucket>): Uint8Array {
  const writer = new VarintWriter();
  writer.byte(CHUNK);
  for (const [minute, bucket] of [...minutes].sort((a, b) => a[0] - b[0])) {
    if (bucket.count === 0) continue;
    writer.byte(minute);
    writeBucket(writer, bucket, bucket.bins);
  }
  const bytes = writer.bytes();
  walk(bytes, () => null);
  return bytes;
}

/** The minutes of a chunk. Throws INPUT_INVALID for any bytes that `encodeChunk` does not make. */
export function decodeChunk(bytes: Uint8Array): Map<number, MinuteBucket> {
  const minutes = new Map<number, MinuteBucket>();
  walk(bytes, (minute) => {
    const bins = new Map<number, number>();
    const bucket: MinuteBucket = { count: 0, errors: 0, timed: 0, sumUs: 0, bins };
    minutes.set(minute, bucket);
    return { totals: bucket, sketch: { addBin: (bin, n) => bins.set(bin, n) } };
  });
  return minutes;
}

/** Adds minutes [from, to) of a chunk up. Throws INPUT_INVALID as `decodeChunk` does; the sums are then to be thrown away. */
export function mergeInto(bytes: Uint8Array, into: Sums, from = 0, to = MINUTES): void {
  walk(bytes, (minute) => (minute >= from && minute < to ? into : null));
}

/** The chunk with minutes [from, to) alone. */
export function sliceChunk(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return encodeChunk(new Map([...decodeChunk(bytes)].filter(([minute]) => minute >= from && minute < to)));
}

/** The whole hour as one bucket, with the marks of its minutes: what long windows are read from. */
export function rollupOf(bytes: Uint8Array): Uint8Array {
  const sums = { ...noSums(), marks: new HourMarks() };
  mergeInto(bytes, sums);
  const writer = new VarintWriter();
  writer.byte(ROLLUP);
  if (sums.totals.count === 0) return writer.bytes();
  for (const half of sums.marks.halves()) writer.varint(half);
  writeBucket(writer, sums.totals, sums.sketch.bins());
  return writer.bytes();
}

/** Adds a whole hour up from its roll-up, as `mergeInto` would from its chunk. Throws INPUT_INVALID for other bytes. */
export function mergeRollup(bytes: Uint8Array, into: Sums): void {
  const reader = opened(bytes, ROLLUP);
  if (reader.done) return;
  const marks = HourMarks.of([reader.varint(), reader.varint(), reader.varint(), reader.varint()]);
  if (marks === null || marks.active === 0) throw malformed('its minutes are not marked as they can be');
  readBucket(reader, into, 0, MINUTES);
  if (!reader.done) throw malformed('bytes are left over');
  into.marks?.merge(marks);
}

/** Minutes of one hour as they grow: from nothing or from a chunk; `encode` gives the chunk anew. */
export class ChunkBuilder {
  private readonly minutes: Map<number, MinuteBucket>;

  /** Throws INPUT_INVALID for a chunk that is none. */
  constructor(bytes?: Uint8Array) {
    this.minutes = bytes === undefined ? new Map() : decodeChunk(bytes);
  }

  private bucket(minute: number): MinuteBucket {
    let bucket = this.minutes.get(minute);
    if (bucket === undefined) {
      if (!(Number.isInteger(minute) && minute >= 0 && minute < MINUTES)) throw malformed('no such minute');
      bucket = { count: 0, errors: 0, timed: 0, sumUs: 0, bins: new Map() };
      this.minutes.set(minute, bucket);
    }
    return bucket;
  }

  /** One request: minute of the hour, microseconds (null: not known), whether it failed. More than an hour counts as an hour. */
  addSample(minute: number, us: number | null, failed: boolean): void {
    const bucket = this.bucket(minute);
    bucket.count += 1;
    if (failed) bucket.errors += 1;
    if (us === null) return;
    const known = Math.min(Math.max(Math.round(us), 0), US_MAX);
    const bin = binOf(known);
    bucket.timed += 1;
    bucket.sumUs += known;
    bucket.bins.set(bin, (bucket.bins.get(bin) ?? 0) + 1);
  }

  /** A minute counted elsewhere, added to what is there. Whether it can be is checked by `encode`. */
  addBucket(minute: number, added: Totals & { readonly bins: Iterable<readonly [bin: number, count: number]> }): void {
    const bucket = this.bucket(minute);
    addTotals(bucket, added);
    for (const [bin, n] of added.bins) bucket.bins.set(bin, (bucket.bins.get(bin) ?? 0) + n);
  }

  /** Sums of every minute of the hour. */
  totals(): Totals {
    const totals = { count: 0, errors: 0, timed: 0, sumUs: 0 };
    for (const bucket of this.minutes.values()) addTotals(totals, bucket);
    return totals;
  }

  /** Throws INPUT_INVALID where a minute is beyond its bounds, or its bins do not make up its timed requests. */
  encode(): Uint8Array {
    return encodeChunk(this.minutes);
  }
}
