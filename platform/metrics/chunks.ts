/** Hours of minutes: what came is added up in memory, then each touched hour is written once, with all others in one statement. */

import { ChunkBuilder, decodeChunk, rollupOf } from '../../shared/sla/chunk.ts';
import type { IngestBody } from '../../shared/sla/ingest.ts';
import { HOUR, MINUTE, type Totals } from '../../shared/sla/model.ts';
import type { Tx } from '../db/database.ts';
import { nextMetricVersions } from './series.ts';

/** Hours of one statement: bounds the text and bytes of its parameters. */
const WRITE_HOURS = 2_000;

interface Additions {
  readonly samples: { at: number[]; us: (number | null)[]; failed: boolean[] };
  readonly buckets: NonNullable<IngestBody['buckets']>[number][];
}

/** What is to be added to a series, by hour; nothing is summed up before the hour's present bytes are known. */
export class HourAdditions {
  private readonly hours = new Map<number, Additions>();
  private lastHour = Number.NaN;
  private last: Additions | undefined;

  private of(hour: number): Additions {
    if (hour === this.lastHour && this.last !== undefined) return this.last;
    let found = this.hours.get(hour);
    if (found === undefined) {
      found = { samples: { at: [], us: [], failed: [] }, buckets: [] };
      this.hours.set(hour, found);
    }
    this.lastHour = hour;
    this.last = found;
    return found;
  }

  /** A request that ended at `at` (ms) after `us` microseconds (null: not known). */
  sample(at: number, us: number | null, failed: boolean): void {
    const { samples } = this.of(at - (at % HOUR));
    samples.at.push(at);
    samples.us.push(us);
    samples.failed.push(failed);
  }

  bucket(bucket: NonNullable<IngestBody['buckets']>[number]): void {
    if (bucket.count > 0) this.of(bucket.at - (bucket.at % HOUR)).buckets.push(bucket);
  }

  /** Minutes of an hour that were counted into a chunk. */
  chunk(hour: number, bytes: Uint8Array): void {
    for (const [minute, { count, errors, timed, sumUs, bins }] of decodeChunk(bytes))
      this.bucket({ at: hour + minute * MINUTE, count, errors, timed, sum_us: sumUs, bins: [...bins] });
  }

  /** Hours with something, in the order of time. */
  sorted(): [hour: number, added: Additions][] {
    return [...this.hours].sort((a, b) => a[0] - b[0]);
  }
}

/** An hour as it is stored. */
export interface HourRow {
  readonly hour: number;
  readonly totals: Totals;
  readonly bytes: Uint8Array;
  readonly rollup: Uint8Array;
}

function grown(hour: number, before: Uint8Array | undefined, { samples, buckets }: Additions): HourRow {
  const builder = new ChunkBuilder(before);
  const { at, us, failed } = samples;
  for (let i = 0; i < at.length; i++) builder.addSample(Math.floor((at[i]! - hour) / MINUTE), us[i]!, failed[i]!);
  for (const { at: minute, count, errors, timed, sum_us: sumUs, bins } of buckets)
    builder.addBucket((minute - hour) / MINUTE, { count, errors, timed, sumUs, bins });
  const bytes = builder.encode();
  return { hour, totals: builder.totals(), bytes, rollup: rollupOf(bytes) };
}

/** Hours as they are to be, in one statement: their bytes lie one after the other in one parameter. The caller holds the organization's lock. */
export async function writeHours(tx: Tx, series: number, rows: readonly HourRow[]): Promise<void> {
  const first = await nextMetricVersions(tx, rows.length);
  const parts: Uint8Array[] = [];
  let at = 1;
  const place = (bytes: Uint8Array): number => {
    parts.push(bytes);
    at += bytes.length;
    return at - bytes.length;
  };
  const places = rows.map(({ hour, totals, bytes, rollup }, n) => ({
    hour,
    version: first + n,
    ...totals,
    b: place(bytes),
    bn: bytes.length,
    r: place(rollup),
    rn: rollup.length,
  }));
  await tx.query(
    `INSERT INTO metric_chunks (series, hour, version, count, errors, timed, sum_us, bytes, rollup)
     SELECT $1, hour, version, count, errors, timed, "sumUs", substring($2::bytea FROM b FOR bn), substring($2::bytea FROM r FOR rn)
     FROM jsonb_to_recordset($3::jsonb) AS h(hour bigint, version bigint, count bigint, errors bigint, timed bigint, "sumUs" bigint,
       b int, bn int, r int, rn int)
     ON CONFLICT (series, hour) DO UPDATE SET version = excluded.version, count = excluded.count, errors = excluded.errors,
       timed = excluded.timed, sum_us = excluded.sum_us, bytes = excluded.bytes, rollup = excluded.rollup`,
    [series, Buffer.concat(parts), JSON.stringify(places)],
  );
}

/**
 * Adds to the hours of a series and writes each once. The caller holds the organization's lock.
 * Throws INPUT_INVALID where a minute would be beyond what a chunk can hold.
 */
export async function addToHours(tx: Tx, series: number, additions: HourAdditions): Promise<void> {
  const hours = additions.sorted();
  for (let at = 0; at < hours.length; at += WRITE_HOURS) {
    const part = hours.slice(at, at + WRITE_HOURS);
    const known = await tx.query<{ hour: number; bytes: Uint8Array }>(
      `SELECT hour, bytes FROM metric_chunks WHERE series = $1 AND hour = ANY (string_to_array($2, ',')::bigint[])`,
      [series, part.map(([hour]) => hour).join(',')],
    );
    const before = new Map(known.map(({ hour, bytes }) => [hour, bytes]));
    const rows = part.map(([hour, added]) => grown(hour, before.get(hour), added));
    await writeHours(tx, series, rows);
  }
}
