/** Changes made in the console against the real platform over HTTP: offline, sent, in conflict, refused, in doubt. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPlatform, type Platform } from '../../platform/app.ts';
import { createUser } from '../../platform/auth/users.ts';
import { addMember } from '../../platform/members/service.ts';
import { createOrganization } from '../../platform/orgs/service.ts';
import type { Command } from '../../shared/commands/index.ts';
import type { Output } from '../../shared/contract/index.ts';
import { openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from '../support/app.ts';
import { type FlakyProxy, startFlakyProxy } from '../support/flakyProxy.ts';
import { ADMIN } from '../support/platformProcess.ts';

const ORG = 'acme';
const BOB = { email: 'bob@acme.example', password: 'another good passphrase' };
const VIC = { email: 'vic@acme.example', password: 'yet another passphrase' };
let folder: ReturnType<typeof temporaryFolder>;
let platform: Platform;
let proxy: FlakyProxy;
/** The console under test goes through the proxy; the second one stands beside it on the same platform. */
let mine: TestConsole;
let other: TestConsole;
let direct = '';

async function connect(name: string, url: string, who: { email: string; password: string }): Promise<TestConsole> {
  const made = openConsoleApp(join(folder.path, name));
  await made.call('vault.create', { useKeychain: false, passphrase: PASSPHRASE });
  const draft = await made.call('connections.begin', { url, ...who, totp: null });
  const pins = draft.organizations.map(({ orgId, logKey }) => ({ orgId, fingerprint: logKey.fingerprint }));
  await made.call('connections.confirm', { draftId: draft.draftId, pins });
  await made.run('sync.start', { orgId: ORG });
  return made;
}

beforeAll(async () => {
  folder = temporaryFolder();
  platform = await createPlatform({ dataDir: null, checkpointMsMin: 0 });
  const ada = await createUser(platform.core, { ...ADMIN, name: 'Ada' });
  await createOrganization(platform.core, { id: ORG, name: 'Acme', ownerId: ada.id, tier: 'enterprise' });
  for (const [who, role] of [
    [BOB, 'admin'],
    [VIC, 'viewer'],
  ] as const) {
    const user = await createUser(platform.core, { ...who, name: role });
    await addMember(platform.core, ORG, { userId: user.id, role });
  }
  direct = await platform.app.listen({ host: '127.0.0.1', port: 0 });
  proxy = await startFlakyProxy(direct);
  mine = await connect('mine', proxy.url, ADMIN);
  other = await connect('other', direct, BOB);
});
afterAll(async () => {
  await mine?.app.close();
  await other?.app.close();
  await proxy?.close();
  await platform?.close();
  folder?.remove();
});
afterEach(async () => {
  proxy.fate = null;
  proxy.onAnswered = null;
  proxy.forgetKeys = false;
  proxy.changes.length = 0;
  await proxy.up();
  await mine.run('sync.start', { orgId: ORG });
  for (const { id } of await mine.call('outbox.list', { orgId: ORG })) {
    await mine.call('outbox.revoke', { orgId: ORG, id });
  }
});

const add = (who: TestConsole, ...commands: Command[]) => who.call('outbox.add', { orgId: ORG, commands });
const list = () => mine.call('outbox.list', { orgId: ORG });
const page = (kind: 'workspace' | 'member', more: object = {}) =>
  mine.call('entities.list', { orgId: ORG, kind, text: null, offset: 0, limit: 100, ...more });
type Row = Output<'entities.list'>['rows'][number];

async function row(kind: 'workspace' | 'member', id: string): Promise<Row | null> {
  return (await page(kind)).rows.find((one) => one.id === id) ?? null;
}

const workspace = (name: string): Extract<Command, { type: 'workspace.create' }> => ({
  type: 'workspace.create',
  id: crypto.randomUUID(),
  input: { name, description: '', max_threads: 10, max_log_retention_days: 30, max_users: 5 },
});
const patch = (id: string, change: object): Command => ({ type: 'workspace.update', id, patch: change });

