/**
 * Every route against the audit log: what was done, refused or read of sensitive data leaves exactly one event, and change and event stand
 * or fall together, wherever the request dies.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Tx } from '../../../platform/db/database.ts';
import { asPlatform, asTenant } from '../../../platform/db/names.ts';
import { BUILT_IN, compilePolicy, DEMANDS, grantsOfRole } from '../../../shared/rbac/index.ts';
import { type Asked, AUDIT_ROWS, type AuditRow, type Stage } from '../../support/auditRows.ts';
import { stopProvider } from '../../support/auditRowsIdentity.ts';
import { type Answer, backends, type Call, eventsOf, openWorld, type World } from '../../support/platform.ts';

/** The log itself, counters that forget, and answers kept for repeats: no change that an event would be about. */
const NO_CHANGE = new Set([
  'audit_events',
  'log_nodes',
  'log_producers',
  'checkpoints',
  'session_marks',
  'schema_version',
  'login_attempts',
  'idempotency',
  'org_state',
  'refusals',
  'sso_flows',
  'sso_codes',
]);
const TRANSACTIONS_MAX = 6;
const guest = compilePolicy(grantsOfRole('guest', { catalog: BUILT_IN, roles: new Map() }), BUILT_IN);

/** Breaks transactions on purpose: the nth dies at its end, or every event that is written does. */
class Faults {
  killAt = 0;
  loseEvents = false;
  private begun = 0;

  constructor(db: Database) {
    const real = db.transaction.bind(db);
    db.transaction = (work) => {
      this.begun += 1;
      const n = this.begun;
      return real(async (tx) => {
        const done = await work(this.loseEvents ? losing(tx) : tx);
        if (n === this.killAt) throw new Error('killed on purpose');
        return done;
      });
    };
  }

  reset(killAt = 0, loseEvents = false): void {
    Object.assign(this, { killAt, loseEvents, begun: 0 });
  }

  /** True when the transaction to be killed was begun at all. */
  get reached(): boolean {
    return this.begun >= this.killAt;
  }
}

const losing = (tx: Tx): Tx => ({
  ...tx,
  query: (sql, params) =>
    sql.includes('INSERT INTO audit_events') ? Promise.reject(new Error('lost on purpose')) : tx.query(sql, params),
});

async function dump(tx: Tx): Promise<string> {
  const tables = await tx.query<{ name: string }>(
    'SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename',
  );
  const parts: string[] = [];
  for (const { name } of tables.filter((table) => !NO_CHANGE.has(table.name))) {
    const rows = await tx.query<{ rows: string | null }>(
      `SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS rows FROM "${name}" t`,
    );
    parts.push(`${name} ${rows[0]!.rows}`);
  }
  return parts.join('\n');
}

