/** SIGKILL while a mirror follows an erasure: afterwards it equals one that was never interrupted, and holds nothing of what was erased. */
import { spawn } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sha256 } from '../../main/crypto.ts';
import { openEncrypted } from '../../main/db/connect.ts';
import { openMirror } from '../../main/db/index.ts';
import { verifyMirror } from '../../main/sync/verifyMirror.ts';
import { buildEvent, disclosureDigest, makeDisclosure, readDisclosure } from '../../shared/audit/index.ts';
import { toUtf8 } from '../../shared/bytes.ts';
import { ERASE_ACTION, type ErasedOf, erasureDigest, erasureParts } from '../../shared/compliance/erasure.ts';
import type { Json } from '../../shared/json/index.ts';
import { ORIGIN, StaticLog, serveStaticLog } from '../support/staticLog.ts';

const KILLS = 12;
const EVENTS = 6_000;
const REQUEST = 'request-1';
const key = new Uint8Array(32).fill(3);
const child = join(import.meta.dirname, '..', 'support', 'syncChild.ts');

/** One sync in a process of its own, killed after `ms` unless null. Gives how long it ran, and whether it ended by itself. */
function sync(args: readonly string[], ms: number | null): Promise<{ ran: number; ended: boolean }> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const running = spawn(process.execPath, [child, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
    const timer = ms === null ? undefined : setTimeout(() => running.kill('SIGKILL'), ms);
    running.once('exit', (code, signal) => {
      clearTimeout(timer);
      if (code !== 0 && signal !== 'SIGKILL') reject(new Error(`the sync ended with ${code}`));
      else resolve({ ran: performance.now() - started, ended: code === 0 });
    });
  });
}

/** Erases every second person's names and addresses from the log, as the platform does. */
function erase(log: StaticLog): void {
  const list = log.events.flatMap(({ disclosures }, seq): ErasedOf[] => {
    const named = disclosures.map(
      (text) => [readDisclosure(text).name, disclosureDigest(text, sha256)] as ErasedOf[1][number],
    );
    const { email } = readDisclosure(disclosures[0]!).value as { email: string };
    return Number(/\d+/.exec(email)![0]) % 2 === 0 ? [[seq, named]] : [];
  });
  const parts = erasureParts(list);
  expect(parts.length).toBeGreaterThan(10);
  for (const [part, disclosures] of parts.entries()) {
    const detail = { request: REQUEST, digest: erasureDigest(list, sha256), part, parts: parts.length, disclosures };
    const salt = createHash('sha256').update(`erase ${part}`).digest().subarray(0, 16);
    const told = makeDisclosure(salt, 'detail', detail as unknown as Json);
    const at = new Date(Date.UTC(2027, 0, 1)).toISOString();
    const fields = {
      ...{ log: ORIGIN, seq: log.events.length, id: `019a0000-0000-7000-8000-${String(part).padStart(12, '0')}` },
      ...{ recorded_at: at, occurred_at: at, workspace: null, action: ERASE_ACTION, outcome: 'success' as const },
      ...{ actor: { type: 'user' as const, id: 'officer' }, target: { type: 'data_request', id: REQUEST } },
      ...{ producer: { id: 'platform-api', epoch: 1, n: part }, request: null },
    };
    log.append([{ leaf: toUtf8(buildEvent(fields, [told], sha256).bytes), disclosures: [told] }]);
  }
  for (const [seq] of list) log.events[seq]!.disclosures.length = 0;
}

/** Everything that following changes, as it lies in the file; and whether the mirror verifies. */
async function contents(path: string) {
  const mirror = await openMirror({ path, key });
  const { matched, findings } = await verifyMirror({ mirror, signal: new AbortController().signal });
  const proof = await mirror.reader.erasedFor(REQUEST);
  const { alarms } = await mirror.reader.integrity();
  await mirror.close();
  const db = openEncrypted({ path, key, readonly: true });
  try {
    const all = (sql: string) => db.prepare(sql).raw().all();
    db.exec('CREATE VIRTUAL TABLE temp.word USING fts5vocab (main, search, row)');
    const wordsOf = (term: string) => db.prepare('SELECT count(*) FROM temp.word WHERE term = ?').pluck().get(term);
    return {
      ...{ matched, findings, alarms, proof },
      bundles: all('SELECT idx, disclosures FROM bundle ORDER BY idx'),
      names: all('SELECT kind, key, name FROM dict ORDER BY kind, key'),
      erased: all('SELECT * FROM erased ORDER BY seq, digest'),
      history: all('SELECT seq, kind, id, state, data, before FROM access_history ORDER BY seq, kind, id'),
      cursor: all("SELECT value FROM meta WHERE key = 'erasures'"),
      // Words that stand in an e-mail address alone: of one who was erased, and of one who was not.
      words: [wordsOf('u0'), wordsOf('u1')],
    };
  } finally {
    db.close();
  }
}

it(`follows to the same mirror after ${KILLS} kills`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mc-erase-'));
  const log = new StaticLog().grow(EVENTS);
  const server = await serveStaticLog(log);
  const at = (name: string): string => join(folder, `${name}.db`);
  const args = (name: string): string[] => [server.url, log.vkey, at(name)];
  try {
    await sync(args('before'), null);
    for (const name of ['whole', 'killed']) copyFileSync(at('before'), at(name));
    erase(log);
    const { ran } = await sync(args('whole'), null);
    let killed = 0;
    for (let i = 0; i < KILLS; i++) {
      const ms = Math.round(ran * (0.3 + (0.6 * i) / KILLS)) + randomInt(0, 60);
      if (!(await sync(args('killed'), ms)).ended) killed += 1;
    }
    expect(killed).toBeGreaterThan(2);
    await sync(args('killed'), null);
    await sync(args('late'), null);
    const [whole, after, late] = [
      await contents(at('whole')),
      await contents(at('killed')),
      await contents(at('late')),
    ];
    expect(whole).toMatchObject({ matched: true, findings: [], alarms: [], proof: { held: 0 }, words: [0, 1] });
    expect(whole.proof.named).toBeGreaterThan(4_000);
    expect(after).toEqual(whole);
    const { history: _then, ...rest } = whole;
    expect(late).toMatchObject(rest);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}, 240_000);
