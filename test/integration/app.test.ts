/** The whole line: platform as a process of its own, core with real keys, databases and HTTP. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildServices } from '../../main/services/index.ts';
import type { VerifyReport } from '../../shared/contract/bundles.ts';
import { contract, type ProcedureName } from '../../shared/contract/index.ts';
import { ROLE_PERMISSIONS } from '../../shared/rbac/index.ts';
import { endOf, openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder, testPorts } from '../support/app.ts';
import { ADMIN, createAdmin, type PlatformProcess, servePlatform } from '../support/platformProcess.ts';

const ORG = 'acme';
let folder: ReturnType<typeof temporaryFolder>;
let platform: PlatformProcess;
let console_: TestConsole;

/** Makes events: each wrong password is one, and each change of the organization. */
async function act(times: number): Promise<void> {
  const { access_token } = (await post('/v1/auth/login', ADMIN)) as { access_token: string };
  const org = (await post('/v1/auth/token', { org_id: ORG }, access_token)) as { access_token: string };
  for (let i = 0; i < times; i++) {
    await post(
      `/v1/orgs/${ORG}/workspaces`,
      { name: `Workspace ${i}`, description: 'made by a test' },
      org.access_token,
    );
  }
}

async function post(path: string, body: unknown, token?: string): Promise<unknown> {
  const response = await fetch(new URL(path, platform.url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

beforeAll(async () => {
  folder = temporaryFolder();
  const data = join(folder.path, 'platform');
  createAdmin(data, ORG, 'Acme');
  platform = await servePlatform(data);
  await act(12);
  console_ = openConsoleApp(join(folder.path, 'console'));
});

afterAll(async () => {
  await console_?.app.close();
  await platform?.stop();
  folder?.remove();
});

const begin = () => console_.call('connections.begin', { url: platform.url, ...ADMIN, totp: null });
const filter = {};

describe('contract', () => {
  it('has exactly one handler for every procedure, and none besides', async () => {
    const services = buildServices(testPorts(join(folder.path, 'other')), { version: '0', host: 'cli' });
    expect(Object.keys(services.handlers).sort()).toEqual(Object.keys(contract).sort());
    await services.close();
  });

  it('refuses every unlocked procedure on a new console', async () => {
    const locked = openConsoleApp(join(folder.path, 'locked'));
    for (const name of Object.keys(contract) as ProcedureName[]) {
      if (contract[name].access === 'open') continue;
      const result = await locked.raw(name, {});
      expect(['VAULT_LOCKED', 'INPUT_INVALID']).toContain(result.ok ? 'ok' : result.error.code);
    }
    expect(await locked.raw('orgs.list', {})).toMatchObject({ error: { code: 'VAULT_LOCKED' } });
    await locked.app.close();
  });
});

describe('the line', () => {
  it('makes a vault, once', async () => {
    expect(await console_.call('vault.status', {})).toMatchObject({ state: 'new', slots: [] });
    const { recoveryCode } = await console_.call('vault.create', { useKeychain: false, passphrase: PASSPHRASE });
    expect(recoveryCode.length).toBeGreaterThan(20);
    expect(await console_.raw('vault.create', { useKeychain: false, passphrase: PASSPHRASE })).toMatchObject({
      error: { code: 'VAULT_EXISTS' },
    });
    await console_.call('vault.lock', {});
    expect(await console_.raw('settings.get', {})).toMatchObject({ error: { code: 'VAULT_LOCKED' } });
    expect(await console_.raw('vault.unlock', { slot: 'passphrase', secret: 'not the passphrase' })).toMatchObject({
      error: { code: 'VAULT_WRONG_SECRET' },
    });
    await console_.call('vault.unlock', { slot: 'recovery', secret: recoveryCode });
    expect(await console_.call('settings.set', { theme: 'dark' })).toMatchObject({ theme: 'dark' });
    expect(await console_.call('settings.get', {})).toMatchObject({ theme: 'dark' });
  });

  it('pins what was compared, and nothing else', async () => {
    expect(
      await console_.raw('connections.begin', { url: platform.url, ...ADMIN, password: 'wrong', totp: null }),
    ).toMatchObject({
      error: { code: 'LOGIN_FAILED' },
    });
    const draft = await begin();
    const { logKey } = draft.organizations[0]!;
    const wrong = [{ orgId: ORG, fingerprint: '0'.repeat(64) }];
    expect(await console_.raw('connections.confirm', { draftId: draft.draftId, pins: wrong })).toMatchObject({
      error: { code: 'PIN_MISMATCH' },
    });
    expect(await console_.call('connections.list', {})).toEqual([]);
    const pins = [{ orgId: ORG, fingerprint: logKey.fingerprint }];
    const connection = await console_.call('connections.confirm', { draftId: draft.draftId, pins });
    expect(connection).toMatchObject({ state: 'online', orgIds: [ORG], userEmail: ADMIN.email });
    expect(await console_.raw('connections.confirm', { draftId: draft.draftId, pins })).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
    expect(await console_.call('orgs.list', {})).toMatchObject([{ orgId: ORG, integrity: { state: 'never_synced' } }]);
  });

  it('syncs, in one flight, and proves', async () => {
    const [a, b] = await Promise.all([
      console_.call('sync.start', { orgId: ORG }),
      console_.call('sync.start', { orgId: ORG }),
    ]);
    expect(a).toEqual(b);
    const job = await endOf(console_.app, a.jobId);
    expect(job.error).toBeNull();
    const [org] = await console_.call('orgs.list', {});
    expect(org).toMatchObject({ name: 'Acme', integrity: { state: 'proven', openAlarms: 0 }, lastSyncError: null });
    expect(org!.counts.events).toBeGreaterThanOrEqual(12);
    expect(org!.counts.workspaces).toBe(12);
    expect(await console_.call('integrity.get', { orgId: ORG })).toMatchObject({
      state: 'proven',
      checkpoint: { signatures: [{ verified: true }] },
      alarms: [],
    });
    expect((await console_.run('integrity.verify', { orgId: ORG })).result).toMatchObject({ matched: true });
  });

  it('answers the explorer', async () => {
    const page = await console_.call('audit.query', { orgId: ORG, filter, limit: 5 });
    expect(page.rows).toHaveLength(5);
    const created = await console_.call('audit.query', { orgId: ORG, filter: { actions: ['workspace.create'] } });
    expect(created.matched).toBe(12);
    const { seq } = created.rows[0]!;
    expect(await console_.call('audit.locate', { orgId: ORG, filter, seq })).toMatchObject({
      index: expect.any(Number),
    });
    const detail = await console_.call('audit.get', { orgId: ORG, seq });
    expect(detail.disclosed).toBe(detail.disclosures.length);
    expect(await console_.call('audit.prove', { orgId: ORG, seq })).toMatchObject({ seq, verified: true });
    const histogram = await console_.call('audit.histogram', { orgId: ORG, filter, buckets: 10 });
    const sum = [...histogram.success, ...histogram.failure, ...histogram.denied].reduce((a, b) => a + b, 0);
    expect(sum).toBe(page.matched);
    const facet = await console_.call('audit.facet', { orgId: ORG, filter, field: 'action' });
    expect(facet.find(({ value }) => value === 'workspace.create')?.count).toBe(12);
    expect(
      await console_.call('entities.list', { orgId: ORG, kind: 'workspace', text: null, offset: 0, limit: 100 }),
    ).toMatchObject({
      total: 12,
    });
    expect(await console_.raw('audit.get', { orgId: ORG, seq: 1_000_000 })).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
    expect(await console_.raw('audit.query', { orgId: 'nobody', filter })).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
  });

  it('keeps filters', async () => {
    const saved = await console_.call('filters.save', {
      orgId: ORG,
      name: 'Creations',
      filter: { actions: ['workspace.*'] },
    });
    expect(await console_.call('filters.list', { orgId: ORG })).toEqual([saved]);
    await console_.call('filters.delete', { id: saved.id });
    expect(await console_.call('filters.list', { orgId: ORG })).toEqual([]);
  });

  it('exports rows as CSV and JSON lines', async () => {
    const csv = await console_.run('audit.exportRows', { orgId: ORG, filter, format: 'csv', path: null });
    const { path, rows } = csv.result as { path: string; rows: number };
    expect(readFileSync(path, 'utf8').split('\r\n')).toHaveLength(rows + 2);
    const ndjson = join(folder.path, 'rows.ndjson');
    await console_.run('audit.exportRows', { orgId: ORG, filter, format: 'ndjson', path: ndjson });
    expect(
      readFileSync(ndjson, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).seq),
    ).toHaveLength(rows);
    await expect(
      console_.run('audit.exportRows', { orgId: ORG, filter, format: 'ndjson', path: ndjson }),
    ).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(await console_.call('files.reveal', { path })).toEqual({ ok: true });
    expect(await console_.raw('files.reveal', { path: join(folder.path, 'console', 'vault.json') })).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
  });

  it('exports a bundle that verifies, and finds an altered one', async () => {
    const period = { orgId: ORG, from: 0, to: Date.now() + 60_000 };
    const preview = await console_.call('bundles.preview', { ...period, withhold: ['source'] });
    expect(preview.proven).toBe(true);
    const sections = ['log', 'events', 'access', 'report'] as const;
    const job = await console_.run('bundles.export', {
      ...period,
      sections: [...sections],
      withhold: ['source'],
      path: null,
    });
    const result = job.result as { path: string; events: number; disclosed: number; withheld: number; bytes: number };
    expect(result).toMatchObject({ events: preview.events, disclosed: preview.disclosed, withheld: preview.withheld });
    const { fingerprint } = await console_.call('bundles.signer', {});
    expect(await console_.call('bundles.list', {})).toMatchObject([{ orgName: 'Acme', keyFingerprint: fingerprint }]);
    const verified = await console_.run('bundles.verify', { path: result.path, trust: [] });
    expect(verified.result).toMatchObject({ exit: 0, verdict: 'valid' });
    const grants = Object.values(ROLE_PERMISSIONS).flat().length;
    const access = (verified.result as VerifyReport).checks.find(({ id }) => id === 'access');
    expect(access?.detail).toContain(`${grants} roles`);
    const bytes = readFileSync(result.path);
    bytes[Math.floor(bytes.length / 3)]! ^= 1;
    const altered = join(folder.path, 'altered.mcbundle.zip');
    writeFileSync(altered, bytes);
    const refused = await console_.run('bundles.verify', { path: altered, trust: [] });
    expect([1, 2]).toContain((refused.result as { exit: number }).exit);
  });

  it('stays readable while the platform is away, and says so', async () => {
    await platform.stop();
    const { jobId } = await console_.call('sync.start', { orgId: ORG });
    expect(await endOf(console_.app, jobId)).toMatchObject({
      state: 'failed',
      error: { code: 'PLATFORM_UNREACHABLE' },
    });
    expect(await console_.call('connections.list', {})).toMatchObject([{ state: 'offline' }]);
    expect((await console_.call('audit.query', { orgId: ORG, filter })).matched).toBeGreaterThan(0);
    expect(await console_.call('orgs.list', {})).toMatchObject([
      { integrity: { state: 'proven' }, lastSyncError: { code: 'PLATFORM_UNREACHABLE' } },
    ]);
    platform = await servePlatform(join(folder.path, 'platform'));
  });

  it('survives a restart: vault, connection, mirror, bundle key', async () => {
    const before = await console_.call('bundles.signer', {});
    const [org] = await console_.call('orgs.list', {});
    await console_.app.close();
    console_ = openConsoleApp(join(folder.path, 'console'));
    await console_.call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
    expect(await console_.call('bundles.signer', {})).toEqual(before);
    const [again] = await console_.call('orgs.list', {});
    expect({ ...again, mirrorBytes: 0 }).toEqual({ ...org, mirrorBytes: 0 });
  });

  it('forgets an organization for good, and only by its name', async () => {
    expect(await console_.raw('orgs.forget', { orgId: ORG, confirmName: 'acme' })).toMatchObject({
      error: { code: 'INPUT_INVALID' },
    });
    await console_.call('orgs.forget', { orgId: ORG, confirmName: 'Acme' });
    expect(await console_.call('orgs.list', {})).toEqual([]);
    expect(await console_.raw('audit.query', { orgId: ORG, filter })).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  it('examines itself', async () => {
    const checks = await console_.call('app.doctor', {});
    expect(checks.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['runtime', 'folder', 'disk', 'keychain', 'vault']),
    );
    expect(checks.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  });
});
