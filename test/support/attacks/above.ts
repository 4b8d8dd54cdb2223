/** Attempts above one's own rights, in one's own tenant. */
import { type Answer, type Call, caller } from '../platform.ts';
import { ACME, type Attempt, type Ground, raw } from './ground.ts';

/** Above one's own rights, in one's own tenant. */
export function above({ world, ids, calls, keys }: Ground): Attempt[] {
  const { admin, manager, developer, viewer, guest, clerk, confined } = calls as Record<string, Call>;
  const bot = raw(world, `Bearer ${keys.key}`);
  const at = (name: string, run: () => Promise<Answer>, refusedBy: number[] = [403], event = true): Attempt => ({
    name: `above: ${name}`,
    run,
    refusedBy,
    event,
  });
  const invite = (call: Call, role: string, more: object = {}) =>
    call('POST', `${ACME}/members`, { email: `thief-${role}@acme.test`, role, ...more });
  const change = (call: Call, id: string | undefined, body: object) => call('PATCH', `${ACME}/members/${id}`, body);
  const account = (call: Call, permissions: string[]) =>
    call('POST', `${ACME}/service-accounts`, { name: 'Thief', permissions });
  return [
    at('a manager invites an admin', () => invite(manager!, 'admin')),
    at('a manager invites with extra grants', () => invite(manager!, 'viewer', { permissions: ['org:manage'] })),
    at('a developer invites', () => invite(developer!, 'guest')),
    at('a viewer makes themselves admin', () => change(viewer!, ids.viewer, { role: 'admin' })),
    at('an admin changes their own grants', () => change(admin!, ids.admin, { permissions: ['*:*'] })),
    at('who manages users makes an admin', () => change(clerk!, ids.guest, { role: 'admin' })),
    at('who manages users makes themselves admin', () => change(clerk!, ids.clerk, { role: 'admin' })),
    at('who manages users gives a wildcard', () => change(clerk!, ids.guest, { permissions: ['*:*'] })),
    at('who manages users gives a scope they lack', () =>
      change(clerk!, ids.guest, { permissions: ['billing:manage:own'] }),
    ),
    at('who manages users wakes an admin', () => clerk!('POST', `${ACME}/members/${ids.suspended}/reactivate`)),
    at(
      'who manages users suspends the owner',
      () => clerk!('POST', `${ACME}/members/${ids.admin}/suspend`),
      [403, 409],
      false,
    ),
    at('the owner leaves', () => admin!('DELETE', `${ACME}/members/${ids.admin}`)),
    at('a role with more than its maker holds', () =>
      clerk!('POST', `${ACME}/roles`, { name: 'Thief', permissions: ['billing:manage'] }),
    ),
    at('a role that inherits more than its maker holds', () =>
      clerk!('POST', `${ACME}/roles`, { name: 'Thief', inherits: 'admin' }),
    ),
    at('a role that is made to inherit more', () =>
      clerk!('PATCH', `${ACME}/roles/${ids.role}`, { inherits: 'admin' }),
    ),
    at('a role that is made a wildcard', () =>
      clerk!('PATCH', `${ACME}/roles/${ids.role}`, { permissions: ['threads:*'] }),
    ),
    at(
      'a role in the name of a built-in one',
      () => admin!('POST', `${ACME}/roles`, { id: 'admin', name: 'Admin', permissions: [] }),
      [400, 409],
      false,
    ),
    at(
      'a role that inherits from itself',
      () => admin!('PATCH', `${ACME}/roles/${ids.role}`, { inherits: ids.role }),
      [400],
      false,
    ),
    at('a developer makes a role', () => developer!('POST', `${ACME}/roles`, { name: 'Mine' })),
    at('a service account beyond its maker', () => account(clerk!, ['billing:manage'])),
    at('a service account with a wildcard beyond its maker', () => account(clerk!, ['*:*'])),
    at('a service account makes a stronger one', () => account(bot, ['org:manage'])),
    at('a service account strengthens itself', () =>
      bot('PATCH', `${ACME}/service-accounts/${ids.account}`, { permissions: ['*:*'] }),
    ),
    at('a service account takes a key of a stronger one', () =>
      bot('POST', `${ACME}/service-accounts/${ids.strong}/keys`, {}),
    ),
    at('a viewer takes a key', () => viewer!('POST', `${ACME}/service-accounts/${ids.account}/keys`, {})),
    at('another plan without billing', () => clerk!('PATCH', ACME, { subscription_tier: 'enterprise', name: 'x' })),
    at(
      'the organization given away by another than its owner',
      () => clerk!('PATCH', ACME, { owner_id: ids.clerk }),
      [403, 400, 409],
      false,
    ),
    at('a provider whose newcomers are admins', () =>
      clerk!('PUT', `${ACME}/sso`, {
        issuer: 'https://idp.example',
        client_id: 'c',
        domains: ['acme.test'],
        provision_role: 'admin',
      }),
    ),
    at(
      'a provider on this machine',
      () => admin!('PUT', `${ACME}/sso`, { issuer: 'http://127.0.0.1:1/', client_id: 'c' }),
      [400],
      false,
    ),
    at('a group of the directory that makes admins', () =>
      clerk!('POST', '/scim/v2/orgs/acme/Groups', { displayName: 'admin', members: [{ value: ids.guest }] }),
    ),
    at('a developer provisions', () => developer!('POST', '/scim/v2/orgs/acme/Users', { userName: 'thief@acme.test' })),
    at('a guest reads what was not shared', () => guest!('GET', `${ACME}/threads/${ids.thread}`)),
    at('a guest reads a log', () => guest!('GET', `${ACME}/threads/${ids.adminThread}/logs`)),
    at('a developer reads the log of another’s thread', () =>
      developer!('GET', `${ACME}/threads/${ids.adminThread}/logs`),
    ),
    at('a developer deletes their own thread', () => developer!('DELETE', `${ACME}/threads/${ids.thread}`)),
    at('a viewer deletes a log', () => viewer!('DELETE', `${ACME}/threads/${ids.adminThread}/logs`)),
    at('a viewer takes a thread over', () => viewer!('PATCH', `${ACME}/threads/${ids.thread}`, { name: 'Mine' })),
    at('a developer reads the audit log', () => developer!('GET', `${ACME}/log/tile/entries/000.p/1`)),
    at(
      'who is confined reads another workspace',
      () => confined!('GET', `${ACME}/threads/${ids.thread}`),
      [403, 404],
      false,
    ),
    at('who is confined reads the audit log', () => confined!('GET', `${ACME}/log/checkpoint`)),
    at('who is confined asks for a token of another workspace', async () =>
      caller(world.platform, await world.login('confined@acme.test'))('POST', '/v1/auth/token', {
        org_id: 'acme',
        workspace_id: ids.workspace,
      }),
    ),
    at('a reviewer decides their own access', () =>
      manager!('POST', `${ACME}/access-review-items/${ids.ownItem}/decision`, { decision: 'confirm' }),
    ),
    at('another than a reviewer decides', () =>
      viewer!('POST', `${ACME}/access-review-items/${ids.otherItem}/decision`, { decision: 'confirm' }),
    ),
    at(
      'a revocation without its reason',
      () => admin!('POST', `${ACME}/access-review-items/${ids.otherItem}/decision`, { decision: 'revoke' }),
      [400],
      false,
    ),
    at('a developer closes a review', () => developer!('POST', `${ACME}/access-reviews/${ids.review}/close`)),
  ];
}
