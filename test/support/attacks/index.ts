/** Attempts to reach across tenants or above one's rights, each with the answers that refuse it. */
import { type Answer, type Call, caller, join, type World } from '../platform.ts';
import { above } from './above.ts';
import { across } from './across.ts';
import { ACME, type Attempt, GLOBEX, type Ground } from './ground.ts';
import { stuffed } from './stuffed.ts';
import { forgeries } from './tokens.ts';

async function json(answer: Promise<Answer>, status: number) {
  const got = await answer;
  if (got.status !== status) throw new Error(`${got.status} ${got.text}`);
  return got.json;
}

async function tokenOf(world: World, email: string, orgId: string): Promise<string> {
  const user = caller(world.platform, await world.login(email));
  return (await json(user('POST', '/v1/auth/token', { org_id: orgId }), 200)).access_token;
}

/** Who is there, what they have, and every attempt over it. */
export async function prepare(world: World): Promise<{ readonly attempts: readonly Attempt[] }> {
  const admin = await world.member('admin@acme.test', 'acme');
  const foreign = await world.member('admin@globex.test', 'globex');
  const calls: Record<string, Call> = { admin, foreign };
  for (const role of ['manager', 'developer', 'viewer', 'guest'])
    calls[role] = await world.member(`${role}@acme.test`, 'acme');
  const ids: Record<string, string> = {};
  for (const member of (await json(admin('GET', `${ACME}/members?limit=200`), 200)).items) {
    ids[member.email.split('@')[0]] = member.id;
    ids[`${member.email.split('@')[0]}User`] = member.user_id;
  }
  const globexMembers = (await json(foreign('GET', `${GLOBEX}/members`), 200)).items;
  ids.foreignMember = globexMembers[0].id;
  ids.foreignUser = globexMembers[0].user_id;
  const post = (call: Call, url: string, body: object, status = 201) => json(call('POST', url, body), status);
  ids.workspace = (await post(admin, `${ACME}/workspaces`, { name: 'Open' })).id;
  ids.closed = (await post(admin, `${ACME}/workspaces`, { name: 'Closed' })).id;
  ids.foreignWorkspace = (await post(foreign, `${GLOBEX}/workspaces`, { name: 'Theirs' })).id;
  ids.role = (await post(admin, `${ACME}/roles`, { name: 'Reader', permissions: ['threads:read'] })).id;
  ids.foreignRole = (await post(foreign, `${GLOBEX}/roles`, { name: 'Theirs', permissions: ['threads:*'] })).id;
  const clerk = await join(world, 'acme', 'clerk@acme.test', {
    role: 'viewer',
    permissions: ['users:manage', 'users:view', 'roles:manage', 'accounts:manage', 'org:manage'],
  });
  const confined = await join(world, 'acme', 'confined@acme.test', { role: 'developer', workspaces: [ids.closed!] });
  const removed = await join(world, 'acme', 'removed@acme.test', { role: 'admin' });
  const suspended = await join(world, 'acme', 'suspended@acme.test', { role: 'admin' });
  Object.assign(calls, {
    clerk: clerk.call,
    confined: confined.call,
    removed: removed.call,
    suspended: suspended.call,
  });
  Object.assign(ids, { clerk: clerk.memberId, confined: confined.memberId, suspended: suspended.memberId });
  await json(admin('DELETE', `${ACME}/members/${removed.memberId}`), 204);
  await json(admin('POST', `${ACME}/members/${suspended.memberId}/suspend`), 200);
  const thread = (call: Call, name: string) => post(call, `${ACME}/threads`, { name, workspace_id: ids.workspace });
  ids.thread = (await thread(calls.developer!, 'Mine')).id;
  ids.adminThread = (await thread(admin, 'Theirs')).id;
  await json(admin('POST', `${ACME}/threads/${ids.adminThread}/logs`, { lines: [{ text: 'secret line' }] }), 201);
  ids.account = (
    await post(admin, `${ACME}/service-accounts`, { name: 'Bot', permissions: ['threads:read', 'accounts:manage'] })
  ).id;
  ids.strong = (await post(admin, `${ACME}/service-accounts`, { name: 'Strong', permissions: ['org:manage'] })).id;
  ids.foreignAccount = (
    await post(foreign, `${GLOBEX}/service-accounts`, {
      name: 'Theirs',
      permissions: ['org:manage', 'users:manage', 'threads:read'],
    })
  ).id;
  const issue = async (call: Call, url: string, body: object = {}) => await post(call, `${url}/keys`, body);
  const key = await issue(admin, `${ACME}/service-accounts/${ids.account}`);
  const spent = await issue(admin, `${ACME}/service-accounts/${ids.account}`);
  const foreignKey = await issue(foreign, `${GLOBEX}/service-accounts/${ids.foreignAccount}`);
  await json(admin('POST', `${ACME}/service-accounts/${ids.account}/keys/${spent.key.id}/revoke`), 200);
  Object.assign(ids, { key: key.key.id, foreignKey: foreignKey.key.id });
  const keys = { key: key.secret, spent: spent.secret, foreign: foreignKey.secret };
  const review = await post(admin, `${ACME}/access-reviews`, {
    name: 'Quarter',
    reviewers: [ids.managerUser, ids.adminUser],
    due_at: '2099-01-01T00:00:00.000Z',
  });
  ids.review = review.id;
  const items: { id: string; holder: { id: string } }[] = (
    await json(admin('GET', `${ACME}/access-reviews/${review.id}/items?limit=200`), 200)
  ).items;
  ids.ownItem = items.find(({ holder }) => holder.id === ids.manager)!.id;
  ids.otherItem = items.find(({ holder }) => holder.id === ids.viewer)!.id;
  const token = await tokenOf(world, 'admin@globex.test', 'globex');
  const ground: Ground = { world, ids, calls, keys, token };
  return { attempts: [...(await forgeries(world, token)), ...across(ground), ...above(ground), ...stuffed(ground)] };
}