/** Makes workspaces on the platform and has both consoles know them. */
async function seeded(...names: string[]): Promise<string[]> {
  const commands = names.map(workspace);
  expect(await add(other, ...commands)).toMatchObject({ sent: names.length, waiting: 0, entries: [] });
  await mine.run('sync.start', { orgId: ORG });
  return commands.map(({ id }) => id);
}

async function offline(): Promise<void> {
  await proxy.down();
  await expect(mine.run('sync.start', { orgId: ORG })).rejects.toMatchObject({ code: 'PLATFORM_UNREACHABLE' });
}

async function reopen(): Promise<void> {
  await mine.app.close();
  mine = openConsoleApp(join(folder.path, 'mine'));
  await mine.call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
}

describe('offline', () => {
  it('keeps, shows, edits, takes back, survives a restart, and sends in order with the version it was made against', async () => {
    const [one, two, three] = (await seeded('Offline one', 'Offline two', 'Offline three')) as [string, string, string];
    await offline();
    const fresh = workspace('Offline made');
    const member = crypto.randomUUID();
    const added = await add(
      mine,
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

    expect(await row('workspace', fresh.id)).toMatchObject({
      version: 0,
      data: { name: 'Offline made', threads: 0, max_users: 5 },
      pending: { entryIds: [making!.id], op: 'create', state: 'waiting' },
    });
    expect(await row('workspace', one)).toMatchObject({
      data: { name: 'Offline one renamed', max_users: 7 },
      pending: { op: 'update' },
    });
    expect(await row('workspace', three)).toMatchObject({ data: { name: 'Offline three' }, pending: { op: 'delete' } });
    expect((await page('member', { text: 'new@acme' })).rows).toMatchObject([
      { id: member, data: { status: 'invited' } },
    ]);
    expect((await page('workspace', { text: 'offline one r' })).total).toBe(1);

    // An edit of a thing that was not sent goes into its creation; an edited entry keeps its key.
    expect(await add(mine, patch(fresh.id, { max_users: 6 }))).toMatchObject({ entries: [{ id: making!.id }] });
    const edited = await mine.call('outbox.edit', {
      ...{ orgId: ORG, id: renaming!.id },
      command: patch(one, { name: 'Offline one for good' }),
    });
    expect(edited.id).toBe(renaming!.id);
    await mine.call('outbox.revoke', { orgId: ORG, id: describing!.id });
    expect(await row('workspace', two)).toMatchObject({ data: { description: '' }, pending: null });

    await reopen();
    expect((await list()).map(({ id, state }) => [id, state])).toEqual([
      [making!.id, 'waiting'],
      [renaming!.id, 'waiting'],
      [added.entries[3]!.id, 'waiting'],
      [removing!.id, 'waiting'],
    ]);
    await proxy.up();
    proxy.changes.length = 0;
    const before = (await row('workspace', three))!.version;
    const job = await mine.run('outbox.send', { orgId: ORG });
    expect(job.result).toEqual({ sent: 4, conflicts: 0, refused: 0, waiting: 0 });
    expect(proxy.changes.map(({ method, path, key, ifMatch, status }) => [method, path, key, ifMatch, status])).toEqual(
      [
        ['POST', `/v1/orgs/${ORG}/workspaces`, making!.id, null, 201],
        ['PATCH', `/v1/orgs/${ORG}/workspaces/${one}`, renaming!.id, `"${renaming!.baseVersion}"`, 200],
        ['POST', `/v1/orgs/${ORG}/members`, added.entries[3]!.id, null, 201],
        ['DELETE', `/v1/orgs/${ORG}/workspaces/${three}`, removing!.id, `"${before}"`, 204],
      ],
    );
    // Right at once, before the feed is read again.
    expect(await list()).toEqual([]);
    expect(await row('workspace', fresh.id)).toMatchObject({
      data: { name: 'Offline made', max_users: 6 },
      pending: null,
    });
    expect(await row('workspace', one)).toMatchObject({ data: { name: 'Offline one for good', max_users: 5 } });
    expect(await row('workspace', three)).toBeNull();
    const shown = (await page('workspace')).rows;
    await mine.run('sync.start', { orgId: ORG });
    expect((await page('workspace')).rows).toEqual(shown);
  });

  it('is sent by itself when the platform is back', async () => {
    const [id] = (await seeded('Back by itself')) as [string];
    await offline();
    await add(mine, patch(id, { description: 'waited' }));
    await proxy.up();
    await mine.run('sync.start', { orgId: ORG });
    expect(await list()).toEqual([]);
    expect(await row('workspace', id)).toMatchObject({ data: { description: 'waited' }, pending: null });
  });

  it('lets changes of one thing stand upon each other', async () => {
    const [id] = (await seeded('Chain')) as [string];
    await offline();
    const first = await add(mine, patch(id, { name: 'Chain 1' }));
    const second = await add(mine, patch(id, { description: 'second' }));
    expect(second.entries[0]!.dependsOn).toEqual([first.entries[0]!.id]);
    expect(await row('workspace', id)).toMatchObject({
      data: { name: 'Chain 1', description: 'second' },
      pending: { entryIds: [first.entries[0]!.id, second.entries[0]!.id] },
    });
    await proxy.up();
    proxy.changes.length = 0;
    await mine.run('outbox.send', { orgId: ORG });
    const [a, b] = proxy.changes;
    expect([a!.status, b!.status]).toEqual([200, 200]);
    expect(Number(b!.ifMatch!.slice(1, -1))).toBeGreaterThan(Number(a!.ifMatch!.slice(1, -1)));
  });
});

describe('what cannot be asked for', () => {
  it('is refused at once, with the reason', async () => {
    const [id] = (await seeded('Refusals')) as [string];
    await offline();
    const nowhere = add(mine, patch(crypto.randomUUID(), { name: 'x' }));
    await expect(nowhere).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await add(mine, { type: 'workspace.delete', id });
    await expect(add(mine, patch(id, { name: 'x' }))).rejects.toMatchObject({ code: 'CONFLICT' });
    const fresh = workspace('Refusals made');
    await add(mine, fresh);
    await expect(add(mine, fresh)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(add(mine, { type: 'workspace.delete', id: fresh.id })).rejects.toMatchObject({ code: 'CONFLICT' });
    // All or none.
    const before = await list();
    await expect(add(mine, workspace('Refusals more'), fresh)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await list()).toEqual(before);
    await expect(
      mine.call('outbox.edit', { orgId: ORG, id: before[1]!.id, command: workspace('Another target') }),
    ).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('goes by the rights of the last sync, which the platform may overrule', async () => {
    const viewer = await connect('viewer', direct, VIC);
    const [id] = (await seeded('Rights')) as [string];
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

  it('refuses what would grant more than one holds, and changes of oneself', async () => {
    const me = (await page('member')).rows.find(({ data }) => data.email === ADMIN.email)!;
    await expect(add(mine, { type: 'member.update', id: me.id, patch: { role: 'viewer' } })).rejects.toMatchObject({
      code: 'RIGHT_MISSING',
    });
  });
});

describe('refused by the platform', () => {
  it('says so in its words, keeps what depends on it, and goes on with an edit under a new key', async () => {
    const id = crypto.randomUUID();
    const input = { role: 'viewer', permissions: [], workspaces: null };
    const create = (email: string): Command => ({ type: 'member.create', id, input: { ...input, email } });
    const refused = await add(mine, create(BOB.email), workspace('Beside the refused'));
    expect(refused).toMatchObject({ sent: 1, waiting: 0, entries: [{ state: 'refused', inDoubt: false }] });
    expect(refused.entries[0]!.error!.message).toMatch(/member/i);
    expect(await row('member', id)).toMatchObject({ version: 0, pending: { state: 'refused', op: 'create' } });
    const entry = await mine.call('outbox.edit', {
      ...{ orgId: ORG, id: refused.entries[0]!.id },
      command: create('fixed@acme.example'),
    });
    expect(entry.id).not.toBe(refused.entries[0]!.id);
    expect(await list()).toEqual([]);
    expect(await row('member', id)).toMatchObject({ data: { email: 'fixed@acme.example' }, pending: null });
  });
});

/** Both sides change the same workspace; mine then meets theirs. */
async function clash(name: string): Promise<{ id: string; entryId: string }> {
  const [id] = (await seeded(name)) as [string];
  await offline();
  const { entries } = await add(mine, patch(id, { name: `${name} by me`, max_users: 9 }));
  expect(await add(other, patch(id, { name: `${name} by them`, description: 'theirs' }))).toMatchObject({ sent: 1 });
  await proxy.up();
  proxy.changes.length = 0;
  const job = await mine.run('outbox.send', { orgId: ORG });
  expect(job.result).toEqual({ sent: 0, conflicts: 1, refused: 0, waiting: 0 });
  return { id, entryId: entries[0]!.id };
}

describe('conflict', () => {
  it('shows mine, theirs and base, and sends only the fields chosen', async () => {
    const { id, entryId } = await clash('Mine');
    expect(await list()).toMatchObject([{ id: entryId, state: 'conflict', error: { code: 'CONFLICT' } }]);
    expect(await row('workspace', id)).toMatchObject({
      data: { name: 'Mine by them' },
      pending: { state: 'conflict' },
    });
    const view = await mine.call('outbox.conflict', { orgId: ORG, id: entryId });
    expect(view.fields).toEqual([
      { field: 'description', base: '', mine: '', theirs: 'theirs', clash: false },
      { field: 'max_users', base: 5, mine: 9, theirs: 5, clash: false },
      { field: 'name', base: 'Mine', mine: 'Mine by me', theirs: 'Mine by them', clash: true },
    ]);
    const resolve = (fields: string[]) =>
      mine.call('outbox.resolve', { orgId: ORG, id: entryId, take: 'mine', fields });
    await expect(resolve([])).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(resolve(['description'])).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    proxy.changes.length = 0;
    expect(await resolve(['max_users'])).toEqual({ entry: null });
    expect(proxy.changes).toMatchObject([{ body: { max_users: 9 }, ifMatch: `"${view.theirVersion}"`, status: 200 }]);
    expect(proxy.changes[0]!.key).not.toBe(entryId);
    expect(await row('workspace', id)).toMatchObject({
      data: { name: 'Mine by them', description: 'theirs', max_users: 9 },
      pending: null,
    });
  });

  it('drops mine when theirs is taken, and sends nothing', async () => {
    const { id, entryId } = await clash('Theirs');
    proxy.changes.length = 0;
    const answer = await mine.call('outbox.resolve', { orgId: ORG, id: entryId, take: 'theirs', fields: [] });
    expect(answer).toEqual({ entry: null });
    expect([await list(), proxy.changes]).toEqual([[], []]);
    expect(await row('workspace', id)).toMatchObject({ data: { name: 'Theirs by them', max_users: 5 }, pending: null });
  });

  it('with a thing that is gone leaves only theirs', async () => {
    const [id] = (await seeded('Gone')) as [string];
    await offline();
    const { entries } = await add(mine, patch(id, { name: 'Gone by me' }));
    await add(other, { type: 'workspace.delete', id });
    await proxy.up();
    await mine.run('outbox.send', { orgId: ORG });
    const at = { orgId: ORG, id: entries[0]!.id };
    const view = await mine.call('outbox.conflict', at);
    expect(view).toMatchObject({
      theirs: null,
      theirVersion: null,
      base: { name: 'Gone' },
      mine: { name: 'Gone by me' },
    });
    expect(view.fields).toEqual([{ field: 'name', base: 'Gone', mine: 'Gone by me', theirs: null, clash: true }]);
    await expect(mine.call('outbox.resolve', { ...at, take: 'mine', fields: ['name'] })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await mine.call('outbox.resolve', { ...at, take: 'theirs', fields: [] });
    expect([await list(), await row('workspace', id)]).toEqual([[], null]);
  });
});

describe('faults on the way', () => {
  it('a lost answer leaves the change in doubt; sent again it has one effect', async () => {
    const fresh = workspace('In doubt');
    proxy.fate = () => 'lose';
    const added = await add(mine, fresh);
    expect(added).toMatchObject({
      sent: 0,
      waiting: 1,
      entries: [{ inDoubt: true, error: { code: 'PLATFORM_UNREACHABLE' } }],
    });
    const id = added.entries[0]!.id;
    await expect(mine.call('outbox.revoke', { orgId: ORG, id })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(mine.call('outbox.edit', { orgId: ORG, id, command: fresh })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    // An edit meanwhile stands behind it, not in it.
    proxy.fate = null;
    const later = await add(mine, patch(fresh.id, { description: 'after' }));
    expect(later).toMatchObject({ waiting: 1, entries: [{ dependsOn: [id] }] });
    await mine.run('outbox.send', { orgId: ORG });
    expect(await list()).toEqual([]);
    expect(new Set(proxy.changes.slice(0, -1).map(({ key }) => key))).toEqual(new Set([id]));
    expect((await page('workspace', { text: 'In doubt' })).rows).toMatchObject([{ data: { description: 'after' } }]);
  });

  it('a lost answer whose key the platform has forgotten: told by what is there', async () => {
    const [one, two] = (await seeded('Forgotten one', 'Forgotten two')) as [string, string];
    const fresh = workspace('Forgotten made');
    proxy.fate = () => 'lose';
    for (const command of [
      fresh,
      patch(one, { name: 'Forgotten one changed' }),
      { type: 'workspace.delete', id: two },
    ] as const) {
      await add(mine, command);
    }
    // Only the first was tried each time; the others follow in order, and each has its answer lost once.
    const lost = new Set(proxy.changes.map(({ key }) => key));
    proxy.forgetKeys = true;
    proxy.fate = ({ key }) => {
      const known = lost.has(key);
      lost.add(key);
      return known ? 'pass' : 'lose';
    };
    const job = await mine.run('outbox.send', { orgId: ORG });
    expect(job.result).toEqual({ sent: 3, conflicts: 0, refused: 0, waiting: 0 });
    expect(proxy.changes.filter(({ status }) => status !== null).map(({ status }) => status)).toEqual([409, 412, 404]);
    expect((await page('workspace', { text: 'Forgotten' })).rows.map(({ data }) => data.name)).toEqual([
      'Forgotten made',
      'Forgotten one changed',
    ]);
  });

  it('waits when it is asked to, and tries again', async () => {
    const [id] = (await seeded('Busy')) as [string];
    const answers = [
      { status: 429, headers: { 'retry-after': '1' }, body: { title: 'Slower.' } },
      { status: 503, body: { title: 'Not ready.' } },
    ];
    proxy.fate = () => answers.shift() ?? 'pass';
    expect(await add(mine, patch(id, { name: 'Busy no more' }))).toMatchObject({ sent: 1, waiting: 0 });
    expect(proxy.changes.map(({ status }) => status)).toEqual([429, 503, 200]);
    expect(new Set(proxy.changes.map(({ key }) => key)).size).toBe(1);
  });

  it('gives up for now after a few tries, and shows why', async () => {
    const [id] = (await seeded('Down')) as [string];
    proxy.fate = () => ({ status: 429, headers: { 'retry-after': '3600' }, body: { title: 'Much slower.' } });
    const answer = await add(mine, patch(id, { name: 'Down no more' }));
    expect(answer).toMatchObject({ sent: 0, waiting: 1, entries: [{ inDoubt: false, attempts: 1 }] });
    expect(answer.entries[0]!.error!.message).toBe('Much slower.');
    expect(proxy.changes).toHaveLength(1);
  });

  it('waits for a new sign-in when the session ended, and then goes out', async () => {
    const [id] = (await seeded('Session')) as [string];
    proxy.fate = () => ({ status: 401, body: { title: 'A valid access token is needed.' } });
    expect(await add(mine, patch(id, { name: 'Session again' }))).toMatchObject({ sent: 0, waiting: 1 });
    const [connection] = await mine.call('connections.list', {});
    expect(connection!.state).toBe('signed_out');
    expect(await mine.raw('outbox.send', { orgId: ORG })).toMatchObject({ error: { code: 'LOGIN_REQUIRED' } });
    proxy.fate = null;
    await mine.call('connections.signIn', { id: connection!.id, password: ADMIN.password, totp: null });
    await expect.poll(() => list(), { timeout: 30_000 }).toEqual([]);
    expect(await row('workspace', id)).toMatchObject({ data: { name: 'Session again' } });
  });
});
