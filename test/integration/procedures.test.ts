/** Procedures that the line of app.test.ts does not pass through: slots, sessions, dialogs, the demo's sign-in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from '../support/app.ts';
import { ADMIN, createAdmin, type PlatformProcess, servePlatform } from '../support/platformProcess.ts';

const ORG = 'acme';
const demo = { url: 'http://127.0.0.1:1', email: 'a@b.example', password: 'demo', totpSecret: 'JBSWY3DPEHPK3PXP' };
let folder: ReturnType<typeof temporaryFolder>;
let platform: PlatformProcess;
let console_: TestConsole;

beforeAll(async () => {
  folder = temporaryFolder();
  const data = join(folder.path, 'platform');
  createAdmin(data, ORG, 'Acme');
  platform = await servePlatform(data);
  const dialogs = {
    native: true,
    pickOpen: async (purpose: string) => `opened-${purpose}`,
    pickSave: async (_purpose: string, name: string) => (name === 'dismissed' ? null : `saved-${name}`),
    reveal: async (path: string) => void path,
  };
  console_ = openConsoleApp(join(folder.path, 'console'), { demo }, { dialogs });
  await console_.call('vault.create', { useKeychain: false, passphrase: PASSPHRASE });
});
afterAll(async () => {
  await console_?.app.close();
  await platform?.stop();
  folder?.remove();
});

describe('slots', () => {
  it('adds a recovery code that opens, renews it, and keeps the last slot', async () => {
    const { recoveryCode } = await console_.call('vault.addSlot', { slot: 'recovery', secret: null });
    expect(recoveryCode).toMatch(/^[0-9A-Z-]{20,}$/);
    await console_.call('vault.lock', {});
    expect((await console_.call('vault.unlock', { slot: 'recovery', secret: recoveryCode })).state).toBe('open');
    const { slots } = await console_.call('vault.status', {});
    const passphrase = slots.find(({ kind }) => kind === 'passphrase');
    const left = await console_.call('vault.removeSlot', { id: passphrase?.id ?? '' });
    expect(left.slots.map(({ kind }) => kind)).toEqual(['recovery']);
    const last = await console_.raw('vault.removeSlot', { id: left.slots[0]?.id ?? '' });
    expect(last.ok).toBe(false);
    await console_.call('vault.addSlot', { slot: 'passphrase', secret: 'another passphrase' });
    await console_.call('vault.lock', {});
    expect(await console_.raw('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE })).toMatchObject({
      error: { code: 'VAULT_WRONG_SECRET' },
    });
    expect((await console_.call('vault.unlock', { slot: 'passphrase', secret: 'another passphrase' })).state).toBe(
      'open',
    );
  });
});

describe('recovery code', () => {
  const unconfirmed = async () => (await console_.call('vault.status', {})).recoveryUnconfirmed;

  it('counts as lost until it was typed back, over a lock too, or until it opened the vault', async () => {
    expect(await unconfirmed()).toBe(false);
    await console_.call('vault.addSlot', { slot: 'recovery', secret: null, confirm: true });
    await console_.call('vault.lock', {});
    await console_.call('vault.unlock', { slot: 'passphrase', secret: 'another passphrase' });
    expect(await unconfirmed()).toBe(true);
    expect((await console_.call('vault.confirmRecovery', {})).recoveryUnconfirmed).toBe(false);
    const { recoveryCode } = await console_.call('vault.addSlot', { slot: 'recovery', secret: null, confirm: true });
    await console_.call('vault.lock', {});
    expect((await console_.call('vault.unlock', { slot: 'recovery', secret: recoveryCode })).recoveryUnconfirmed).toBe(
      false,
    );
  });

  it('leaves no mark where no code was made', async () => {
    await console_.call('vault.addSlot', { slot: 'passphrase', secret: 'another passphrase', confirm: true });
    expect(await unconfirmed()).toBe(false);
    const refused = await console_.raw('vault.create', { useKeychain: false, passphrase: PASSPHRASE, confirm: true });
    expect(refused.ok).toBe(false);
    expect(await unconfirmed()).toBe(false);
  });
});

describe('sessions', () => {
  it('signs out on the platform, keeps the mirror, and signs in again', async () => {
    const offer = await console_.call('connections.begin', { url: platform.url, ...ADMIN, totp: null });
    const pins = offer.organizations.map(({ orgId, logKey }) => ({ orgId, fingerprint: logKey.fingerprint }));
    const { id } = await console_.call('connections.confirm', { draftId: offer.draftId, pins });
    await console_.run('sync.start', { orgId: ORG });
    expect(await console_.call('connections.signOut', { id })).toMatchObject({ state: 'signed_out' });
    await expect(console_.run('sync.start', { orgId: ORG })).rejects.toMatchObject({ code: 'LOGIN_REQUIRED' });
    const [org] = await console_.call('orgs.list', {});
    expect(org?.counts.events).toBeGreaterThan(0);
    expect(await console_.raw('connections.signIn', { id, password: 'wrong password', totp: null })).toMatchObject({
      error: { code: 'LOGIN_FAILED' },
    });
    expect(await console_.call('connections.signIn', { id, password: ADMIN.password, totp: null })).toMatchObject({
      state: 'online',
    });
    await console_.run('sync.start', { orgId: ORG });
  });

  it('acknowledges only alarms that stand', async () => {
    const alarmId = '0192f3a4-0000-7000-8000-000000000000';
    expect(await console_.raw('integrity.acknowledge', { orgId: ORG, alarmId, note: 'explained' })).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
  });
});

describe('host', () => {
  it('passes dialogs on', async () => {
    expect(await console_.call('files.pickOpen', { purpose: 'bundle' })).toEqual({ path: 'opened-bundle' });
    expect(await console_.call('files.pickSave', { purpose: 'rows', suggestedName: 'rows.csv' })).toEqual({
      path: 'saved-rows.csv',
    });
    expect(await console_.call('files.pickSave', { purpose: 'rows', suggestedName: 'dismissed' })).toEqual({
      path: null,
    });
  });

  it('writes the rows of a screen as CSV: exact figures, disarmed formulas, nothing for what is missing', async () => {
    const path = join(folder.path, 'rows.csv');
    const rows = Array.from({ length: 2500 }, (_, i) => [`=row ${i}`, i === 7 ? null : i / 4, 'a,"b"']);
    const input = { orgId: ORG, name: 'tenants', heads: ['Name', 'Share (%)', 'Note'], rows, path };
    await console_.run('files.saveRows', input);
    const lines = readFileSync(path, 'utf8').split('\r\n');
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([2502, 'Name,Share (%),Note', '']);
    const note = '"a,""b"""';
    expect([lines[1], lines[8], lines[2500]]).toEqual([
      `'=row 0,0,${note}`,
      `'=row 7,,${note}`,
      `'=row 2499,624.75,${note}`,
    ]);
    await expect(console_.run('files.saveRows', input)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(await console_.raw('files.saveRows', { ...input, rows: [['too short']] })).toMatchObject({
      error: { code: 'INPUT_INVALID' },
    });
  });

  it("answers the demo's sign-in with the code of now", async () => {
    const code = new TOTP({ secret: Secret.fromBase32(demo.totpSecret), digits: 6, period: 30, algorithm: 'SHA1' });
    const answer = await console_.call('app.demoSignIn', {});
    expect(answer).toMatchObject({ url: demo.url, email: demo.email, password: demo.password });
    expect([code.generate(), code.generate({ timestamp: Date.now() - 30_000 })]).toContain(answer?.totp);
  });
});
