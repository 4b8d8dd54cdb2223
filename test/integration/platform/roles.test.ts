/** Custom roles: inheritance, escalation, catalog versions, and the catalogues of other systems. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBook } from '../../../platform/tenancy/access.ts';
import { BUILT_IN, compilePolicy, grantsOfRole, type RoleBook } from '../../../shared/rbac/index.ts';
import {
  type Answer,
  backends,
  type Call,
  eventsOf,
  join,
  KEK,
  openWorld,
  PASSWORD,
  type World,
} from '../../support/platform.ts';
import { sharedData } from '../../support/sharedData.ts';

const ACME = '/v1/orgs/acme';
const ROLES = `${ACME}/roles`;
const cli = path(import.meta.dirname, '../../../platform/cli.ts');

describe.each(backends())('custom roles on $name', ({ options }) => {
  let world: World;
  let admin: Call;
  let workspace: string;
  beforeAll(async () => {
    world = await openWorld(await options());
    admin = await world.member('admin@acme.test', 'acme');
    workspace = (await admin('POST', `${ACME}/workspaces`, { name: 'Work' })).json.id;
  });
  afterAll(() => world?.platform.close());
  const make = async (body: object, call = admin) => await call('POST', ROLES, body);
  const book = (): Promise<RoleBook> => world.platform.core.tenant('acme', (tx) => readBook(tx));
  const holds = async (role: string): Promise<string[]> => {
    const now = await book();
    return [...compilePolicy(grantsOfRole(role, now), now.catalog).permissions()].map(({ id }) => id).sort();
  };

  it('are made, changed, held and deleted, each step in feed and log', async () => {
    const made = await make({ id: 'support', name: 'Support', permissions: ['threads:read', 'logs:read:shared'] });
    expect([made.status, made.headers.etag]).toEqual([201, `"${made.json.version}"`]);
    expect(made.json).toMatchObject({ id: 'support', inherits: null, catalog_version: BUILT_IN.version, source: null });
    const { call, memberId } = await join(world, 'acme', 'support@acme.test', { role: 'support' });
    const create = () => call('POST', `${ACME}/threads`, { name: 'x', workspace_id: workspace });
    expect((await create()).status).toBe(403);
    const stale = await admin('PATCH', `${ROLES}/support`, { description: 'x' }, { 'if-match': '"1"' });
    expect(stale.status).toBe(412);
    const changed = await admin(
      'PATCH',
      `${ROLES}/support`,
      { permissions: ['threads:*'] },
      { 'if-match': made.headers.etag as string },
    );
    expect(changed.json.permissions).toEqual(['threads:*']);
    expect((await create()).status).toBe(201);
    const held = await admin('DELETE', `${ROLES}/support`);
    expect([held.status, held.json.detail]).toEqual([409, 'The role is held by 1 member.']);
    expect((await admin('PATCH', `${ACME}/members/${memberId}`, { role: 'viewer' })).status).toBe(200);
    expect((await create()).status).toBe(403);
    expect((await admin('DELETE', `${ROLES}/support`)).status).toBe(204);
    expect((await admin('GET', `${ROLES}/support`)).status).toBe(404);
    const lines = (await admin('GET', `${ACME}/changes?limit=1000`)).text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter(({ kind }) => kind === 'role')).toEqual([
      { version: expect.any(Number), kind: 'role', id: 'support', op: 'delete', data: null },
    ]);
    const events = (await eventsOf(world.platform, 'acme')).filter(({ event }) => event.action.startsWith('role.'));
    expect(events.map(({ event, story }) => [event.action, story.change])).toEqual([
      ['role.create', { before: null, after: made.json }],
      ['role.update', { before: made.json, after: changed.json }],
      ['role.delete', { before: changed.json, after: null }],
    ]);
  });

  it('inherit through at most five roles, in no circle', async () => {
    const ids = ['one', 'two', 'three', 'four'];
    const grants = ['directives:read', 'scripts:execute', 'logs:delete', 'threads:delete'];
    for (const [i, id] of ids.entries()) {
      const inherits = i === 0 ? 'guest' : ids[i - 1]!;
      expect((await make({ id, name: id, inherits, permissions: [grants[i]!] })).status).toBe(201);
    }
    expect(await holds('four')).toEqual([...grants, 'logs:read', 'threads:read'].sort());
    const deep = await make({ id: 'five', name: 'five', inherits: 'four' });
    expect([deep.status, deep.json.errors[0].path]).toEqual([400, '/inherits']);
    const circle = await admin('PATCH', `${ROLES}/one`, { inherits: 'four' });
    expect([circle.status, circle.json.errors[0].path]).toEqual([400, '/inherits']);
    expect((await make({ name: 'orphan', inherits: 'nobody' })).json.errors[0].path).toBe('/inherits');
    const inherited = await admin('DELETE', `${ROLES}/two`);
    expect([inherited.status, inherited.json.detail]).toEqual([409, '1 role inherits from it.']);
    const { call } = await join(world, 'acme', 'heir@acme.test', { role: 'four' });
    const thread = (await admin('POST', `${ACME}/threads`, { name: 'x', workspace_id: workspace })).json.id;
    expect((await call('DELETE', `${ACME}/threads/${thread}/logs`)).status).toBe(204);
    expect((await admin('PATCH', `${ROLES}/three`, { permissions: [] })).status).toBe(200);
    expect((await call('DELETE', `${ACME}/threads/${thread}/logs`)).status).toBe(403);
  });

  it('refuse names and ids that are taken, and say which field is wrong', async () => {
    await make({ id: 'taken', name: 'Taken' });
    for (const body of [
      { name: 'TAKEN' },
      { name: 'Admin' },
      { id: 'taken', name: 'Other' },
      { id: 'viewer', name: 'Other' },
    ]) {
      expect([body, (await make(body)).status]).toEqual([body, 409]);
    }
    const wrong: [object, string][] = [
      [{ name: '' }, '/name'],
      [{ name: 'x', permissions: 'threads:read' }, '/permissions'],
      [{ name: 'x', permissions: ['threads:fly'] }, '/permissions'],
      [{ name: 'x', permissions: ['threads:read:mine'] }, '/permissions'],
      [{ name: 'x', inherits: 'a b' }, '/inherits'],
      [{ name: 'x', description: 7 }, '/description'],
    ];
    for (const [body, field] of wrong) {
      const answer = await make(body);
      expect([body, answer.status, answer.json.errors[0].path]).toEqual([body, 400, field]);
      expect(answer.json.errors[0].message).toEqual(expect.any(String));
    }
    const patch = await admin('PATCH', `${ACME}/members/x`, { role: 7 });
    expect([patch.status, patch.json.errors[0].path]).toEqual([400, '/role']);
  });

  it('never go beyond what their writer holds', async () => {
    const { call } = await join(world, 'acme', 'roles@acme.test', {
      role: 'viewer',
      permissions: ['roles:manage', 'users:manage', 'threads:update:own'],
    });
    const before = (await eventsOf(world.platform, 'acme')).length;
    const refused: object[] = [
      { name: 'a', permissions: ['org:manage'] },
      { name: 'a', permissions: ['threads:update'] },
      { name: 'a', permissions: ['threads:*'] },
      { name: 'a', permissions: ['*:*'] },
      { name: 'a', inherits: 'developer' },
      { name: 'a', inherits: 'admin' },
    ];
    for (const body of refused) expect([body, (await make(body, call)).status]).toEqual([body, 403]);
    expect((await make({ name: 'fine', inherits: 'viewer', permissions: ['threads:update:own'] }, call)).status).toBe(
      201,
    );
    await make({ id: 'mighty', name: 'Mighty', permissions: ['org:manage', 'threads:*'] });
    expect((await call('PATCH', `${ROLES}/mighty`, { description: 'words only' })).status).toBe(200);
    expect((await call('PATCH', `${ROLES}/mighty`, { permissions: ['org:manage'] })).status).toBe(200);
    expect((await call('PATCH', `${ROLES}/mighty`, { permissions: ['org:manage', 'billing:manage'] })).status).toBe(
      403,
    );
    const invite = (role: string, permissions: string[] = []) =>
      call('POST', `${ACME}/members`, { email: `${role}.${permissions.length}@beyond.test`, role, permissions });
    expect((await invite('mighty')).status).toBe(403);
    expect((await invite('admin')).status).toBe(403);
    expect((await invite('viewer', ['billing:manage'])).status).toBe(403);
    expect((await invite('viewer', ['logs:*', 'roles:manage'])).status).toBe(403);
    expect((await invite('viewer', ['roles:manage'])).status).toBe(201);
    const events = await eventsOf(world.platform, 'acme', before);
    expect(events.filter(({ event }) => event.outcome === 'denied')).toHaveLength(refused.length + 5);
  });

  it('keep a wildcard at what the catalog held when it was written, until it is written again', async () => {
    await make({ id: 'wild', name: 'Wild', permissions: ['*:get'] }).then(({ status }) => expect(status).toBe(400));
    const gcp = (names: string[]) =>
      JSON.stringify([{ name: 'roles/tool', title: 'Tool', description: 'A tool', includedPermissions: names }]);
    const first = await admin('POST', `${ROLES}/import`, { format: 'gcp', text: gcp(['disk.get', 'disk.list']) });
    expect(first.json).toEqual({ version: BUILT_IN.version + 1, roles: 1, permissions: 2, unchanged: 0, notes: [] });
    expect((await make({ id: 'wild', name: 'Wild', permissions: ['*:get'] })).status).toBe(201);
    const second = await admin('POST', `${ROLES}/import`, {
      format: 'gcp',
      text: gcp(['disk.get', 'disk.list', 'key.get']),
    });
    expect(second.json).toEqual({ version: BUILT_IN.version + 2, roles: 1, permissions: 1, unchanged: 0, notes: [] });
    expect(await holds('wild')).toEqual(['gcp/disk:get']);
    const again = await admin('POST', `${ROLES}/import`, {
      format: 'gcp',
      text: gcp(['disk.get', 'disk.list', 'key.get']),
    });
    expect(again.json).toEqual({ version: BUILT_IN.version + 2, roles: 0, permissions: 0, unchanged: 1, notes: [] });
    await admin('PATCH', `${ROLES}/wild`, { description: 'not its grants' });
    expect(await holds('wild')).toEqual(['gcp/disk:get']);
    await admin('PATCH', `${ROLES}/wild`, { permissions: ['*:get'] });
    expect(await holds('wild')).toEqual(['gcp/disk:get', 'gcp/key:get']);
    const catalog = (await admin('GET', `${ACME}/permission-catalog`)).json;
    expect([catalog.version, catalog.next_cursor]).toEqual([BUILT_IN.version + 2, null]);
    const ids = catalog.permissions.map(({ id }: { id: string }) => id);
    expect(ids).toEqual([...BUILT_IN.entries.keys(), 'gcp/disk:get', 'gcp/disk:list', 'gcp/key:get'].sort());
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const part: Answer = await admin('GET', `${ACME}/permission-catalog?limit=4${cursor && `&cursor=${cursor}`}`);
      expect(part.json.permissions.length).toBeLessThanOrEqual(4);
      paged.push(...part.json.permissions.map(({ id }: { id: string }) => id));
      cursor = part.json.next_cursor;
    }
    expect(paged).toEqual(ids);
    expect((await admin('GET', `${ACME}/permission-catalog?cursor=@@`)).status).toBe(400);
    expect(catalog.permissions.filter(({ id }: { id: string }) => id.startsWith('gcp/'))).toEqual([
      { id: 'gcp/disk:get', since: BUILT_IN.version + 1 },
      { id: 'gcp/disk:list', since: BUILT_IN.version + 1 },
      { id: 'gcp/key:get', since: BUILT_IN.version + 2 },
    ]);
    const { call } = await join(world, 'acme', 'reader@acme.test', { role: 'viewer' });
    expect((await call('POST', `${ROLES}/import`, { format: 'gcp', text: gcp([]) })).status).toBe(403);
  });

  it('say where an import cannot be read, and change nothing then', async () => {
    const before = (await admin('GET', `${ROLES}?limit=200`)).text;
    for (const [format, text] of [
      ['gcp', '{"name": "roles/a"}\n{"name": 7}'],
      ['gcp', '{"name": "roles/a"}\nnonsense'],
      ['gcp', '[]'],
      ['kubernetes', 'kind: [unclosed'],
      ['kubernetes', 'kind: ConfigMap\nmetadata: {name: x}\n'],
      [
        'kubernetes',
        `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
          .split('')
          .map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefghij'[i]}`).join(',')}]`)
          .join('\n')}\n`,
      ],
    ]) {
      const answer = await admin('POST', `${ROLES}/import`, { format, text });
      expect([text, answer.status, typeof answer.json.detail]).toEqual([text, 400, 'string']);
    }
    expect((await admin('GET', `${ROLES}?limit=200`)).text).toBe(before);
  });

  it('take the whole of Google’s predefined roles and Kubernetes’ cluster roles, where they are', async () => {
    const gcp = sharedData('rbac-gcp-predefined-roles/roles_full.jsonl.gz');
    const kubernetes = sharedData('rbac-k8s-bootstrap/cluster-roles.yaml');
    if (gcp === null || kubernetes === null) return;
    const globex = await world.member('admin@globex.test', 'globex');
    const url = '/v1/orgs/globex/roles';
    const text = gunzipSync(readFileSync(gcp)).toString();
    const done = await globex('POST', `${url}/import`, { format: 'gcp', text });
    expect(done.json).toEqual({
      version: BUILT_IN.version + 1,
      roles: 2461,
      permissions: 13_790,
      unchanged: 0,
      notes: [],
    });
    const cluster = await globex('POST', `${url}/import`, {
      format: 'kubernetes',
      text: readFileSync(kubernetes, 'utf8'),
    });
    expect(cluster.json).toMatchObject({ version: BUILT_IN.version + 2, roles: 31, unchanged: 0 });
    const stored = await world.platform.core.tenant('globex', (tx) =>
      tx.query<{ n: number; grants: number }>(
        `SELECT count(*)::int AS n, sum(jsonb_array_length(permissions))::int AS grants FROM roles WHERE starts_with(source, 'gcp:')`,
      ),
    );
    expect(stored).toEqual([{ n: 2461, grants: 165_179 }]);
    const events = (await eventsOf(world.platform, 'globex')).filter(({ event }) => event.action === 'role.create');
    expect(events).toHaveLength(2461 + 31);
    const viewer = events.find(
      ({ story }) => (story.change as { after: { source: string } }).after.source === 'gcp:roles/viewer',
    )!;
    expect((await globex('GET', `${url}/${viewer.event.target!.id}`)).json).toEqual(
      (viewer.story.change as { after: object }).after,
    );
    const member = await globex('POST', '/v1/orgs/globex/members', {
      email: 'v@globex.test',
      role: viewer.event.target!.id,
    });
    expect(member.status).toBe(201);
    const derived = await globex('POST', url, {
      name: 'Reads all',
      inherits: viewer.event.target!.id,
      permissions: ['gcp/compute.instances:*'],
    });
    expect([derived.status, derived.json.catalog_version]).toEqual([201, BUILT_IN.version + 2]);
    const again = await globex('POST', `${url}/import`, { format: 'gcp', text });
    expect(again.json).toEqual({ version: BUILT_IN.version + 2, roles: 0, permissions: 0, unchanged: 2461, notes: [] });
  });
});

describe('import-roles', () => {
  const folder = mkdtempSync(path(tmpdir(), 'mc-roles-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const run = (...args: string[]) => {
    const env = { PATH: process.env.PATH ?? '', MC_PLATFORM_PASSWORD: PASSWORD, MC_PLATFORM_KEK: KEK };
    return spawnSync(process.execPath, [cli, ...args], { env, encoding: 'utf8' });
  };

  it('imports a file, plain or packed, and says what is wrong with one', () => {
    const data = path(folder, 'store');
    const common = ['--org', 'acme', '--data', data];
    expect(run('create-admin', '--email', 'a@acme.test', ...common).status).toBe(0);
    const yaml =
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: reader}\nrules:\n- {apiGroups: [""], resources: [pods], verbs: [get]}\n---\nkind: ConfigMap\nmetadata: {name: x}\n';
    writeFileSync(path(folder, 'roles.yaml.gz'), gzipSync(yaml));
    const done = run('import-roles', 'kubernetes', path(folder, 'roles.yaml.gz'), ...common);
    expect([done.status, done.stdout, done.stderr]).toEqual([
      0,
      `1 roles made or changed, 0 unchanged, 1 new permissions, catalog version ${BUILT_IN.version + 1}\n`,
      '1 objects are no roles and were left out.\n',
    ]);
    writeFileSync(path(folder, 'bad.json'), '{"title": 1}');
    const bad = run('import-roles', 'gcp', path(folder, 'bad.json'), ...common);
    expect([bad.status, bad.stderr]).toEqual([2, 'INPUT_INVALID: Role 1 is not a Google Cloud role.\n']);
    expect(run('import-roles', 'gcp', path(folder, 'absent.json'), ...common).status).toBe(2);
    expect(run('import-roles', 'aws', path(folder, 'bad.json'), ...common).status).toBe(2);
    expect(run('import-roles', 'gcp', path(folder, 'bad.json'), '--org', 'nowhere', '--data', data).status).toBe(1);
  });
});
