/** Service levels over a real platform and a console that mirrors it: two independent judges of the same minutes. */

import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyBundleFile } from '../../main/bundle/read.ts';
import { createPlatform, type Platform } from '../../platform/app.ts';
import { createUser } from '../../platform/auth/users.ts';
import { publishCheckpoint } from '../../platform/log/checkpoints.ts';
import { addMember } from '../../platform/members/service.ts';
import { createOrganization } from '../../platform/orgs/service.ts';
import { slaRound } from '../../platform/sla/keeper.ts';
import type { SyncResult } from '../../shared/contract/connections.ts';
import { HOUR, MINUTE } from '../../shared/sla/model.ts';
import { openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from '../support/app.ts';
import { type Answer, caller, KEK, PASSWORD } from '../support/platform.ts';
import { SLA_ID, terms } from '../support/slaMirror.ts';

const ORG = 'acme';
const ADMIN = 'admin@acme.test';
const VIEWER = 'viewer@acme.test';
const MAINTENANCE = 'a0000000-0000-4000-8000-0000000000e1';
const START = Date.UTC(2026, 0, 9, 12);
const one = { orgId: ORG, id: SLA_ID };
const clock = { now: START };
const shown: string[] = [];

let folder: ReturnType<typeof temporaryFolder>;
let platform: Platform;
let url: string;
let console_: TestConsole;
let batch = 0;

async function as(email: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const login = await caller(platform)('POST', '/v1/auth/login', { email, password: PASSWORD });
  const token = await caller(platform, login.json.access_token)('POST', '/v1/auth/token', { org_id: ORG });
  return caller(platform, token.json.access_token)(method, `/v1/orgs/${ORG}${path}`, body);
}

async function connect(name: string, email: string): Promise<TestConsole> {
  const notifications = { show: (title: string, body: string) => void shown.push(`${title} | ${body}`) };
  const opened = openConsoleApp(join(folder.path, name), {}, { clock: { now: () => clock.now }, notifications });
  await opened.call('vault.create', { useKeychain: false, passphrase: PASSPHRASE });
  const draft = await opened.call('connections.begin', { url, email, password: PASSWORD, totp: null });
  const pins = draft.organizations.map(({ orgId, logKey }) => ({ orgId, fingerprint: logKey.fingerprint }));
  await opened.call('connections.confirm', { draftId: draft.draftId, pins });
  return opened;
}

/** As time passes: the platform judges, issues what is due, and the console hears of it. */
async function round(which = console_): Promise<SyncResult> {
  const faults: unknown[] = [];
  await slaRound(platform.core, platform.sla, (error) => faults.push(error));
  expect(faults).toEqual([]);
  await publishCheckpoint(platform.core, ORG);
  const [connection] = await which.call('connections.list', {});
  await which.call('connections.signIn', { id: connection!.id, password: PASSWORD, totp: null });
  return (await which.run('sync.start', { orgId: ORG })).result as SyncResult;
}

/** Requests of [from, to), one a minute; those for which `fails` holds fail. */
async function ingest(from: number, to: number, fails: (at: number) => boolean = () => false): Promise<void> {
  for (let begin = from; begin < to; begin += 10_000 * MINUTE) {
    const at = Array.from({ length: Math.min(10_000, (to - begin) / MINUTE) }, (_, i) => begin + i * MINUTE);
    const samples = { at, us: at.map((ms) => 20_000 + (ms % 7_919)), failed: at.map((ms) => (fails(ms) ? 1 : 0)) };
    const answer = await as(ADMIN, 'POST', '/metrics/ingest', {
      source: 'test',
      batch: `b${batch++}`,
      service: 'api',
      samples,
    });
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  }
}

beforeAll(async () => {
  folder = temporaryFolder();
  platform = await createPlatform({ kek: KEK, checkpointMsMin: 0, now: () => clock.now, webhookLoopback: true });
  const { core } = platform;
  const owner = await createUser(core, { email: ADMIN, name: 'Admin', password: PASSWORD });
  await createOrganization(core, { id: ORG, name: 'Acme', ownerId: owner.id, tier: 'enterprise' });
  const viewer = await createUser(core, { email: VIEWER, name: 'Viewer', password: PASSWORD });
  await addMember(core, ORG, { userId: viewer.id, role: 'viewer' });
  await platform.app.listen({ host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${(platform.app.server.address() as AddressInfo).port}`;
  console_ = await connect('console', ADMIN);
  await round();
}, 60_000);
afterAll(async () => {
  await console_?.app.close();
  await platform?.close();
  folder?.remove();
});

const LATE = Date.UTC(2026, 0, 20, 5);

describe('service levels of a real platform', () => {
  it('are defined through the outbox, shown as pending, and refused to who may not', async () => {
    const [connection] = await console_.call('connections.list', {});
    await console_.call('connections.signOut', { id: connection!.id });
    const input = { name: 'Checkout', description: '', workspace_id: null, service: 'api', terms: terms() };
    const window = {
      sla_id: SLA_ID,
      from: '2026-01-12T01:00:00.000Z',
      to: '2026-01-12T03:00:00.000Z',
      reason: 'New disks',
    };
    const { entries } = await console_.call('outbox.add', {
      orgId: ORG,
      commands: [
        { type: 'sla.create', id: SLA_ID, input },
        { type: 'sla_exclusion.create', id: MAINTENANCE, input: window },
      ],
    });
    expect(entries.map(({ title }) => title)).toEqual(['Checkout', 'New disks']);
    // The maintenance is of an SLA that is still to be made.
    expect(entries[1]?.dependsOn).toEqual([entries[0]?.id]);
    const pending = async (kind: 'sla' | 'sla_exclusion') =>
      (await console_.call('entities.list', { orgId: ORG, kind, text: null, offset: 0, limit: 10 })).rows;
    expect((await pending('sla'))[0]).toMatchObject({
      id: SLA_ID,
      pending: { op: 'create' },
      data: { name: 'Checkout' },
    });
    expect((await pending('sla_exclusion'))[0]?.pending).toMatchObject({ op: 'create', state: 'waiting' });
    expect((await console_.call('sla.list', { orgId: ORG })).cards).toEqual([]);
    await round();
    await round();
    expect(await console_.call('outbox.list', { orgId: ORG })).toEqual([]);
    expect((await console_.call('sla.list', { orgId: ORG })).cards.map(({ name, status }) => [name, status])).toEqual([
      ['Checkout', 'no_data'],
    ]);

    const viewer = await connect('viewer', VIEWER);
    await round(viewer);
    const refused = await viewer.raw('outbox.add', { orgId: ORG, commands: [{ type: 'sla.end', id: SLA_ID }] });
    expect(refused).toMatchObject({ error: { code: 'RIGHT_MISSING', details: { anyOf: ['sla:manage'] } } });
    await viewer.app.close();
  });

  it('stream their minutes into the mirror, which judges as the platform does', async () => {
    clock.now = Date.UTC(2026, 1, 3, 9, 30);
    await ingest(START, clock.now, (at) => at >= Date.UTC(2026, 1, 3, 8) && at % (4 * MINUTE) === 0);
    const { metricsChanged } = await round();
    expect(metricsChanged).toBeGreaterThan((clock.now - START) / HOUR);
    expect(await console_.call('sla.services', { orgId: ORG })).toContainEqual({
      ...{ workspaceId: null, service: 'api', source: 'ingest', first: START, last: clock.now },
    });
    const { cards, asOf } = await console_.call('sla.list', { orgId: ORG });
    expect(asOf).toBe(clock.now);
    const preview = await as(ADMIN, 'GET', `/slas/${SLA_ID}/reports/2026-02?preview=true`);
    const { report } = preview.json as { report: { failed_requests: number; total_requests: number } };
    expect(cards[0]?.window).toMatchObject({ requests: report.total_requests, failed: report.failed_requests });
    expect(cards[0]?.openBreaches.map(({ metric, scope }) => `${metric} ${scope}`).sort()).toEqual([
      ...['availability day', 'availability window', 'error_rate day', 'error_rate window'],
    ]);
    expect(cards[0]?.status).toBe('breached');
  });

  it('tell each breach and page alert on the desktop once', async () => {
    const first = [...shown];
    // Four breaches and the page alerts: three are named, the rest is counted.
    expect(first).toHaveLength(4);
    expect(
      first.slice(0, 3).every((text) => /^SLA breached: Checkout \| .+ over .+, since 2026-02-03T/.test(text)),
    ).toBe(true);
    expect(first[3]).toMatch(/^More service levels \| [1-9] more breaches and page alerts of acme are open\.$/);
    await round();
    expect(shown).toEqual(first);
    await console_.app.close();
    const notifications = { show: (title: string) => void shown.push(title) };
    console_ = openConsoleApp(join(folder.path, 'console'), {}, { clock: { now: () => clock.now }, notifications });
    await console_.call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
    await round();
    expect(shown).toEqual(first);
    expect((await console_.call('settings.get', {})).notifyServiceLevels).toBe(true);
    await console_.call('settings.set', { notifyServiceLevels: false });
  });

  it('have the same monthly report on both sides, to the byte', async () => {
    const here = await console_.call('sla.report', { ...one, month: '2026-01' });
    expect(here).toMatchObject({ comparison: 'equal', issue: 1, differences: [] });
    const there = await as(ADMIN, 'GET', `/slas/${SLA_ID}/reports/2026-01`);
    expect(there.json).toMatchObject({ digest: here.digest, issue: 1 });
    expect(JSON.parse(there.json.report)).toEqual(here.report);
    expect(here.report).toMatchObject({ failed_requests: 0, exclusions: [{ reason: 'New disks' }] });
  });

  it('have it again after late data, in a console that remembered the days', async () => {
    const before = await console_.call('sla.days', { ...one, months: 2 });
    const old = await console_.call('sla.report', { ...one, month: '2026-01' });
    await ingest(LATE, LATE + 3 * HOUR, () => true);
    clock.now += 2 * HOUR;
    await round();
    clock.now += 2 * HOUR;
    await round();
    const here = await console_.call('sla.report', { ...one, month: '2026-01' });
    expect(here).toMatchObject({ comparison: 'equal', issue: 2, report: { failed_requests: 180 } });
    expect(here.digest).not.toBe(old.digest);
    const { days } = await console_.call('sla.days', { ...one, months: 2 });
    const changed = before.days.slice(0, -1).filter((day, i) => JSON.stringify(day) !== JSON.stringify(days[i]));
    expect(changed.map(({ day }) => day)).toEqual(['2026-01-20']);
  });

  it('leave as a bundle under the log of the platform', async () => {
    const path = join(folder.path, 'reports.mcbundle.zip');
    await console_.run('sla.exportReport', { orgId: ORG, ids: [SLA_ID], month: '2026-01', path });
    const job = await console_.run('bundles.verify', { path, trust: [] });
    expect(job.result).toMatchObject({ exit: 0, bundle: { kind: 'sla-report' } });
    const verdict = await verifyBundleFile(path, { trust: [(await console_.call('bundles.signer', {})).pem] });
    expect(verdict.checks.find(({ id }) => id === 'sla')?.detail).toMatch(/1 equal to what was issued/);
  });

  it('answer what other terms would have made of the year within a second', async () => {
    const asked = {
      orgId: ORG,
      id: SLA_ID,
      workspaceId: null,
      service: null,
      terms: terms({ target_availability: 0.9 }),
    };
    const { months, elapsedMs } = await console_.call('sla.whatIf', { ...asked, months: 1 });
    expect(months.map(({ month, was, would }) => [month, was?.verdict, would.verdict])).toEqual([
      ['2026-01', 'breached', 'breached'],
    ]);
    expect(elapsedMs).toBeLessThan(1_000);
  });
});

describe('channels', () => {
  const heard: { headers: Record<string, unknown>; body: string }[] = [];
  let hook: Server;
  beforeAll(async () => {
    hook = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => {
        body += part.toString();
      });
      request.on('end', () => {
        heard.push({ headers: request.headers, body });
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => hook?.close());

  it('are made with a secret that is shown once and kept nowhere, tested, and tell what they delivered', async () => {
    const address = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/alerts`;
    const input = { kind: 'webhook' as const, name: 'On call', address };
    const { channel, secret } = await console_.call('sla.createChannel', { orgId: ORG, input });
    expect(secret).toMatch(/^whsec_.{30,}$/);
    // In the mirror at once, without the secret.
    expect(await console_.call('sla.channels', { orgId: ORG })).toEqual([channel]);
    expect(await console_.call('sla.testChannel', { orgId: ORG, id: channel.id })).toMatchObject({ delivered: true });
    expect(heard).toHaveLength(1);
    for (const id of [channel.id, null]) {
      const [delivery, ...more] = await console_.call('sla.deliveries', { orgId: ORG, id });
      expect(more).toEqual([]);
      expect(delivery).toMatchObject({ channelId: channel.id, state: 'delivered', attempts: 1, nextAttemptAt: null });
    }
    const log = readFileSync(join(folder.path, 'console', 'logs', 'console.log'), 'utf8');
    expect(log).toContain('channel made');
    expect(log).not.toContain(secret);
  });

  it('are refused in the words of the platform, and offline at once', async () => {
    const input = { kind: 'email' as const, name: 'Ops', address: 'ops@acme.test' };
    const refused = await console_.raw('sla.createChannel', { orgId: ORG, input });
    expect(refused).toMatchObject({ error: { code: 'PLATFORM_REFUSED', message: expect.stringMatching(/no e-mail/) } });
    await platform.close();
    expect(await console_.raw('sla.createChannel', { orgId: ORG, input })).toMatchObject({
      error: { code: 'OFFLINE' },
    });
    expect(await console_.raw('sla.deliveries', { orgId: ORG, id: null })).toMatchObject({
      error: { code: 'OFFLINE' },
    });
    // The mirror goes on answering.
    expect((await console_.call('sla.list', { orgId: ORG })).cards).toHaveLength(1);
  });
});
