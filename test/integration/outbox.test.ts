/** Changes made in the console against the real platform over HTTP: offline, sent, in conflict, refused. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Command } from '../../shared/commands/index.ts';
import { BOB, ORG, OutboxWorld, patch, workspace } from '../support/outboxWorld.ts';
import { ADMIN } from '../support/platformProcess.ts';

const VIC = { email: 'vic@acme.example', password: 'yet another passphrase' };
let world: OutboxWorld;

beforeAll(async () => {
  world = await OutboxWorld.open();
});
afterAll(() => world?.close());
afterEach(() => world.settle());

describe('offline', () => {
  it('keeps, shows, edits, takes back, survives a restart, and sends in order with the version it was made against', async () => {
    const [one, two, three] = (await world.seeded('Offline one', 'Offline two', 'Offline three')) as [
      string,
      string,
      string,
    ];
    await world.offline();
    const fresh = workspace('Offline made');
    const member = crypto.randomUUID();
    const added = await world.add(
      world.mine,
      fresh,
      patch(one, { name: 'Offline one renamed', max_users: 7 }),
      patch(two, { description: 'never sent' }),
      {
        type: 'member.create',
        id: member,
        input: { email: 'new@acme.example', role: 'viewer', permissions: [], workspaces: null },
      },
      { type: 'workspace.delete', id: three },
    );
    expect(added).toMatchObject({ sent: 0, waiting: 5 });
    expect(added.entries.map(({ title }) => title)).toEqual([
      'Offline made',
      'Offline one',
      'Offline two',
      'new@acme.example',
      'Offline three',
    ]);
    const [making, renaming, describing, , removing] = added.entries;

    expect(await world.one('workspace', fresh.id)).toMatchObject({
      version: 0,
      data: { name: 'Offline made', threads: 0, max_users: 5 },
      pending: { entryIds: [making!.id], op: 'create', state: 'waiting' },
    });
    expect(await world.one('workspace', one)).toMatchObject({
      data: { name: 'Offline one renamed', max_users: 7 },
      pending: { op: 'update' },
    });
    expect(await world.one('workspace', three)).toMatchObject({
      data: { name: 'Offline three' },
      pending: { op: 'delete' },
    });
    expect(await world.rows('member', { text: 'new@acme' })).toMatchObject([
      { id: member, data: { status: 'invited' } },
    ]);
    expect(await world.rows('workspace', { text: 'offline one r' })).toHaveLength(1);

    // An edit of a thing that was not sent goes into its creation; an edited entry keeps its key.
    expect(await world.add(world.mine, patch(fresh.id, { max_users: 6 }))).toMatchObject({
      entries: [{ id: making!.id }],
    });
    const edited = await world.mine.call('outbox.edit', {
      ...{ orgId: ORG, id: renaming!.id },
      command: patch(one, { name: 'Offline one for good' }),
    });
    expect(edited.id).toBe(renaming!.id);
    await world.mine.call('outbox.revoke', { orgId: ORG, id: describing!.id });
    expect(await world.one('workspace', two)).toMatchObject({ data: { description: '' }, pending: null });

    await world.reopen();
    expect((await world.list()).map(({ id, state }) => [id, state])).toEqual([
      [making!.id, 'waiting'],
      [renaming!.id, 'waiting'],
      [added.entries[3]!.id, 'waiting'],
      [removing!.id, 'waiting'],
    ]);
    await world.online();
    const before = (await world.one('workspace', three))!.version;
    const result = await world.send();
    expect(result).toEqual({ sent: 4, conflicts: 0, refused: 0, waiting: 0 });
    expect(
      world.proxy.changes.map(({ method, path, key, ifMatch, status }) => [method, path, key, ifMatch, status]),
    ).toEqual([
      ['POST', `/v1/orgs/${ORG}/workspaces`, making!.id, null, 201],
      ['PATCH', `/v1/orgs/${ORG}/workspaces/${one}`, renaming!.id, `"${renaming!.baseVersion}"`, 200],
      ['POST', `/v1/orgs/${ORG}/members`, added.entries[3]!.id, null, 201],
      ['DELETE', `/v1/orgs/${ORG}/workspaces/${three}`, removing!.id, `"${before}"`, 204],
    ]);
    // Right at once, before the feed is read again.
    expect(await world.list()).toEqual([]);
    expect(await world.one('workspace', fresh.id)).toMatchObject({
      data: { name: 'Offline made', max_users: 6 },
      pending: null,
    });
    expect(await world.one('workspace', one)).toMatchObject({ data: { name: 'Offline one for good', max_users: 5 } });
    expect(await world.one('workspace', three)).toBeNull();
    const shown = await world.rows('workspace');
    await world.sync();
    expect(await world.rows('workspace')).toEqual(shown);
  });

  it('is sent by itself when the platform is back', async () => {
    const [id] = (await world.seeded('Back by itself')) as [string];
    await world.offline();
    await world.add(world.mine, patch(id, { description: 'waited' }));
    await world.proxy.up();
    await world.sync();
    expect(await world.list()).toEqual([]);
    expect(await world.one('workspace', id)).toMatchObject({ data: { description: 'waited' }, pending: null });
  });

  it('lets changes of one thing stand upon each other', async () => {
    const [id] = (await world.seeded('Chain')) as [string];
    await world.offline();
    const first = await world.add(world.mine, patch(id, { name: 'Chain 1' }));
    const second = await world.add(world.mine, patch(id, { description: 'second' }));
    expect(second.entries[0]!.dependsOn).toEqual([first.entries[0]!.id]);
    expect(await world.one('workspace', id)).toMatchObject({
      data: { name: 'Chain 1', description: 'second' },
      pending: { entryIds: [first.entries[0]!.id, second.entries[0]!.id] },
    });
    await world.online();
    await world.send();
    const [a, b] = world.proxy.changes;
    expect([a!.status, b!.status]).toEqual([200, 200]);
    expect(Number(b!.ifMatch!.slice(1, -1))).toBeGreaterThan(Number(a!.ifMatch!.slice(1, -1)));
  });
});

describe('what cannot be asked for', () => {
  it('is refused at once, with the reason', async () => {
    const [id] = (await world.seeded('Refusals')) as [string];
    await world.offline();
    const nowhere = world.add(world.mine, patch(crypto.randomUUID(), { name: 'x' }));
    await expect(nowhere).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await world.add(world.mine, { type: 'workspace.delete', id });
    await expect(world.add(world.mine, patch(id, { name: 'x' }))).rejects.toMatchObject({ code: 'CONFLICT' });
    const fresh = workspace('Refusals made');
    await world.add(world.mine, fresh);
    await expect(world.add(world.mine, fresh)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(world.add(world.mine, { type: 'workspace.delete', id: fresh.id })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    // All or none.
    const before = await world.list();
    await expect(world.add(world.mine, workspace('Refusals more'), fresh)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await world.list()).toEqual(before);
    await expect(
      world.mine.call('outbox.edit', { orgId: ORG, id: before[1]!.id, command: workspace('Another target') }),
    ).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('goes by the rights of the last sync, which the platform may overrule', async () => {
    const viewer = await world.join('viewer', VIC, 'viewer');
    const [id] = (await world.seeded('Rights')) as [string];
    await viewer.run('sync.start', { orgId: ORG });
    const commands = [patch(id, { name: 'Not theirs' })];
    const refused = await viewer.raw('outbox.add', { orgId: ORG, commands });
    expect(refused).toMatchObject({ ok: false, error: { code: 'RIGHT_MISSING', details: { anyOf: ['org:manage'] } } });
    expect(refused.ok ? '' : refused.error.message).toMatch(/^You do not hold org:manage as of the last sync, 20/);
    const tried = await viewer.call('outbox.add', { orgId: ORG, commands, anyway: true });
    expect(tried).toMatchObject({
      sent: 0,
      waiting: 0,
      entries: [{ state: 'refused', error: { code: 'PLATFORM_REFUSED' } }],
    });
    expect(tried.entries[0]!.error!.message).toContain('org:manage');
    expect(
      (await viewer.call('entities.list', { orgId: ORG, kind: 'workspace', text: 'Rights', offset: 0, limit: 9 })).rows,
    ).toMatchObject([{ data: { name: 'Rights' }, pending: { state: 'refused' } }]);
    await viewer.app.close();
  });

  it('refuses changes of oneself', async () => {
    const me = (await world.rows('member')).find(({ data }) => data.email === ADMIN.email)!;
    await expect(
      world.add(world.mine, { type: 'member.update', id: me.id, patch: { role: 'viewer' } }),
    ).rejects.toMatchObject({
      code: 'RIGHT_MISSING',
    });
  });
});

describe('refused by the platform', () => {
  it('says so in its words, keeps what depends on it, and goes on with an edit under a new key', async () => {
    const id = crypto.randomUUID();
    const input = { role: 'viewer', permissions: [], workspaces: null };
    const create = (email: string): Command => ({ type: 'member.create', id, input: { ...input, email } });
    const refused = await world.add(world.mine, create(BOB.email), workspace('Beside the refused'));
    expect(refused).toMatchObject({ sent: 1, waiting: 0, entries: [{ state: 'refused', inDoubt: false }] });
    expect(refused.entries[0]!.error!.message).toMatch(/member/i);
    expect(await world.one('member', id)).toMatchObject({ version: 0, pending: { state: 'refused', op: 'create' } });
    const entry = await world.mine.call('outbox.edit', {
      ...{ orgId: ORG, id: refused.entries[0]!.id },
      command: create('fixed@acme.example'),
    });
    expect(entry.id).not.toBe(refused.entries[0]!.id);
    expect(await world.list()).toEqual([]);
    expect(await world.one('member', id)).toMatchObject({ data: { email: 'fixed@acme.example' }, pending: null });
  });
});

/** Both sides change the same workspace; mine then meets theirs. */
async function clash(name: string): Promise<{ id: string; entryId: string }> {
  const [id] = (await world.seeded(name)) as [string];
  await world.offline();
  const { entries } = await world.add(world.mine, patch(id, { name: `${name} by me`, max_users: 9 }));
  expect(await world.add(world.other, patch(id, { name: `${name} by them`, description: 'theirs' }))).toMatchObject({
    sent: 1,
  });
  await world.online();
  const result = await world.send();
  expect(result).toEqual({ sent: 0, conflicts: 1, refused: 0, waiting: 0 });
  return { id, entryId: entries[0]!.id };
}

