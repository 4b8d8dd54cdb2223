/** What the console foretells against what the real platform then does: refusals, effects of changes, replays, and what is not used. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Command, requestOf } from '../../shared/commands/index.ts';
import { BUILT_IN } from '../../shared/rbac/index.ts';
import { type AccessScene, ADMIN_EMAIL, ORG, openAccessScene, START } from '../support/accessScene.ts';
import { endOf, type TestConsole, temporaryFolder } from '../support/app.ts';
import { type Answer, PASSWORD } from '../support/platform.ts';

let folder: ReturnType<typeof temporaryFolder>;
let scene: AccessScene;
let boss: TestConsole;
const people: Record<string, string> = {};
const BOSS = 'boss@acme.test';
let seed = 11;
const below = (n: number): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((seed / 2 ** 32) * n);
};
const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
const uuid = (n: number): string => `0192f3a4-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

async function idOf(email: string): Promise<string> {
  const { rows } = await scene.console_.call('access.holders', { orgId: ORG, text: email });
  return rows[0]!.id;
}

beforeAll(async () => {
  folder = temporaryFolder();
  scene = await openAccessScene(folder.path, { dev: 'developer', boss: 'manager', eve: 'viewer', zoe: 'developer' });
  const admin = (method: string, path: string, body?: unknown) => scene.as(ADMIN_EMAIL, method, path, body);
  expect(
    (await admin('POST', '/roles', { id: 'base', name: 'Base', permissions: ['logs:read', 'settings:view'] })).status,
  ).toBe(201);
  expect(
    (await admin('POST', '/roles', { id: 'ops', name: 'Ops', inherits: 'base', permissions: ['threads:*'] })).status,
  ).toBe(201);
  await scene.sync();
  for (const name of ['dev', 'boss', 'eve', 'zoe']) people[name] = await idOf(`${name}@acme.test`);
  people.admin = await idOf(ADMIN_EMAIL);
  boss = await scene.open('boss', BOSS);
  await scene.sync(boss);
});
afterAll(async () => {
  await boss?.app.close();
  await scene?.close();
  folder?.remove();
});

const GRANTS = [
  'threads:*',
  'threads:read',
  'logs:read:own',
  'users:manage',
  'settings:*',
  'users:remove',
  'nothing:here',
];
const some = (): string[] => GRANTS.filter((grant) => below(grant === 'nothing:here' ? 12 : 5) === 0);
function anyCommand(n: number): Command {
  const member = pick(Object.values(people));
  const role = pick(['viewer', 'guest', 'manager', 'admin', 'ops', 'base', 'none']);
  const inherits = pick([null, 'viewer', 'ops', 'base', 'none']);
  const workspaces = pick([null, ['w1'], [], ['w9']]);
  switch (below(16)) {
    case 0:
    case 1:
      return {
        type: 'member.create',
        id: uuid(n),
        input: { email: pick([`n${n}@x.test`, BOSS]), role, permissions: some(), workspaces },
      };
    case 2:
      return { type: 'member.update', id: member, patch: { role } };
    case 3:
      return {
        type: 'member.update',
        id: member,
        patch: { permissions: some(), ...(below(3) === 0 ? { workspaces } : {}) },
      };
    case 4:
      return { type: 'member.suspend', id: member };
    case 5:
    case 6:
      return { type: 'member.reactivate', id: member };
    case 7:
      return { type: 'member.delete', id: pick([member, uuid(999)]) };
    case 8:
      return {
        type: 'role.create',
        id: uuid(n),
        input: { name: pick([`R${n}`, 'ops', 'Viewer']), description: '', inherits, permissions: some() },
      };
    case 9:
      return { type: 'role.update', id: pick(['base', 'ops', 'viewer']), patch: { inherits } };
    case 10:
      return { type: 'role.delete', id: pick(['base', 'ops', 'gone']) };
    case 11:
      return { type: 'workspace.delete', id: pick(['w1', 'w9']) };
    case 12:
      return {
        type: 'service_account.create',
        id: uuid(n),
        input: {
          ...{ name: pick([`S${n}`, 'Bot', 'bot']), description: '', workspace_id: pick([null, 'w1', 'w9']) },
          ...{ permissions: some(), rate_limit: 5, expires_at: null },
        },
      };
    default:
      return { type: 'workspace.update', id: 'w1', patch: { max_users: 3 + below(6) } };
  }
}

describe('a preview', () => {
  it('foretells of each change whether the platform refuses it, for an admin and for a manager', async () => {
    const outcomes = { refused: 0, done: 0 };
    for (let n = 0; n < 80; n++) {
      const command = anyCommand(n);
      const [email, console_] = n % 3 === 0 ? [BOSS, boss] : [ADMIN_EMAIL, scene.console_];
      // Whoever is asked must still be let in: the manager may have been suspended or removed meanwhile.
      if (email === BOSS && (await scene.as(BOSS, 'GET', '/threads')).status !== 200) continue;
      const { refusals } = await console_.call('access.preview', { orgId: ORG, command });
      const { method, path, body } = requestOf(command);
      const answer = await scene.as(email, method, path, body);
      expect([n, email, command, answer.text, refusals.length > 0]).toEqual([
        n,
        email,
        command,
        answer.text,
        answer.status >= 300,
      ]);
      outcomes[answer.status >= 300 ? 'refused' : 'done'] += 1;
      if (answer.status >= 300) continue;
      await scene.sync();
      if ((await scene.as(BOSS, 'GET', '/threads')).status === 200) await scene.sync(boss);
    }
    expect(outcomes.refused).toBeGreaterThan(15);
    expect(outcomes.done).toBeGreaterThan(10);
  });
});

describe('a preview of workspaces, service accounts and roles', () => {
  const grown = (n: number): string => uuid(5_000 + n);
  /** Held against the platform in both: whether it is refused, and in which words. */
  async function hold(command: Command, refused: RegExp | null): Promise<Answer> {
    const { refusals } = await scene.console_.call('access.preview', { orgId: ORG, command });
    const { method, path, body } = requestOf(command);
    const answer = await scene.as(ADMIN_EMAIL, method, path, body);
    const detail = (answer.json?.detail as string | undefined) ?? '';
    expect([command, answer.status < 300, detail]).toEqual([command, refused === null, detail]);
    expect([command, refusals.length]).toEqual([command, refused === null ? 0 : refusals.length]);
    if (refused === null) await scene.sync();
    else {
      expect(refusals.join(' ')).toMatch(refused);
      expect(detail).toMatch(refused);
      expect(
        refusals.some((words) => detail.includes(words)),
        `${detail} / ${refusals.join(' ')}`,
      ).toBe(true);
    }
    return answer;
  }
  const workspace = (id: string, name: string, max_users = 1_000, max_threads = 1): Command => ({
    type: 'workspace.create',
    ...{ id, input: { name, description: '', max_users, max_threads, max_log_retention_days: 30 } },
  });
  const account = (
    id: string,
    name: string,
    workspace_id: string | null,
    expires_at: string | null = null,
  ): Command => ({
    type: 'service_account.create',
    ...{
      id,
      input: { name, description: '', workspace_id, permissions: ['threads:read'], rate_limit: 10, expires_at },
    },
  });

  it('agrees with the platform on names, limits and what is in use, in the same words', async () => {
    const [place, bot, other, robot, role] = [1, 2, 3, 4, 5].map(grown) as [string, string, string, string, string];
    await hold(workspace(place, 'Lab'), null);
    await hold(workspace(other, 'LAB'), /^There is a workspace of that name already\.$/);
    await hold(workspace(other, 'Small', 1), /has max_users 1; \d+ used\./);
    await hold(workspace(other, 'Spare'), null);
    await hold({ type: 'workspace.update', id: other, patch: { name: 'lab' } }, /of that name already/);
    await hold({ type: 'workspace.update', id: other, patch: { max_users: 1 } }, /has max_users 1; \d+ used\./);
    await hold(account(bot, 'Deployer', 'nowhere'), /There is no such workspace\./);
    await hold(account(bot, 'Deployer', place, new Date(START - 1).toISOString()), /has passed already/);
    await hold(account(bot, 'Deployer', place), null);
    await hold(account(robot, 'deployer', null), /There is a service account of that name already\./);
    await hold(account(robot, 'Reader', place), null);
    await hold({ type: 'service_account.update', id: robot, patch: { name: 'DEPLOYER' } }, /of that name already/);
    await hold({ type: 'service_account.update', id: robot, patch: { owner_id: 'nobody' } }, /no active member/);

    const kept = await hold(
      { type: 'workspace.delete', id: place },
      /^2 service accounts are confined to it: Deployer, Reader\.$/,
    );
    expect([kept.status, kept.json.type, kept.json.details]).toEqual([
      409,
      expect.stringMatching(/\/conflict$/),
      { threads: 0, members: 0, service_accounts: 2 },
    ]);
    await hold({ type: 'service_account.update', id: robot, patch: { workspace_id: null } }, null);
    const thread = await scene.as(ADMIN_EMAIL, 'POST', '/threads', { workspace_id: place, name: 'T' });
    const guest = { email: 'lab@x.test', role: 'guest', workspaces: [place] };
    const confined = await scene.as(ADMIN_EMAIL, 'POST', '/members', guest);
    expect([thread.status, confined.status]).toEqual([201, 201]);
    await scene.sync();
    const all = await hold(
      { type: 'workspace.delete', id: place },
      /^The workspace has 1 thread\. 1 member is confined to workspaces this is one of\. 1 service account is/,
    );
    expect(all.json.details).toEqual({ threads: 1, members: 1, service_accounts: 1 });
    await hold({ type: 'workspace.update', id: place, patch: { max_threads: 0 } }, /has max_threads 0; 1 used\./);

    expect((await scene.as(ADMIN_EMAIL, 'DELETE', `/threads/${thread.json.id as string}`)).status).toBe(204);
    await scene.sync();
    await hold({ type: 'member.delete', id: confined.json.id as string }, null);
    await hold({ type: 'service_account.revoke', id: bot }, null);
    await hold({ type: 'service_account.update', id: bot, patch: { name: 'New' } }, /is revoked for good/);
    // Revoked for good, it does nothing anywhere: its workspace may go and its name is free.
    await hold({ type: 'workspace.delete', id: place }, null);
    await hold({ type: 'service_account.update', id: robot, patch: { name: 'Deployer' } }, null);

    const input = { name: 'Lab role', description: '', inherits: null, permissions: ['settings:view'] };
    await hold({ type: 'role.create', id: role, input }, null);
    await hold(
      { type: 'role.create', id: grown(6), input: { ...input, name: 'lab ROLE' } },
      /role of that name already/,
    );
    await hold({ type: 'role.update', id: role, patch: { name: 'Admin' } }, /role of that name already/);
    await hold({ type: 'role.create', id: grown(6), input: { ...input, name: 'Heir', inherits: role } }, null);
    await hold({ type: 'role.delete', id: role }, /^1 role inherits from it\.$/);
  });

  it('does not tell the names of service accounts to who may not know them', async () => {
    const place = grown(10);
    await hold(workspace(place, 'Hidden'), null);
    await hold(account(grown(11), 'Secret bot', place), null);
    const only = { id: 'keeper', name: 'Keeper', permissions: ['org:manage', 'logs:read'] };
    expect((await scene.as(ADMIN_EMAIL, 'POST', '/roles', only)).status).toBe(201);
    const { createUser } = await import('../../platform/auth/users.ts');
    const { addMember } = await import('../../platform/members/service.ts');
    const email = 'keeper@x.test';
    const user = await createUser(scene.platform.core, { email, name: email, password: PASSWORD });
    await addMember(scene.platform.core, ORG, { userId: user.id, role: 'keeper' });
    await scene.sync();
    const keeper = await scene.open('keeper', email);
    try {
      await scene.sync(keeper);
      const command: Command = { type: 'workspace.delete', id: place };
      const { refusals } = await keeper.call('access.preview', { orgId: ORG, command });
      const answer = await scene.as(email, 'DELETE', `/workspaces/${place}`);
      expect([refusals, answer.status, answer.json.detail]).toEqual([
        ['1 service account is confined to it.'],
        409,
        '1 service account is confined to it.',
      ]);
    } finally {
      await keeper.app.close();
    }
  });
});

