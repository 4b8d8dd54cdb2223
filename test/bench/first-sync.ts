/**
 * First sync into the encrypted, indexed mirror, verification included, over real HTTP from another process; beside it a plain unencrypted
 * load of the same rows, already in memory, into SQLite with the same full-text index, without and with the secondary indices that a mirror
 * without column segments needs. Events: MC_BENCH_EVENTS, default 200,000.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { openMirror } from '../../main/db/index.ts';
import { PlatformClient } from '../../main/sync/client.ts';
import { PlatformHttp } from '../../main/sync/http.ts';
import { Session } from '../../main/sync/session.ts';
import { syncOrganization } from '../../main/sync/sync.ts';
import { readDisclosure, readEvent } from '../../shared/audit/index.ts';
import { fromUtf8 } from '../../shared/bytes.ts';
import { ORG, ORIGIN, StaticLog, serveStaticLog, staticEvent } from '../support/staticLog.ts';
import { spent, threadCpu } from '../support/threadCpu.ts';
import type { BenchRow } from './main.ts';

const EVENTS = Number(process.env.MC_BENCH_EVENTS ?? 200_000);
const PLAIN_BATCH = 10_000;
const CPU_EVERY_MS = 50;
const CPU_SHOWN_MICROS = 0.1;
const file = fileURLToPath(import.meta.url);

/** The server's side, in a process of its own. */
if (process.argv[1] === file && process.argv[2] === 'serve') {
  const log = new StaticLog().grow(Number(process.argv[3])).warm();
  const note = log.note();
  log.faults.note = note;
  const { url } = await serveStaticLog(log);
  process.send?.({ url, vkey: log.vkey });
}

interface Synced {
  readonly perSecond: number;
  /** Microseconds of processor time an event, by thread; empty where the system does not tell. */
  readonly cpu: ReadonlyMap<string, number>;
}

/** Reads what the threads of this process and of the server have used, from now until it is asked. */
function watchCpu(server: number): () => Map<string, number> {
  const read = (): Map<string, number> => {
    const theirs = [...threadCpu(server).values()].reduce((sum, micros) => sum + micros, 0);
    return new Map([...threadCpu(process.pid), ['server (all threads)', theirs]]);
  };
  const before = read();
  let last = before;
  // A thread that has ended is read no more: what it had used a moment before stands for it.
  const take = (): void => {
    last = new Map([...last, ...read()]);
  };
  const timer = setInterval(take, CPU_EVERY_MS);
  return () => {
    clearInterval(timer);
    take();
    return spent(before, last);
  };
}

async function syncOnce(dir: string): Promise<Synced> {
  const server = fork(file, ['serve', String(EVENTS)]);
  try {
    const { url, vkey } = await new Promise<{ url: string; vkey: string }>((resolve, reject) => {
      server.once('message', (message) => resolve(message as { url: string; vkey: string }));
      server.once('exit', () => reject(new Error('the server ended')));
    });
    const mirror = await openMirror({ path: join(dir, 'mirror.db'), key: new Uint8Array(32).fill(7) });
    const store = { read: async () => 'token', write: async () => {}, delete: async () => {} };
    const http = new PlatformHttp({ url });
    const cpu = watchCpu(server.pid!);
    const began = performance.now();
    const result = await syncOrganization({
      client: new PlatformClient(http, new Session(http, store)),
      mirror,
      pin: { vkey, origin: ORIGIN, fingerprint: 'ab'.repeat(32), pinnedAt: 1 },
      orgId: ORG,
      lastSeen: { lastSeen: async () => null, setLastSeen: async () => {} },
      signal: new AbortController().signal,
    });
    const seconds = (performance.now() - began) / 1000;
    const used = new Map([...cpu()].map(([thread, micros]) => [thread, micros / EVENTS]));
    await mirror.close();
    if (result.size !== EVENTS) throw new Error(`${result.size} of ${EVENTS} events`);
    return { perSecond: EVENTS / seconds, cpu: used };
  } finally {
    server.kill();
  }
}

function makePlainRows() {
  return Array.from({ length: EVENTS }, (_, seq) => {
    const { leaf, disclosures } = staticEvent(seq);
    const event = readEvent(fromUtf8(leaf));
    const told = disclosures.map((text) =>
      Object.values(readDisclosure(text).value as Record<string, string>).join(' '),
    );
    const text = `${event.action} ${event.actor.id} ${event.target?.id ?? ''} ${told.join(' ')}`;
    return [
      seq,
      Date.parse(event.occurred_at),
      Date.parse(event.recorded_at),
      event.actor.id,
      event.action,
      event.target?.id ?? '',
      event.workspace,
      event.outcome,
      leaf,
      disclosures.join('~'),
      text,
    ] as const;
  });
}

function plainLoad(dir: string, name: string, rows: ReturnType<typeof makePlainRows>, indexed: boolean): number {
  const db = new Database(join(dir, name));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('page_size = 8192');
  db.exec(`CREATE TABLE event (seq INTEGER PRIMARY KEY, occurred INTEGER, recorded INTEGER, actor TEXT, action TEXT, target TEXT, workspace TEXT,
    outcome TEXT, leaf BLOB, disclosures TEXT) STRICT;
    CREATE VIRTUAL TABLE search USING fts5 (text, content = '', detail = none, columnsize = 0)`);
  if (indexed) {
    for (const column of ['occurred', 'actor', 'action', 'target', 'workspace', 'outcome'])
      db.exec(`CREATE INDEX by_${column} ON event (${column}, seq)`);
  }
  const event = db.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const search = db.prepare('INSERT INTO search (rowid, text) VALUES (?, ?)');
  const began = performance.now();
  for (let at = 0; at < rows.length; at += PLAIN_BATCH) {
    db.transaction(() => {
      for (const row of rows.slice(at, at + PLAIN_BATCH)) {
        event.run(...row.slice(0, 10));
        search.run(row[0], row[10]);
      }
    })();
  }
  const seconds = (performance.now() - began) / 1000;
  db.close();
  return rows.length / seconds;
}

/** The bill of the first sync: on two cores all threads together may use twenty microseconds an event at 100,000 events/s. */
function cpuRows(cpu: ReadonlyMap<string, number>): BenchRow[] {
  const rows = [...cpu].filter(([, micros]) => micros >= CPU_SHOWN_MICROS).sort((a, b) => b[1] - a[1]);
  const total = [...cpu.values()].reduce((sum, micros) => sum + micros, 0);
  return [...rows, ['total', total] as const].map(([thread, ours]) => ({
    figure: `  processor time of it: ${thread}`,
    ours,
    baseline: null,
    ratio: null,
    unit: 'us/event',
  }));
}

export async function run(): Promise<BenchRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'mc-bench-'));
  try {
    const { perSecond: ours, cpu } = await syncOnce(dir);
    const rows = makePlainRows();
    const bare = plainLoad(dir, 'bare.db', rows, false);
    const indexed = plainLoad(dir, 'indexed.db', rows, true);
    const figure = `first sync of ${EVENTS.toLocaleString('en-US')} events`;
    return [
      {
        figure: `${figure} / plain load with full-text index`,
        ours,
        baseline: bare,
        ratio: ours / bare,
        unit: 'events/s',
      },
      {
        figure: `${figure} / the same with secondary indices`,
        ours,
        baseline: indexed,
        ratio: ours / indexed,
        unit: 'events/s',
      },
      ...cpuRows(cpu),
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

if (process.argv[1] === file && process.argv[2] === undefined) console.table(await run());
