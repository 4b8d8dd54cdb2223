/** Pages of the stream of metrics as a platform sends them, made from requests and spans. */
import { ChunkBuilder } from '../../shared/sla/chunk.ts';
import { HOUR, MINUTE } from '../../shared/sla/model.ts';

export interface Request {
  readonly at: number;
  /** Milliseconds; null: not known. */
  readonly ms: number | null;
  readonly failed?: boolean;
}

export type Line = Readonly<Record<string, unknown>> & { readonly version: number };

/** A line for each hour of the requests. */
export function chunkLines(series: number, requests: Iterable<Request>, version: number): Line[] {
  const hours = new Map<number, ChunkBuilder>();
  for (const { at, ms, failed = false } of requests) {
    const hour = Math.floor(at / HOUR) * HOUR;
    let builder = hours.get(hour);
    if (builder === undefined) {
      builder = new ChunkBuilder();
      hours.set(hour, builder);
    }
    builder.addSample(Math.floor((at - hour) / MINUTE), ms === null ? null : ms * 1_000, failed);
  }
  return [...hours].map(([hour, builder], i) => ({
    ...{ version: version + i, kind: 'chunk', series, hour, totals: builder.totals() },
    bytes: Buffer.from(builder.encode()).toString('base64url'),
  }));
}

export const spanLine = (series: number, from: number, to: number, up: boolean, version: number): Line => ({
  ...{ version, kind: 'span', series, from, to, up },
});
export const cutLine = (series: number, from: number, to: number, version: number): Line => ({
  ...{ version, kind: 'cut', series, from, to },
});

/** The page's bytes, closed after its last line. */
export function pageOf(lines: readonly Line[], after: number, more = false): Uint8Array {
  const end = { next: lines.at(-1)?.version ?? after, more };
  return Uint8Array.from(Buffer.from([...lines, end].map((line) => `${JSON.stringify(line)}\n`).join('')));
}