describe.each(backends())('audit coverage on $name', ({ options }) => {
  let world: World;
  let stage: Stage;
  let foreign: Call;
  let guestCall: Call;
  let routes: string[];
  let faults: Faults;

  beforeAll(async () => {
    world = await openWorld({ ...(await options()), ssoLoopback: true, webhookLoopback: true });
    const admin = await world.member('admin@acme.test', 'acme');
    let serial = 0;
    stage = {
      world,
      admin,
      fresh: (prefix) => {
        serial += 1;
        return `${prefix}${serial}`;
      },
    };
    foreign = await world.member('admin@globex.test', 'globex');
    guestCall = await world.member('guest@acme.test', 'acme');
    const { paths } = (await world.anonymous('GET', '/openapi.json')).json;
    routes = Object.entries(paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\*$|\{\*\}$/, '{*}')}`),
    );
    await admin('GET', '/v1/orgs/acme/log/checkpoint');
    faults = new Faults(world.platform.core.db);
  });
  afterAll(async () => {
    await stopProvider();
    await world?.platform.close();
  });

  const orgs = (): Promise<{ id: string }[]> =>
    world.platform.core.platform((tx) => tx.query<{ id: string }>('SELECT id FROM organizations ORDER BY id'));

  /** Everything an event could be about, as one text. */
  const state = async (): Promise<string> => {
    const { core } = world.platform;
    const ids = await orgs();
    return await core.db.transaction(async (tx) => {
      await asPlatform(tx, core.instance);
      const parts = [await dump(tx)];
      for (const { id } of ids) {
        await asTenant(tx, core.instance, id);
        parts.push(id, await dump(tx));
      }
      return parts.join('\n');
    });
  };
  const sizes = async (): Promise<Map<string, number>> => {
    const found = new Map<string, number>();
    for (const { id } of await orgs()) {
      const rows = await world.platform.core.tenant(id, (tx) =>
        tx.query<{ n: number }>('SELECT log_size AS n FROM org_state'),
      );
      found.set(id, rows[0]!.n);
    }
    return found;
  };
  /** Actions and outcomes of the events since, over all organizations. */
  const since = async (before: Map<string, number>): Promise<string[]> => {
    const found: string[] = [];
    for (const { id } of await orgs()) {
      const events = await eventsOf(world.platform, id, before.get(id) ?? 0);
      found.push(...events.map(({ event }) => `${event.action} ${event.outcome}`));
    }
    return found;
  };
  const ask = (method: string, { url, body, call, headers }: Asked, other?: Call): Promise<Answer> =>
    (other ?? call ?? stage.admin)(method, url, body, headers);

  /** The request while it is broken at every place it can break, then whole. */
  const perform = async (method: string, row: AuditRow): Promise<void> => {
    const asked = await row.prepare(stage);
    const quiet = typeof row.leaves === 'object';
    if (!quiet) {
      const before = [await state(), await sizes()] as const;
      faults.reset(0, true);
      const answer = await ask(method, asked);
      faults.reset();
      expect(answer.status, 'answered although its event was lost').toBe(500);
      expect(await state(), 'changed something although its event was lost').toBe(before[0]);
    }
    for (let n = row.unbroken === undefined ? 1 : TRANSACTIONS_MAX; n <= TRANSACTIONS_MAX; n++) {
      const before = [await state(), await sizes()] as const;
      faults.reset(row.unbroken === undefined ? n : Number.POSITIVE_INFINITY);
      const answer = await ask(method, asked);
      const { reached } = faults;
      faults.reset();
      const changed = (await state()) !== before[0];
      const events = await since(before[1]);
      if (reached) {
        expect([n, answer.status]).toEqual([n, 500]);
        expect([n, changed, events]).toEqual([n, false, []]);
        continue;
      }
      expect(answer.status, answer.text).toBe(row.status ?? 200);
      const [first, ...parts] = events;
      if (quiet) expect(events).toEqual([]);
      else
        expect(first).toBe(
          `${row.action} ${answer.status === 401 ? (row.action.includes('reuse') ? 'denied' : 'failure') : 'success'}`,
        );
      expect(parts).toHaveLength(row.parts ?? 0);
      if (row.leaves === 'once') {
        await ask(method, asked);
        expect(await since(before[1]), 'a second time in the session').toEqual(events);
      }
      return;
    }
    throw new Error('more transactions than looked at');
  };

  /** Strangers, and members who may not, leave one event each and change nothing. */
  const refuse = async (route: string, row: AuditRow): Promise<void> => {
    const method = route.split(' ')[0]!;
    const action = row.refused ?? row.action;
    const wanted = DEMANDS[action];
    const asked = await (row.refusal ?? (route.includes('{org}') ? row.prepare : undefined))?.(stage);
    if (asked === undefined) return;
    const may =
      wanted === undefined ||
      wanted.anyOf.some((one) => (wanted.related ? guest.reach(one) !== null : guest.check(one)));
    const callers = row.refusal ? [asked.call!] : [foreign, ...(may ? [] : [guestCall])];
    for (const call of callers) {
      // A window of its own for each: how many stand one by one is the concern of refusals.test.ts.
      await world.platform.core.tenant('acme', (tx) => tx.query('DELETE FROM refusals'));
      const before = [await state(), await sizes()] as const;
      expect((await ask(method, asked, call)).status).toBe(403);
      expect(await since(before[1])).toEqual([`${action} denied`]);
      expect(await state()).toBe(before[0]);
    }
  };

  it('is whole', async () => {
    const failures: string[] = [];
    for (const route of routes) {
      const row = AUDIT_ROWS[route];
      try {
        if (row === undefined) throw new Error('has no row in test/support/auditRows.ts');
        const method = route.split(' ')[0]!;
        for (const one of [row, ...(row.also ?? [])]) await perform(method, one);
        await refuse(route, row);
      } catch (error) {
        faults.reset();
        failures.push(`${route}: ${(error as Error).message}`);
      }
    }
    const covered = routes.length - failures.length;
    const percent = Math.floor((100 * covered) / routes.length);
    console.info(`audit coverage: ${covered} of ${routes.length} routes (${percent} %)`);
    expect(failures).toEqual([]);
    expect(Object.keys(AUDIT_ROWS).filter((route) => !routes.includes(route))).toEqual([]);
  });
});
