import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeRefusals, takeSlot } from '../../../platform/accounts/rate.ts';
import { logDueRefusals } from '../../../platform/accounts/refusals.ts';
import { ratePlan } from '../../../shared/access/index.ts';
import { backends, type Call, caller, eventsOf, openWorld, type World } from '../../support/platform.ts';
import { RateOracle } from '../../support/rateOracle.ts';

const ACCOUNTS = '/v1/orgs/acme/service-accounts';

describe.each(backends())('the rate limit on $name', ({ options }) => {
  let world: World;
  let admin: Call;
  let count = 0;

  beforeAll(async () => {
    world = await openWorld(await options());
    admin = await world.member('admin@acme.test', 'acme');
  });
  afterAll(() => world?.platform.close());

  const robot = async (rate_limit: number): Promise<{ id: string; key: string; call: Call }> => {
    const made = await admin('POST', ACCOUNTS, { name: `limited ${count++}`, permissions: [], rate_limit });
    const issued = await admin('POST', `${ACCOUNTS}/${made.json.id}/keys`, {});
    return { id: made.json.id, key: issued.json.key.id, call: caller(world.platform, issued.json.secret) };
  };

  it('admits in the database what a list of admitted instants admits', async () => {
    const { core } = world.platform;
    const gaps = fc.array(fc.integer({ min: 0, max: 25_000_000 }), { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), gaps, async (limit, list) => {
        const key = `property ${count++}`;
        const oracle = new RateOracle(limit, ratePlan(limit).interval_us);
        let now = 1_700_000_000_000_000;
        for (const gap of list) {
          now += gap;
          const fits = oracle.fits(now);
          const slot = await core.platform((tx) => takeSlot(tx, key, limit, 0, `${now}::bigint`));
          expect(slot.admitted).toBe(fits);
          if (fits) oracle.admitted.push(now);
          const more = new RateOracle(limit, ratePlan(limit).interval_us);
          more.admitted.push(...oracle.admitted);
          while (more.fits(now)) more.admitted.push(now);
          expect(slot.remaining).toBe(more.admitted.length - oracle.admitted.length);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('admits exactly the burst of many requests at once', async () => {
    const { call } = await robot(5);
    // At 5 a minute the next is admitted after twelve seconds: longer than this takes by far.
    const answers = await Promise.all(Array.from({ length: 100 }, () => call('GET', '/v1/orgs/acme')));
    const statuses = answers.map(({ status }) => status);
    expect([
      statuses.filter((status) => status === 200).length,
      statuses.filter((status) => status === 429).length,
    ]).toEqual([5, 95]);
    const left = answers.filter(({ status }) => status === 200).map(({ headers }) => headers.ratelimit);
    expect(new Set(left.map((text) => /r=(\d+)/.exec(String(text))?.[1])).size).toBe(5);
  });

  it('says what is left, and when to come again', async () => {
    const { call } = await robot(2);
    const first = await call('GET', '/v1/orgs/acme');
    expect([first.status, first.headers['ratelimit-policy'], first.headers.ratelimit]).toEqual([
      200,
      '"key";q=2;w=60',
      '"key";r=1;t=30',
    ]);
    // A refused request counts as one made: the limit is on requests, not on successes.
    const denied = await call('GET', '/v1/orgs/acme/members');
    expect([denied.status, /r=(\d+)/.exec(String(denied.headers.ratelimit))?.[1]]).toEqual([403, '0']);
    const over = await call('GET', '/v1/orgs/acme');
    expect(over.json).toMatchObject({
      type: 'https://missioncontrol.invalid/problems/rate-limited',
      status: 429,
      detail: 'This key may make 2 requests a minute.',
    });
    expect(over.headers['content-type']).toBe('application/problem+json');
    expect(over.headers['ratelimit-policy']).toBe('"key";q=2;w=60');
    const wait = Number(over.headers['retry-after']);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(30);
  });

  it('counts each key for itself, and follows a change of the limit', async () => {
    const { id, call } = await robot(1);
    const other = caller(world.platform, (await admin('POST', `${ACCOUNTS}/${id}/keys`, {})).json.secret);
    const both = async (): Promise<number[]> => [
      (await call('GET', '/v1/orgs/acme')).status,
      (await other('GET', '/v1/orgs/acme')).status,
    ];
    expect(await both()).toEqual([200, 200]);
    expect(await both()).toEqual([429, 429]);
    await admin('PATCH', `${ACCOUNTS}/${id}`, { rate_limit: 60_000 });
    expect(await both()).toEqual([200, 200]);
  });

  it('counts nothing for a wrong secret: nobody uses up another’s quota', async () => {
    const { key, call } = await robot(1);
    const { core } = world.platform;
    await caller(world.platform, `mc_test_${key}_${'A'.repeat(43)}000000`)('GET', '/v1/orgs/acme');
    const rows = await core.platform((tx) => tx.query('SELECT 1 AS one FROM key_rates WHERE key_id = $1', [key]));
    expect(rows).toEqual([]);
    expect((await call('GET', '/v1/orgs/acme')).status).toBe(200);
  });

  it('is counted without the organization’s lock, and stays counted when the request is rolled back', async () => {
    const { call, key } = await robot(5);
    const { core } = world.platform;
    const arrival = async (): Promise<number> =>
      (await core.platform((tx) => tx.query<{ tat: number }>('SELECT tat FROM key_rates WHERE key_id = $1', [key])))[0]
        ?.tat ?? 0;
    await call('GET', '/v1/orgs/acme');
    const one = await arrival();
    expect((await call('POST', '/v1/orgs/acme/workspaces', { name: 'Refused' })).status).toBe(403);
    expect(await arrival()).toBeGreaterThan(one);
    if (core.db.kind === 'pglite') return; // One transaction at a time: nothing can hold a lock meanwhile.
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const holder = core.tenant('acme', async (tx) => {
      await tx.query('SELECT 1 AS one FROM org_state FOR UPDATE');
      await held;
    });
    expect((await call('GET', '/v1/orgs/acme')).status).toBe(200);
    release();
    await holder;
  });

  it('tells of many refusals in one event, and of the rest a minute later', async () => {
    const { core } = world.platform;
    const { id, key, call } = await robot(1);
    const told = async () =>
      (await eventsOf(world.platform, 'acme')).flatMap(({ event, story }) => {
        const detail = story.detail as { key?: string; refused?: number } | undefined;
        return event.action === 'service_account.key.limit' && detail?.key === key ? [{ event, detail }] : [];
      });
    await call('GET', '/v1/orgs/acme');
    const answers = await Promise.all(Array.from({ length: 30 }, () => call('GET', '/v1/orgs/acme')));
    expect(answers.every(({ status }) => status === 429)).toBe(true);
    const first = await told();
    expect(first).toHaveLength(1);
    expect(first[0]!.event).toMatchObject({
      outcome: 'denied',
      actor: { type: 'service_account', id },
      target: { type: 'service_account', id },
    });
    expect((await call('GET', '/v1/orgs/acme')).status).toBe(429);
    await logDueRefusals(core);
    expect(await told()).toHaveLength(1);
    await core.platform((tx) =>
      tx.query('UPDATE key_rates SET logged_at = logged_at - 60000000 WHERE key_id = $1', [key]),
    );
    await logDueRefusals(core);
    await logDueRefusals(core);
    const all = await told();
    expect(all).toHaveLength(2);
    expect(all.reduce((sum, { detail }) => sum + detail.refused!, 0)).toBe(31);
    expect(await core.platform((tx) => takeRefusals(tx, key))).toBe(null);
  });
});
