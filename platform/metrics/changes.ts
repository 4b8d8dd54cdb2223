/** The stream a mirror of the metrics follows: chunks, spans and cuts in the order of their versions. */
import type { Tx } from '../db/database.ts';

/** Bytes of chunks in one page: at least one line is sent, whatever its size. */
const PAGE_BYTES_MAX = 3 * 1024 * 1024;

interface ChunkKey {
  readonly version: number;
  readonly size: number;
}
interface ChunkRow {
  readonly version: number;
  readonly series: number;
  readonly hour: number;
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly errors: number;
  readonly timed: number;
  readonly sumUs: number;
}
interface StretchRow {
  readonly version: number;
  readonly kind: 'span' | 'cut';
  readonly series: number;
  readonly from: number;
  readonly to: number;
  readonly up: boolean | null;
}

/** One line, as docs/FORMATS.md has it. */
interface Line {
  readonly version: number;
  readonly text: string;
}

function chunkLine({ version, series, hour, bytes, ...totals }: ChunkRow): Line {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');
  return { version, text: JSON.stringify({ version, kind: 'chunk', series, hour, bytes: text, totals }) };
}

function stretchLine({ version, kind, series, from, to, up }: StretchRow): Line {
  const line = { version, kind, series, from, to };
  return { version, text: JSON.stringify(kind === 'span' ? { ...line, up } : line) };
}

/** Versions of chunks whose bytes fit a page, and whether there are more chunks. */
function fitting(keys: readonly ChunkKey[], limit: number): { last: number | null; more: boolean } {
  let bytes = 0;
  let n = 0;
  while (n < Math.min(keys.length, limit) && (n === 0 || bytes + keys[n]!.size * (4 / 3) <= PAGE_BYTES_MAX)) {
    bytes += keys[n]!.size * (4 / 3);
    n += 1;
  }
  return { last: keys[n - 1]?.version ?? null, more: n < keys.length };
}

/** Lines after a version, at most `limit`, of about 4 MiB at most; the last line is `{next, more}`. */
export async function readMetricChanges(tx: Tx, after: number, limit: number): Promise<string[]> {
  const keys = await tx.query<ChunkKey>(
    'SELECT version, octet_length(bytes) AS size FROM metric_chunks WHERE version > $1 ORDER BY version LIMIT $2',
    [after, limit + 1],
  );
  const stretches = await tx.query<StretchRow>(
    `SELECT * FROM (
       (SELECT version, 'span' AS kind, series, from_ms AS "from", to_ms AS "to", up FROM metric_spans WHERE version > $1
        ORDER BY version LIMIT $2)
       UNION ALL
       (SELECT version, 'cut', series, from_ms, to_ms, NULL FROM metric_cuts WHERE version > $1 ORDER BY version LIMIT $2)
     ) s ORDER BY version LIMIT $2`,
    [after, limit + 1],
  );
  const { last, more: moreChunks } = fitting(keys, limit);
  const chunks =
    last === null
      ? []
      : await tx.query<ChunkRow>(
          `SELECT version, series, hour, bytes, count, errors, timed, sum_us AS "sumUs" FROM metric_chunks
           WHERE version > $1 AND version <= $2 ORDER BY version`,
          [after, last],
        );
  // Nothing may be sent that lies beyond a chunk, or a stretch, that is left for the next page.
  const bounds = [...(moreChunks ? [last!] : []), ...(stretches.length > limit ? [stretches[limit - 1]!.version] : [])];
  const until = Math.min(...bounds, Number.MAX_SAFE_INTEGER);
  const all = [...chunks.map(chunkLine), ...stretches.map(stretchLine)]
    .filter(({ version }) => version <= until)
    .sort((a, b) => a.version - b.version);
  const lines = all.slice(0, limit);
  const next = lines.at(-1)?.version ?? after;
  const more = bounds.length > 0 || all.length > limit;
  return [...lines.map(({ text }) => text), JSON.stringify({ next, more })];
}
