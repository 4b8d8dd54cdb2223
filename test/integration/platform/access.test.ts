/** Who may do what, over HTTP: the five roles, members, the organization itself, the second factor. */
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlatform } from '../../../platform/app.ts';
import { createUser } from '../../../platform/auth/users.ts';
import { lockOrg } from '../../../platform/log/append.ts';
import { addMember } from '../../../platform/members/service.ts';
import { createOrganization } from '../../../platform/orgs/service.ts';
import { addThreadIn } from '../../../platform/threads/service.ts';
import { ROLES, type Role } from '../../../shared/rbac/index.ts';
import {
  backends,
  type Call,
  caller,
  eventsOf,
  join,
  openWorld,
  PASSWORD,
  type World,
} from '../../support/platform.ts';

const PROBLEM = 'https://missioncontrol.invalid/problems/';
const ACME = '/v1/orgs/acme';

/** REQUIREMENTS, table of roles: what each may do, as statuses in the order of ROLES (admin, manager, developer, viewer, guest). */
const MATRIX: readonly [what: string, statuses: readonly [number, number, number, number, number]][] = [
  ['create a thread', [201, 403, 201, 403, 403]],
  ['read a thread of another', [200, 200, 200, 200, 403]],
  ['read a thread shared with them', [200, 200, 200, 200, 200]],
  ['change a thread of another', [200, 403, 200, 403, 403]],
  ['share a thread', [200, 403, 403, 403, 403]],
  ['read logs of another’s thread', [200, 200, 403, 200, 403]],
  ['read logs of a thread shared with them', [200, 200, 403, 200, 200]],
  ['read logs of their own thread', [200, 200, 200, 200, 403]],
  ['delete logs of their own thread', [204, 403, 403, 403, 403]],
  ['delete their own thread', [204, 403, 403, 403, 403]],
  ['see members', [200, 200, 403, 403, 403]],
  ['invite a guest', [201, 201, 403, 403, 403]],
  ['invite an admin', [201, 403, 403, 403, 403]],
  ['remove a guest', [204, 204, 403, 403, 403]],
  ['remove an admin', [204, 403, 403, 403, 403]],
  ['change a member’s role', [200, 403, 403, 403, 403]],
  ['rename the organization', [200, 403, 403, 403, 403]],
  ['change the tier', [200, 403, 403, 403, 403]],
  ['make a workspace', [201, 403, 403, 403, 403]],
  ['make a role', [201, 403, 403, 403, 403]],
  ['follow the feed of settings', [200, 200, 403, 200, 403]],
  ['read the audit log', [200, 200, 403, 200, 403]],
  ['see workspaces', [200, 200, 200, 200, 200]],
];

const stores = backends();

