/** Attempts from another tenant, or with what belongs to one. */
import { type Answer, type Call, caller } from '../platform.ts';
import { ACME, type Attempt, GLOBEX, type Ground, raw } from './ground.ts';

/** From another tenant, or with what belongs to one. */
export function across({ world, ids, calls, keys, token }: Ground): Attempt[] {
  const { foreign, admin, removed, suspended } = calls as Record<string, Call>;
  const user = async () => caller(world.platform, await world.login('admin@globex.test'));
  const bearer = raw(world, `Bearer ${token}`);
  const withKey = (text: string) => raw(world, `Bearer ${text}`);
  const at = (name: string, run: () => Promise<Answer>, refusedBy: number[] = [403], event = true): Attempt => ({
    name: `across: ${name}`,
    run,
    refusedBy,
    event,
  });
  const members = `${ACME}/members`;
  const last = keys.key!.at(-1) === '0' ? '1' : '0';
  return [
    at('the token of another organization', () => foreign!('GET', members)),
    at("a user's token without an organization", async () => (await user())('GET', members)),
    at('a token for an organization one is no member of', async () =>
      (await user())('POST', '/v1/auth/token', { org_id: 'acme' }),
    ),
    at('a header that names the organization', () =>
      bearer('GET', members, undefined, { 'x-org-id': 'acme', 'x-tenant-id': 'acme' }),
    ),
    at('a header that names the user', () =>
      bearer('GET', members, undefined, { 'x-forwarded-user': 'admin@acme.test', 'x-user-id': ids.adminUser! }),
    ),
    at('another method by a header', () =>
      bearer('POST', members, { email: 'x@x.test', role: 'admin' }, { 'x-http-method-override': 'GET' }),
    ),
    at('another address by a header', () =>
      bearer('GET', members, undefined, { 'x-original-url': GLOBEX, 'x-rewrite-url': GLOBEX }),
    ),
    at('another host', () =>
      bearer('GET', members, undefined, { host: 'globex.localhost', 'x-forwarded-host': 'globex.localhost' }),
    ),
    at('a path that climbs', () => bearer('GET', '/v1/orgs/globex/../acme/members')),
    at(
      'a path that climbs, encoded',
      () => bearer('GET', '/v1/orgs/globex/%2e%2e/acme/members'),
      [403, 404, 400],
      false,
    ),
    at('an encoded slash', () => bearer('GET', '/v1/orgs/globex%2f..%2facme/members'), [400, 404], false),
    at('two slashes', () => bearer('GET', '/v1/orgs//acme/members'), [400, 404], false),
    at('capital letters', () => bearer('GET', '/v1/orgs/ACME/members'), [400, 403, 404], false),
    at('the token in the address', () => world.anonymous('GET', `${members}?access_token=${token}`), [401], false),
    at(
      'the token in a cookie',
      () => world.anonymous('GET', members, undefined, { cookie: `access_token=${token}` }),
      [401],
      false,
    ),
    at('a member that was removed', () => removed!('GET', members)),
    at('a member that was suspended', () => suspended!('GET', members)),
    at("another tenant's member", () => admin!('GET', `${members}/${ids.foreignMember}`), [404], false),
    at(
      "another tenant's workspace",
      () => admin!('PATCH', `${ACME}/workspaces/${ids.foreignWorkspace}`, { name: 'Mine' }),
      [404],
      false,
    ),
    at(
      "another tenant's role for a member",
      () => admin!('PATCH', `${members}/${ids.guest}`, { role: ids.foreignRole }),
      [400],
      false,
    ),
    at(
      "inheritance from another tenant's role",
      () => admin!('POST', `${ACME}/roles`, { name: 'Heir', inherits: ids.foreignRole }),
      [400],
      false,
    ),
    at(
      "another tenant's workspace for a member",
      () => admin!('PATCH', `${members}/${ids.guest}`, { workspaces: [ids.foreignWorkspace] }),
      [400],
      false,
    ),
    at(
      "a thread in another tenant's workspace",
      () => admin!('POST', `${ACME}/threads`, { name: 'T', workspace_id: ids.foreignWorkspace }),
      [404],
      false,
    ),
    at(
      "sharing with another tenant's member",
      () => admin!('POST', `${ACME}/threads/${ids.adminThread}/share`, { shared_with: [ids.foreignMember] }),
      [400],
      false,
    ),
    at("another tenant's owner", () => admin!('PATCH', ACME, { owner_id: ids.foreignUser }), [400, 409], false),
    at(
      "another tenant's reviewer",
      () =>
        admin!('POST', `${ACME}/access-reviews`, {
          name: 'R',
          reviewers: [ids.foreignUser],
          due_at: '2099-01-01T00:00:00.000Z',
        }),
      [400],
      false,
    ),
    at(
      "another tenant's service account",
      () => admin!('POST', `${ACME}/service-accounts/${ids.foreignAccount}/keys`, {}),
      [404],
      false,
    ),
    at("another tenant's key", () => withKey(keys.foreign!)('GET', `${ACME}/threads`)),
    at(
      "another tenant's key, revoked from here",
      () => admin!('POST', `${ACME}/service-accounts/${ids.account}/keys/${ids.foreignKey}/revoke`),
      [404],
      false,
    ),
    at('a key that was revoked', () => withKey(keys.spent!)('GET', `${ACME}/threads`), [401], false),
    at(
      'a key with its last letter changed',
      () => withKey(keys.key!.slice(0, -1) + last)('GET', `${ACME}/threads`),
      [401],
      false,
    ),
    at(
      'the id of a key with another secret',
      () => withKey(keys.key!.slice(0, 24) + keys.foreign!.slice(24))('GET', `${ACME}/threads`),
      [401],
      false,
    ),
    at('a key where a person must be', () => withKey(keys.key!)('GET', '/v1/me'), [401], false),
    at('a key for a new organization', () => withKey(keys.key!)('POST', '/v1/orgs', { name: 'Mine' }), [401], false),
    at(
      'a key for an exchange of tokens',
      () => withKey(keys.key!)('POST', '/v1/auth/token', { org_id: 'acme' }),
      [401],
      false,
    ),
    at('the directory of another tenant', () => withKey(keys.foreign!)('GET', '/scim/v2/orgs/acme/Users')),
    at(
      'a sign-in that another tenant’s provider began',
      () =>
        world.anonymous('POST', '/v1/auth/sso/token', {
          code: `acme.${'a'.repeat(43)}`,
          code_verifier: 'v'.repeat(43),
          redirect_uri: 'http://127.0.0.1:9/c',
        }),
      [401, 404],
      false,
    ),
  ];
}