describe('a change on show', () => {
  it('says field by field what it does to its target, and what a creation would make', async () => {
    const [id] = (await world.seeded('Shown')) as [string];
    await world.offline();
    const { entries } = await world.add(
      world.mine,
      patch(id, { name: 'Shown anew', max_users: 9 }),
      { type: 'workspace.delete', id },
      workspace('Fresh'),
    );
    const shown = (at: number) => world.mine.call('outbox.change', { orgId: ORG, id: entries[at]!.id });
    expect(await shown(0)).toEqual([
      { field: 'max_users', before: 5, after: 9 },
      { field: 'name', before: 'Shown', after: 'Shown anew' },
    ]);
    expect(await shown(1)).toEqual([]);
    expect(await shown(2)).toContainEqual({ field: 'name', before: null, after: 'Fresh' });
    for (const { id: entry } of entries.toReversed()) await world.mine.call('outbox.revoke', { orgId: ORG, id: entry });
    await world.online();
  });
});

describe('conflict', () => {
  it('shows mine, theirs and base, and sends only the fields chosen', async () => {
    const { id, entryId } = await clash('Mine');
    expect(await world.list()).toMatchObject([{ id: entryId, state: 'conflict', error: { code: 'CONFLICT' } }]);
    expect(await world.one('workspace', id)).toMatchObject({
      data: { name: 'Mine by them' },
      pending: { state: 'conflict' },
    });
    const view = await world.mine.call('outbox.conflict', { orgId: ORG, id: entryId });
    expect(view.fields).toEqual([
      { field: 'description', base: '', mine: '', theirs: 'theirs', clash: false },
      { field: 'max_users', base: 5, mine: 9, theirs: 5, clash: false },
      { field: 'name', base: 'Mine', mine: 'Mine by me', theirs: 'Mine by them', clash: true },
    ]);
    const resolve = (fields: string[]) =>
      world.mine.call('outbox.resolve', { orgId: ORG, id: entryId, take: 'mine', fields });
    await expect(resolve([])).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(resolve(['description'])).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    world.proxy.changes.length = 0;
    expect(await resolve(['max_users'])).toEqual({ entry: null });
    expect(world.proxy.changes).toMatchObject([
      { body: { max_users: 9 }, ifMatch: `"${view.theirVersion}"`, status: 200 },
    ]);
    expect(world.proxy.changes[0]!.key).not.toBe(entryId);
    expect(await world.one('workspace', id)).toMatchObject({
      data: { name: 'Mine by them', description: 'theirs', max_users: 9 },
      pending: null,
    });
  });

  it('drops mine when theirs is taken, and sends nothing', async () => {
    const { id, entryId } = await clash('Theirs');
    world.proxy.changes.length = 0;
    const answer = await world.mine.call('outbox.resolve', { orgId: ORG, id: entryId, take: 'theirs', fields: [] });
    expect(answer).toEqual({ entry: null });
    expect([await world.list(), world.proxy.changes]).toEqual([[], []]);
    expect(await world.one('workspace', id)).toMatchObject({
      data: { name: 'Theirs by them', max_users: 5 },
      pending: null,
    });
  });

  it('with a thing that is gone leaves only theirs', async () => {
    const [id] = (await world.seeded('Gone')) as [string];
    await world.offline();
    const { entries } = await world.add(world.mine, patch(id, { name: 'Gone by me' }));
    await world.add(world.other, { type: 'workspace.delete', id });
    await world.proxy.up();
    await world.send();
    const at = { orgId: ORG, id: entries[0]!.id };
    const view = await world.mine.call('outbox.conflict', at);
    expect(view).toMatchObject({
      theirs: null,
      theirVersion: null,
      base: { name: 'Gone' },
      mine: { name: 'Gone by me' },
    });
    expect(view.fields).toEqual([{ field: 'name', base: 'Gone', mine: 'Gone by me', theirs: null, clash: true }]);
    await expect(world.mine.call('outbox.resolve', { ...at, take: 'mine', fields: ['name'] })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await world.mine.call('outbox.resolve', { ...at, take: 'theirs', fields: [] });
    expect([await world.list(), await world.one('workspace', id)]).toEqual([[], null]);
  });
});
