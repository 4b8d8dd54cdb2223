/** Threads and their logs: own and shared against an oracle, limits under load, retention. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockOrg } from '../../../platform/log/append.ts';
import { startKeeper } from '../../../platform/log/keeper.ts';
import { purgeLogs } from '../../../platform/threads/logs.ts';
import { addThreadIn } from '../../../platform/threads/service.ts';
import { BUILT_IN } from '../../../shared/rbac/index.ts';
import { backends, type Call, caller, eventsOf, join, openWorld, type World } from '../../support/platform.ts';

const ACME = '/v1/orgs/acme';
const THREADS = `${ACME}/threads`;
const PROBLEM = 'https://missioncontrol.invalid/problems/';
const DAY_MS = 86_400_000;

interface Shape {
  readonly owner: number;
  readonly shared: readonly number[];
}

/** The rule said the long way, over texts: some grant names or stars both segments, and its scope is met by the thread. */
function mayDo(grants: readonly string[], permission: string, me: number, { owner, shared }: Shape): boolean {
  const [resource, action] = permission.split(':');
  return grants.some((grant) => {
    const [r, a, scope] = grant.split(':');
    if ((r !== '*' && r !== resource) || (a !== '*' && a !== action)) return false;
    return scope === undefined || (scope === 'own' && owner === me) || (scope === 'shared' && shared.includes(me));
  });
}

const Grant = fc
  .tuple(
    fc.constantFrom('threads', 'logs', '*'),
    fc.constantFrom('read', 'update', 'delete', 'share', '*'),
    fc.constantFrom('', ':own', ':shared'),
  )
  .map(([r, a, scope]) => `${r}:${a}${scope}`)
  .filter((text) => {
    const [r, a] = text.split(':');
    return [...BUILT_IN.entries.values()].some((e) => (r === '*' || r === e.resource) && (a === '*' || a === e.action));
  });
const Threads = fc.array(
  fc.record({ owner: fc.integer({ min: 0, max: 2 }), shared: fc.uniqueArray(fc.integer({ min: 0, max: 1 })) }),
  { minLength: 1, maxLength: 5 },
);

