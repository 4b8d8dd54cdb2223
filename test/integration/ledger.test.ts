/** Pin, alarms and acknowledgements: an older state of them that was put back is noticed, a kill between two writes is not taken for one. */
import { randomBytes } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type LedgerHead, type Mirror, type NewAlarm, openMirror } from '../../main/db/index.ts';
import { keepLedger, type LedgerStore, noticeLost } from '../../main/sync/ledger.ts';
import { openConsoleApp, PASSPHRASE, temporaryFolder } from '../support/app.ts';
import { makeLog, makeRows } from '../support/mirrorBatches.ts';
import { makeVault, mirrorKey, plantMirror } from '../support/plantMirror.ts';
import { tamper } from '../support/tamper.ts';

const ORG = 'acme';
const { pin } = makeLog(makeRows(1));
const key = randomBytes(32);
const folder = temporaryFolder();
let files = 0;
const newPath = (): string => join(folder.path, `${files++}.db`);
afterAll(() => folder.remove());

/** Keeps what it is told, as a keychain does. */
function memoryStore(first: LedgerHead | null): LedgerStore & { head: LedgerHead | null } {
  const store = {
    head: first,
    lastLedger: async () => store.head,
    setLastLedger: async (_org: string, head: LedgerHead) => {
      store.head = head;
    },
  };
  return store;
}

const alarm = (text: string): NewAlarm => ({
  kind: 'LOG_FORK',
  raisedAt: 5,
  message: text,
  evidence: [{ name: 'note', text }],
});

/** Each change that the ledger is over, one after the other. */
const CHANGES: readonly ((mirror: Mirror) => Promise<unknown>)[] = [
  ({ writer }) => writer.setPin(pin),
  ({ writer }) => writer.raiseAlarm(alarm('one')),
  ({ writer }) => writer.raiseAlarm(alarm('two')),
  async ({ reader, writer }) => writer.acknowledgeAlarm((await reader.integrity()).alarms[0]!.id, 'explained', 7),
  ({ writer }) => writer.raiseAlarm(alarm('three')),
  ({ writer }) => writer.noteReviewKeys([{ publicKey: 'a key', fingerprint: 'aa' }], 8),
];

/** The mirror after each change, and the newest link then. */
async function states(): Promise<{ path: string; head: LedgerHead }[]> {
  const path = newPath();
  const found: { path: string; head: LedgerHead }[] = [];
  for (const change of [async () => {}, ...CHANGES]) {
    const mirror = await openMirror({ path, key });
    await change(mirror);
    const { head } = await mirror.reader.ledger(null);
    await mirror.close();
    const copy = newPath();
    for (const suffix of ['', '.check']) copyFileSync(path + suffix, copy + suffix);
    found.push({ path: copy, head });
  }
  return found;
}

