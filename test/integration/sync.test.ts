/** The audit sync into a real encrypted mirror, against a server that misbehaves to order. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Mirror, openMirror } from '../../main/db/index.ts';
import { PlatformClient } from '../../main/sync/client.ts';
import { PlatformHttp } from '../../main/sync/http.ts';
import { Session } from '../../main/sync/session.ts';
import { syncOrganization } from '../../main/sync/sync.ts';
import { verifyMirror } from '../../main/sync/verifyMirror.ts';
import type { AppError } from '../../shared/errors.ts';
import { hourLines } from '../support/slaMirror.ts';
import { type Faults, ORG, ORIGIN, StaticLog, serveStaticLog, staticEvent } from '../support/staticLog.ts';

const folder = mkdtempSync(join(tmpdir(), 'mc-sync-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const key = new Uint8Array(32).fill(3);
const signal = new AbortController().signal;
let count = 0;
let path: string;
let mirror: Mirror;
let log: StaticLog;
let server: Awaited<ReturnType<typeof serveStaticLog>>;
let seen: { size: number; root: string } | null;

beforeEach(async () => {
  path = join(folder, `${count++}.db`);
  mirror = await openMirror({ path, key });
  log = new StaticLog().grow(700);
  server = await serveStaticLog(log);
  seen = null;
});
afterEach(async () => {
  await mirror.close();
  await server.close();
});

function sync(vkey = log.vkey) {
  const http = new PlatformHttp({ url: server.url, timeoutMs: 5000, retries: 2 });
  const store = { read: async () => 'token', write: async () => {}, delete: async () => {} };
  const client = new PlatformClient(http, new Session(http, store));
  const lastSeen = {
    lastSeen: async () => seen,
    setLastSeen: async (_org: string, state: { size: number; root: string }) => {
      seen = state;
    },
  };
  const pin = { vkey, origin: ORIGIN, fingerprint: 'ab'.repeat(32), pinnedAt: 1 };
  return syncOrganization({ client, mirror, pin, orgId: ORG, lastSeen, signal });
}
const failure = () =>
  sync().then(
    () => null,
    (error: unknown) => error as AppError,
  );
const alarms = async () => (await mirror.reader.integrity()).alarms;
const flip =
  (prefix: string, at: number): Faults['alter'] =>
  (name, body) => {
    if (!name.startsWith(prefix)) return body;
    const copy = Buffer.from(body);
    copy[at]! ^= 1;
    return copy;
  };

describe('sync', () => {
  it('takes metrics page by page, and goes on without them where the platform has none', async () => {
    expect(await sync()).toMatchObject({ metricsChanged: null });
    log.metrics = [...hourLines(1, 0, 700 * 3_600_000, 1, () => 0)].map((line, i) => ({ ...line, version: i + 1 }));
    expect(await sync()).toMatchObject({ metricsChanged: 700 });
    expect(await sync()).toMatchObject({ metricsChanged: 0 });
    expect((await mirror.reader.state()).metricCursor).toBe(700);
  });

  it('keeps the pages before one that does not hold, and raises no alarm of the log', async () => {
    log.metrics = [...hourLines(1, 0, 700 * 3_600_000, 1, () => 0)].map((line, i) => ({ ...line, version: i + 1 }));
    log.metrics[600] = { ...log.metrics[600]!, totals: { count: 1, errors: 0, timed: 0, sumUs: 0 } };
    expect(await failure()).toMatchObject({ code: 'PLATFORM_PROTOCOL' });
    expect(await mirror.reader.state()).toMatchObject({ metricCursor: 500, size: 700 });
    expect(await alarms()).toEqual([]);
  });

  it('proves, grows across a partial bundle, and verifies what it stored', async () => {
    expect(await sync()).toMatchObject({ eventsAdded: 700, size: 700, entitiesChanged: 1 });
    log.grow(1300);
    expect(await sync()).toMatchObject({ eventsAdded: 600, size: 1300 });
    const { leaves } = await mirror.reader.leaves(0, 1000);
    expect(leaves.map((leaf) => Buffer.from(leaf))).toEqual(log.events.slice(0, 1000).map((e) => Buffer.from(e.leaf)));
    expect(await verifyMirror({ mirror, signal })).toMatchObject({ leaves: 1300, matched: true, disclosures: 2600 });
    expect(await alarms()).toEqual([]);
  });

  it.each([
    ['entry', 'tile/entries/001', 900, 'LOG_TAMPERED', 'tile/entries/001'],
    ['level-1 tile', 'tile/1/', 40, 'LOG_TAMPERED', 'tile/1/000.p/2'],
    ['disclosure', 'disclosures/002', 40, 'LOG_TAMPERED', 'event 512'],
    ['checkpoint', 'checkpoint', 28, 'LOG_SIGNATURE', ''],
  ])('finds and names a flipped bit: %s', async (_what, prefix, at, code, where) => {
    log.faults.alter = flip(prefix, at);
    const error = await failure();
    expect(error?.code).toBe(code);
    expect(`${error?.message} ${JSON.stringify(error?.details)}`).toContain(where);
    expect((await alarms()).map((alarm) => alarm.kind)).toEqual([code]);
    delete log.faults.alter;
    expect(await sync()).toMatchObject({ size: 700 });
  });

  it('refuses a rolled-back and a forked log and keeps both notes', async () => {
    const old = log.note(500);
    await sync();
    log.faults.note = old;
    expect((await failure())?.code).toBe('LOG_ROLLBACK');
    log.faults.note = log.note(700, new Uint8Array(32));
    expect((await failure())?.code).toBe('LOG_FORK');
    const raised = await alarms();
    expect(raised.map((alarm) => alarm.kind).sort()).toEqual(['LOG_FORK', 'LOG_ROLLBACK']);
    expect(raised.every((alarm) => alarm.evidence.some((e) => e.name === 'verified checkpoint'))).toBe(true);
    expect((await mirror.reader.state()).size).toBe(700);
  });

  it('names a missing counter in a log that is signed all the same', async () => {
    log.append([staticEvent(700, 'a', { n: 705 })]);
    const error = await failure();
    expect([error?.code, error?.details?.seq]).toEqual(['LOG_GAP', 700]);
  });

  it.each([['cut' as const], [503]])('raises no alarm on %s, and goes on afterwards', async (disturbance) => {
    log.faults.disturb = (name) => (name.startsWith('tile/entries') ? disturbance : undefined);
    expect((await failure())?.code).toBe('PLATFORM_UNREACHABLE');
    expect(await alarms()).toEqual([]);
    delete log.faults.disturb;
    expect(await sync()).toMatchObject({ size: 700 });
  });

  it('notices a copy that was put back', async () => {
    await sync();
    await mirror.close();
    copyFileSync(path, `${path}.old`);
    mirror = await openMirror({ path, key });
    log.grow(900);
    await sync();
    await mirror.close();
    copyFileSync(`${path}.old`, path);
    mirror = await openMirror({ path, key });
    expect(await sync()).toMatchObject({ size: 900 });
    expect((await alarms()).map((alarm) => alarm.kind)).toEqual(['MIRROR_RESTORED']);
  });
});