describe.each(stores)('access on $name', ({ options }) => {
  let world: World;
  let admin: Call;
  let workspace: string;
  let now = Date.parse('2026-03-01T00:00:00.000Z');
  const members = async (): Promise<{ id: string; user_id: string; role: string; email: string; version: number }[]> =>
    (await admin('GET', `${ACME}/members?limit=200`)).json.items;
  const memberOf = async (email: string) => (await members()).find((one) => one.email === email)!;
  let serial = 0;
  const invited = async (role: string): Promise<string> => {
    serial += 1;
    const answer = await admin('POST', `${ACME}/members`, { email: `invited${serial}@acme.test`, role });
    expect(answer.status).toBe(201);
    return answer.json.id as string;
  };

  beforeAll(async () => {
    world = await openWorld({ ...(await options()), now: () => now });
    admin = await world.member('admin@acme.test', 'acme');
    workspace = (await admin('POST', `${ACME}/workspaces`, { name: 'Work', max_users: 1000 })).json.id;
  });
  afterAll(() => world?.platform.close());

  const thread = async (userId: string, sharedWith: readonly string[] = []): Promise<string> =>
    await world.platform.core.tenant('acme', async (tx) => {
      await lockOrg(tx);
      const owner = { type: 'user' as const, id: userId };
      return (
        await addThreadIn(world.platform.core, tx, 'acme', { workspaceId: workspace, name: 'T', owner, sharedWith })
      ).id;
    });

  const attempts = (call: Call, me: { id: string; user_id: string }, other: string) => {
    const at = (id: string, rest = ''): string => `${ACME}/threads/${id}${rest}`;
    serial += 1;
    const mail = `new${serial}@acme.test`;
    const does: Record<string, () => Promise<{ status: number }>> = {
      'create a thread': () => call('POST', `${ACME}/threads`, { name: 'x', workspace_id: workspace }),
      'read a thread of another': async () => call('GET', at(await thread(other))),
      'read a thread shared with them': async () => call('GET', at(await thread(other, [me.id]))),
      'change a thread of another': async () => call('PATCH', at(await thread(other)), { name: 'y' }),
      'share a thread': async () => call('POST', at(await thread(me.user_id), '/share'), { shared_with: [me.id] }),
      'read logs of another’s thread': async () => call('GET', at(await thread(other), '/logs')),
      'read logs of a thread shared with them': async () => call('GET', at(await thread(other, [me.id]), '/logs')),
      'read logs of their own thread': async () => call('GET', at(await thread(me.user_id), '/logs')),
      'delete logs of their own thread': async () => call('DELETE', at(await thread(me.user_id), '/logs')),
      'delete their own thread': async () => call('DELETE', at(await thread(me.user_id))),
      'see members': () => call('GET', `${ACME}/members`),
      'invite a guest': () => call('POST', `${ACME}/members`, { email: mail, role: 'guest' }),
      'invite an admin': () => call('POST', `${ACME}/members`, { email: `a${mail}`, role: 'admin' }),
      'remove a guest': async () => call('DELETE', `${ACME}/members/${await invited('guest')}`),
      'remove an admin': async () => call('DELETE', `${ACME}/members/${await invited('admin')}`),
      'change a member’s role': async () =>
        call('PATCH', `${ACME}/members/${await invited('guest')}`, { role: 'viewer' }),
      'rename the organization': () => call('PATCH', ACME, { name: `Acme ${serial}` }),
      'change the tier': () => call('PATCH', ACME, { subscription_tier: 'enterprise' }),
      'make a workspace': () => call('POST', `${ACME}/workspaces`, { name: `W ${serial}`, max_users: 1000 }),
      'make a role': () => call('POST', `${ACME}/roles`, { name: `R ${serial}` }),
      'follow the feed of settings': () => call('GET', `${ACME}/changes`),
      'read the audit log': () => call('GET', `${ACME}/log/checkpoint`),
      'see workspaces': () => call('GET', `${ACME}/workspaces`),
    };
    return does;
  };

  it('holds every role to the table of the requirements, and logs each refusal', async () => {
    const other = (await memberOf('viewer@acme.test')).user_id;
    const seen = new Map<string, number[]>(MATRIX.map(([what]) => [what, []]));
    for (const role of ROLES) {
      const me = await memberOf(`${role}@acme.test`);
      const call = await world.member(`${role}@acme.test`, 'acme');
      const owner = role === 'viewer' ? (await memberOf('admin@acme.test')).user_id : other;
      const does = attempts(call, me, owner);
      expect(Object.keys(does)).toEqual(MATRIX.map(([what]) => what));
      for (const [what, act] of Object.entries(does)) seen.get(what)!.push((await act()).status);
    }
    expect([...seen]).toEqual(MATRIX.map(([what, statuses]) => [what, [...statuses]]));
    const refusals = MATRIX.flatMap(([, statuses]) => statuses).filter((status) => status === 403).length;
    const denied = (await eventsOf(world.platform, 'acme')).filter(({ event }) => event.outcome === 'denied');
    expect(denied).toHaveLength(refusals);
  });

  it('lets nobody change their own role, extra grants, workspaces or status', async () => {
    const { call, memberId } = await join(world, 'acme', 'second@acme.test', { role: 'admin' });
    const one = `${ACME}/members/${memberId}`;
    for (const patch of [{ role: 'viewer' }, { permissions: ['threads:*'] }, { workspaces: [] }]) {
      expect([patch, (await call('PATCH', one, patch)).status]).toEqual([patch, 403]);
    }
    expect((await call('POST', `${one}/suspend`)).status).toBe(403);
    expect((await call('DELETE', one)).status).toBe(403);
    expect((await admin('PATCH', one, { role: 'viewer' })).status).toBe(200);
    expect((await call('GET', `${ACME}/members`)).status).toBe(403);
    expect((await admin('PATCH', one, { role: 'admin' })).status).toBe(200);
    expect((await call('GET', `${ACME}/members`)).status).toBe(200);
  });

  it('suspends at once and gives back, and keeps owner and last admin', async () => {
    const { call, memberId } = await join(world, 'acme', 'paused@acme.test', { role: 'viewer' });
    const one = `${ACME}/members/${memberId}`;
    expect((await call('GET', ACME)).status).toBe(200);
    const suspended = await admin('POST', `${one}/suspend`, {});
    expect(suspended.json).toMatchObject({ status: 'suspended', suspended_at: new Date(now).toISOString() });
    expect((await admin('POST', `${one}/suspend`, {})).status).toBe(409);
    expect((await call('GET', ACME)).status).toBe(403);
    const user = caller(world.platform, await world.login('paused@acme.test'));
    expect((await user('POST', '/v1/auth/token', { org_id: 'acme' })).status).toBe(403);
    expect((await user('GET', '/v1/me')).json.organizations).toEqual([]);
    expect((await admin('POST', `${one}/reactivate`, {})).json).toMatchObject({ status: 'active', suspended_at: null });
    expect((await call('GET', ACME)).status).toBe(200);

    const globex = await world.member('admin@globex.test', 'globex');
    const { call: next, memberId: nextId } = await join(world, 'globex', 'next@globex.test', { role: 'admin' });
    const owner = (await next('GET', '/v1/orgs/globex/members')).json.items.find(
      (item: { email: string }) => item.email === 'admin@globex.test',
    );
    const theOwner = `/v1/orgs/globex/members/${owner.id}`;
    for (const answer of [
      await next('PATCH', theOwner, { role: 'viewer' }),
      await next('POST', `${theOwner}/suspend`, {}),
      await next('DELETE', theOwner),
    ]) {
      expect([answer.status, answer.json.detail]).toEqual([409, 'The owner of an organization stays an active admin.']);
    }
    expect((await next('PATCH', '/v1/orgs/globex', { owner_id: owner.user_id })).status).toBe(403);
    const nobody = await globex('PATCH', '/v1/orgs/globex', { owner_id: 'nobody' });
    expect([nobody.status, nobody.json.errors]).toEqual([
      400,
      [{ path: '/owner_id', message: 'The new owner must be an active admin.' }],
    ]);
    const nextUser = (await globex('GET', `/v1/orgs/globex/members/${nextId}`)).json.user_id;
    expect((await globex('PATCH', '/v1/orgs/globex', { owner_id: nextUser })).json.owner_id).toBe(nextUser);
    expect((await next('DELETE', theOwner)).status).toBe(204);
    const { core } = world.platform;
    const third = await createUser(core, { email: 'third@globex.test', name: 'Third', password: PASSWORD });
    await addMember(core, 'globex', { userId: third.id, role: 'viewer', permissions: ['users:manage'] });
    // The owner was moved away by hand, so that only the rule of the last admin is left to stand in the way.
    await core.tenant('globex', (tx) => tx.query('UPDATE organization SET owner_id = $1', ['somebody']));
    const manager = await world.member('third@globex.test', 'globex');
    const last = await manager('DELETE', `/v1/orgs/globex/members/${nextId}`);
    expect([last.status, last.json.detail]).toEqual([409, 'The last active admin of an organization stays one.']);
  });

  it('lets two last admins not remove each other at once', async () => {
    const { core } = world.platform;
    const owner = await createUser(core, { email: 'o@duel.test', name: 'O', password: PASSWORD });
    await createOrganization(core, { id: 'duel', name: 'Duel', ownerId: owner.id });
    const [a, b] = [
      await join(world, 'duel', 'a@duel.test', { role: 'admin' }),
      await join(world, 'duel', 'b@duel.test', { role: 'admin' }),
    ];
    await core.tenant('duel', (tx) => tx.query(`DELETE FROM members WHERE user_id = $1`, [owner.id]));
    const answers = await Promise.all([
      a.call('DELETE', `/v1/orgs/duel/members/${b.memberId}`),
      b.call('DELETE', `/v1/orgs/duel/members/${a.memberId}`),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 403]);
  });

  it('splits the organization’s settings by who may change them', async () => {
    const billing = await join(world, 'acme', 'billing@acme.test', { role: 'viewer', permissions: ['billing:manage'] });
    expect((await billing.call('PATCH', ACME, { subscription_tier: 'pro' })).json.subscription_tier).toBe('pro');
    for (const patch of [{ name: 'Mine' }, { subscription_tier: 'free', name: 'Mine' }, { mfa_required: true }]) {
      expect([patch, (await billing.call('PATCH', ACME, patch)).status]).toEqual([patch, 403]);
    }
    const org = await join(world, 'acme', 'org@acme.test', { role: 'viewer', permissions: ['org:manage'] });
    expect((await org.call('PATCH', ACME, { subscription_tier: 'free' })).status).toBe(403);
    expect((await org.call('PATCH', ACME, { region: 'eu-only' })).json).toMatchObject({
      region: 'eu-only',
      subscription_tier: 'pro',
    });
  });

  it('confines members and tokens to their workspaces', async () => {
    const w2 = (await admin('POST', `${ACME}/workspaces`, { name: 'Second', max_users: 1000 })).json.id as string;
    const me = await join(world, 'acme', 'confined@acme.test', { role: 'admin', workspaces: [workspace] });
    const list = async (call: Call) =>
      (await call('GET', `${ACME}/workspaces`)).json.items.map((w: { id: string }) => w.id);
    expect(await list(me.call)).toEqual([workspace]);
    expect((await me.call('GET', `${ACME}/workspaces/${w2}`)).status).toBe(404);
    expect((await me.call('PATCH', `${ACME}/workspaces/${w2}`, { name: 'Mine' })).status).toBe(404);
    const made = await me.call('POST', `${ACME}/threads`, { name: 'There', workspace_id: w2 });
    expect([made.status, made.json.errors[0].path]).toEqual([400, '/workspace_id']);
    expect((await me.call('POST', `${ACME}/threads`, { name: 'Here' })).json.workspace_id).toBe(workspace);
    const there = (await admin('POST', `${ACME}/threads`, { name: 'There', workspace_id: w2 })).json.id;
    expect((await me.call('GET', `${ACME}/threads/${there}`)).status).toBe(404);
    expect((await me.call('GET', `${ACME}/threads?workspace=${w2}`)).json.items).toEqual([]);
    for (const url of [`${ACME}/changes`, `${ACME}/log/checkpoint`])
      expect((await me.call('GET', url)).status).toBe(403);
    expect((await me.call('PATCH', ACME, { name: 'Mine' })).status).toBe(403);
    const wide = { email: 'wide@acme.test', role: 'viewer' };
    expect((await me.call('POST', `${ACME}/members`, wide)).status).toBe(403);
    expect((await me.call('POST', `${ACME}/members`, { ...wide, workspaces: [workspace] })).status).toBe(201);
    const none = await admin('POST', `${ACME}/members`, { ...wide, email: 'z@acme.test', workspaces: ['nowhere'] });
    expect([none.status, none.json.errors[0].path]).toEqual([400, '/workspaces']);
    expect((await admin('DELETE', `${ACME}/workspaces/${workspace}`)).status).toBe(409);

    const user = caller(world.platform, await world.login('confined@acme.test'));
    const token = (workspace_id: string) => user('POST', '/v1/auth/token', { org_id: 'acme', workspace_id });
    expect((await token(w2)).status).toBe(403);
    expect((await token(workspace)).status).toBe(200);
    const whole = caller(world.platform, await world.login('admin@acme.test'));
    const answer = await whole('POST', '/v1/auth/token', { org_id: 'acme', workspace_id: w2 });
    expect(await list(caller(world.platform, answer.json.access_token))).toEqual([w2]);
  });

  it('lets nobody in without the second factor once the organization asks for it', async () => {
    expect((await admin('PATCH', ACME, { mfa_required: true })).status).toBe(409);
    const viewer = await world.member('viewer@acme.test', 'acme');
    const session = caller(world.platform, await world.login('admin@acme.test'));
    const { secret } = (await session('POST', '/v1/me/totp')).json;
    const code = (): string => new TOTP({ secret }).generate({ timestamp: now });
    expect((await session('POST', '/v1/me/totp/confirm', { code: code() })).status).toBe(204);
    expect(await memberOf('admin@acme.test')).toMatchObject({ mfa: true });
    const token = (await session('POST', '/v1/auth/token', { org_id: 'acme' })).json.access_token;
    const strong = caller(world.platform, token);
    expect((await strong('PATCH', ACME, { mfa_required: true })).json.mfa_required).toBe(true);

    // At the next request: a token that is still in force opens nothing.
    const refused = await viewer('GET', ACME);
    expect([refused.status, refused.json.type]).toEqual([403, `${PROBLEM}mfa-required`]);
    const issue = await caller(world.platform, await world.login('viewer@acme.test'))('POST', '/v1/auth/token', {
      org_id: 'acme',
    });
    expect([issue.status, issue.json.type]).toEqual([403, `${PROBLEM}mfa-required`]);
    const before = await admin('GET', ACME);
    expect([before.status, before.json.detail]).toEqual([403, 'Sign in again with a one-time code.']);
    now += 30_000;
    const again = await world.anonymous('POST', '/v1/auth/login', {
      email: 'admin@acme.test',
      password: PASSWORD,
      totp: code(),
    });
    const fresh = await caller(world.platform, again.json.access_token)('POST', '/v1/auth/token', { org_id: 'acme' });
    expect((await caller(world.platform, fresh.json.access_token)('GET', ACME)).status).toBe(200);
    const denied = (await eventsOf(world.platform, 'acme')).slice(-6).filter(({ event }) => event.outcome === 'denied');
    expect(denied.map(({ event }) => event.action)).toEqual([
      'organization.read',
      'auth.token.issue',
      'organization.read',
    ]);
    admin = strong;
    expect((await strong('PATCH', ACME, { mfa_required: false })).json.mfa_required).toBe(false);
  });

  it('names the change by its narrowest verb, with the whole member before and after', async () => {
    const id = await invited('viewer');
    const from = (await eventsOf(world.platform, 'acme')).length;
    const one = `${ACME}/members/${id}`;
    for (const patch of [
      { role: 'guest' },
      { permissions: ['threads:read'] },
      { workspaces: [workspace] },
      { role: 'viewer', permissions: [] },
    ]) {
      expect((await admin('PATCH', one, patch)).status).toBe(200);
    }
    const events = await eventsOf(world.platform, 'acme', from);
    expect(events.map(({ event }) => event.action)).toEqual([
      'member.role.update',
      'member.permissions.update',
      'member.workspaces.update',
      'member.update',
    ]);
    const after = (await admin('GET', one)).json;
    expect(events.at(-1)!.story.change).toEqual({
      before: expect.objectContaining({ role: 'guest', workspaces: [workspace] }),
      after,
    });
    const last = (await admin('GET', `${ACME}/changes?limit=1000`)).text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(last.find((line) => line.id === id).data).toEqual(after);
  });

  it('joins an invited member by the first token, with an event that says so', async () => {
    const { core } = world.platform;
    const role: Role = 'viewer';
    await createUser(core, { email: 'late@acme.test', name: 'Late', password: PASSWORD });
    const made = await admin('POST', `${ACME}/members`, { email: 'late@acme.test', role });
    expect(made.json).toMatchObject({ status: 'invited', joined_at: null });
    const from = (await eventsOf(world.platform, 'acme')).length;
    await world.member('late@acme.test', 'acme');
    const events = await eventsOf(world.platform, 'acme', from);
    expect(events.map(({ event }) => event.action)).toEqual(['auth.login', 'member.join', 'auth.token.issue']);
    expect((await admin('GET', `${ACME}/members/${made.json.id}`)).json.status).toBe('active');
  });
});

