/** Pruning as two consoles see it: one that had everything, one that comes after. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPlatform, type Platform } from '../../platform/app.ts';
import { createUser } from '../../platform/auth/users.ts';
import { appendEvents } from '../../platform/log/append.ts';
import { createOrganization } from '../../platform/orgs/service.ts';
import { AuditFilter } from '../../shared/contract/audit.ts';
import { openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from '../support/app.ts';
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
const verify = async (who: TestConsole) => (await who.run('integrity.verify', { orgId: ORG })).result;
const alarms = async (who: TestConsole) => (await who.call('integrity.get', { orgId: ORG })).alarms;

it('lets the old console follow and the new one begin behind it, and both prove everything that is left', async () => {
  expect((await query(old, { text: 'onlyxavier ' })).matched).toBe(1_000);
  await admin('POST', `/v1/orgs/${ORG}/retention-policies`, { name: 'All', keep: 'P1Y', purpose: 'p' });
  const plan = (await admin('GET', `/v1/orgs/${ORG}/retention/plan`)).json;
  expect(plan.to).toBe(768);
  const done = await admin('POST', `/v1/orgs/${ORG}/retention/prune`, { plan_digest: plan.digest, reason: 'due' });
  expect(done.status).toBe(201);
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
  await fresh.app.close();
});
