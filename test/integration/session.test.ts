/** Key slots, sessions, dialogs, and what happens to a mirror that was put back from a copy. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlatform, type Platform } from '../../platform/app.ts';
import { createUser } from '../../platform/auth/users.ts';
import { appendEvents } from '../../platform/log/append.ts';
import { publishCheckpoint } from '../../platform/log/checkpoints.ts';
import { createOrganization } from '../../platform/orgs/service.ts';
import { endOf, openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from '../support/app.ts';
import { ADMIN } from '../support/platformProcess.ts';

const ORG = 'acme';
let folder: ReturnType<typeof temporaryFolder>;
let platform: Platform;
let url = '';
let console_: TestConsole;
const asked: unknown[][] = [];

function open(): TestConsole {
  const demo = { url, email: ADMIN.email, password: ADMIN.password, totpSecret: 'JBSWY3DPEHPK3PXP' };
  return openConsoleApp(
    join(folder.path, 'console'),
    { demo },
    {
      dialogs: {
        native: true,
        pickOpen: async (purpose) => {
          asked.push(['open', purpose]);
          return 'chosen.zip';
        },
        pickSave: async (...args) => {
          asked.push(['save', ...args]);
          return null;
        },
        reveal: async () => {},
      },
    },
  );
}

async function append(count: number): Promise<void> {
  const draft = { action: 'thread.run', actor: { type: 'system' as const, id: 'test' } };
  await platform.core.tenant(ORG, (tx) => appendEvents(tx, ORG, Array(count).fill(draft)));
  await publishCheckpoint(platform.core, ORG);
}

beforeAll(async () => {
  folder = temporaryFolder();
  platform = await createPlatform({ dataDir: null, checkpointMsMin: 0 });
  const user = await createUser(platform.core, { ...ADMIN, name: 'Ada' });
  await createOrganization(platform.core, { id: ORG, name: 'Acme', ownerId: user.id });
  await append(300);
  url = await platform.app.listen({ host: '127.0.0.1', port: 0 });
  console_ = open();
  await console_.call('vault.create', { useKeychain: false, passphrase: PASSPHRASE });
  const draft = await console_.call('connections.begin', { url, ...ADMIN, totp: null });
  const pins = draft.organizations.map(({ orgId, logKey }) => ({ orgId, fingerprint: logKey.fingerprint }));
  await console_.call('connections.confirm', { draftId: draft.draftId, pins });
  await console_.run('sync.start', { orgId: ORG });
});
afterAll(async () => {
  await console_?.app.close();
  await platform?.close();
  folder?.remove();
});

describe('key slots', () => {
  it('renews a slot, and the old secret opens nothing', async () => {
    await console_.call('vault.addSlot', { slot: 'passphrase', secret: 'another good passphrase' });
    const { recoveryCode } = await console_.call('vault.addSlot', { slot: 'recovery', secret: null });
    await console_.call('vault.lock', {});
    expect(await console_.raw('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE })).toMatchObject({
      error: { code: 'VAULT_WRONG_SECRET' },
    });
    await console_.call('vault.unlock', { slot: 'recovery', secret: recoveryCode });
    await console_.call('vault.addSlot', { slot: 'passphrase', secret: PASSPHRASE });
    expect((await console_.call('orgs.list', {}))[0]!.counts.events).toBeGreaterThanOrEqual(300);
  });

  it('removes a slot, but never the last, and says when there is no keychain', async () => {
    expect(await console_.raw('vault.addSlot', { slot: 'keychain', secret: null })).toMatchObject({
      error: { code: 'KEYCHAIN_ABSENT' },
    });
    const { slots } = await console_.call('vault.status', {});
    expect(slots.map(({ kind }) => kind).sort()).toEqual(['passphrase', 'recovery']);
    const recovery = slots.find(({ kind }) => kind === 'recovery')!;
    const passphrase = slots.find(({ kind }) => kind === 'passphrase')!;
    const left = await console_.call('vault.removeSlot', { id: recovery.id });
    expect(left.slots).toHaveLength(1);
    expect(await console_.raw('vault.removeSlot', { id: passphrase.id })).toMatchObject({
      error: { code: 'VAULT_LAST_SLOT' },
    });
  });
});

describe('host and demo', () => {
  it('passes on what dialogs answer, with names that are only names', async () => {
    expect(await console_.call('files.pickOpen', { purpose: 'bundle' })).toEqual({ path: 'chosen.zip' });
    const suggestedName = '../../etc/rows.csv';
    expect(await console_.call('files.pickSave', { purpose: 'rows', suggestedName })).toEqual({ path: null });
    expect(asked[0]).toEqual(['open', 'bundle']);
    expect(asked[1]?.[2]).not.toMatch(/[/\\]|^\./);
  });

  it('gives the demo sign-in with a current code, and none outside the demo', async () => {
    const signIn = await console_.call('app.demoSignIn', {});
    const totp = new TOTP({ secret: 'JBSWY3DPEHPK3PXP' });
    expect(signIn).toMatchObject({ url, email: ADMIN.email });
    expect(totp.validate({ token: signIn!.totp, window: 1 })).not.toBeNull();
    const other = openConsoleApp(join(folder.path, 'other'));
    expect(await other.call('app.demoSignIn', {})).toBeNull();
    await other.app.close();
  });
});

describe('sessions', () => {
  it('ends and begins again; the mirror stays readable between', async () => {
    const [{ id } = { id: '' }] = await console_.call('connections.list', {});
    expect(await console_.call('connections.signOut', { id })).toMatchObject({ state: 'signed_out' });
    expect(await console_.raw('sync.start', { orgId: ORG })).toMatchObject({ error: { code: 'LOGIN_REQUIRED' } });
    expect((await console_.call('audit.query', { orgId: ORG, filter: {} })).matched).toBeGreaterThanOrEqual(300);
    expect(await console_.raw('connections.signIn', { id, password: 'wrong', totp: null })).toMatchObject({
      error: { code: 'LOGIN_FAILED' },
    });
    const again = await console_.call('connections.signIn', { id, password: ADMIN.password, totp: null });
    expect(again).toMatchObject({ state: 'online' });
    expect((await console_.run('sync.start', { orgId: ORG })).state).toBe('done');
  });

  it('cancels what runs when it locks', async () => {
    await append(3000);
    const { jobId } = await console_.call('sync.start', { orgId: ORG });
    const ended = endOf(console_.app, jobId);
    await console_.call('vault.lock', {});
    expect(['cancelled', 'done']).toContain((await ended).state);
    expect(await console_.call('jobs.list', {})).toEqual([]);
    await console_.call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
    await console_.run('sync.start', { orgId: ORG });
    expect(await console_.call('orgs.list', {})).toMatchObject([{ integrity: { state: 'proven', openAlarms: 0 } }]);
  });
});

it('notices a mirror that was put back from a copy, and keeps the alarm with its explanation', async () => {
  const mirror = join(folder.path, 'console', 'mirrors');
  const copy = join(folder.path, 'copy');
  await console_.app.close();
  cpSync(mirror, copy, { recursive: true });
  console_ = open();
  await console_.call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
  await append(20);
  await console_.run('sync.start', { orgId: ORG });
  await console_.app.close();
  rmSync(mirror, { recursive: true });
  cpSync(copy, mirror, { recursive: true });
  console_ = open();
  await console_.call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
  const offline = await console_.call('integrity.get', { orgId: ORG });
  expect(offline).toMatchObject({ state: 'alarm', alarms: [{ kind: 'MIRROR_RESTORED' }] });
  await console_.run('sync.start', { orgId: ORG });
  const { state, alarms } = await console_.call('integrity.get', { orgId: ORG });
  expect({ state, kinds: alarms.map(({ kind }) => kind) }).toEqual({ state: 'alarm', kinds: ['MIRROR_RESTORED'] });
  const note = 'Restored from backup after a disk fault.';
  const alarmId = alarms[0]!.id;
  const acknowledged = await console_.call('integrity.acknowledge', { orgId: ORG, alarmId, note });
  expect(acknowledged.acknowledged).toMatchObject({ note });
  const after = await console_.call('integrity.get', { orgId: ORG });
  expect(after).toMatchObject({ state: 'proven', alarms: [{ id: alarmId, evidence: alarms[0]!.evidence }] });
});