describe('a preview, by what then happens', () => {
  it('names each holder and permission that a role change reaches, inheritance included', async () => {
    const { as, console_, sync, clock } = scene;
    const role = await as(ADMIN_EMAIL, 'POST', '/roles', { id: 'low', name: 'Low', permissions: ['threads:read'] });
    expect(role.status).toBe(201);
    expect(
      (await as(ADMIN_EMAIL, 'POST', '/roles', { id: 'high', name: 'High', inherits: 'low', permissions: [] })).status,
    ).toBe(201);
    const made = await as(ADMIN_EMAIL, 'POST', '/members', { email: 'heir@x.test', role: 'high', workspaces: [] });
    expect(made.status).toBe(201);
    await sync();
    const command: Command = { type: 'role.update', id: 'low', patch: { permissions: ['logs:*', 'threads:read:own'] } };
    const preview = await console_.call('access.preview', { orgId: ORG, command });
    expect(preview).toMatchObject({ refusals: [], holders: 1, wildcardDelta: ['logs:delete', 'logs:read'] });
    const from = clock.now;
    clock.now += 1000;
    const { method, path, body } = requestOf(command);
    expect((await as(ADMIN_EMAIL, method, path, body)).status).toBe(200);
    await sync();
    const { rows } = await console_.call('access.diff', { orgId: ORG, from, to: clock.now });
    const short = (list: typeof rows) =>
      list.map(({ holder, permission, change }) => `${holder.id} ${permission} ${change}`);
    const heir = made.json.id as string;
    expect(short(rows)).toEqual([
      `${heir} logs:delete gained`,
      `${heir} logs:read gained`,
      `${heir} threads:read lost`,
    ]);
    expect(short(preview.changes)).toEqual(short(rows));
    expect(rows[1]?.after.map(({ text, since, inherited }) => ({ text, since, inherited }))).toEqual([
      { text: 'role high > low · logs:*', since: clock.now, inherited: true },
    ]);
  });
});

