import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asTenant } from '../../../platform/db/names.ts';
import { CHANGING, MAKING, SAMPLE_ROUTES } from '../../support/complianceSamples.ts';
import { backends, type Call, caller, openWorld, type World } from '../../support/platform.ts';

/** Routes that belong to no tenant, with what an anonymous caller gets. Any other route must name an organization. */
const OUTSIDE: Readonly<Record<string, number>> = {
  'GET /healthz': 200,
  'GET /readyz': 200,
  'GET /v1/meta': 200,
  'POST /v1/auth/login': 400,
  'POST /v1/auth/refresh': 400,
  'POST /v1/auth/sso/start': 400,
  'GET /v1/auth/sso/callback': 400,
  'POST /v1/auth/sso/token': 400,
  'POST /v1/auth/token': 401,
  'POST /v1/auth/logout': 401,
  'GET /v1/me': 401,
  'POST /v1/me/totp': 401,
  'POST /v1/me/totp/confirm': 401,
  'GET /v1/orgs': 401,
  'POST /v1/orgs': 401,
  'GET /api/threads': 401,
};

/** Parameters with which a rightful caller would reach something. */
const WILDCARDS: Readonly<Record<string, string>> = { tile: 'entries/000.p/1', disclosures: '000.p/1' };

const ABSENT = 'AAAAAAAAAAAAAAAA';

/** SHA-256 of no bytes. */
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const BODIES: Readonly<Record<string, object>> = {
  'PUT /v1/orgs/{org}/blobs/{sha256}': Buffer.alloc(0),
  'POST /v1/orgs/{org}/workspaces': { name: 'Stolen' },
  'PATCH /v1/orgs/{org}/workspaces/{id}': { name: 'Stolen' },
  'POST /v1/orgs/{org}/members': { email: 'thief@globex.test', role: 'admin' },
  'PATCH /v1/orgs/{org}/members/{id}': { role: 'admin' },
  'POST /v1/orgs/{org}/members/{id}/suspend': {},
  'POST /v1/orgs/{org}/members/{id}/reactivate': {},
  'PATCH /v1/orgs/{org}': { name: 'Stolen' },
  'POST /scim/v2/orgs/{org}/Users': { userName: 'thief@globex.test' },
  'PUT /scim/v2/orgs/{org}/Users/{id}': { userName: 'thief@globex.test' },
  'PATCH /scim/v2/orgs/{org}/Users/{id}': { Operations: [{ op: 'replace', value: { active: false } }] },
  'POST /scim/v2/orgs/{org}/Groups': { displayName: 'admin' },
  'PUT /scim/v2/orgs/{org}/Groups/{id}': { displayName: 'admin' },
  'PATCH /scim/v2/orgs/{org}/Groups/{id}': { Operations: [{ op: 'replace', value: { displayName: 'admin' } }] },
  'PUT /v1/orgs/{org}/sso': { issuer: 'https://thief.example', client_id: 'thief' },
  'POST /v1/orgs/{org}/service-accounts': { name: 'Stolen', permissions: ['threads:read'] },
  'PATCH /v1/orgs/{org}/service-accounts/{id}': { name: 'Stolen' },
  'POST /v1/orgs/{org}/service-accounts/{id}/revoke': {},
  'POST /v1/orgs/{org}/service-accounts/{id}/keys': {},
  'POST /v1/orgs/{org}/service-accounts/{id}/keys/{key}/revoke': {},
  'POST /v1/orgs/{org}/access-reviews': { name: 'Stolen', reviewers: ['any'], due_at: '2099-01-01T00:00:00.000Z' },
  'POST /v1/orgs/{org}/access-reviews/{id}/close': {},
  'POST /v1/orgs/{org}/access-review-items/{id}/decision': { decision: 'confirm' },
  'POST /v1/orgs/{org}/roles': { name: 'Stolen' },
  'PATCH /v1/orgs/{org}/roles/{id}': { name: 'Stolen' },
  'POST /v1/orgs/{org}/roles/import': { format: 'gcp', text: '{"name":"roles/thief"}' },
  'POST /v1/orgs/{org}/threads': { name: 'Stolen', workspace_id: 'any' },
  'PATCH /v1/orgs/{org}/threads/{id}': { name: 'Stolen' },
  'POST /v1/orgs/{org}/threads/{id}/share': { shared_with: [] },
  'POST /v1/orgs/{org}/threads/{id}/logs': { lines: [{ text: 'stolen' }] },
  'POST /v1/orgs/{org}/retention/prune': { plan_digest: '0'.repeat(64), reason: 'stolen' },
  'POST /v1/orgs/{org}/slas': { name: 'Stolen', terms: { time_zone: 'UTC' } },
  'PATCH /v1/orgs/{org}/slas/{id}': { name: 'Stolen' },
  'POST /v1/orgs/{org}/slas/{id}/end': {},
  'POST /v1/orgs/{org}/sla-exclusions': {
    from: '2099-01-01T00:00:00.000Z',
    to: '2099-01-02T00:00:00.000Z',
    reason: 'stolen',
  },
  'POST /v1/orgs/{org}/sla-channels': { name: 'Stolen', kind: 'webhook', address: 'https://thief.example/' },
  'PATCH /v1/orgs/{org}/sla-channels/{id}': { name: 'Stolen' },
  'POST /v1/orgs/{org}/sla-channels/{id}/test': {},
  'POST /v1/orgs/{org}/checks/evaluate': {},
  ...Object.fromEntries(
    SAMPLE_ROUTES.filter(({ method }) => method !== 'DELETE').map(({ type, kind, verb, method, path }) => [
      `${method} /v1/orgs/{org}${path}`,
      verb === 'create' ? MAKING[kind]!('thief') : CHANGING[type]!,
    ]),
  ),
  'POST /v1/orgs/{org}/data-requests/{id}/erase': {
    ...{ keep: 'nothing', to: 0, digest: '0'.repeat(64), reason: 'stolen' },
  },
  'POST /v1/orgs/{org}/metrics/ingest': { source: 'thief', batch: '1', service: 'stolen' },
};

