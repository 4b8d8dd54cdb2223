/** Full verification of a mirror whose derived parts were changed under right page tags: what differs is named, and built anew. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import type { Connection } from '../../main/db/connect.ts';
import { type Mirror, openMirror } from '../../main/db/index.ts';
import { type VerifyMirrorResult, verifyMirror } from '../../main/sync/verifyMirror.ts';
import { AuditFilter } from '../../shared/contract/audit.ts';
import { temporaryFolder } from '../support/app.ts';
import { makeBatch, makeLog, makeRows, searchText } from '../support/mirrorBatches.ts';
import { tamper } from '../support/tamper.ts';

const COUNT = 1500;
const rows = makeRows(COUNT);
const log = makeLog(rows);
const key = randomBytes(32);
const signal = new AbortController().signal;
const order = { sort: 'seq', direction: 'asc' } as const;
const folder = temporaryFolder();
let files = 0;
let path = '';
let mirror: Mirror;

beforeEach(async () => {
  path = join(folder.path, `${files++}.db`);
  mirror = await openMirror({ path, key });
  await mirror.writer.setPin(log.pin);
  for (let at = 0; at < COUNT; at += 500) await mirror.writer.apply(makeBatch(log, at, at + 500));
});
afterEach(() => mirror.close());
afterAll(() => folder.remove());

async function tampered(change: (db: Connection) => void): Promise<VerifyMirrorResult> {
  await mirror.close();
  tamper(path, key, change);
  mirror = await openMirror({ path, key });
  return verifyMirror({ mirror, signal });
}
const alarms = async () => (await mirror.reader.integrity()).alarms;
const find = async (text: string) => [...(await mirror.reader.matching(AuditFilter.parse({ text }), order))];
/** Takes an event out of the search index, as an older page of it would. */
const hide = (db: Connection, seq: number, text: string): void => {
  db.prepare("INSERT INTO search (search, rowid, text) VALUES ('delete', ?, ?)").run(seq, text);
};

it('holds an unhurt mirror for what it is', async () => {
  expect(await verifyMirror({ mirror, signal })).toMatchObject({ leaves: COUNT, matched: true, findings: [] });
  expect(await alarms()).toEqual([]);
});

it('raises nothing while a sync adds events, words and names beside it', async () => {
  const other = await openMirror({ path: join(folder.path, `${files++}.db`), key });
  await other.writer.apply(makeBatch(log, 0, 300));
  const results: VerifyMirrorResult[] = [];
  for (let at = 300; at < COUNT; at += 300) {
    const verifying = verifyMirror({ mirror: other, signal });
    for (let more = at; more < at + 300; more += 50) await other.writer.apply(makeBatch(log, more, more + 50));
    results.push(await verifying);
  }
  expect(results.map(({ matched, findings }) => [matched, findings])).toEqual(results.map(() => [true, []]));
  expect((await other.reader.integrity()).alarms).toEqual([]);
  await other.close();
});

it('finds a hidden hit, names its event, and finds it again after rebuilding', async () => {
  const word = searchText(rows[777]!).split(' ').at(-1)!;
  const before = await find(`${word} `);
  expect(before).toContain(777);
  const result = await tampered((db) => hide(db, 777, word));
  expect(result).toMatchObject({ matched: false, findings: [{ part: 'search', firstSeq: 777, repaired: true }] });
  expect(await find(`${word} `)).toEqual(before);
  const [alarm, ...others] = await alarms();
  expect(others).toEqual([]);
  expect(alarm).toMatchObject({ kind: 'MIRROR_TAMPERED', acknowledged: null });
  expect(alarm?.message).toContain('event 777');
  expect(await verifyMirror({ mirror, signal })).toMatchObject({ matched: true, findings: [] });
  expect((await alarms()).length).toBe(1);
});

it('finds a hit that no event stands for', async () => {
  const result = await tampered((db) => {
    db.prepare('INSERT INTO search (rowid, text) VALUES (?, ?)').run(3, 'neverlogged');
  });
  expect(result.findings).toMatchObject([{ part: 'search', firstSeq: 3, repaired: true }]);
  expect(await find('neverlogged ')).toEqual([]);
});

it('finds an emptied index, and one whose page directory was lost', async () => {
  const emptied = await tampered((db) => db.exec("INSERT INTO search (search) VALUES ('delete-all')"));
  expect(emptied.findings).toMatchObject([{ part: 'search', firstSeq: 0, repaired: true }]);
  expect((await find('thread')).length).toBeGreaterThan(0);
  const lost = await tampered((db) => db.exec('DELETE FROM search_idx'));
  expect(lost.findings).toMatchObject([{ part: 'search', repaired: true }]);
  expect(await verifyMirror({ mirror, signal })).toMatchObject({ matched: true });
});

