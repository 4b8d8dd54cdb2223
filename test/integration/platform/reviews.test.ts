import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ecdsaP256Verify, sha256 } from '../../../platform/crypto.ts';
import { itemsDigest, readReviewResult } from '../../../shared/access/index.ts';
import { AccessReview, AccessReviewItem } from '../../../shared/entities/index.ts';
import { type Answer, backends, type Call, caller, eventsOf, openWorld, type World } from '../../support/platform.ts';

const REVIEWS = '/v1/orgs/acme/access-reviews';
const DUE = '2099-01-01T00:00:00.000Z';

describe.each(backends())('access reviews on $name', ({ options }) => {
  let world: World;
  let admin: Call;
  let viewer: Call;
  let users: Record<string, { id: string; user_id: string }>;
  let count = 0;

  beforeAll(async () => {
    world = await openWorld(await options());
    admin = await world.member('admin@acme.test', 'acme');
    viewer = await world.member('viewer@acme.test', 'acme');
    const { items } = (await admin('GET', '/v1/orgs/acme/members')).json;
    users = Object.fromEntries(items.map((member: { role: string }) => [member.role, member]));
  });
  afterAll(() => world?.platform.close());

  const userOf = (role: string): string => users[role]!.user_id;
  const open = async (reviewers = ['admin', 'viewer'], call = admin): Promise<Answer> =>
    await call('POST', REVIEWS, { name: `Review ${count++}`, reviewers: reviewers.map(userOf), due_at: DUE });
  const itemsOf = async (id: string, call = admin): Promise<AccessReviewItem[]> => {
    const found: AccessReviewItem[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const answer = await call('GET', `${REVIEWS}/${id}/items?limit=3${query}`);
      expect(answer.status).toBe(200);
      found.push(...answer.json.items.map((item: unknown) => AccessReviewItem.parse(item)));
      cursor = answer.json.next_cursor;
    }
    return found;
  };
  const decide = async (call: Call, item: AccessReviewItem | undefined, body: object, headers = {}): Promise<Answer> =>
    await call('POST', `/v1/orgs/acme/access-review-items/${item!.id}/decision`, body, headers);
  const fed = async (): Promise<Map<string, { kind: string; version: number; data: unknown }>> => {
    const lines = (await admin('GET', '/v1/orgs/acme/changes?limit=1000')).text.trimEnd().split('\n').slice(0, -1);
    return new Map(lines.map((line) => JSON.parse(line)).map((change) => [`${change.kind} ${change.id}`, change]));
  };
  const robot = async (permissions: string[], fields = {}): Promise<{ id: string }> =>
    (await admin('POST', '/v1/orgs/acme/service-accounts', { name: `robot ${count++}`, permissions, ...fields })).json;

  it('ask about every grant there is: roles, extra grants, permissions of accounts', async () => {
    await admin('PATCH', `/v1/orgs/acme/members/${users.guest!.id}`, { permissions: ['threads:read', 'logs:*'] });
    const { id: account } = await robot(['threads:*', 'directives:read']);
    const made = await open();
    expect(made.status).toBe(201);
    expect(AccessReview.parse(made.json)).toMatchObject({
      items: 9,
      decided: 0,
      revoked: 0,
      closed_at: null,
      result: null,
    });
    const items = await itemsOf(made.json.id);
    const seen = items.map(({ holder, source, grant }) => [holder.type, holder.id, source, grant]);
    const wanted = [
      ...['admin', 'manager', 'developer', 'viewer', 'guest'].map((role) => ['member', users[role]!.id, 'role', role]),
      ...['threads:read', 'logs:*'].map((grant) => ['member', users.guest!.id, 'extra', grant]),
      ...['threads:*', 'directives:read'].map((grant) => ['service_account', account, 'key', grant]),
    ];
    expect(seen.map(String).sort()).toEqual(wanted.map(String).sort());
    const feed = await fed();
    for (const item of items) expect(feed.get(`access_review_item ${item.id}`)?.data).toEqual(item);
    expect(feed.get(`access_review ${made.json.id}`)?.data).toEqual(made.json);
    await admin('POST', `/v1/orgs/acme/service-accounts/${account}/revoke`);
    expect((await open()).json.items).toBe(7);
  });

  it('are decided by named reviewers only, never on their own access', async () => {
    const { id } = (await open(['viewer'])).json;
    const { id: owned } = await robot(['threads:read']);
    await admin('PATCH', `/v1/orgs/acme/service-accounts/${owned}`, { owner_id: userOf('viewer') });
    const second = (await open(['viewer'])).json.id;
    const items = await itemsOf(id, viewer);
    const of = (role: string): AccessReviewItem | undefined =>
      items.find(({ holder, source }) => holder.id === users[role]!.id && source === 'role');
    expect((await decide(viewer, of('developer'), { decision: 'confirm' })).json).toMatchObject({
      decision: 'confirm',
      decided_by: userOf('viewer'),
    });
    for (const [call, item, status, detail] of [
      [viewer, of('viewer'), 403, /own access/],
      [viewer, (await itemsOf(second)).find(({ holder }) => holder.id === owned), 403, /account they own/],
      [admin, of('developer'), 403, /named reviewer/],
    ] as const) {
      const answer = await decide(call, item, { decision: 'confirm' });
      expect([answer.status, detail.test(answer.json.detail)]).toEqual([status, true]);
    }
    const bare = await decide(viewer, of('manager'), { decision: 'revoke', reason: '  ' });
    expect([bare.status, bare.json.errors[0].path]).toEqual([400, '/reason']);
    const key = (await admin('POST', `/v1/orgs/acme/service-accounts/${(await robot(['users:manage'])).id}/keys`, {}))
      .json;
    expect((await decide(caller(world.platform, key.secret), of('developer'), { decision: 'confirm' })).status).toBe(
      403,
    );
    const guest = await world.member('guest@acme.test', 'acme');
    expect((await guest('GET', `${REVIEWS}/${id}`)).status).toBe(403);
    expect((await guest('GET', `${REVIEWS}/${id}/items`)).status).toBe(403);
    expect((await guest('GET', REVIEWS)).json.items).toEqual([]);
    expect((await viewer('GET', REVIEWS)).json.items.map((review: AccessReview) => review.id)).toContain(second);
    expect((await open(['viewer'], viewer)).status).toBe(403);
  });

  it('count decisions, take them back, and fail no edit for a count', async () => {
    const review = (await open()).json;
    const items = await itemsOf(review.id);
    const item = items.find(({ holder }) => holder.id === users.developer!.id);
    const counts = async (): Promise<number[]> => {
      const { decided, revoked } = (await admin('GET', `${REVIEWS}/${review.id}`)).json;
      return [decided, revoked];
    };
    const from = (await eventsOf(world.platform, 'acme')).length;
    const { json: first } = await decide(admin, item, { decision: 'revoke', reason: 'left' });
    expect(await counts()).toEqual([1, 1]);
    const stale = await decide(viewer, item, { decision: 'confirm' }, { 'if-match': `"${item!.version}"` });
    expect(stale.status).toBe(412);
    const { json: second } = await decide(viewer, item, { decision: 'confirm' }, { 'if-match': `"${first.version}"` });
    expect(await counts()).toEqual([1, 0]);
    const { json: third } = await decide(viewer, item, { decision: null });
    expect(third).toMatchObject({ decision: null, reason: '', decided_at: null, decided_by: null });
    expect(await counts()).toEqual([0, 0]);
    const told = (await eventsOf(world.platform, 'acme')).slice(from);
    expect(told.map(({ event, story }) => [event.action, event.target?.id, story.change])).toEqual([
      ['access_review.decide', item!.id, { before: item, after: first }],
      ['access_review.decide', item!.id, { before: first, after: second }],
      ['access_review.decide', item!.id, { before: second, after: third }],
    ]);
    const close = await admin('POST', `${REVIEWS}/${review.id}/close`, {}, { 'if-match': `"${review.version}"` });
    expect(close.status).toBe(200);
    expect((await admin('POST', `${REVIEWS}/${review.id}/close`)).status).toBe(409);
    expect((await decide(admin, item, { decision: 'confirm' })).status).toBe(409);
  });

  it('name the wrong field', async () => {
    const ask = async (fields: object): Promise<[number, string | undefined]> => {
      const body = { name: 'Wrong', reviewers: [userOf('viewer')], due_at: DUE, ...fields };
      const answer = await admin('POST', REVIEWS, body);
      return [answer.status, answer.json.errors?.[0]?.path];
    };
    expect(await ask({ reviewers: [userOf('viewer'), 'nobody'] })).toEqual([400, '/reviewers/1']);
    expect(await ask({ reviewers: [] })).toEqual([400, '/reviewers']);
    expect(await ask({ due_at: '2020-01-01T00:00:00.000Z' })).toEqual([400, '/due_at']);
  });

  it('carry revocations out when closed, keep what must stay, and sign the result', async () => {
    await admin('PATCH', `/v1/orgs/acme/members/${users.viewer!.id}`, {
      permissions: ['threads:read', 'logs:read:own'],
    });
    const { id: account } = await robot(['threads:read', 'logs:read', 'directives:read']);
    const review = (await open(['admin', 'viewer'])).json;
    const items = await itemsOf(review.id);
    const find = (holder: string, grant: string): AccessReviewItem | undefined =>
      items.find((item) => item.holder.id === holder && item.grant === grant);
    const revoke = { decision: 'revoke', reason: 'not needed' };
    await decide(admin, find(users.viewer!.id, 'threads:read'), revoke);
    await decide(admin, find(users.guest!.id, 'guest'), revoke);
    await decide(admin, find(users.developer!.id, 'developer'), revoke);
    await decide(viewer, find(users.admin!.id, 'admin'), revoke);
    await decide(viewer, find(account, 'threads:read'), revoke);
    await decide(viewer, find(account, 'logs:read'), revoke);
    await decide(viewer, find(users.manager!.id, 'manager'), { decision: 'confirm' });
    await admin('PATCH', `/v1/orgs/acme/members/${users.developer!.id}`, { role: 'guest' });
    const from = (await eventsOf(world.platform, 'acme')).length;
    const closed = await admin('POST', `${REVIEWS}/${review.id}/close`);
    expect(closed.status).toBe(200);

    const after = await itemsOf(review.id);
    const refusals = after.filter(({ refused }) => refused !== null).map(({ grant, refused }) => [grant, refused]);
    expect(new Map(refusals as [string, string][])).toEqual(
      new Map([
        ['admin', 'The owner of an organization stays an active admin.'],
        ['developer', 'The role was changed to guest after the review began.'],
      ]),
    );
    const members = (await admin('GET', '/v1/orgs/acme/members')).json.items;
    expect(members.map(({ id }: { id: string }) => id).sort()).toEqual(
      ['admin', 'manager', 'developer', 'viewer'].map((role) => users[role]!.id).sort(),
    );
    expect(members.find(({ id }: { id: string }) => id === users.viewer!.id).permissions).toEqual(['logs:read:own']);
    const robotNow = (await admin('GET', `/v1/orgs/acme/service-accounts/${account}`)).json;
    expect(robotNow.permissions).toEqual(['directives:read']);

    const told = (await eventsOf(world.platform, 'acme'))
      .slice(from)
      .filter(({ event }) => !/\.(list|read)$/.test(event.action));
    const counts = { items: items.length, confirmed: 1, revoked: 6, refused: 2, undecided: items.length - 7 };
    expect(told[0]).toMatchObject({ event: { action: 'access_review.close' }, story: { detail: counts } });
    expect(
      told
        .slice(1)
        .map(({ event, story }) => [event.action, event.target?.id, story.detail])
        .sort(),
    ).toEqual(
      [
        ['member.delete', users.guest!.id, { access_review: review.id }],
        ['member.permissions.update', users.viewer!.id, { access_review: review.id }],
        ['service_account.update', account, { access_review: review.id }],
      ].sort(),
    );

    const { keys } = (await viewer('GET', '/v1/orgs/acme/review-keys')).json;
    const result = readReviewResult(closed.json.result, keys[0].public_key, ecdsaP256Verify);
    expect(result.counts).toEqual(counts);
    expect(result.review).toMatchObject({
      id: review.id,
      closed_by: userOf('admin'),
      closed_at: closed.json.closed_at,
    });
    expect(itemsDigest(after, sha256)).toBe(result.items_sha256);
    const altered = after.map((item) => (item.grant === 'manager' ? { ...item, decision: 'revoke' as const } : item));
    expect(itemsDigest(altered, sha256)).not.toBe(result.items_sha256);
    const forged = closed.json.result.replace('"payload":"eyJ', '"payload":"eyK');
    expect(() => readReviewResult(forged, keys[0].public_key, ecdsaP256Verify)).toThrow(
      expect.objectContaining({ code: 'LOG_SIGNATURE' }),
    );
    const feed = await fed();
    expect(feed.get(`access_review ${review.id}`)?.data).toEqual(closed.json);
    for (const item of after) expect(feed.get(`access_review_item ${item.id}`)?.data).toEqual(item);
    expect(feed.get(`service_account ${account}`)?.data).toEqual(robotNow);
  });

  it('are closed only by whoever may take what is taken', async () => {
    const { id: auditor } = await robot(['compliance:audit']);
    const key = (await admin('POST', `/v1/orgs/acme/service-accounts/${auditor}/keys`, {})).json;
    const audit = caller(world.platform, key.secret);
    const review = (await open(['admin'], audit)).json;
    expect(review.created_by).toBe(auditor);
    const item = (await itemsOf(review.id)).find(({ grant }) => grant === 'manager');
    await decide(admin, item, { decision: 'revoke', reason: 'left' });
    const refused = await audit('POST', `${REVIEWS}/${review.id}/close`);
    expect([refused.status, refused.json.detail]).toEqual([403, 'Needs users:manage to carry out the revocations.']);
    await decide(admin, item, { decision: 'confirm' });
    expect((await audit('POST', `${REVIEWS}/${review.id}/close`)).json.closed_by).toBe(auditor);
  });

  it('take twenty thousand grants and say so when there are more', async () => {
    const { core } = world.platform;
    const crowd = async (grants: number): Promise<Answer> => {
      const list = Array.from({ length: grants }, (_, n) => `crowd:${n}`);
      await core.tenant('acme', (tx) =>
        tx.query('UPDATE members SET permissions = $2::jsonb WHERE id = $1', [users.manager!.id, JSON.stringify(list)]),
      );
      return await open();
    };
    const others = (await open()).json.items;
    const full = await crowd(20_000 - others);
    expect([full.status, full.json.items]).toEqual([201, 20_000]);
    const over = await crowd(20_001 - others);
    expect([over.status, over.json.type, over.json.details]).toEqual([
      409,
      'https://missioncontrol.invalid/problems/limit-reached',
      { limit: 'access_review_items', max: 20_000, used: 20_001 },
    ]);
    const closed = await admin('POST', `${REVIEWS}/${full.json.id}/close`);
    expect(closed.status).toBe(200);
    const rows = await core.tenant('acme', (tx) =>
      tx.query<{ n: number; versions: number }>(
        `SELECT count(*)::int AS n, count(DISTINCT version)::int AS versions FROM changes
         WHERE kind = 'access_review_item' AND data->>'review_id' = $1`,
        [full.json.id],
      ),
    );
    expect(rows).toEqual([{ n: 20_000, versions: 20_000 }]);
  });
});