describe('rights, roles and catalog', () => {
  it('says what the signed-in person may do', async () => {
    const me = await scene.console_.call('access.me', { orgId: ORG });
    expect(me).toMatchObject({ memberId: people.admin, role: 'admin', online: true });
    expect(me.permissions.sort()).toEqual([...BUILT_IN.entries.keys()].sort());
  });

  it('shows each role with what it reaches and how', async () => {
    const { version, permissions, roles } = await scene.console_.call('access.catalog', { orgId: ORG });
    expect([version, permissions.length]).toEqual([BUILT_IN.version, BUILT_IN.entries.size]);
    const high = roles.find(({ id }) => id === 'high');
    expect(high).toMatchObject({ builtIn: false, inherits: 'low', reaches: 3, holders: 1, grants: [] });
    expect(roles.find(({ id }) => id === 'developer')).toMatchObject({ builtIn: true, reaches: 4, version: null });
    const { paths } = await scene.console_.call('access.role', { orgId: ORG, id: 'high' });
    expect(paths.map(({ permission, paths: [path] }) => `${permission} ${path?.text}`)).toEqual([
      'logs:delete role high > low · logs:*',
      'logs:read role high > low · logs:*',
      'threads:read role high > low · threads:read:own',
    ]);
    expect(await scene.console_.raw('access.role', { orgId: ORG, id: 'nobody' })).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
  });
});

