import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUser } from '../../../platform/auth/users.ts';
import { readChanges } from '../../../platform/feed/feed.ts';
import { createOrganization } from '../../../platform/orgs/service.ts';
import { backends, type Call, caller, eventsOf, openWorld, PASSWORD, type World } from '../../support/platform.ts';

const PROBLEM = 'https://missioncontrol.invalid/problems/';
const WORKSPACES = '/v1/orgs/acme/workspaces';

describe.each(backends())('HTTP on $name', ({ options }) => {
  let world: World;
  let acme: Call;
  beforeAll(async () => {
    world = await openWorld(await options());
    acme = await world.member('admin@acme.test', 'acme');
  });
  afterAll(() => world?.platform.close());

  it('repeats the answer to a repeated idempotency key, and does the work once', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const first = await acme('POST', WORKSPACES, { name: 'Once' }, headers);
    const again = await acme('POST', WORKSPACES, { name: 'Once' }, headers);
    expect([first.status, again.status, again.text]).toEqual([201, 201, first.text]);
    expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([undefined, 'true']);
    expect(again.headers.etag).toBe(first.headers.etag);
    const other = await acme('POST', WORKSPACES, { name: 'Other' }, headers);
    expect([other.status, other.json.type]).toEqual([422, `${PROBLEM}idempotency-mismatch`]);
    expect((await acme('POST', WORKSPACES, { name: 'Once' })).status).toBe(409);
    const one = `${WORKSPACES}/${first.json.id}`;
    expect((await acme('DELETE', one, undefined, { 'idempotency-key': 'k2' })).status).toBe(204);
    expect((await acme('DELETE', one, undefined, { 'idempotency-key': 'k2' })).status).toBe(204);
  });

  it('does simultaneous requests under one key once; the others are told so', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => acme('POST', WORKSPACES, { name: 'Raced' }, { 'idempotency-key': 'race' })),
    );
    const made = answers.filter((answer) => answer.status === 201);
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made.map((answer) => answer.json.id)).size).toBe(1);
    for (const answer of answers.filter((one) => one.status !== 201)) {
      expect(answer.json.type).toBe(`${PROBLEM}request-in-flight`);
    }
  });

  it('frees the key of a refused request, and keeps keys of two users apart', async () => {
    const headers = { 'idempotency-key': 'k3' };
    expect((await acme('POST', WORKSPACES, { name: 'Raced' }, headers)).status).toBe(409);
    expect((await acme('POST', WORKSPACES, { name: 'Freed' }, headers)).status).toBe(201);
    const viewer = await world.member('viewer@acme.test', 'acme');
    expect((await viewer('POST', WORKSPACES, { name: 'Freed' }, headers)).status).toBe(403);
  });

  it('creates organizations for users, once a key', async () => {
    const token = await world.login('viewer@acme.test');
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': 'org' };
    const body = { id: 'initech', name: 'Initech', time_zone: 'Europe/Berlin' };
    const made = await world.anonymous('POST', '/v1/orgs', body, headers);
    expect([made.status, made.json.subscription_tier, made.json.version]).toEqual([201, 'free', 1]);
    expect((await world.anonymous('POST', '/v1/orgs', body, headers)).text).toBe(made.text);
    expect((await world.anonymous('POST', '/v1/orgs', body, { authorization: headers.authorization })).status).toBe(
      409,
    );
    const list = await world.anonymous('GET', '/v1/orgs', undefined, { authorization: headers.authorization });
    expect(list.json.items.map((org: { id: string }) => org.id)).toEqual(['acme', 'initech']);
    const owner = await world.member('viewer@acme.test', 'initech');
    const { items } = (await owner('GET', '/v1/orgs/initech/members')).json;
    expect(items.map((item: { role: string }) => item.role)).toEqual(['admin']);
    // What access was is replayed from the log: its first event, and no other, tells the founder's membership.
    const founding = (await eventsOf(world.platform, 'initech')).filter(({ event }) => event.seq === 0);
    expect(founding.map(({ event, story }) => [event.action, story.change])).toEqual([
      ['organization.create', { before: null, after: { organizations: [made.json], members: items } }],
    ]);
    expect((await owner('PATCH', `/v1/orgs/initech/members/${items[0].id}`, { role: 'viewer' })).status).toBe(403);
    expect((await owner('DELETE', `/v1/orgs/initech/members/${items[0].id}`)).status).toBe(403);
  });

  it('pages through the organizations of a user, those apart in which they are suspended', async () => {
    const { core } = world.platform;
    const user = await createUser(core, { email: 'many@x.test', name: 'Many', password: PASSWORD });
    const ids = ['many-a', 'many-b', 'many-c', 'many-d', 'many-e'];
    for (const id of ids) await createOrganization(core, { id, name: id.toUpperCase(), ownerId: user.id });
    // The page it stands on is shorter, and not the last for that.
    await core.tenant('many-b', (tx) => tx.query("UPDATE members SET status = 'suspended'"));
    const call = caller(world.platform, await world.login('many@x.test'));
    for (const [path, field] of [
      ['/v1/orgs', 'items'],
      ['/v1/me', 'organizations'],
    ] as const) {
      const pages: string[][] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const { status, json } = await call('GET', `${path}?limit=2${cursor && `&cursor=${cursor}`}`);
        expect(status).toBe(200);
        pages.push(json[field].map(({ id }: { id: string }) => id));
        cursor = json.next_cursor;
      }
      expect(pages).toEqual([['many-a'], ['many-c', 'many-d'], ['many-e']]);
      expect((await call('GET', `${path}?limit=201`)).status).toBe(400);
      expect((await call('GET', path)).json[field]).toHaveLength(4);
    }
  });

  it('ends a page by its bytes too, and leaves nothing out', async () => {
    const { core } = world.platform;
    const read = (after: number, limit: number, bytesMax?: number) =>
      core.tenant('acme', (tx) => readChanges(tx, after, limit, bytesMax));
    const whole = (await read(0, 1_000)).changes;
    expect(whole.length).toBeGreaterThan(5);
    const bytesOf = (data: unknown): number => (data === null ? 0 : Buffer.byteLength(JSON.stringify(data)));
    const sizes = new Map(whole.map(({ version, data }) => [version, bytesOf(data)]));
    for (const bytesMax of [1, 1_500, 4_000]) {
      const found: typeof whole = [];
      for (let more = true; more; ) {
        const part = await read(found.at(-1)?.version ?? 0, 4, bytesMax);
        expect(part.changes.length).toBeGreaterThan(0);
        expect(part.changes.length).toBeLessThanOrEqual(4);
        // All but the last fit; PostgreSQL writes JSON with blanks, so that ours is the smaller.
        const before = part.changes.slice(0, -1).reduce((sum, { version }) => sum + sizes.get(version)!, 0);
        expect(before).toBeLessThan(bytesMax);
        found.push(...part.changes);
        more = part.more;
      }
      expect(found).toEqual(whole);
    }
    expect((await read(whole.at(-1)!.version, 4)).changes).toEqual([]);
  });

  it('pages through lists', async () => {
    for (let i = 0; i < 5; i++) await acme('POST', WORKSPACES, { name: `Page ${i}` });
    const ids: string[] = [];
    let cursor = '';
    do {
      const { items, next_cursor } = (await acme('GET', `${WORKSPACES}?limit=2${cursor}`)).json;
      ids.push(...items.map((item: { id: string }) => item.id));
      cursor = next_cursor === null ? '' : `&cursor=${next_cursor}`;
    } while (cursor !== '');
    const whole = (await acme('GET', `${WORKSPACES}?limit=200`)).json.items.map((item: { id: string }) => item.id);
    expect(ids).toEqual(whole);
    expect((await acme('GET', `${WORKSPACES}?cursor=@@`)).status).toBe(400);
  });

  it.each([
    ['an unknown path', 'GET', '/nowhere', undefined, 404, 'not-found'],
    ['an unknown field', 'POST', WORKSPACES, { name: 'x', admin: true }, 400, 'invalid-request'],
    ['a wrong type', 'POST', WORKSPACES, { name: 7 }, 400, 'invalid-request'],
    ['an unknown role', 'POST', '/v1/orgs/acme/members', { email: 'a@b.test', role: 'root' }, 400, 'invalid-request'],
    [
      'an unknown grant',
      'POST',
      '/v1/orgs/acme/members',
      { email: 'a@b.test', role: 'viewer', permissions: ['threads_admin:read'] },
      400,
      'invalid-request',
    ],
    ['a huge body', 'POST', WORKSPACES, { name: 'x'.repeat(70_000) }, 413, 'too-large'],
    ['a missing thing', 'GET', `${WORKSPACES}/none`, undefined, 404, 'not-found'],
    ['a bad query', 'GET', '/v1/orgs/acme/changes?after=-1', undefined, 400, 'invalid-request'],
  ])('answers a problem to %s', async (_what, method, url, body, status, slug) => {
    const answer = await acme(method, url, body);
    expect([answer.status, answer.json.type]).toEqual([status, PROBLEM + slug]);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json.instance).toBe(`urn:request:${answer.headers['x-request-id']}`);
    expect(answer.text).not.toMatch(/node_modules|\.ts:|at \w+ \(/);
  });

  it('sets security headers on every answer', async () => {
    for (const url of ['/healthz', '/nowhere', '/v1/orgs/acme']) {
      const { headers } = await acme('GET', url);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-powered-by']).toBeUndefined();
    }
  });

  it('never fails on any input', async () => {
    const before = (await acme('GET', '/v1/orgs/acme/changes?limit=1000')).text.includes('"kind":"organization"');
    expect(before).toBe(true);
    const hostile = fc.oneof(
      fc.json(),
      fc.constantFrom(
        "'; DROP TABLE members; --",
        '\u0000',
        '\ud800',
        '../..',
        '%00',
        '{"__proto__":{"role":"admin"}}',
        '[]',
        'null',
      ),
    );
    const routes: [string, string][] = [
      ['POST', WORKSPACES],
      ['POST', '/v1/orgs/acme/members'],
      ['PATCH', '/v1/orgs/acme'],
      ['POST', '/v1/auth/token'],
      ['POST', '/v1/auth/refresh'],
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...routes), hostile, async ([method, url], text) => {
        const answer = await acme(method, url, text, { 'content-type': 'application/json' });
        expect(answer.status, `${method} ${url} ${text}`).toBeLessThan(500);
      }),
      { numRuns: 120 },
    );
    await fc.assert(
      fc.asyncProperty(fc.webPath(), fc.string(), async (path, name) => {
        const url = `/v1/orgs/acme/log/tile${path}?q=${encodeURIComponent(name.toWellFormed())}`;
        expect((await acme('GET', url)).status).toBeLessThan(500);
      }),
      { numRuns: 60 },
    );
    for (const name of ['a\u0000b', '\u0000', 'x\ud800']) {
      expect((await acme('POST', WORKSPACES, { name, description: name })).status).toBe(400);
    }
    expect((await acme('POST', WORKSPACES, { name: 'Fine', description: 'zero \u0000 byte' })).status).toBe(400);
    expect((await acme('GET', '/v1/orgs/acme', undefined, { 'user-agent': '\u00ff'.repeat(2_000) })).status).toBe(200);
  });
});