it('notices every older state against every newer link seen, and takes no newer one for a loss', async () => {
  const all = await states();
  expect(all.map(({ head }) => head.n)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  for (const [at, { path, head }] of all.entries()) {
    for (const [seenAt, seen] of all.entries()) {
      const copy = newPath();
      for (const suffix of ['', '.check']) copyFileSync(path + suffix, copy + suffix);
      const mirror = await openMirror({ path: copy, key });
      const store = memoryStore(seen.head);
      const before = (await mirror.reader.integrity()).alarms.length;
      const noticed = await noticeLost(mirror, ORG, store, () => 9);
      const raised = (await mirror.reader.integrity()).alarms.filter(({ kind }) => kind === 'MIRROR_RESTORED');
      expect([at, seenAt, noticed, raised.length]).toEqual([at, seenAt, at < seenAt, at < seenAt ? 1 : 0]);
      if (!noticed) expect([store.head, before]).toEqual([head, (await mirror.reader.integrity()).alarms.length]);
      // What was lost is known by its link; once it is said, the next opening does not say it again.
      else expect(raised[0]?.evidence).toEqual([{ name: 'seen', text: JSON.stringify(seen.head) }]);
      expect(await noticeLost(mirror, ORG, store, () => 10)).toBe(false);
      await mirror.close();
    }
  }
});

it('raises one alarm only when killed after raising it and before noting it', async () => {
  const all = await states();
  const mirror = await openMirror({ path: all[2]!.path, key });
  const store = memoryStore(all[5]!.head);
  const killed: LedgerStore = {
    ...store,
    lastLedger: store.lastLedger,
    setLastLedger: () => Promise.reject(new Error('killed')),
  };
  await expect(noticeLost(mirror, ORG, killed, () => 9)).rejects.toThrow('killed');
  expect(await noticeLost(mirror, ORG, store, () => 10)).toBe(true);
  const { alarms } = await mirror.reader.integrity();
  expect(alarms.filter(({ kind }) => kind === 'MIRROR_RESTORED').length).toBe(1);
  await mirror.close();
});

it.each([
  ['an alarm', 'DELETE FROM alarm WHERE id = (SELECT min(id) FROM alarm)'],
  ['an acknowledgement', 'UPDATE alarm SET acknowledged_at = NULL, acknowledged_note = NULL'],
  ['an explanation that was made', "UPDATE alarm SET acknowledged_at = 3, acknowledged_note = 'made up'"],
  ['the pin', "DELETE FROM meta WHERE key = 'pin'"],
  ['the review keys', "DELETE FROM meta WHERE key = 'reviewKeys'"],
  ['which review keys were first', "UPDATE meta SET value = replace(value, 'true', 'false') WHERE key = 'reviewKeys'"],
  ['the last link', 'DELETE FROM ledger WHERE n = (SELECT max(n) FROM ledger)'],
  ['all links', 'DELETE FROM ledger'],
])('notices the loss of %s alone', async (_what, sql) => {
  const { path, head } = (await states()).at(-1)!;
  tamper(path, key, (db) => db.exec(sql));
  const mirror = await openMirror({ path, key });
  const store = memoryStore(head);
  expect(await noticeLost(mirror, ORG, store, () => 9)).toBe(true);
  expect((await mirror.reader.integrity()).alarms.some(({ kind }) => kind === 'MIRROR_RESTORED')).toBe(true);
  await mirror.close();
});

it('notes each change before it is answered, and goes on when the store fails', async () => {
  const mirror = await openMirror({ path: newPath(), key });
  const store = memoryStore(null);
  let failing = false;
  const faults: unknown[] = [];
  const kept = keepLedger(
    mirror,
    ORG,
    {
      lastLedger: store.lastLedger,
      setLastLedger: async (org, head) => {
        if (failing) throw new Error('locked');
        await store.setLastLedger(org, head);
      },
    },
    (error) => faults.push(error),
  );
  for (const [i, change] of CHANGES.entries()) {
    failing = i === 2;
    await change(kept);
    const { head } = await mirror.reader.ledger(null);
    expect(store.head?.n).toBe(failing ? head.n - 1 : head.n);
  }
  expect(faults.length).toBe(1);
  await mirror.close();
});

it('is held against the mirror when the console opens it, in a copy of a database that lost one alarm', async () => {
  const dataDir = join(folder.path, 'console');
  await makeVault(dataDir);
  await plantMirror(dataDir, ORG, (mirror) => mirror.writer.setPin(pin));
  const { path } = await mirrorKey(dataDir, ORG);
  const alarms = async (): Promise<{ kind: string }[]> => {
    const { app, call } = openConsoleApp(dataDir);
    await call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
    const view = await call('integrity.get', { orgId: ORG });
    await app.close();
    return view.alarms;
  };
  expect(await alarms()).toEqual([]);
  const old = readFileSync(path);
  // Written past the console, as if it had been killed before it could note the alarm.
  await plantMirror(dataDir, ORG, (mirror) => mirror.writer.raiseAlarm(alarm('one')).then(() => {}));
  expect((await alarms()).map(({ kind }) => kind)).toEqual(['LOG_FORK']);
  writeFileSync(path, old);
  expect((await alarms()).map(({ kind }) => kind)).toEqual(['MIRROR_RESTORED']);
  expect((await alarms()).map(({ kind }) => kind)).toEqual(['MIRROR_RESTORED']);
});
