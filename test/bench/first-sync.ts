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
import type { BenchRow } from './main.ts';

const EVENTS = Number(process.env.MC_BENCH_EVENTS ?? 200_000);
const PLAIN_BATCH = 10_000;
const file = fileURLToPath(import.meta.url);

/** The server's side, in a process of its own. */
if (process.argv[1] === file && process.argv[2] === 'serve') {
  const log = new StaticLog().grow(Number(process.argv[3]));
  const note = log.note();
  log.faults.note = note;
  const { url } = await serveStaticLog(log);
  process.send?.({ url, vkey: log.vkey });
}

async function syncOnce(dir: string): Promise<number> {
  const server = fork(file, ['serve', String(EVENTS)]);
  try {
    const { url, vkey } = await new Promise<{ url: string; vkey: string }>((resolve, reject) => {
      server.once('message', (message) => resolve(message as { url: string; vkey: string }));
      server.once('exit', () => reject(new Error('the server ended')));
    });
    const mirror = await openMirror({ path: join(dir, 'mirror.db'), key: new Uint8Array(32).fill(7) });
    const store = { read: async () => 'token', write: async () => {}, delete: async () => {} };
    const http = new PlatformHttp({ url });
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
    await mirror.close();
    if (result.size !== EVENTS) throw new Error(`${result.size} of ${EVENTS} events`);
    return EVENTS / seconds;
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

export async function run(): Promise<BenchRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'mc-bench-'));
  try {
    const ours = await syncOnce(dir);
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
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

if (process.argv[1] === file && process.argv[2] === undefined) console.table(await run());
