/** Many small pieces of bytes as one, to be handed to another thread at the cost of one. */
import type { HourChunk } from '../../../shared/sla/model.ts';

export interface Packed {
  readonly series: readonly number[];
  readonly hours: readonly number[];
  /** Where each piece ends; it begins where the one before ended. */
  readonly ends: readonly number[];
  readonly bytes: Uint8Array;
}

export function pack(rows: readonly HourChunk[]): Packed {
  const bytes = new Uint8Array(rows.reduce((sum, row) => sum + row.bytes.length, 0));
  const ends: number[] = [];
  let at = 0;
  for (const row of rows) {
    bytes.set(row.bytes, at);
    at += row.bytes.length;
    ends.push(at);
  }
  return { series: rows.map(({ series }) => series), hours: rows.map(({ hour }) => hour), ends, bytes };
}

/** Each piece with bytes of its own, so that one that is kept does not keep the others. */
export function* unpack({ series, hours, ends, bytes }: Packed): Generator<HourChunk> {
  let at = 0;
  for (const [i, end] of ends.entries()) {
    yield { series: series[i]!, hour: hours[i]!, bytes: bytes.slice(at, end) };
    at = end;
  }
}
