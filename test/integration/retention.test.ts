/** Pruning as two consoles see it: one that had everything, one that comes after. */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEncrypted } from '../../main/db/connect.ts';
import { openMirror } from '../../main/db/index.ts';
import { followPrunings, gapIsTold } from '../../main/sync/followPruning.ts';
import { forgetUpTo, settleForgotten } from '../../main/sync/forget.ts';
import { verifyMirror } from '../../main/sync/verifyMirror.ts';
import { createPlatform, type Platform } from '../../platform/app.ts';
import { createUser } from '../../platform/auth/users.ts';
import { appendEvents } from '../../platform/log/append.ts';
import { createOrganization } from '../../platform/orgs/service.ts';
import { AuditFilter } from '../../shared/contract/audit.ts';
import { openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from '../support/app.ts';
import { makeBatch, makeLog, makeRows } from '../support/mirrorBatches.ts';
import { type Call, caller } from '../support/platform.ts';
import { ADMIN } from '../support/platformProcess.ts';

const ORG = 'acme';
const DAY = 86_400_000;
const THEN = Date.now() - 900 * DAY;
const folder = temporaryFolder();
let platform: Platform;
let url = '';
let admin: Call;
let old: TestConsole;

async function connect(name: string): Promise<TestConsole> {
  const made = openConsoleApp(join(folder.path, name));
  await made.call('vault.create', { useKeychain: false, passphrase: PASSPHRASE });
  const draft = await made.call('connections.begin', { url, ...ADMIN, totp: null });
  const pins = draft.organizations.map(({ orgId, logKey }) => ({ orgId, fingerprint: logKey.fingerprint }));
  await made.call('connections.confirm', { draftId: draft.draftId, pins });
  await made.run('sync.start', { orgId: ORG });
  return made;
}

/** Events of people who are named in these alone, so long ago that they expire. */
async function append(count: number, person: string, at: number): Promise<void> {
  await platform.core.tenant(ORG, async (tx) => {
    const drafts = Array.from({ length: count }, (_, i) => ({
      action: 'thread.update',
      actor: { type: 'user', id: person } as const,
      target: { type: 'thread', id: `t${i}` },
      disclosures: { actor: { name: `Name of ${person}` }, detail: { word: `only${person}` } },
      recordedAt: at,
    }));
    await appendEvents(tx, ORG, drafts, at);
  });
}

beforeAll(async () => {
  let now = THEN;
  platform = await createPlatform({ dataDir: null, checkpointMsMin: 0, now: () => (now === 0 ? Date.now() : now) });
  const ada = await createUser(platform.core, { ...ADMIN, name: 'Ada' });
  await createOrganization(platform.core, { id: ORG, name: 'Acme', ownerId: ada.id, tier: 'enterprise' });
  await append(1_000, 'xavier', THEN);
  now = 0;
  await append(300, 'yvonne', Date.now() - DAY);
  url = await platform.app.listen({ host: '127.0.0.1', port: 0 });
  old = await connect('old');
  const anonymous = caller(platform);
  const login = await anonymous('POST', '/v1/auth/login', ADMIN);
  const token = await caller(platform, login.json.access_token)('POST', '/v1/auth/token', { org_id: ORG });
  admin = caller(platform, token.json.access_token);
}, 60_000);
afterAll(async () => {
  await old?.app.close();
  await platform?.close();
  folder.remove();
});

const query = async (who: TestConsole, filter: object) => {
  const sort = { sort: 'seq', direction: 'asc' } as const;
  return await who.call('audit.query', { orgId: ORG, filter: AuditFilter.parse(filter), ...sort, offset: 0, limit: 5 });
};
const preview = async (who: TestConsole, period: { orgId: string; from: number; to: number }) =>
  (await who.call('bundles.preview', { ...period, withhold: [] })).proven;
const verify = async (who: TestConsole) => (await who.run('integrity.verify', { orgId: ORG })).result;
const alarms = async (who: TestConsole) => (await who.call('integrity.get', { orgId: ORG })).alarms;

it('lets the old console follow and the new one begin behind it, and both prove everything that is left', async () => {
  expect((await query(old, { text: 'onlyxavier ' })).matched).toBe(1_000);
  await admin('POST', `/v1/orgs/${ORG}/retention-policies`, { name: 'All', keep: 'P1Y', purpose: 'p' });
  const plan = (await admin('GET', `/v1/orgs/${ORG}/retention/plan`)).json;
  expect(plan.to).toBe(768);
  // The mirror, synced, foretells the platform's own plan.
  await old.run('sync.start', { orgId: ORG });
  expect(await old.call('retention.plan', { orgId: ORG })).toEqual(plan);
  expect(await old.call('retention.preview', { orgId: ORG })).toEqual(plan);
  await expect(old.run('retention.prune', { orgId: ORG, digest: '0'.repeat(64), reason: 'due' })).rejects.toMatchObject(
    { code: 'PLATFORM_REFUSED' },
  );
  const pruning = await old.run('retention.prune', { orgId: ORG, digest: plan.digest, reason: 'due' });
  expect(pruning.result).toMatchObject({ from: 0, to: 768 });
  await old.run('sync.start', { orgId: ORG });
  const fresh = await connect('fresh');
  const sizes: number[] = [];
  for (const who of [old, fresh]) {
    expect(await alarms(who)).toEqual([]);
    const result = await verify(who);
    expect(result).toMatchObject({ matched: true, findings: [] });
    const all = await query(who, {});
    expect(all.rows[0]).toMatchObject({ seq: 768 });
    expect(all.mirrored).toBe(all.matched);
    sizes.push(all.mirrored);
    // Disclosures, words and names of what expired are gone; the entries behind the last whole bundle are there.
    expect((await query(who, { text: 'onlyxavier ' })).matched).toBe(0);
    expect((await query(who, { text: 'onlyyvonne ' })).matched).toBe(300);
    expect((await query(who, { actors: ['user:xavier'] })).rows[0]?.actor.name).toBeNull();
    expect((await query(who, { actors: ['user:yvonne'] })).rows[0]?.actor.name).toBe('Name of yvonne');
    await expect(who.call('audit.get', { orgId: ORG, seq: 5 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await who.call('audit.prove', { orgId: ORG, seq: 1_100 })).toMatchObject({ verified: true });
  }
  await append(50, 'zoe', Date.now());
  for (const who of [old, fresh]) {
    await who.run('sync.start', { orgId: ORG });
    expect(await verify(who)).toMatchObject({ matched: true });
    expect((await query(who, { text: 'onlyzoe' })).matched).toBe(50);
  }
  // Each console proved the pruning by its own hashes.
  const shown: string[] = [];
  for (const who of [old, fresh]) {
    const state = await who.call('retention.state', { orgId: ORG });
    expect(state).toMatchObject({ begin: 768, prunings: [{ to: 768, proof: 'proven' }] });
    expect(state.effective[0]!.policies.data).toBe(state.policies[0]!.id);
    // No bundle of a period that reaches into what is gone, and one of what is there.
    const period = { orgId: ORG, from: THEN - DAY, to: Date.now() - DAY / 2 };
    expect(await preview(who, period)).toBe(false);
    expect(await preview(who, { ...period, from: Date.now() - 2 * DAY })).toBe(true);
    // Checks begin where the log does; a period before that has not enough data.
    const evaluated = async (from: number) => {
      const asked = { orgId: ORG, from, to: from + DAY, ids: ['LOG-01', 'LOG-02', 'LOG-03'] };
      await who.run('checks.run', asked);
      const run = await who.call('checks.results', asked);
      return run!.checks.map(({ check, state }) => [check, state]);
    };
    const today = Math.floor(Date.now() / DAY) * DAY;
    shown.push(JSON.stringify([await evaluated(today), await evaluated(THEN - DAY)]));
  }
  expect(shown[1]).toBe(shown[0]);
  expect(JSON.parse(shown[0]!)).toMatchObject([
    [
      ['LOG-01', 'pass'],
      ['LOG-02', expect.any(String)],
      ['LOG-03', expect.any(String)],
    ],
    [
      ['LOG-01', 'insufficient_data'],
      ['LOG-02', 'insufficient_data'],
      ['LOG-03', 'insufficient_data'],
    ],
  ]);
  await fresh.app.close();
});

const rows = makeRows(3_000);
const log = makeLog(rows);
const key = new Uint8Array(32).fill(5);

async function synthetic(name: string) {
  const path = join(folder.path, `${name}.db`);
  const mirror = await openMirror({ path, key });
  await mirror.writer.setPin(log.pin);
  for (let at = 0; at < rows.length; at += 500) await mirror.writer.apply(makeBatch(log, at, at + 500));
  return { path, mirror };
}

it('goes on where it was ended, and holds at every step', async () => {
  const { path, mirror: first } = await synthetic('stepwise');
  let mirror = first;
  for (const stop of [1_024, 2_048]) {
    const ended = new AbortController();
    const forgetting = forgetUpTo({ mirror, signal: ended.signal }, 2_560, (at) => at >= stop && ended.abort());
    await expect(forgetting).rejects.toMatchObject({ code: 'CANCELLED' });
    await mirror.close();
    mirror = await openMirror({ path, key });
    expect((await mirror.reader.state()).pruned).toEqual({ to: stop, dropped: stop, gap: false });
    expect((await mirror.reader.prove(2_999)).verified).toBe(true);
  }
  const { signal } = new AbortController();
  await forgetUpTo({ mirror, signal }, 2_560);
  const { cover } = mirror.reader;
  expect((await cover(0, 3_000)).length).toBeGreaterThan(0);
  const result = await verifyMirror({ mirror, signal });
  // Names that only pruned events told are the one thing left to settle.
  expect(result.findings.filter(({ part }) => part !== 'names')).toEqual([]);
  expect(result).toMatchObject({ leaves: 440 });
  await mirror.close();
  const db = openEncrypted({ path, key, readonly: true });
  expect(db.prepare('SELECT count(*) FROM bundle WHERE idx < 10 AND length(leaves) > 0').pluck().get()).toBe(0);
  db.close();
});

it('is whole after SIGKILL at random points', async () => {
  const { path, mirror } = await synthetic('killed');
  await mirror.close();
  const child = join(import.meta.dirname, '..', 'support', 'forgetChild.ts');
  const run = (ms: number | null) =>
    new Promise<boolean>((resolve) => {
      const running = spawn(process.execPath, [child, path, '2816'], { stdio: ['ignore', 'ignore', 'inherit'] });
      const timer = ms === null ? undefined : setTimeout(() => running.kill('SIGKILL'), ms);
      running.once('exit', (code) => {
        clearTimeout(timer);
        resolve(code === 0);
      });
    });
  for (let i = 0; i < 8; i++) await run(randomInt(150, 700));
  expect(await run(null)).toBe(true);
  const after = await openMirror({ path, key });
  expect((await after.reader.state()).pruned).toEqual({ to: 2_816, dropped: 2_816, gap: false });
  const { signal } = new AbortController();
  await settleForgotten({ mirror: after, signal });
  expect(await verifyMirror({ mirror: after, signal })).toMatchObject({ leaves: 184, matched: true, findings: [] });
  await after.close();
});

it('is not content with events that are missing and that no pruning told', async () => {
  const { mirror } = await synthetic('gap');
  expect(await gapIsTold(mirror)).toBe(true);
  expect(await followPrunings({ mirror, signal: new AbortController().signal, now: Date.now })).toBe(0);
  await mirror.writer.skipPruned({
    firstBundle: 11,
    roots: [new Uint8Array(32)],
    range: { size: 3_072, hashes: [new Uint8Array(32), new Uint8Array(32)] },
  });
  expect(await gapIsTold(mirror)).toBe(false);
  await mirror.close();
});

it('drops nothing, and stands as an alarm, where the event names another root', async () => {
  const lying = await connect('lying');
  await platform.core.tenant(ORG, async (tx) => {
    const detail = { from: 768, to: 1_024, root: 'ab'.repeat(32), shredded: [] };
    const draft = {
      action: 'retention.prune',
      actor: { type: 'user', id: 'mallory' } as const,
      disclosures: { detail },
    };
    await appendEvents(tx, ORG, [draft]);
  });
  for (const who of [old, lying]) {
    await expect(who.run('sync.start', { orgId: ORG })).rejects.toMatchObject({ code: 'LOG_TAMPERED' });
    expect((await alarms(who)).map(({ kind }) => kind)).toContain('LOG_TAMPERED');
    expect((await who.call('retention.state', { orgId: ORG })).begin).toBe(768);
    expect((await query(who, {})).rows[0]).toMatchObject({ seq: 768 });
  }
  await lying.app.close();
});