describe('replay and least privilege, over real requests', () => {
  it('says which requests another role would have refused or allowed, and what was never used', async () => {
    const { as, console_, sync, clock } = scene;
    const join = async (email: string, role: string): Promise<string> => {
      // Whoever the random changes above left behind does not matter: two people of their own.
      const { createUser } = await import('../../platform/auth/users.ts');
      const { addMember } = await import('../../platform/members/service.ts');
      const user = await createUser(scene.platform.core, {
        email,
        name: email,
        password: 'correct horse battery staple',
      });
      return (await addMember(scene.platform.core, ORG, { userId: user.id, role })).id;
    };
    // The random changes may have left a limit that is reached.
    await as(ADMIN_EMAIL, 'PATCH', '/workspaces/w1', { max_users: 1_000 });
    const ann = await join('ann@x.test', 'developer');
    const tim = await join('tim@x.test', 'viewer');
    expect((await as(ADMIN_EMAIL, 'POST', '/roles', { id: 'nil', name: 'Nil', permissions: [] })).status).toBe(201);
    const from = clock.now;
    const thread = async (email: string, name: string): Promise<string> =>
      (await as(email, 'POST', '/threads', { workspace_id: 'w1', name })).json.id as string;
    const mine = await thread('ann@x.test', 'mine');
    const other = await thread(ADMIN_EMAIL, 'other');
    const seen = await thread(ADMIN_EMAIL, 'seen');
    expect((await as(ADMIN_EMAIL, 'POST', `/threads/${seen}/share`, { shared_with: [ann] })).status).toBe(200);
    const patch = (email: string, id: string) => as(email, 'PATCH', `/threads/${id}`, { name: 'new' });
    const statuses = [
      await patch('ann@x.test', mine),
      await patch('ann@x.test', other),
      await patch('ann@x.test', seen),
      await patch('tim@x.test', mine),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200, 403]);
    clock.now += 1000;
    await sync();
    const ask = (permissions: string[], who = ann) =>
      console_.call('access.replay', {
        ...{ orgId: ORG, from, to: clock.now, permissions },
        ...{ role: { id: null, inherits: null, permissions: [] }, holder: { type: 'member', id: who } },
      });
    const own = await ask(['threads:create', 'threads:update:own']);
    expect(own.rows.map(({ target, would }) => `${target} ${would}`)).toEqual([
      `thread:${other} refused`,
      `thread:${seen} refused`,
    ]);
    expect(own).toMatchObject({ wouldRefuse: 2, wouldAllow: 0, undetermined: 0, same: 2, total: 2 });
    const both = await ask(['threads:create', 'threads:update:own', 'threads:update:shared']);
    expect(both.rows.map(({ target }) => target)).toEqual([`thread:${other}`]);
    // A refusal does not tell of which thread it was: own alone cannot decide it, unscoped can.
    expect(await ask(['threads:update:own'], tim)).toMatchObject({ undetermined: 1, total: 1 });
    expect(await ask(['threads:update'], tim)).toMatchObject({ wouldAllow: 1, total: 1 });
    const role = { id: 'developer', inherits: null, permissions: ['threads:read'] };
    const all = await console_.call('access.replay', {
      orgId: ORG,
      from,
      to: clock.now,
      role,
      holder: null,
      permissions: null,
    });
    // The same worked out as a job first; one that was cancelled leaves nothing behind that could be taken for an answer.
    const question = { orgId: ORG, from, to: clock.now, role, holder: null, permissions: null };
    const { jobId } = await console_.call('access.prepareReplay', { ...question, to: clock.now - 1 });
    await console_.call('jobs.cancel', { jobId });
    expect(await endOf(console_.app, jobId)).toMatchObject({ state: 'cancelled', error: { code: 'CANCELLED' } });
    const done = await console_.run('access.prepareReplay', question);
    expect(done).toMatchObject({ state: 'done', progress: { phase: 'Replaying events', unit: 'events' } });
    expect(done.progress.done).toBe((done.result as { events: number }).events);
    const { basis: _later, ...again } = await console_.call('access.replay', question);
    const { basis: _first, ...before } = all;
    expect(again).toEqual(before);
    // A built-in role supposed to be otherwise: everything she did under it but reading.
    const hersThen = all.rows.filter(({ holder }) => holder?.id === ann);
    expect(hersThen.map(({ would }) => would)).toEqual(['refused', 'refused', 'refused', 'refused']);
    expect(all.rows.some(({ holder }) => holder?.id === tim)).toBe(false);
    const { rows, basis } = await console_.call('access.unused', { orgId: ORG, from, to: clock.now, limit: 5000 });
    expect(basis.logBegins).not.toBeNull();
    const hers = rows.find(({ holder }) => holder.id === ann);
    expect(hers).toMatchObject({ role: 'developer', granted: 4, used: 2, smallerRole: null });
    expect(hers?.unused.map(({ permission }) => permission)).toEqual(['logs:read', 'threads:read']);
    const his = rows.find(({ holder }) => holder.id === tim);
    expect(his).toMatchObject({ granted: 2, used: 0 });
    expect(his?.smallerRole).toEqual({ id: 'nil', name: 'Nil', fewer: 2 });
    const { rows: who } = await console_.call('access.who', { orgId: ORG, permission: 'threads:update', at: null });
    expect(who.find(({ holder }) => holder.id === ann)).toMatchObject({ uses: 3, lastUsedAt: from });
    expect(
      await console_.raw('access.replay', { orgId: ORG, from, to: from, role: null, holder: null, permissions: null }),
    ).toMatchObject({
      error: { code: 'INPUT_INVALID' },
    });
  });
});
