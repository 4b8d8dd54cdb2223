/** Single sign-on settings, read and changed from the console on the real platform: online only, the secret goes one way. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallInput } from '../../shared/contract/index.ts';
import { ORG, OutboxWorld, role } from '../support/outboxWorld.ts';

const SECRET = 'a client secret that stays with the platform';
let world: OutboxWorld;
beforeAll(async () => {
  world = await OutboxWorld.open();
});
afterAll(() => world?.close());

const settings = async (who = world.mine) => (await who.call('sso.settings', { orgId: ORG })).settings;
const input = (version: number | null, more: Partial<CallInput<'sso.update'>> = {}): CallInput<'sso.update'> => ({
  ...{ orgId: ORG, version, issuer: 'https://login.acme.example/', clientId: 'mission-control' },
  ...{ domains: ['acme.example'], provisionRole: null, trustMfa: false },
  ...more,
});
const update = (version: number | null, more: Partial<CallInput<'sso.update'>> = {}, who = world.mine) =>
  who.call('sso.update', input(version, more));

/** Every file of a folder and below, as bytes in Latin-1. */
function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
}

describe('single sign-on settings', () => {
  it('are off, turned on, changed and turned off; the secret stands in no answer and in no file', async () => {
    expect(await world.mine.call('sso.settings', { orgId: ORG })).toEqual({
      settings: null,
      redirectUri: expect.stringMatching(/^https:\/\/[a-z0-9.-]+\/v1\/auth\/sso\/callback$/),
    });
    const on = await update(null, { clientSecret: SECRET });
    expect(on).toMatchObject({ hasSecret: true, domains: ['acme.example'], provisionRole: null, trustMfa: false });
    expect(await settings()).toEqual(on);
    // What is left out stays; null takes the secret away.
    const kept = await update(on.version, { trustMfa: true, provisionRole: 'viewer' });
    expect(kept).toMatchObject({ hasSecret: true, trustMfa: true, provisionRole: 'viewer' });
    expect(await update(kept.version, { clientSecret: null })).toMatchObject({ hasSecret: false });
    const last = await update((await settings())!.version, { clientSecret: SECRET });
    for (const answer of [on, kept, last, await settings()]) expect(JSON.stringify(answer)).not.toContain(SECRET);
    expect(await world.mine.call('sso.disable', { orgId: ORG, version: last.version })).toEqual({ ok: true });
    expect(await settings()).toBeNull();
    await world.sync();
    expect(await world.list()).toEqual([]);
    for (const text of filesOf(world.mine.dataDir)) expect(text.includes(SECRET)).toBe(false);
    const told = await world.mine.call('audit.query', {
      ...{ orgId: ORG, sort: 'seq', direction: 'asc', offset: 0, limit: 500 },
      filter: {
        ...{ basis: 'recorded', from: null, to: null, text: '', actors: [], targets: [], outcomes: [], workspaces: [] },
        actions: ['sso.update', 'sso.delete'],
      },
    });
    expect(told.rows.map(({ action }) => action)).toEqual([...Array(4).fill('sso.update'), 'sso.delete']);
  });

  it('are not written over those of somebody else', async () => {
    const theirs = await update(null, { clientId: 'theirs' }, world.other);
    await expect(update(null, { clientId: 'mine' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(update(theirs.version - 1)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(world.mine.call('sso.disable', { orgId: ORG, version: theirs.version - 1 })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect(await settings()).toEqual(theirs);
    await world.other.call('sso.disable', { orgId: ORG, version: theirs.version });
    // Already off: nothing is left to turn off.
    await expect(world.mine.call('sso.disable', { orgId: ORG, version: theirs.version })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  it('are refused by the platform in its words, and by the contract before anything is sent', async () => {
    await expect(update(null, { domains: [], provisionRole: 'viewer' })).rejects.toMatchObject({
      code: 'PLATFORM_REFUSED',
      message: expect.stringMatching(/domains/),
    });
    await expect(update(null, { provisionRole: 'no-such-role' })).rejects.toMatchObject({ code: 'PLATFORM_REFUSED' });
    const before = world.proxy.changes.length;
    await expect(update(null, { domains: ['not a domain'] })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(update(null, { issuer: 'ftp://login.acme.example' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(world.proxy.changes).toHaveLength(before);
    expect(await settings()).toBeNull();
  });

  it('are for those who manage the organization, and give no role beyond what the setter holds', async () => {
    const settler = role('Settler', ['org:manage', 'settings:view', 'compliance:audit', 'logs:read']);
    await world.add(world.other, settler);
    const cat = await world.join('cat', { email: 'cat@acme.example', password: 'a third good passphrase' }, settler.id);
    await expect(update(null, { provisionRole: 'admin' }, cat)).rejects.toMatchObject({ code: 'PLATFORM_REFUSED' });
    const eve = await world.join('eve', { email: 'eve@acme.example', password: 'a fourth good passphrase' }, 'viewer');
    await expect(settings(eve)).rejects.toMatchObject({ code: 'PLATFORM_REFUSED' });
    await expect(update(null, {}, eve)).rejects.toMatchObject({ code: 'PLATFORM_REFUSED' });
    for (const one of [cat, eve]) await one.app.close();
  });

  it('wait for nothing: without the platform they are neither read nor changed, and nothing is sent later', async () => {
    await world.offline();
    await expect(settings()).rejects.toMatchObject({ code: 'OFFLINE' });
    await expect(update(null, { clientSecret: SECRET })).rejects.toMatchObject({ code: 'OFFLINE' });
    expect(await world.list()).toEqual([]);
    await world.online();
    await world.sync();
    expect(await settings()).toBeNull();
  });
});
