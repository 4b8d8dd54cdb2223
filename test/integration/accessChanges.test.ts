/** Roles, members, service accounts, keys, role catalogues and reviews, changed from the console on the real platform. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '../../shared/commands/index.ts';
import { PASSPHRASE } from '../support/app.ts';
import { account, invite, ORG, OutboxWorld, role } from '../support/outboxWorld.ts';
import { ADMIN } from '../support/platformProcess.ts';

let world: OutboxWorld;
const clipboard = {
  text: '',
  read: async () => clipboard.text,
  write: async (text: string) => {
    clipboard.text = text;
  },
};

beforeAll(async () => {
  world = await OutboxWorld.open({ clipboard });
});
afterAll(() => world?.close());

describe('roles and members', () => {
  it('a member invited offline waits for the role it names, made offline as well', async () => {
    await world.offline();
    const base = role('Offline base', ['logs:read']);
    const heir = role('Offline heir', ['threads:read'], base.id);
    const member = invite('heir@acme.example', heir.id);
    const { entries } = await world.add(world.mine, base, heir, member);
    const ids = entries.map(({ id }) => id);
    expect(entries.map(({ dependsOn }) => dependsOn)).toEqual([[], [ids[0]], [ids[1]]]);
    await expect(world.mine.call('outbox.revoke', { orgId: ORG, id: ids[1]! })).rejects.toMatchObject({
      code: 'CONFLICT',
      details: { entries: [ids[2]] },
    });
    // The first of them in a circle would never be sent.
    const circle = { ...base, input: { ...base.input, inherits: heir.id } };
    await expect(world.mine.call('outbox.edit', { orgId: ORG, id: ids[0]!, command: circle })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    await world.proxy.up();
    await world.sync();
    expect(await world.list()).toEqual([]);
    expect(await world.one('member', member.id)).toMatchObject({
      data: { role: heir.id, status: 'invited' },
      pending: null,
    });
    expect(await world.one('role', heir.id)).toMatchObject({
      data: { inherits: base.id, permissions: ['threads:read'] },
    });
  });

  it('what rests on a refused creation waits, and goes when that is put right', async () => {
    const taken = role('Taken name', []);
    await world.add(world.other, taken);
    await world.offline();
    const mineToo = role('Taken name', ['logs:read']);
    const member = invite('waits@acme.example', mineToo.id);
    await world.add(world.mine, mineToo, member);
    await world.proxy.up();
    expect(await world.send()).toEqual({ sent: 0, conflicts: 0, refused: 1, waiting: 1 });
    const [refused, waiting] = await world.list();
    expect([refused!.state, waiting!.state, waiting!.dependsOn]).toEqual(['refused', 'waiting', [refused!.id]]);
    expect(refused!.error!.message).toMatch(/name/i);
    // Editing the thing that was not made goes into its creation, which is sent at once.
    await world.add(world.mine, { type: 'role.update', id: mineToo.id, patch: { name: 'Free name' } });
    expect(await world.list()).toEqual([]);
    expect(await world.one('member', member.id)).toMatchObject({ data: { role: mineToo.id } });
  });

  it('the same role changed by two: decided field by field', async () => {
    const made = role('Shared', ['logs:read', 'threads:read']);
    await world.add(world.other, made);
    await world.sync();
    await world.offline();
    const change = { description: 'by me', permissions: ['logs:read'] };
    const { entries } = await world.add(world.mine, { type: 'role.update', id: made.id, patch: change });
    await world.add(world.other, {
      type: 'role.update',
      id: made.id,
      patch: { permissions: ['logs:*'], name: 'Shared by them' },
    });
    await world.proxy.up();
    await world.sync();
    const at = { orgId: ORG, id: entries[0]!.id };
    const view = await world.mine.call('outbox.conflict', at);
    expect(view.fields).toEqual([
      { field: 'description', base: '', mine: 'by me', theirs: '', clash: false },
      { field: 'name', base: 'Shared', mine: 'Shared', theirs: 'Shared by them', clash: false },
      {
        field: 'permissions',
        base: ['logs:read', 'threads:read'],
        mine: ['logs:read'],
        theirs: ['logs:*'],
        clash: true,
      },
    ]);
    expect(await world.one('role', made.id)).toMatchObject({
      data: { permissions: ['logs:*'] },
      pending: { state: 'conflict' },
    });
    await world.mine.call('outbox.resolve', { ...at, take: 'mine', fields: ['description', 'permissions'] });
    expect([await world.list(), await world.one('role', made.id)]).toMatchObject([
      [],
      { data: { name: 'Shared by them', description: 'by me', permissions: ['logs:read'] }, pending: null },
    ]);
  });

  it('nobody is offered what the platform would refuse: more than one holds', async () => {
    const keeper = role('Keeper of roles', [
      'roles:manage',
      'users:manage',
      'logs:read',
      'settings:view',
      'compliance:audit',
    ]);
    await world.add(world.other, keeper);
    const cat = { email: 'cat@acme.example', password: 'a third good passphrase' };
    const third = await world.join('third', cat, keeper.id);
    await expect(world.add(third, role('More', ['billing:manage']))).rejects.toMatchObject({
      code: 'RIGHT_MISSING',
      message: expect.stringContaining('It would grant billing:manage'),
    });
    await expect(world.add(third, invite('boss@acme.example', 'admin'))).rejects.toMatchObject({
      code: 'RIGHT_MISSING',
    });
    await expect(world.add(third, { type: 'workspace.delete', id: 'none' })).rejects.toMatchObject({
      code: 'RIGHT_MISSING',
    });
    expect(await world.add(third, role('Less', ['logs:read']))).toMatchObject({ sent: 1, entries: [] });
    await third.app.close();
  });
});

describe('service accounts', () => {
  it('issues a key online only; the secret is in the answer and nowhere on disk', async () => {
    const robot = account('Robot', ['threads:read']);
    await world.add(world.mine, robot);
    const input = { expires_at: null, overlap_seconds: null };
    const issued = await world.mine.call('accounts.issueKey', { orgId: ORG, account_id: robot.id, input });
    expect(issued.secret).toMatch(/^mc_/);
    // The account with its key is in the mirror at once.
    expect(await world.one('service_account', robot.id)).toMatchObject({
      data: { keys: [{ id: issued.keyId, revoked_at: null }] },
    });
    const works = await fetch(`${world.direct}/v1/orgs/${ORG}/threads`, {
      headers: { authorization: `Bearer ${issued.secret}` },
    });
    expect(works.status).toBe(200);

    await world.mine.call('clipboard.copySecret', { text: issued.secret, clearAfterSeconds: 600 });
    expect(clipboard.text).toBe(issued.secret);
    await world.offline();
    expect(await world.mine.raw('accounts.issueKey', { orgId: ORG, account_id: robot.id, input })).toMatchObject({
      error: { code: 'OFFLINE' },
    });
    const revoke: Command = { type: 'service_account.key.revoke', id: robot.id, key_id: issued.keyId };
    await world.add(world.mine, revoke);
    expect(await world.one('service_account', robot.id)).toMatchObject({
      data: { keys: [{ revoked_at: expect.any(String) }] },
    });
    await expect(world.add(world.mine, { ...revoke, key_id: 'A'.repeat(16) })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await world.proxy.up();
    await world.sync();
    const refused = await fetch(`${world.direct}/v1/orgs/${ORG}/threads`, {
      headers: { authorization: `Bearer ${issued.secret}` },
    });
    expect([refused.status, await world.list()]).toEqual([401, []]);

    await world.mine.call('vault.lock', {});
    expect(clipboard.text).toBe('');
    for (const name of readdirSync(join(world.folder.path, 'mine'), { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      expect(readFileSync(join(name.parentPath, name.name)).includes(issued.secret), name.name).toBe(false);
    }
    const log = readFileSync(join(world.folder.path, 'mine', 'logs', 'console.log'), 'utf8');
    expect(log).toContain('"event":"outbox add"');
    expect(log).toContain('"command":"service_account.key.revoke"');
    await world.mine.call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
  });
});

describe('role catalogues', () => {
  it('are imported as a job, and synced', async () => {
    const path = join(world.folder.path, 'roles.json');
    const roles = [
      {
        name: 'roles/storage.viewer',
        title: 'Storage Viewer',
        description: 'Reads buckets',
        includedPermissions: ['storage.buckets.get', 'storage.buckets.list'],
      },
    ];
    writeFileSync(path, JSON.stringify({ roles }));
    const job = await world.mine.run('roles.import', { orgId: ORG, format: 'gcp', path });
    expect(job.result).toMatchObject({ roles: 1, permissions: 2, unchanged: 0 });
    expect(await world.rows('role', { text: 'Storage Viewer' })).toMatchObject([
      { data: { source: 'gcp:roles/storage.viewer' } },
    ]);
    expect((await world.mine.run('roles.import', { orgId: ORG, format: 'gcp', path })).result).toMatchObject({
      unchanged: 1,
    });
  });

  it('are refused with the reason: no file, no text, not a catalogue', async () => {
    const path = join(world.folder.path, 'bad.bin');
    const importing = (file: string) => world.mine.run('roles.import', { orgId: ORG, format: 'gcp', path: file });
    await expect(importing(join(world.folder.path, 'none.json'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    writeFileSync(path, Buffer.from([0xff, 0xfe, 0x00]));
    await expect(importing(path)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    writeFileSync(path, 'nothing of the kind');
    await expect(importing(path)).rejects.toMatchObject({ code: 'PLATFORM_REFUSED' });
  });
});

describe('access reviews', () => {
  it('are begun, decided offline and closed; items are listed by their review', async () => {
    const user = (await world.rows('member')).find(({ data }) => data.email === ADMIN.email)!.data.user_id as string;
    const due_at = '2027-01-01T00:00:00.000Z';
    const review = (name: string): Command => ({
      ...{ type: 'access_review.create', id: crypto.randomUUID() },
      input: { name, instructions: '', reviewers: [user, world.bobId], due_at },
    });
    const [first, second] = [review('First'), review('Second')] as { id: string; type: 'access_review.create' }[];
    await world.add(world.mine, first as Command, second as Command);
    await world.sync();
    const itemsOf = (id: string, more = {}) =>
      world.rows('access_review_item', { where: { field: 'review_id', value: id }, ...more });
    const items = await itemsOf(first!.id);
    expect(items.length).toBeGreaterThan(2);
    expect(items.every(({ data }) => data.review_id === first!.id)).toBe(true);
    expect((await world.rows('access_review_item')).length).toBe(items.length + (await itemsOf(second!.id)).length);

    await world.offline();
    // Ada, and the account that she made.
    const isOwn = ({ data }: (typeof items)[number]): boolean =>
      ['Ada', 'Robot'].includes((data.holder as { name: string }).name);
    const own = items.filter(isOwn);
    expect(own).toHaveLength(2);
    const decide = (itemId: string): Command => ({
      ...{ type: 'access_review.decide', id: crypto.randomUUID(), item_id: itemId },
      input: { decision: 'confirm', reason: '' },
    });
    for (const { id } of own)
      await expect(world.add(world.mine, decide(id))).rejects.toMatchObject({ code: 'RIGHT_MISSING' });
    const others = items.filter((item) => !isOwn(item));
    const answer = await world.add(world.mine, ...others.map(({ id }) => decide(id)));
    expect(answer).toMatchObject({ sent: 0, waiting: others.length });
    expect((await itemsOf(first!.id)).filter(({ pending }) => pending !== null)).toHaveLength(others.length);
    expect((await itemsOf(first!.id)).filter(({ data }) => data.decision === 'confirm')).toHaveLength(others.length);
    await world.proxy.up();
    await world.sync();
    expect(await world.list()).toEqual([]);
    await world.sync();
    expect(await world.one('access_review', first!.id)).toMatchObject({
      data: { decided: others.length, closed_at: null },
    });
    expect(await world.add(world.mine, { type: 'access_review.close', id: first!.id })).toMatchObject({
      sent: 1,
      entries: [],
    });
    expect(await world.one('access_review', first!.id)).toMatchObject({
      data: { result: expect.any(String) },
      pending: null,
    });
  });

  it('pages, sorts and filters with what is pending in its place', async () => {
    await world.offline();
    const names = ['m-zulu', 'M-alpha', 'm-mike'];
    await world.add(world.mine, ...names.map((name) => role(name, [])));
    const page = (offset: number, more = {}) => world.rows('role', { text: 'm-', offset, limit: 2, ...more });
    const shown = [...(await page(0)), ...(await page(2))].map(({ data }) => data.name);
    expect(shown).toEqual(['M-alpha', 'm-mike', 'm-zulu']);
    expect((await page(0, { direction: 'desc' })).map(({ data }) => data.name)).toEqual(['m-zulu', 'm-mike']);
    const members = await world.rows('member', { where: { field: 'role', value: 'admin' } });
    expect(members.map(({ data }) => data.name).sort()).toEqual(['Ada', 'Bob']);
    // A pending change counts in a filter as it will be.
    const bob = members.find(({ data }) => data.name === 'Bob')!;
    await world.add(world.mine, { type: 'member.update', id: bob.id, patch: { role: 'viewer' } });
    expect(await world.rows('member', { where: { field: 'role', value: 'admin' } })).toHaveLength(1);
    expect(await world.rows('member', { where: { field: 'role', value: 'viewer' } })).toMatchObject([
      { id: bob.id, pending: { op: 'update' } },
    ]);
  });
});