describe.each(backends())('tenancy on $name', ({ options }) => {
  let world: World;
  let foreign: Call;
  let foreignKey: Call;
  let acme: Call;
  let routes: string[];
  const kinds = ['workspaces', 'members', 'roles', 'threads', 'service-accounts', 'access-reviews', 'slas'] as const;
  let ids: Record<(typeof kinds)[number], string>;

  beforeAll(async () => {
    world = await openWorld(await options());
    foreign = await world.member('admin@globex.test', 'globex');
    acme = await world.member('admin@acme.test', 'acme');
    const workspace = await acme('POST', '/v1/orgs/acme/workspaces', { name: 'Acme secret workspace' });
    const members = await acme('GET', '/v1/orgs/acme/members');
    const role = await acme('POST', '/v1/orgs/acme/roles', { name: 'Acme secret role' });
    const thread = await acme('POST', '/v1/orgs/acme/threads', { name: 'Secret', workspace_id: workspace.json.id });
    const account = await acme('POST', '/v1/orgs/acme/service-accounts', {
      name: 'Acme secret robot',
      permissions: [],
    });
    const review = await acme('POST', '/v1/orgs/acme/access-reviews', {
      name: 'Acme secret review',
      reviewers: [members.json.items[0].user_id],
      due_at: '2099-01-01T00:00:00.000Z',
    });
    const sla = await acme('POST', '/v1/orgs/acme/slas', { name: 'Acme secret SLA', terms: { time_zone: 'UTC' } });
    const robot = await foreign('POST', '/v1/orgs/globex/service-accounts', { name: 'Robot', permissions: ['*:*'] });
    const issued = await foreign('POST', `/v1/orgs/globex/service-accounts/${robot.json.id}/keys`, {});
    foreignKey = caller(world.platform, issued.json.secret);
    ids = {
      workspaces: workspace.json.id,
      members: members.json.items[0].id,
      roles: role.json.id,
      threads: thread.json.id,
      'service-accounts': account.json.id,
      'access-reviews': review.json.id,
      slas: sla.json.id,
    };
    const { paths } = (await world.anonymous('GET', '/openapi.json')).json;
    routes = Object.entries(paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
  });
  afterAll(() => world?.platform.close());

  const fill = (route: string): { method: string; url: string; body: object | undefined } => {
    const [method, path] = route.split(' ') as [string, string];
    const kind = kinds.find((one) => path.includes(`/${one}`)) ?? 'members';
    const url = path
      .replace('{org}', 'acme')
      .replace('{id}', ids[kind])
      .replace('{key}', ABSENT)
      .replace('{month}', '2026-10')
      .replace('{sha256}', EMPTY)
      .replace(/\/(tile|disclosures)\/(\{\*\}|\*)$/, (_all, name: string) => `/${name}/${WILDCARDS[name]}`);
    if (/[{*]/.test(url)) throw new Error(`no rule fills ${route}`);
    const body = BODIES[route];
    if (method !== 'GET' && method !== 'DELETE' && body === undefined) throw new Error(`no body for ${route}`);
    return { method, url, body };
  };
  const inTenant = (): string[] => routes.filter((route) => !(route in OUTSIDE));

  it('walks a route list that has a rule for every route', () => {
    expect(inTenant().filter((route) => !/ \/(v1|scim\/v2)\/orgs\/\{org\}/.test(route))).toEqual([]);
    expect(routes.length).toBeGreaterThanOrEqual(47);
    expect(Object.keys(OUTSIDE).filter((route) => !routes.includes(route))).toEqual([]);
  });

  it('answers every route without or with a bad token as it must', async () => {
    for (const [route, status] of Object.entries(OUTSIDE)) {
      const [method, url] = route.split(' ') as [string, string];
      const body = method === 'POST' && status === 400 ? {} : undefined;
      expect([route, (await world.anonymous(method, url, body)).status]).toEqual([route, status]);
    }
    const forged = caller(world.platform, `${(await world.login('admin@acme.test')).slice(0, -6)}AAAAAA`);
    for (const route of inTenant()) {
      const { method, url, body } = fill(route);
      for (const call of [world.anonymous, forged]) {
        const answer = await call(method, url, body);
        expect([route, answer.status, answer.headers['www-authenticate']]).toEqual([route, 401, 'Bearer']);
      }
    }
  });

  it('gives a foreign tenant nothing, through any route, and logs each refusal once', async () => {
    const size = async (): Promise<number> =>
      Number((await acme('GET', '/v1/orgs/acme/log/checkpoint')).text.split('\n')[1]);
    const user = caller(world.platform, await world.login('admin@globex.test'));
    for (const route of inTenant()) {
      const { method, url, body } = fill(route);
      for (const call of [foreign, user, foreignKey]) {
        // A window of its own for each: how many stand one by one is the concern of refusals.test.ts.
        await world.platform.core.tenant('acme', (tx) => tx.query('DELETE FROM refusals'));
        const before = await size();
        const answer = await call(method, url, body);
        expect([route, answer.status]).toEqual([route, 403]);
        expect(answer.text).not.toMatch(/secret|acme\.test|The acme/);
        expect([route, (await size()) - before]).toEqual([route, 1]);
      }
    }
    const token = await user('POST', '/v1/auth/token', { org_id: 'acme' });
    expect([token.status, token.json.type]).toEqual([403, 'https://missioncontrol.invalid/problems/forbidden']);
    expect((await user('POST', '/v1/auth/token', { org_id: 'nowhere' })).status).toBe(403);
    expect((await acme('GET', '/v1/orgs/acme')).json.name).toBe('The acme company');
  });

  it('gives an own-tenant token nothing of another tenant’s ids', async () => {
    for (const kind of kinds) {
      expect((await foreign('GET', `/v1/orgs/globex/${kind}/${ids[kind]}`)).status).toBe(404);
    }
  });

  it('ends access with membership and with the session, while the tokens still live', async () => {
    const guest = await world.member('guest@acme.test', 'acme');
    expect((await guest('GET', '/v1/orgs/acme')).status).toBe(200);
    const { items } = (await acme('GET', '/v1/orgs/acme/members')).json;
    const { id } = items.find((member: { role: string }) => member.role === 'guest');
    expect((await acme('DELETE', `/v1/orgs/acme/members/${id}`)).status).toBe(204);
    expect((await guest('GET', '/v1/orgs/acme')).status).toBe(403);
    const token = await world.login('viewer@acme.test');
    const viewer = caller(world.platform, token);
    expect((await viewer('POST', '/v1/auth/logout')).status).toBe(204);
    expect((await viewer('GET', '/v1/me')).status).toBe(401);
  });

  it('has a second wall in the database', async () => {
    const { core } = world.platform;
    for (const sql of [
      'SELECT * FROM org_globex.members',
      'INSERT INTO org_globex.session_marks VALUES ($$x$$, $$y$$)',
      'SELECT * FROM platform.users',
      'SELECT * FROM mc_meta.instance',
      'UPDATE audit_events SET entry = $$x$$',
      'DELETE FROM checkpoints',
    ]) {
      await expect(
        core.tenant('acme', (tx) => tx.query(sql)),
        sql,
      ).rejects.toThrow(/permission denied/);
    }
    await expect(core.platform((tx) => tx.query('SELECT * FROM org_acme.members'))).rejects.toThrow(
      /permission denied/,
    );
    if (core.db.kind === 'postgres') {
      await expect(core.db.transaction((tx) => tx.query('SELECT * FROM org_acme.members'))).rejects.toThrow(
        /permission denied/,
      );
    }
    const role = await core.db.transaction(async (tx) => {
      await asTenant(tx, core.instance, 'acme');
      return tx.query<{ role: string }>('SELECT current_user AS role');
    });
    expect(role[0]?.role).toMatch(/_org_acme$/);
    const after = await core.db.transaction((tx) => tx.query<{ role: string }>('SELECT current_user AS role'));
    expect(after[0]?.role).not.toMatch(/_org_/);
  });

  it('holds each role to its permissions', async () => {
    const expected: Record<string, [number, number, number, number]> = {
      // workspaces list, members list, tile, workspace create
      manager: [200, 200, 200, 403],
      developer: [200, 403, 403, 403],
      viewer: [200, 403, 200, 403],
    };
    for (const [role, statuses] of Object.entries(expected)) {
      const call = await world.member(`${role}@acme.test`, 'acme');
      const seen = [
        (await call('GET', '/v1/orgs/acme/workspaces')).status,
        (await call('GET', '/v1/orgs/acme/members')).status,
        (await call('GET', '/v1/orgs/acme/log/tile/0/000.p/1')).status,
        (await call('POST', '/v1/orgs/acme/workspaces', { name: 'x' })).status,
      ];
      expect([role, seen]).toEqual([role, statuses]);
    }
    const manager = await world.member('manager@acme.test', 'acme');
    expect((await manager('POST', '/v1/orgs/acme/members', { email: 'new@acme.test', role: 'admin' })).status).toBe(
      403,
    );
    expect((await manager('POST', '/v1/orgs/acme/members', { email: 'new@acme.test', role: 'viewer' })).status).toBe(
      201,
    );
  });
});
