/** Both drivers: values, statements sent together, kept statements, and the wall as the database itself holds it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { visit } from '../../../platform/auth/sessions.ts';
import { BatchError, type Statement } from '../../../platform/db/database.ts';
import { asPlatform, asTenant } from '../../../platform/db/names.ts';
import { backends, caller, openWorld, type World } from '../../support/platform.ts';

const ROLE: Statement = { sql: 'SELECT current_user AS role, current_schema() AS schema' };
const NAME: Statement = { name: 'test.organization', sql: 'SELECT name FROM organization' };

describe.each(backends())('the database on $name', ({ options }) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(await options());
  });
  afterAll(() => world?.platform.close());

  /** The user and the session of a sign-in just made. */
  const signIn = async (email: string): Promise<[sid: string, userId: string]> => {
    const [, claims] = (await world.login(email)).split('.');
    const { sid, sub } = JSON.parse(Buffer.from(claims!, 'base64url').toString()) as { sid: string; sub: string };
    return [sid, sub];
  };

  it('gives back each kind of value as it was bound', async () => {
    const { db } = world.platform.core;
    const texts = ['', 'NULL', 'a,b', '{"x"}', 'back\\slash', 'new\nline', "quote's", 'ünï'];
    const at = new Date('2026-03-01T12:34:56.789Z');
    const bytes = Uint8Array.from({ length: 256 }, (_, n) => n);
    const [row] = await db.transaction((tx) =>
      tx.query<Record<string, unknown>>(
        `SELECT $1::text[] AS texts, $2::int[] AS numbers, $3::timestamptz AS at, $4::bytea AS bytes, $5::boolean AS yes,
           $6::bigint AS large, $7::text AS nothing, $8::jsonb AS json, $9::text AS text, $10::float8 AS real`,
        [texts, [1, -2], at, bytes, true, 2 ** 53 - 1, null, JSON.stringify({ a: [1, 'ü'] }), texts.join(), 0.1],
      ),
    );
    expect({ ...row, bytes: Uint8Array.from(row!.bytes as Uint8Array) }).toEqual({
      ...{ texts, numbers: [1, -2], at, bytes, yes: true, large: 2 ** 53 - 1, nothing: null, json: { a: [1, 'ü'] } },
      ...{ text: texts.join(), real: 0.1 },
    });
    await expect(db.transaction((tx) => tx.query('SELECT 9007199254740993::bigint AS n'))).rejects.toThrow(RangeError);
  });

  it('runs nothing after the statement of several that fails, and goes on with the next transaction', async () => {
    const { core } = world.platform;
    const mark = (kind: string): Statement => ({
      name: 'test.mark',
      sql: 'INSERT INTO session_marks (session_id, kind) VALUES ($1, $2) RETURNING kind',
      params: ['database', kind],
    });
    const failure = await core
      .tenant('acme', (tx) => tx.batch([mark('a'), mark('a'), mark('b')]))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BatchError);
    expect(failure).toMatchObject({ answers: [[{ kind: 'a' }]], code: '23505' });
    const left = await core.tenant('acme', (tx) =>
      tx.batch([mark('c'), { sql: 'SELECT kind FROM session_marks WHERE session_id = $1', params: ['database'] }]),
    );
    expect(left).toEqual([[{ kind: 'c' }], [{ kind: 'c' }]]);
    const swallowed = core.tenant('acme', async (tx) => {
      await tx.batch([mark('d'), mark('d')]).catch(() => undefined);
    });
    await expect(swallowed).rejects.toThrow('nothing was committed');
  });

  it('reads by a kept statement what is of the tenant it is in, also after it could not be parsed', async () => {
    const { core } = world.platform;
    await expect(core.platform((tx) => tx.batch([NAME]))).rejects.toThrow(/does not exist/);
    for (const org of ['acme', 'globex', 'globex', 'acme', 'globex', 'acme']) {
      expect(await core.tenant(org, (tx) => tx.batch([NAME]))).toEqual([[{ name: `The ${org} company` }]]);
    }
    const both = await core.db.transaction(async (tx) => {
      await asTenant(tx, core.instance, 'acme');
      const first = await tx.batch([NAME, NAME]);
      await asTenant(tx, core.instance, 'globex');
      return [...first, ...(await tx.batch([NAME]))].flat();
    });
    expect(both.map((row) => (row as { name: string }).name)).toEqual([
      ...['The acme company', 'The acme company', 'The globex company'],
    ]);
    await expect(core.platform((tx) => tx.batch([NAME]))).rejects.toThrow(/does not exist/);
  });

  it('is taken into a tenant by a session in force of one of its members, and by nothing else', async () => {
    const { core } = world.platform;
    const [sid, userId] = await signIn('viewer@acme.test');
    const [strangerSid, stranger] = await signIn('admin@globex.test');
    const visitors = async (...of: [sid: string, userId: string, orgId: string]): Promise<object[][]> =>
      await core.platform((tx) => tx.batch([visit(core, ...of), ROLE]));
    const [[visitor], [inside]] = (await visitors(sid, userId, 'acme')) as [[object], [object]];
    expect(visitor).toMatchObject({ id: userId, belongs: true, entered: true });
    expect(inside).toMatchObject({ role: expect.stringMatching(/_org_acme$/), schema: 'org_acme' });

    const outside = { role: expect.stringMatching(/_platform$/), schema: 'platform' };
    expect(await visitors(strangerSid, stranger, 'acme')).toMatchObject([
      [{ belongs: false, entered: false }],
      [outside],
    ]);
    expect(await visitors(sid, userId, 'nowhere')).toMatchObject([[{ belongs: false, entered: false }], [outside]]);
    expect(await visitors(strangerSid, userId, 'acme')).toMatchObject([[], [outside]]);
    await core.platform((tx) => tx.query(`UPDATE sessions SET confined_to = 'globex' WHERE id = $1`, [sid]));
    expect(await visitors(sid, userId, 'acme')).toMatchObject([[{ belongs: true, entered: false }], [outside]]);
    await core.platform((tx) =>
      tx.query('UPDATE sessions SET confined_to = NULL, revoked_at = now() WHERE id = $1', [sid]),
    );
    expect(await visitors(sid, userId, 'acme')).toMatchObject([[], [outside]]);

    const refused = core.platform((tx) => tx.batch([visit(core, sid, userId, 'acme'), NAME]));
    await expect(refused).rejects.toThrow(/does not exist/);
    const qualified = core.platform((tx) =>
      tx.batch([visit(core, sid, userId, 'acme'), { sql: 'SELECT name FROM org_acme.organization' }]),
    );
    await expect(qualified).rejects.toThrow(/permission denied/);
    const after = await core.db.transaction(async (tx) => {
      await asPlatform(tx, core.instance);
      return await tx.batch([ROLE]);
    });
    expect(after).toMatchObject([[outside]]);
  });

  it('refuses the next request of a session that ended on the same connection', async () => {
    const token = await world.login('developer@acme.test');
    const own = caller(world.platform, token);
    const member = caller(
      world.platform,
      (await own('POST', '/v1/auth/token', { org_id: 'acme' })).json.access_token as string,
    );
    for (let i = 0; i < 8; i++) expect((await member('GET', '/v1/orgs/acme')).status).toBe(200);
    expect((await own('POST', '/v1/auth/logout')).status).toBe(204);
    expect((await member('GET', '/v1/orgs/acme')).status).toBe(401);
    expect((await member('POST', '/v1/orgs/acme/workspaces', { name: 'late' })).status).toBe(401);
  });

  it('lets the transaction under way end before it closes', async () => {
    const { db } = world.platform.core;
    let ended = false;
    const slow = db.transaction(async (tx) => {
      await tx.query('SELECT 1 AS one');
      await new Promise((resolve) => setTimeout(resolve, 50));
      await tx.query('SELECT 1 AS one');
      ended = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    await db.close();
    expect(ended).toBe(true);
    await slow;
    await expect(db.transaction((tx) => tx.query('SELECT 1 AS one'))).rejects.toThrow();
  });
});
