/** Changes on their way to the real platform when answers are lost, late, or no. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ORG, OutboxWorld, patch, workspace } from '../support/outboxWorld.ts';
import { ADMIN } from '../support/platformProcess.ts';

let world: OutboxWorld;

beforeAll(async () => {
  world = await OutboxWorld.open();
});
afterAll(() => world?.close());
afterEach(() => world.settle());

describe('faults on the way', () => {
  it('a lost answer leaves the change in doubt; sent again it has one effect', async () => {
    const fresh = workspace('In doubt');
    world.proxy.fate = () => 'lose';
    const added = await world.add(world.mine, fresh);
    expect(added).toMatchObject({
      sent: 0,
      waiting: 1,
      entries: [{ inDoubt: true, error: { code: 'PLATFORM_UNREACHABLE' } }],
    });
    const id = added.entries[0]!.id;
    await expect(world.mine.call('outbox.revoke', { orgId: ORG, id })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(world.mine.call('outbox.edit', { orgId: ORG, id, command: fresh })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    // An edit meanwhile stands behind it, not in it.
    world.proxy.fate = null;
    const later = await world.add(world.mine, patch(fresh.id, { description: 'after' }));
    expect(later).toMatchObject({ waiting: 1, entries: [{ dependsOn: [id] }] });
    await world.send();
    expect(await world.list()).toEqual([]);
    expect(new Set(world.proxy.changes.slice(0, -1).map(({ key }) => key))).toEqual(new Set([id]));
    expect(await world.rows('workspace', { text: 'In doubt' })).toMatchObject([{ data: { description: 'after' } }]);
  });

  it('a lost answer whose key the platform has forgotten: told by what is there', async () => {
    const [one, two] = (await world.seeded('Forgotten one', 'Forgotten two')) as [string, string];
    const fresh = workspace('Forgotten made');
    world.proxy.fate = () => 'lose';
    for (const command of [
      fresh,
      patch(one, { name: 'Forgotten one changed' }),
      { type: 'workspace.delete', id: two },
    ] as const) {
      await world.add(world.mine, command);
    }
    // Only the first was tried each time; the others follow in order, and each has its answer lost once.
    const lost = new Set(world.proxy.changes.map(({ key }) => key));
    world.proxy.forgetKeys = true;
    world.proxy.fate = ({ key }) => {
      const known = lost.has(key);
      lost.add(key);
      return known ? 'pass' : 'lose';
    };
    const result = await world.send();
    expect(result).toEqual({ sent: 3, conflicts: 0, refused: 0, waiting: 0 });
    expect(world.proxy.changes.filter(({ status }) => status !== null).map(({ status }) => status)).toEqual([
      409, 412, 404,
    ]);
    expect((await world.rows('workspace', { text: 'Forgotten' })).map(({ data }) => data.name)).toEqual([
      'Forgotten made',
      'Forgotten one changed',
    ]);
  });

  it('waits when it is asked to, and tries again', async () => {
    const [id] = (await world.seeded('Busy')) as [string];
    const answers = [
      { status: 429, headers: { 'retry-after': '1' }, body: { title: 'Slower.' } },
      { status: 503, body: { title: 'Not ready.' } },
    ];
    world.proxy.fate = () => answers.shift() ?? 'pass';
    expect(await world.add(world.mine, patch(id, { name: 'Busy no more' }))).toMatchObject({ sent: 1, waiting: 0 });
    expect(world.proxy.changes.map(({ status }) => status)).toEqual([429, 503, 200]);
    expect(new Set(world.proxy.changes.map(({ key }) => key)).size).toBe(1);
  });

  it('gives up for now after a few tries, and shows why', async () => {
    const [id] = (await world.seeded('Down')) as [string];
    world.proxy.fate = () => ({ status: 429, headers: { 'retry-after': '3600' }, body: { title: 'Much slower.' } });
    const answer = await world.add(world.mine, patch(id, { name: 'Down no more' }));
    expect(answer).toMatchObject({ sent: 0, waiting: 1, entries: [{ inDoubt: false, attempts: 1 }] });
    expect(answer.entries[0]!.error!.message).toBe('Much slower.');
    expect(world.proxy.changes).toHaveLength(1);
  });

  it('can be taken back when the platform fails at it and says that nothing was changed', async () => {
    const [id] = (await world.seeded('Poison')) as [string];
    const type = 'https://missioncontrol.invalid/problems/internal';
    world.proxy.fate = () => ({ status: 500, body: { type, title: 'An unexpected fault; nothing was changed.' } });
    const { entries } = await world.add(world.mine, patch(id, { name: 'Poison taken' }));
    expect(entries).toMatchObject([{ state: 'waiting', inDoubt: false, attempts: 3 }]);
    await world.mine.call('outbox.revoke', { orgId: ORG, id: entries[0]!.id });
    world.proxy.fate = () => ({ status: 502, body: 'Bad gateway' });
    expect(await world.add(world.mine, patch(id, { name: 'Poison twice' }))).toMatchObject({ sent: 0 });
    await expect(world.send()).rejects.toMatchObject({ code: 'PLATFORM_UNREACHABLE' });
    expect(await world.list()).toMatchObject([{ inDoubt: true }]);
  });

  it('waits for a new sign-in when the session ended, and then goes out', async () => {
    const [id] = (await world.seeded('Session')) as [string];
    world.proxy.fate = () => ({ status: 401, body: { title: 'A valid access token is needed.' } });
    expect(await world.add(world.mine, patch(id, { name: 'Session again' }))).toMatchObject({ sent: 0, waiting: 1 });
    const [connection] = await world.mine.call('connections.list', {});
    expect(connection!.state).toBe('signed_out');
    expect(await world.mine.raw('outbox.send', { orgId: ORG })).toMatchObject({ error: { code: 'LOGIN_REQUIRED' } });
    world.proxy.fate = null;
    await world.mine.call('connections.signIn', { id: connection!.id, password: ADMIN.password, totp: null });
    await expect.poll(() => world.list(), { timeout: 30_000 }).toEqual([]);
    expect(await world.one('workspace', id)).toMatchObject({ data: { name: 'Session again' } });
  });
});
