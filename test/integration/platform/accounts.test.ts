import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatKey, parseKey } from '../../../shared/access/index.ts';
import { ServiceAccount } from '../../../shared/entities/index.ts';
import { type Answer, backends, type Call, caller, eventsOf, openWorld, type World } from '../../support/platform.ts';

const ACCOUNTS = '/v1/orgs/acme/service-accounts';
const START = Date.UTC(2026, 5, 1, 12);
const HOUR = 3_600_000;

describe.each(backends())('service accounts on $name', ({ options }) => {
  const clock = { now: START };
  let world: World;
  let admin: Call;
  let count = 0;

  beforeAll(async () => {
    world = await openWorld({ ...(await options()), now: () => clock.now });
    admin = await world.member('admin@acme.test', 'acme');
  });
  afterAll(() => world?.platform.close());

  const iso = (ms: number): string => new Date(ms).toISOString();
  const create = async (fields: object = {}, call = admin): Promise<Answer> =>
    await call('POST', ACCOUNTS, { name: `robot ${count++}`, permissions: ['threads:read', 'logs:read'], ...fields });
  const issue = async (id: string, fields: object = {}, call = admin): Promise<Answer> =>
    await call('POST', `${ACCOUNTS}/${id}/keys`, fields);
  const withKey = async (fields: object = {}): Promise<{ id: string; key: string; secret: string; call: Call }> => {
    const { id } = (await create(fields)).json;
    const { key, secret } = (await issue(id)).json;
    return { id, key: key.id, secret, call: caller(world.platform, secret) };
  };
  const fresh = async (): Promise<Call> => {
    admin = await world.member('admin@acme.test', 'acme');
    return admin;
  };

  it('are made without a key, get one whose secret is shown once, and come in with it', async () => {
    const made = await create({ name: 'Night export', description: 'Copies the logs\nevery night' });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      name: 'Night export',
      rate_limit: 1000,
      workspace_id: null,
      owner_active: true,
      permissions: ['logs:read', 'threads:read'],
      keys: [],
    });
    const issued = await issue(made.json.id, { expires_at: iso(START + 30 * 24 * HOUR) });
    expect(issued.status).toBe(201);
    const { secret, key, account } = issued.json;
    expect(parseKey(secret)).toMatchObject({ env: 'test', id: key.id });
    expect(account.keys).toEqual([key]);
    expect(key).toMatchObject({ revoked_at: null, last_used_at: null, expires_at: iso(START + 30 * 24 * HOUR) });
    const robot = caller(world.platform, secret);
    expect((await robot('GET', '/v1/orgs/acme')).json.id).toBe('acme');
    expect((await robot('GET', '/v1/orgs/acme/changes')).status).toBe(200);
    const shown = (await admin('GET', `${ACCOUNTS}/${made.json.id}`)).json;
    expect(ServiceAccount.parse(shown).keys[0]!.last_used_at).toBe(iso(START));
    expect(JSON.stringify([shown, (await admin('GET', ACCOUNTS)).json])).not.toContain(parseKey(secret)!.secret);
  });

  it('keep no secret anywhere, not even under an idempotency key', async () => {
    const { id } = (await create()).json;
    const headers = { 'idempotency-key': 'issue-1' };
    const issued = await admin('POST', `${ACCOUNTS}/${id}/keys`, {}, headers);
    const { secret } = parseKey(issued.json.secret)!;
    const again = await admin('POST', `${ACCOUNTS}/${id}/keys`, {}, headers);
    expect([again.status, again.json.type]).toEqual([409, 'https://missioncontrol.invalid/problems/conflict']);
    expect((await admin('GET', `${ACCOUNTS}/${id}`)).json.keys).toHaveLength(1);
    const { core } = world.platform;
    const rows = await core.platform(async (tx) => [
      ...(await tx.query('SELECT * FROM service_keys')),
      ...(await tx.query('SELECT * FROM idempotency')),
    ]);
    const tenant = await core.tenant('acme', async (tx) => [
      ...(await tx.query('SELECT * FROM service_account_keys')),
      ...(await tx.query('SELECT * FROM changes')),
      ...(await tx.query('SELECT entry, disclosures FROM audit_events')),
    ]);
    expect(rows.length).toBeGreaterThan(1);
    expect(JSON.stringify([rows, tenant])).not.toContain(secret);
    expect(JSON.stringify(await eventsOf(world.platform, 'acme'))).not.toContain(secret);
  });

  it('are refused alike for a wrong secret, an unknown id, another environment and a damaged key', async () => {
    const { secret, call } = await withKey();
    const parts = parseKey(secret)!;
    const wrong = [
      formatKey({ ...parts, secret: parts.secret.replace(/^./, (char) => (char === 'a' ? 'b' : 'a')) }),
      formatKey({ ...parts, id: 'AAAAAAAAAAAAAAAA' }),
      formatKey({ ...parts, env: 'live' }),
      `${secret.slice(0, -1)}_`,
      `${secret}0`,
    ];
    const answers = await Promise.all(wrong.map((text) => caller(world.platform, text)('GET', '/v1/orgs/acme')));
    for (const answer of answers) {
      const { instance: _instance, ...body } = answer.json;
      expect([answer.status, answer.headers['www-authenticate'], body]).toEqual([
        401,
        'Bearer',
        {
          type: 'https://missioncontrol.invalid/problems/unauthenticated',
          title: 'A valid access token is needed.',
          status: 401,
        },
      ]);
      expect(answer.headers.ratelimit).toBe(undefined);
    }
    expect((await call('GET', '/v1/orgs/acme')).headers.ratelimit).toBe('"key";r=999;t=1');
  });

  it('reach no route of a user and no other tenant', async () => {
    const { id, key, call } = await withKey({ permissions: ['*:*'] });
    for (const [method, url, body] of [
      ['GET', '/v1/me'],
      ['POST', '/v1/me/totp'],
      ['POST', '/v1/auth/token', { org_id: 'acme' }],
      ['POST', '/v1/auth/logout'],
      ['GET', '/v1/orgs'],
      ['POST', '/v1/orgs', { name: 'Stolen' }],
    ] as const) {
      expect([url, (await call(method, url, body)).status]).toEqual([url, 401]);
    }
    const before = (await eventsOf(world.platform, 'globex')).length;
    expect((await call('GET', '/v1/orgs/globex')).status).toBe(403);
    expect((await call('POST', '/v1/orgs/globex/workspaces', { name: 'Stolen' })).status).toBe(403);
    const refused = (await eventsOf(world.platform, 'globex')).slice(before);
    expect(refused.map(({ event, story }) => [event.action, event.outcome, event.actor, story.detail])).toEqual(
      ['organization.read', 'workspace.create'].map((action) => [
        action,
        'denied',
        { type: 'service_account', id },
        { key },
      ]),
    );
    expect((await call('GET', '/v1/orgs/nowhere')).status).toBe(403);
  });

  it('do what their permissions allow, as themselves in the log', async () => {
    const { id, key, call } = await withKey({ permissions: ['org:manage'] });
    const workspace = await call('POST', '/v1/orgs/acme/workspaces', { name: 'Made by a robot' });
    expect(workspace.status).toBe(201);
    expect((await call('GET', '/v1/orgs/acme/members')).status).toBe(403);
    const events = (await eventsOf(world.platform, 'acme')).slice(-2);
    expect(events.map(({ event, story }) => [event.action, event.outcome, event.actor, story.detail])).toEqual([
      ['workspace.create', 'success', { type: 'service_account', id }, { key }],
      ['member.list', 'denied', { type: 'service_account', id }, { key }],
    ]);
  });

  it('own what they make, and list what is within their reach in the organization of the key', async () => {
    const permissions = ['threads:create', 'threads:read:own'];
    const [one, two] = [await withKey({ permissions }), await withKey({ permissions })];
    const workspace_id = (await admin('POST', '/v1/orgs/acme/workspaces', { name: 'Threads' })).json.id;
    const made = await one.call('POST', '/v1/orgs/acme/threads', { name: 'By a robot', workspace_id });
    expect([made.status, made.json.owner]).toEqual([201, { type: 'service_account', id: one.id }]);
    expect((await one.call('GET', '/api/threads')).json.items).toEqual([made.json]);
    expect((await two.call('GET', '/api/threads')).json.items).toEqual([]);
    expect((await two.call('GET', `/v1/orgs/acme/threads/${made.json.id}`)).status).toBe(403);
    expect((await (await withKey({ permissions: [] })).call('GET', '/api/threads')).status).toBe(403);
  });

  it('are confined to their workspace', async () => {
    const one = (await admin('POST', '/v1/orgs/acme/workspaces', { name: 'One' })).json.id;
    const { call } = await withKey({
      workspace_id: one,
      permissions: ['accounts:manage', 'threads:read', 'logs:read'],
    });
    expect((await call('GET', '/v1/orgs/acme/changes')).status).toBe(403);
    expect((await create({ permissions: ['threads:read'] }, call)).status).toBe(403);
    const inside = await create({ permissions: ['threads:read'], workspace_id: one }, call);
    expect(inside.status).toBe(201);
    const widened = await call('PATCH', `${ACCOUNTS}/${inside.json.id}`, { workspace_id: null });
    expect([widened.status, widened.json.detail]).toEqual([403, 'Goes beyond the workspaces you may use.']);
    const nowhere = await create({ workspace_id: 'nowhere' });
    expect([nowhere.status, nowhere.json.errors[0].path]).toEqual([400, '/workspace_id']);
  });

  it('never hold or hand out more than the one who makes them', async () => {
    const big = (await create({ permissions: ['org:manage'] })).json;
    const { call } = await withKey({ permissions: ['accounts:manage', 'threads:*'] });
    const beyond = await create({ permissions: ['threads:read', 'org:manage', '*:read'] }, call);
    expect([beyond.status, beyond.json.detail]).toEqual([403, 'Goes beyond what you hold: *:read, org:manage.']);
    expect((await create({ permissions: ['threads:*', 'threads:read:own'] }, call)).status).toBe(201);
    expect((await issue(big.id, {}, call)).status).toBe(403);
    expect((await call('PATCH', `${ACCOUNTS}/${big.id}`, { permissions: ['org:manage', 'logs:read'] })).status).toBe(
      403,
    );
    expect((await call('PATCH', `${ACCOUNTS}/${big.id}`, { permissions: [] })).status).toBe(200);
    expect((await issue(big.id, {}, call)).status).toBe(201);
    const self = await withKey({ permissions: ['accounts:manage'] });
    for (const [method, path, body] of [
      ['PATCH', '', { rate_limit: 1_000_000 }],
      ['POST', '/keys', {}],
      ['POST', '/revoke', {}],
    ] as const) {
      const answer = await self.call(method, `${ACCOUNTS}/${self.id}${path}`, body);
      expect([answer.status, answer.json.detail]).toEqual([
        403,
        'No service account changes itself or issues itself a key.',
      ]);
    }
    const unknown = await create({ permissions: ['threads:fly'] });
    expect([unknown.status, unknown.json.errors[0].path]).toEqual([400, '/permissions']);
    for (const email of ['manager', 'developer', 'viewer', 'guest']) {
      const member = await world.member(`${email}@acme.test`, 'acme');
      expect([email, (await create({ permissions: [] }, member)).status]).toEqual([email, 403]);
      expect([email, (await member('GET', ACCOUNTS)).status]).toEqual([email, 403]);
    }
  });

  it('end at the next request: a key revoked, a key expired, an account expired or revoked', async () => {
    const { id, key, call } = await withKey();
    expect((await admin('POST', `${ACCOUNTS}/${id}/keys/${key}/revoke`)).json.keys[0].revoked_at).toBe(iso(clock.now));
    const refused = await call('GET', '/v1/orgs/acme');
    expect([refused.status, refused.json.detail]).toEqual([401, 'The key is no longer in force.']);
    expect((await call('GET', '/v1/orgs/acme/members')).status).toBe(401);
    const told = (await eventsOf(world.platform, 'acme')).filter(
      ({ event }) => event.action === 'service_account.key.refuse',
    );
    expect(told.map(({ event, story }) => [event.outcome, event.actor.id, story.detail])).toEqual([
      ['denied', id, { key }],
    ]);
    expect((await admin('POST', `${ACCOUNTS}/${id}/keys/${key}/revoke`)).status).toBe(409);

    const short = caller(world.platform, (await issue(id, { expires_at: iso(clock.now + HOUR) })).json.secret);
    const long = await withKey({ expires_at: iso(clock.now + 2 * HOUR) });
    expect([(await short('GET', '/v1/orgs/acme')).status, (await long.call('GET', '/v1/orgs/acme')).status]).toEqual([
      200, 200,
    ]);
    clock.now += HOUR;
    await fresh();
    expect([(await short('GET', '/v1/orgs/acme')).status, (await long.call('GET', '/v1/orgs/acme')).status]).toEqual([
      401, 200,
    ]);
    clock.now += HOUR;
    await fresh();
    expect((await long.call('GET', '/v1/orgs/acme')).status).toBe(401);
    expect((await issue(id, { expires_at: iso(clock.now) })).json.errors[0].path).toBe('/expires_at');

    const last = await withKey();
    expect((await admin('POST', `${ACCOUNTS}/${last.id}/revoke`)).json.revoked_at).toBe(iso(clock.now));
    expect((await last.call('GET', '/v1/orgs/acme')).status).toBe(401);
    expect((await issue(last.id)).status).toBe(409);
    expect((await admin('PATCH', `${ACCOUNTS}/${last.id}`, { name: 'Again' })).status).toBe(409);
  });

  it('rotate with an overlap', async () => {
    const { id, call } = await withKey();
    clock.now += 1_000;
    const second = await issue(id, { overlap_seconds: 3600 });
    const next = caller(world.platform, second.json.secret);
    expect(second.json.account.keys.map(({ expires_at }: { expires_at: string | null }) => expires_at)).toEqual([
      iso(clock.now + HOUR),
      null,
    ]);
    expect([(await call('GET', '/v1/orgs/acme')).status, (await next('GET', '/v1/orgs/acme')).status]).toEqual([
      200, 200,
    ]);
    clock.now += HOUR;
    await fresh();
    expect([(await call('GET', '/v1/orgs/acme')).status, (await next('GET', '/v1/orgs/acme')).status]).toEqual([
      401, 200,
    ]);
  });

  it('write the last use coarsely, and no edit fails for it', async () => {
    const { id, call } = await withKey();
    const before = (await admin('GET', `${ACCOUNTS}/${id}`)).json;
    const used = async (): Promise<string> => {
      await call('GET', '/v1/orgs/acme');
      return (await admin('GET', `${ACCOUNTS}/${id}`)).json.keys[0].last_used_at;
    };
    const feed = async (): Promise<{ version: number; used: string }> => {
      const rows = await world.platform.core.tenant('acme', (tx) =>
        tx.query<{ version: number; used: string }>(
          `SELECT version, data->'keys'->0->>'last_used_at' AS used FROM changes WHERE kind = 'service_account' AND id = $1`,
          [id],
        ),
      );
      return rows[0]!;
    };
    const first = clock.now;
    expect(await used()).toBe(iso(first));
    const shown = await feed();
    expect(shown.used).toBe(iso(first));
    expect(shown.version).toBeGreaterThan(before.version);
    clock.now += 59_000;
    expect(await used()).toBe(iso(first));
    clock.now += 1_000;
    expect(await used()).toBe(iso(first + 60_000));
    expect(await feed()).toEqual(shown);
    const edit = await admin('PATCH', `${ACCOUNTS}/${id}`, { name: 'Renamed' }, { 'if-match': `"${before.version}"` });
    expect(edit.status).toBe(200);
    const stale = await admin('PATCH', `${ACCOUNTS}/${id}`, { name: 'Lost' }, { 'if-match': `"${before.version}"` });
    expect(stale.status).toBe(412);
    clock.now += HOUR;
    await fresh();
    expect(await used()).toBe(iso(first + 60_000 + HOUR));
    expect((await feed()).used).toBe(iso(first + 60_000 + HOUR));
  });

  it('show when nobody answers for them any more', async () => {
    const { items } = (await admin('GET', '/v1/orgs/acme/members')).json;
    const viewer = items.find(({ role }: { role: string }) => role === 'viewer');
    const { id, call } = await withKey();
    const owned = await admin('PATCH', `${ACCOUNTS}/${id}`, { owner_id: viewer.user_id });
    expect(owned.json).toMatchObject({ owner_id: viewer.user_id, owner_active: true });
    const state = async (): Promise<boolean[]> => {
      const fed = (await admin('GET', '/v1/orgs/acme/changes?limit=1000')).text
        .split('\n')
        .flatMap((line) => (line.includes('"service_account"') ? [JSON.parse(line)] : []))
        .find((change) => change.id === id);
      return [(await admin('GET', `${ACCOUNTS}/${id}`)).json.owner_active, fed.data.owner_active];
    };
    await admin('POST', `/v1/orgs/acme/members/${viewer.id}/suspend`);
    expect(await state()).toEqual([false, false]);
    expect((await call('GET', '/v1/orgs/acme')).status).toBe(200);
    await admin('POST', `/v1/orgs/acme/members/${viewer.id}/reactivate`);
    expect(await state()).toEqual([true, true]);
    await admin('DELETE', `/v1/orgs/acme/members/${viewer.id}`);
    expect(await state()).toEqual([false, false]);
    const gone = await admin('PATCH', `${ACCOUNTS}/${(await create()).json.id}`, { owner_id: viewer.user_id });
    expect([gone.status, gone.json.errors[0].path]).toEqual([400, '/owner_id']);
  });

  it('have at most ten keys in force, and unique names while in force', async () => {
    const { id } = (await create({ name: 'Crowded' })).json;
    const keys = [];
    for (let n = 0; n < 10; n++) keys.push((await issue(id)).json.key.id);
    const full = await issue(id);
    expect([full.status, full.json.details]).toEqual([409, { limit: 'keys', max: 10, used: 10 }]);
    await admin('POST', `${ACCOUNTS}/${id}/keys/${keys[0]}/revoke`);
    expect((await issue(id)).status).toBe(201);
    expect((await create({ name: 'crowded' })).status).toBe(409);
    await admin('POST', `${ACCOUNTS}/${id}/revoke`);
    expect((await create({ name: 'crowded' })).status).toBe(201);
  });

  it('leave one event a change, with the whole account before and after', async () => {
    const from = (await eventsOf(world.platform, 'acme')).length;
    const { json: made } = await create({ id: 'sa-1', name: 'Told' });
    const { json: renamed } = await admin('PATCH', `${ACCOUNTS}/sa-1`, { name: 'Told again', rate_limit: 5 });
    const { json: issued } = await issue('sa-1');
    const { json: ended } = await admin('POST', `${ACCOUNTS}/sa-1/keys/${issued.key.id}/revoke`);
    const { json: revoked } = await admin('POST', `${ACCOUNTS}/sa-1/revoke`);
    const told = (await eventsOf(world.platform, 'acme')).slice(from);
    expect(told.map(({ event, story }) => [event.action, story.change, story.detail])).toEqual([
      ['service_account.create', { before: null, after: made }, undefined],
      ['service_account.update', { before: made, after: renamed }, undefined],
      ['service_account.key.issue', { before: renamed, after: issued.account }, { about_key: issued.key.id }],
      ['service_account.key.revoke', { before: issued.account, after: ended }, { about_key: issued.key.id }],
      ['service_account.revoke', { before: ended, after: revoked }, undefined],
    ]);
    expect(told.map(({ event }) => event.target)).toEqual(told.map(() => ({ type: 'service_account', id: 'sa-1' })));
    expect((await create({ id: 'sa-1' })).status).toBe(409);
  });
});
