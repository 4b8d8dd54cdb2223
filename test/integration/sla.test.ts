/** What the console shows of service levels from its mirror. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from '../support/app.ts';
import { makeVault, plantMirror } from '../support/plantMirror.ts';

const ORG = 'acme';
const ID = 'a0000000-0000-4000-8000-000000000001';
let folder: ReturnType<typeof temporaryFolder>;
let console_: TestConsole;

const exclusion = (id: string, slaId: string | null, day: number, version: number) => ({
  ...{ version, kind: 'sla_exclusion', id, op: 'put' as const },
  data: {
    ...{ id, org_id: ORG, sla_id: slaId, from: `2026-03-${day}T00:00:00.000Z`, to: `2026-03-${day}T02:00:00.000Z` },
    ...{ reason: 'Move', retroactive: false, created_at: '2026-02-01T00:00:00.000Z', created_by: 'u1', version },
  },
});
const channel = {
  ...{ id: 'c1', org_id: ORG, name: 'On call', kind: 'webhook', address: 'https://hooks.example/x' },
  ...{ events: ['page'], sla_id: null, enabled: true, created_at: '2026-02-01T00:00:00.000Z', version: 4 },
};

beforeAll(async () => {
  folder = temporaryFolder();
  const dataDir = join(folder.path, 'console');
  await makeVault(dataDir);
  await plantMirror(dataDir, ORG, async ({ writer }) => {
    const changes = [exclusion('x1', null, 10, 1), exclusion('x2', ID, 12, 2), exclusion('x3', 'other', 14, 3)];
    await writer.applyEntities(
      [...changes, { version: 4, kind: 'sla_channel', id: 'c1', op: 'put', data: channel }],
      4,
    );
  });
  console_ = openConsoleApp(dataDir);
  await console_.call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
});
afterAll(async () => {
  await console_?.app.close();
  folder?.remove();
});

describe('entities of service levels', () => {
  it('lists maintenance of one SLA with what holds for all, newest first', async () => {
    const ids = async (id: string | null) =>
      (await console_.call('sla.exclusions', { orgId: ORG, id })).map((one) => one.id);
    expect(await ids(null)).toEqual(['x3', 'x2', 'x1']);
    expect(await ids(ID)).toEqual(['x2', 'x1']);
  });

  it('lists channels', async () => {
    expect(await console_.call('sla.channels', { orgId: ORG })).toEqual([channel]);
  });

  it.each(['sla.createChannel', 'sla.testChannel', 'sla.deliveries'])(
    '%s asks the platform, and none is connected',
    async (name) => {
      const input = {
        'sla.createChannel': { orgId: ORG, input: { kind: 'email', name: 'Ops', address: 'ops@acme.example' } },
        'sla.testChannel': { orgId: ORG, id: 'c1' },
        'sla.deliveries': { orgId: ORG, id: 'c1' },
      }[name];
      expect(await console_.raw(name, input)).toMatchObject({ error: { code: 'NOT_FOUND' } });
    },
  );

  it('says that nothing is measured where the mirror has no series', async () => {
    const one = { orgId: ORG, id: ID };
    const period = { from: 0, to: 1 };
    const asked: [string, object][] = [
      ['sla.list', { orgId: ORG }],
      ['sla.trend', { ...one, ...period, step: 'hour' }],
      ['sla.burndown', { ...one, month: null }],
      ['sla.days', one],
      ['sla.incidents', { ...one, ...period }],
      ['sla.months', one],
      ['sla.report', { ...one, month: '2026-03' }],
      ['sla.exportReport', { orgId: ORG, ids: [ID], month: '2026-03', path: null }],
      ['sla.export', { ...one, table: { table: 'months', months: 12 }, path: null }],
      ['sla.services', { orgId: ORG }],
      ['sla.whatIf', { orgId: ORG, id: ID, workspaceId: null, service: null, terms: { time_zone: 'UTC' } }],
    ];
    for (const [name, input] of asked)
      expect([name, await console_.raw(name, input)]).toMatchObject([name, { error: { code: 'NOT_FOUND' } }]);
  });
});
