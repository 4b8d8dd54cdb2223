/**
 * Page and histogram of a changed filter over a large mirror: p95 over many filters, each asked once. The limit of 50 ms stands as baseline.
 * Rows: MC_BENCH_ROWS, default 1,000,000. The rows are columns and search text only: no proof is read here.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type AuditBatch,
  type BatchDictionary,
  type Mirror,
  type Order,
  openMirror,
  packDictionaries,
} from '../../main/db/index.ts';
import { toUtf8 } from '../../shared/bytes.ts';
import { AuditFilter } from '../../shared/contract/audit.ts';
import { TILE_WIDTH } from '../../shared/log/index.ts';
import type { BenchRow } from './main.ts';

const ROWS = Number(process.env.MC_BENCH_ROWS ?? 1_000_000);
const BATCH = 8192;
const LIMIT_MS = 50;
const LINE_FEED = 0x0a;
const START = Date.UTC(2026, 7, 26);
const ACTIONS = [
  'auth.login',
  'thread.create',
  'thread.read',
  'thread.update',
  'member.role.update',
  'logs.read',
  'logs.delete',
  'usage.read',
];
const ACTORS = Array.from({ length: 500 }, (_, i) => `user:u_${i}`);

function batchOf(first: number, count: number): AuditBatch {
  const noise = randomBytes(count * 8);
  const pick = (i: number, at: number, below: number): number => noise.readUInt16LE(i * 8 + at) % below;
  const column = (value: (i: number) => number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => value(i));
  const targets = Array.from({ length: count }, (_, i) => `thread:t_${pick(i, 2, 40_000)}`);
  const recorded = Float64Array.from({ length: count }, (_, i) => START + (first + i) * 7776);
  const none = (keys: readonly string[]): BatchDictionary => ({ keys, names: keys.map(() => null) });
  const bundles = Array.from({ length: Math.ceil(count / TILE_WIDTH) }, (_, b) => {
    const rows = Math.min(TILE_WIDTH, count - b * TILE_WIDTH);
    return {
      index: first / TILE_WIDTH + b,
      count: rows,
      entries: new Uint8Array(rows * 2),
      disclosures: new Uint8Array(rows - 1).fill(LINE_FEED),
      hash: rows === TILE_WIDTH ? new Uint8Array(32) : null,
    };
  });
  return {
    firstSeq: first,
    count,
    bundles,
    recorded,
    occurred: recorded.map((time, i) => time - pick(i, 4, 5000)),
    outcome: Uint8Array.from({ length: count }, (_, i) => (pick(i, 6, 50) === 0 ? 1 + (i % 2) : 0)),
    actor: column((i) => pick(i, 0, ACTORS.length)),
    action: column((i) => pick(i, 4, ACTIONS.length)),
    target: column((i) => i),
    workspace: column((i) => pick(i, 6, 5)),
    dictionaries: packDictionaries({
      actor: { keys: ACTORS, names: ACTORS.map((_, i) => `User ${i}`) },
      action: none(ACTIONS),
      target: none(targets),
      workspace: none(['', 'w1', 'w2', 'w3', 'w4']),
    }),
    text: toUtf8(
      targets
        .map(
          (target, i) => `${target} u_${pick(i, 0, 500)} Firefox 143 word${pick(i, 2, 3000)} word${pick(i, 6, 3000)}`,
        )
        .join('\n'),
    ),
    range: { size: first + count, hashes: [] },
    checkpoint: { note: '', origin: 'bench', size: ROWS, root: new Uint8Array(32) },
    producers: [],
    now: START,
  };
}

const NEWEST_FIRST: Order = { sort: 'time', direction: 'desc' };

interface Ask {
  readonly filter: AuditFilter;
  readonly order?: Order;
  readonly offset?: number;
}

async function p95(mirror: Mirror, asks: readonly Ask[]): Promise<number> {
  const times: number[] = [];
  for (const { filter, order = NEWEST_FIRST, offset = 0 } of asks) {
    const began = performance.now();
    await mirror.reader.query(filter, order, offset, 100);
    await mirror.reader.histogram(filter, 96);
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  return times[Math.ceil(times.length * 0.95) - 1]!;
}

export async function run(): Promise<BenchRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'mc-bench-'));
  const key = randomBytes(32);
  let mirror = await openMirror({ path: join(dir, 'mirror.db'), key });
  try {
    for (let at = 0; at < ROWS; at += BATCH) await mirror.writer.apply(batchOf(at, Math.min(BATCH, ROWS - at)));
    // The first query takes the columns into memory: a cost of opening, not of a filter.
    await p95(mirror, [{ filter: AuditFilter.parse({}) }]);
    const twenty = Array.from({ length: 20 }, (_, i) => i);
    const sorts = ['actor', 'action', 'target', 'outcome', 'workspace', 'seq', 'time'] as const;
    const filters = twenty.flatMap((i) => [
      { filter: AuditFilter.parse({ actors: [ACTORS[i]!, ACTORS[i + 20]!] }) },
      { filter: AuditFilter.parse({ actions: ['thread.*'], from: START + i * 3_600_000 }) },
      { filter: AuditFilter.parse({ outcomes: ['denied'], workspaces: ['w1'], to: START + (i + 30) * 86_400_000 }) },
    ]);
    const orders: readonly Ask[] = sorts.map((sort, i) => ({
      filter: AuditFilter.parse({ from: START + i }),
      order: { sort, direction: 'asc' } as const,
      offset: ROWS >> 1,
    }));
    const texts = twenty.map((i) => ({
      filter: AuditFilter.parse({ text: ['word', 'word', 'u ', 'firefox '][i % 4] + (i % 4 < 2 ? `${i * 7} ` : '') }),
    }));
    const rows = ROWS.toLocaleString('en-US');
    const beginnings = ['w', 'wo', 'wor', 'word', 'word1', 'f', 'fire', 'thread t', 'th', 'u', '1', 't'].map(
      (text) => ({
        filter: AuditFilter.parse({ text }),
      }),
    );
    const figures = [
      [`filter change, ${rows} rows: page and histogram, p95`, filters],
      [`sort by each column, page in the middle, ${rows} rows, p95`, orders],
      [`free text, rare and common words, ${rows} rows, p95`, texts],
      [`free text, beginnings of words, ${rows} rows, p95`, beginnings],
    ] as const;
    const out: BenchRow[] = [];
    for (const [figure, asks] of figures) {
      const ours = await p95(mirror, asks);
      out.push({ figure, ours, baseline: LIMIT_MS, ratio: LIMIT_MS / ours, unit: 'ms (limit)' });
    }
    await mirror.close();
    mirror = await openMirror({ path: join(dir, 'mirror.db'), key });
    const first = await p95(mirror, [{ filter: AuditFilter.parse({ text: 'firefox ' }) }]);
    const figure = `first question after opening, a word in each of ${rows} rows`;
    return [...out, { figure, ours: first, baseline: null, ratio: null, unit: 'ms' }];
  } finally {
    await mirror.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.table(await run());