it('finds a name that is not the newest one told, and sets it right', async () => {
  const names = async () => (await mirror.reader.rows(0, 200)).map(({ actor }) => actor.name);
  const before = await names();
  const result = await tampered((db) => {
    db.prepare("UPDATE dict SET name = 'Somebody Else' WHERE kind = 0 AND code = 0").run();
    db.prepare("UPDATE dict SET name = 'Not told' WHERE kind = 2 AND code = 1").run();
  });
  expect(result.findings).toMatchObject([{ part: 'names', repaired: true }]);
  expect(result.findings[0]?.message).toMatch(/^2 of the names shown/);
  expect(await names()).toEqual(before);
});

it('finds values that a filter no longer finds, and indexes them anew', async () => {
  const filter = AuditFilter.parse({ actors: [rows[0]!.actor] });
  const count = async () => (await mirror.reader.matching(filter, order)).length;
  const before = await count();
  expect(before).toBeGreaterThan(0);
  const result = await tampered((db) => {
    // The index keeps an older key of an entry, as an older page of it would.
    const rename = db.prepare('UPDATE dict SET key = ? WHERE kind = 0 AND code = 0');
    const { key: now } = db.prepare('SELECT key FROM dict WHERE kind = 0 AND code = 0').get() as { key: string };
    expect(now).toBe(rows[0]!.actor);
    rename.run('user:older');
    db.pragma('writable_schema = ON');
    const index = db.prepare("DELETE FROM sqlite_schema WHERE name = 'dict_key' RETURNING *").get();
    db.pragma('writable_schema = RESET');
    rename.run(now);
    db.pragma('writable_schema = ON');
    db.prepare('INSERT INTO sqlite_schema VALUES (@type, @name, @tbl_name, @rootpage, @sql)').run(index);
    db.pragma('writable_schema = RESET');
  });
  expect(result.findings).toMatchObject([{ part: 'names', repaired: true }]);
  expect(result.findings[0]?.message).toMatch(/^A filter does not find 1 of the values/);
  expect(await count()).toBe(before);
});

it('names the stored range, and not a counter, where only the range differs', async () => {
  const result = await tampered((db) => {
    const range = JSON.parse(db.prepare("SELECT value FROM meta WHERE key = 'range'").pluck().get() as string) as {
      hashes: string[];
    };
    range.hashes[0] = Buffer.alloc(32, 9).toString('base64');
    db.prepare("UPDATE meta SET value = ? WHERE key = 'range'").run(JSON.stringify(range));
  });
  expect(result.findings).toMatchObject([{ part: 'range', firstSeq: null, repaired: false }]);
  expect((await alarms()).map(({ message }) => message)).toEqual([expect.stringContaining('stored range')]);
});

it('names the counter where only a counter differs, and the root where the checkpoint does', async () => {
  const counter = await tampered((db) => db.exec('UPDATE producer SET n = n - 1'));
  expect(counter.findings).toMatchObject([{ part: 'counters', repaired: false }]);
  const root = await tampered((db) => {
    const text = db.prepare("SELECT value FROM meta WHERE key = 'checkpoint'").pluck().get() as string;
    const changed = { ...(JSON.parse(text) as object), root: Buffer.alloc(32, 1).toString('base64') };
    db.prepare("UPDATE meta SET value = ? WHERE key = 'checkpoint'").run(JSON.stringify(changed));
  });
  expect(root.findings).toMatchObject([{ part: 'root' }]);
});

it('can be cancelled while it reads the search index, and while it rebuilds it', async () => {
  for (const phase of ['Checking the search index', 'Rebuilding the search index']) {
    await mirror.close();
    tamper(path, key, (db) => db.exec("INSERT INTO search (search) VALUES ('delete-all')"));
    mirror = await openMirror({ path, key });
    const stop = new AbortController();
    const onProgress = (progress: { phase: string }): void => {
      if (progress.phase === phase) stop.abort();
    };
    await expect(verifyMirror({ mirror, signal: stop.signal, onProgress })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  }
  expect((await mirror.reader.integrity()).lastFullVerification).toBe(null);
  // The alarm was raised before the rebuilding began, and stands until a verification has ended it.
  expect((await alarms()).length).toBe(1);
  expect(await verifyMirror({ mirror, signal })).toMatchObject({ findings: [{ part: 'search', repaired: true }] });
});