describe.each(backends())('threads on $name', ({ options }) => {
  let world: World;
  let admin: Call;
  let now = Date.parse('2026-03-01T00:00:00.000Z');
  beforeAll(async () => {
    world = await openWorld({ ...(await options()), now: () => now });
    admin = await world.member('admin@acme.test', 'acme');
  });
  afterAll(() => world?.platform.close());
  let serial = 0;
  const newWorkspace = async (limits: object = {}): Promise<string> => {
    serial += 1;
    const answer = await admin('POST', `${ACME}/workspaces`, { name: `W ${serial}`, max_threads: 10_000, ...limits });
    expect(answer.status).toBe(201);
    return answer.json.id as string;
  };

  it('are open to whom the grants say, one by one and in lists, as a brute-force oracle has it', async () => {
    const workspace = await newWorkspace();
    await admin('POST', `${ACME}/roles`, { id: 'generated', name: 'Generated', permissions: [] });
    const people = [
      await join(world, 'acme', 'p0@acme.test', { role: 'generated' }),
      await join(world, 'acme', 'p1@acme.test', { role: 'generated' }),
    ];
    const owners = [people[0]!.userId, people[1]!.userId, 'somebody-else'];
    const { core } = world.platform;
    const check = async (grants: readonly string[], shapes: readonly Shape[]): Promise<void> => {
      expect((await admin('PATCH', `${ACME}/roles/generated`, { permissions: grants })).status).toBe(200);
      const threads = await core.tenant('acme', async (tx) => {
        await lockOrg(tx);
        await tx.query('DELETE FROM threads WHERE workspace_id = $1', [workspace]);
        const made: { id: string; shape: Shape }[] = [];
        for (const shape of shapes) {
          const { id } = await addThreadIn(core, tx, 'acme', {
            workspaceId: workspace,
            name: 'T',
            owner: { type: 'user', id: owners[shape.owner]! },
            sharedWith: shape.shared.map((n) => people[n]!.memberId),
          });
          made.push({ id, shape });
        }
        return made;
      });
      for (const [me, { call }] of people.entries()) {
        const can = (permission: string, shape: Shape) => mayDo(grants, permission, me, shape);
        const list = await call('GET', `${THREADS}?workspace=${workspace}&limit=200`);
        const visible = threads.filter(({ shape }) => can('threads:read', shape)).map(({ id }) => id);
        // A list that could never show anything is refused as a whole.
        const never = !grants.some((grant) => /^(threads|\*):(read|\*)/.test(grant));
        expect([grants, list.status, never ? [] : list.json.items.map((item: { id: string }) => item.id)]).toEqual([
          grants,
          never ? 403 : 200,
          visible.toSorted(),
        ]);
        for (const { id, shape } of threads) {
          const one = `${THREADS}/${id}`;
          const seen = {
            read: (await call('GET', one)).status,
            update: (await call('PATCH', one, { name: 'T' })).status,
            logs: (await call('GET', `${one}/logs`)).status,
            append: (await call('POST', `${one}/logs`, { lines: [{ text: 'x' }] })).status,
            wipe: (await call('DELETE', `${one}/logs`)).status,
          };
          expect([grants, shape, me, seen]).toEqual([
            grants,
            shape,
            me,
            {
              read: can('threads:read', shape) ? 200 : 403,
              update: can('threads:update', shape) ? 200 : 403,
              logs: can('logs:read', shape) ? 200 : 403,
              append: can('threads:update', shape) ? 201 : 403,
              wipe: can('logs:delete', shape) ? 204 : 403,
            },
          ]);
        }
      }
    };
    await fc.assert(fc.asyncProperty(fc.uniqueArray(Grant, { maxLength: 4 }), Threads, check), {
      numRuns: 25,
      examples: [
        [
          ['threads:read:own', 'logs:*:shared'],
          [
            { owner: 0, shared: [1] },
            { owner: 2, shared: [] },
          ],
        ],
      ],
    });
  });

  it('admit exactly the limit of parallel creates, and count what is used', async () => {
    const workspace = await newWorkspace({ max_threads: 5 });
    const create = () => admin('POST', THREADS, { name: 'x', workspace_id: workspace });
    const answers = await Promise.all(Array.from({ length: 24 }, create));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect([answer.status, answer.json.type, answer.json.details]).toEqual([
        409,
        `${PROBLEM}limit-reached`,
        { limit: 'max_threads', max: 5, used: 5 },
      ]);
    }
    const one = `${ACME}/workspaces/${workspace}`;
    expect((await admin('GET', one)).json.threads).toBe(5);
    const lowered = await admin('PATCH', one, { max_threads: 4 });
    expect([lowered.status, lowered.json.details]).toEqual([409, { limit: 'max_threads', max: 4, used: 5 }]);
    expect((await admin('DELETE', `${THREADS}/${answers.find(({ status }) => status === 201)!.json.id}`)).status).toBe(
      204,
    );
    expect((await admin('PATCH', one, { max_threads: 4 })).json).toMatchObject({ max_threads: 4, threads: 4 });
    expect((await admin('DELETE', one)).json.detail).toBe('The workspace has 4 threads.');
    const feed = (await admin('GET', `${ACME}/changes?limit=1000`)).text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(feed.filter(({ id }) => id === workspace)).toEqual([
      expect.objectContaining({ data: (await admin('GET', one)).json }),
    ]);
  });

  it('come and go without a conflict for who edits their workspace', async () => {
    const workspace = await newWorkspace();
    const one = `${ACME}/workspaces/${workspace}`;
    const { etag } = (await admin('GET', one)).headers as { etag: string };
    await admin('POST', THREADS, { name: 'x', workspace_id: workspace });
    const counted = (await admin('GET', one)).headers.etag as string;
    expect(counted).not.toBe(etag);
    expect((await admin('PATCH', one, { description: 'mine' }, { 'if-match': etag })).status).toBe(200);
    for (const stale of [etag, counted, '"0"', '"999999"', 'W/"1"']) {
      expect([stale, (await admin('PATCH', one, { description: 'x' }, { 'if-match': stale })).status]).toEqual([
        stale,
        412,
      ]);
    }
  });

  it('seat exactly as many members as a workspace takes', async () => {
    const everyone = (await admin('GET', `${ACME}/members?limit=200`)).json.items.length as number;
    const full = await admin('POST', `${ACME}/workspaces`, { name: 'Too small', max_users: everyone - 1 });
    expect([full.status, full.json.details]).toEqual([409, { limit: 'max_users', max: everyone - 1, used: everyone }]);
    const workspace = await newWorkspace({ max_users: everyone + 3 });
    const invite = (i: number, workspaces: string[] | null = [workspace]) =>
      admin('POST', `${ACME}/members`, { email: `seat${i}@acme.test`, role: 'viewer', workspaces });
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => invite(i)));
    const made = answers.filter(({ status }) => status === 201).map(({ json }) => json.id as string);
    expect(made).toHaveLength(3);
    const details = { limit: 'max_users', max: everyone + 3, used: everyone + 3 };
    for (const answer of answers.filter(({ status }) => status !== 201)) expect(answer.json.details).toEqual(details);
    expect((await invite(20, null)).json.details).toEqual(details);
    expect((await invite(20, [])).status).toBe(201);
    expect((await admin('POST', `${ACME}/members/${made[0]}/suspend`, {})).status).toBe(200);
    expect((await invite(21)).status).toBe(201);
    expect((await admin('POST', `${ACME}/members/${made[0]}/reactivate`, {})).json.details).toEqual(details);
    expect((await admin('PATCH', `${ACME}/workspaces/${workspace}`, { max_users: 1 })).json.details).toEqual({
      ...details,
      max: 1,
    });
    for (const id of made) expect((await admin('DELETE', `${ACME}/members/${id}`)).status).toBe(204);
  });

  it('are shared with members there are, and listed under the token’s own organization', async () => {
    const workspace = await newWorkspace();
    const { id } = (await admin('POST', THREADS, { name: 'Shared', workspace_id: workspace })).json;
    const wrong = await admin('POST', `${THREADS}/${id}/share`, { shared_with: ['nobody'] });
    expect([wrong.status, wrong.json.errors]).toEqual([
      400,
      [{ path: '/shared_with/0', message: 'There is no member or service account nobody.' }],
    ]);
    const guest = await join(world, 'acme', 'guest2@acme.test', { role: 'guest' });
    expect((await guest.call('GET', '/api/threads')).json.items).toEqual([]);
    const shared = await admin('POST', `${THREADS}/${id}/share`, { shared_with: [guest.memberId, guest.memberId] });
    expect(shared.json.shared_with).toEqual([guest.memberId]);
    expect((await guest.call('GET', '/api/threads')).json.items).toEqual([shared.json]);
    expect((await world.anonymous('GET', '/api/threads')).status).toBe(401);
    const user = caller(world.platform, await world.login('guest2@acme.test'));
    expect((await user('GET', '/api/threads')).status).toBe(403);
    await admin('DELETE', `${ACME}/members/${guest.memberId}`);
    const gone = await guest.call('GET', '/api/threads');
    expect([gone.status, gone.json.detail]).toEqual([403, 'Not a member of this organization.']);
  });

  it('lose log lines past their workspace’s retention, with one event a purge', async () => {
    const [short, long] = [
      await newWorkspace({ max_log_retention_days: 1 }),
      await newWorkspace({ max_log_retention_days: 30 }),
    ];
    const threadIn = async (workspace_id: string) =>
      (await admin('POST', THREADS, { name: 'x', workspace_id })).json.id as string;
    const [a, b] = [await threadIn(short), await threadIn(long)];
    const old = new Date(now - 2 * DAY_MS).toISOString();
    for (const id of [a, b]) {
      const lines = [{ at: old, text: 'old' }, { at: old, level: 'error', text: 'old too' }, { text: 'new' }];
      expect((await admin('POST', `${THREADS}/${id}/logs`, { lines })).status).toBe(201);
    }
    const texts = async (id: string) =>
      (await admin('GET', `${THREADS}/${id}/logs`)).json.items.map((line: { text: string }) => line.text);
    const { core } = world.platform;
    const from = (await eventsOf(world.platform, 'acme')).length;
    expect([await purgeLogs(core, 'acme'), await purgeLogs(core, 'acme')]).toEqual([2, 0]);
    const events = await eventsOf(world.platform, 'acme', from);
    expect(events.map(({ event, story }) => [event.action, event.actor, story.detail])).toEqual([
      ['retention.purge', { type: 'system', id: 'platform' }, { lines: 2, workspaces: { [short]: 2 } }],
    ]);
    expect([await texts(a), await texts(b)]).toEqual([['new'], ['old', 'old too', 'new']]);

    // The keeper does it by itself.
    now += 40 * DAY_MS;
    const failures: unknown[] = [];
    const stop = startKeeper(core, {
      checkpointMs: 100,
      heartbeatMs: 1e12,
      purgeMs: 0,
      onError: (error) => failures.push(error),
    });
    // Other threads keep theirs for a year.
    const left = async (): Promise<number> => {
      const sql = 'SELECT id FROM thread_logs WHERE thread_id IN ($1, $2)';
      return (await core.tenant('acme', (tx) => tx.query(sql, [a, b]))).length;
    };
    while ((await left()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await stop();
    expect(failures).toEqual([]);
  });
});