describe('two processes on one database', () => {
  const server = stores.find(({ name }) => name === 'PostgreSQL');

  it('decide by what the other has just changed', async () => {
    if (server === undefined) return;
    const store = await server.options();
    const world = await openWorld(store);
    const other = await createPlatform({ ...store, checkpointMsMin: 0 });
    try {
      const admin = await world.member('admin@acme.test', 'acme');
      await admin('POST', `${ACME}/roles`, { id: 'moving', name: 'Moving', permissions: ['org:manage'] });
      const { memberId } = await join(world, 'acme', 'moving@acme.test', { role: 'moving' });
      const token = await caller(world.platform, await world.login('moving@acme.test'))('POST', '/v1/auth/token', {
        org_id: 'acme',
      });
      const there = caller(other, token.json.access_token);
      const rename = async () => (await there('PATCH', ACME, { name: 'Acme' })).status;
      for (let n = 0; n < 3; n++) {
        expect(await rename()).toBe(200);
        await admin('PATCH', `${ACME}/roles/moving`, { permissions: ['threads:read'] });
        expect(await rename()).toBe(403);
        await admin('PATCH', `${ACME}/members/${memberId}`, { permissions: ['org:manage'] });
        expect(await rename()).toBe(200);
        await admin('POST', `${ACME}/members/${memberId}/suspend`, {});
        expect(await rename()).toBe(403);
        await admin('POST', `${ACME}/members/${memberId}/reactivate`, {});
        await admin('PATCH', `${ACME}/members/${memberId}`, { permissions: [] });
        expect(await rename()).toBe(403);
        await admin('PATCH', `${ACME}/roles/moving`, { permissions: ['org:manage'] });
      }
    } finally {
      await other.close();
      await world.platform.close();
    }
  });
});
