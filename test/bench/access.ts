/**
 * Permission checks against CASL and casbin in the same run (5 roles, 1,000 users, 50 permissions), and what the tenant wall costs: one
 * read under load with and without it, on both databases. The aim of the wall: under 10 ms at the 99th percentile.
 */
import { Agent, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMongoAbility, type MongoAbility } from '@casl/ability';
import { newEnforcer, newModelFromString, StringAdapter } from 'casbin';
import Fastify, { type FastifyInstance } from 'fastify';
import { createPlatform, type Platform, type PlatformOptions } from '../../platform/app.ts';
import { createUser } from '../../platform/auth/users.ts';
import { createOrganization, readOrganization } from '../../platform/orgs/service.ts';
import { compilePolicy, makeCatalog, type Policy, parsePermission } from '../../shared/rbac/index.ts';
import { startPostgres } from '../support/postgres.ts';
import type { BenchRow } from './main.ts';

const ROLES = ['admin', 'manager', 'developer', 'viewer', 'guest'] as const;
const USERS = 1_000;
const RESOURCES = 10;
/** None of them means more to a library than its letters: CASL takes `manage` for every action. */
const ACTIONS = ['create', 'read', 'update', 'delete', 'export'];
const CHECKS = 2_000_000;
const CASBIN_CHECKS = 2_000;
const ROUNDS = 5;

interface Check {
  readonly user: number;
  readonly resource: string;
  readonly action: string;
  readonly permission: string;
}

const PERMISSIONS = Array.from({ length: RESOURCES }, (_, r) => ACTIONS.map((action) => `thing${r}:${action}`)).flat();
const CATALOG = makeCatalog(PERMISSIONS.map((id) => [id, 1] as const));
/** What each role holds: fewer from role to role, by name but for one wildcard. */
const HELD: readonly (readonly string[])[] = ROLES.map((_, i) =>
  i === 0 ? ['*:*'] : PERMISSIONS.filter((__, n) => n % (i + 1) === 0),
);
const roleOf = (user: number): number => user % ROLES.length;
const splitOf = (permission: string): [resource: string, action: string] => {
  const [resource, action] = permission.split(':') as [string, string];
  return [resource, action];
};

/** The same questions for all, in an order that no cache foresees. */
const QUESTIONS: readonly Check[] = Array.from({ length: 4_096 }, (_, n) => {
  const permission = PERMISSIONS[(n * 7_919) % PERMISSIONS.length]!;
  const [resource, action] = splitOf(permission);
  return { user: (n * 104_729) % USERS, resource, action, permission };
});

/** Median of checks a second over a few rounds; `allowed` guards against measuring nothing. */
function rate(checks: number, ask: (question: Check) => boolean): { perSecond: number; allowed: number } {
  const rates: number[] = [];
  let allowed = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    allowed = 0;
    const began = performance.now();
    for (let n = 0; n < checks; n++) if (ask(QUESTIONS[n & 4_095]!)) allowed += 1;
    // The first round warms up.
    if (round > 0) rates.push((checks * 1000) / (performance.now() - began));
  }
  return { perSecond: rates.sort((a, b) => a - b)[ROUNDS >> 1]!, allowed };
}

function ours(): (question: Check) => boolean {
  const policies = HELD.map((grants) =>
    compilePolicy(
      grants.map((text) => ({ grant: parsePermission(text, CATALOG), version: 1 })),
      CATALOG,
    ),
  );
  const byUser: readonly Policy[] = Array.from({ length: USERS }, (_, user) => policies[roleOf(user)]!);
  return ({ user, permission }) => byUser[user]!.check(permission);
}

function casl(): (question: Check) => boolean {
  const abilities = HELD.map((grants, i) =>
    createMongoAbility(
      (i === 0 ? PERMISSIONS : grants).map((permission) => {
        const [subject, action] = splitOf(permission);
        return { subject, action };
      }),
    ),
  );
  const byUser: readonly MongoAbility[] = Array.from({ length: USERS }, (_, user) => abilities[roleOf(user)]!);
  return ({ user, resource, action }) => byUser[user]!.can(action, resource);
}

const MODEL = `[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.obj == p.obj && r.act == p.act && g(r.sub, p.sub)`;

/** Cheap tests first in the matcher, and without its promise: the fastest way it offers. */
async function casbin(): Promise<(question: Check) => boolean> {
  const policy = HELD.flatMap((grants, i) =>
    (i === 0 ? PERMISSIONS : grants).map((permission) => `p, ${ROLES[i]}, ${splitOf(permission).join(', ')}`),
  );
  const users = Array.from({ length: USERS }, (_, user) => `g, u${user}, ${ROLES[roleOf(user)]}`);
  const enforcer = await newEnforcer(newModelFromString(MODEL), new StringAdapter([...policy, ...users].join('\n')));
  return ({ user, resource, action }) => enforcer.enforceSync(`u${user}`, resource, action);
}

async function checkRows(): Promise<BenchRow[]> {
  const asked = { ours: ours(), casl: casl(), casbin: await casbin() };
  for (const question of QUESTIONS.slice(0, 1_000)) {
    const answers = [asked.ours(question), asked.casl(question), asked.casbin(question)];
    if (new Set(answers).size !== 1) throw new Error(`the three decide differently: ${JSON.stringify(question)}`);
  }
  const mine = rate(CHECKS, asked.ours);
  const theirs = rate(CHECKS, asked.casl);
  const slow = rate(CASBIN_CHECKS, asked.casbin);
  if (mine.allowed === 0 || mine.allowed === CHECKS || mine.allowed !== theirs.allowed)
    throw new Error('no fair question');
  const row = (name: string, baseline: number): BenchRow => ({
    figure: `permission check, beside ${name}`,
    ours: mine.perSecond,
    baseline,
    ratio: mine.perSecond / baseline,
    unit: 'checks/s',
  });
  return [row('CASL, one ability a role', theirs.perSecond), row('casbin, enforceSync', slow.perSecond)];
}

const LOADS = [1, 8] as const;
const REQUESTS = 2_000;
const WARM_UP = 300;
const WALL = '/v1/orgs/acme';
const BARE = '/bench/bare';
const PERCENTILES = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p99', 0.99],
  ['max', 1],
] as const;

/** The same row from a table of no tenant, by the login role, with nobody asked for anything: what the wall is measured against. */
async function bareServer({ core }: Platform): Promise<FastifyInstance> {
  const organization = await core.tenant('acme', readOrganization);
  await core.db.transaction(async (tx) => {
    await tx.exec('CREATE TABLE mc_meta.bench_bare (id text PRIMARY KEY, data jsonb NOT NULL)');
    await tx.query('INSERT INTO mc_meta.bench_bare VALUES ($1, $2::jsonb)', ['acme', JSON.stringify(organization)]);
  });
  const app = Fastify();
  app.get(BARE, async () =>
    core.db.transaction(async (tx) => {
      const rows = await tx.query<{ data: object }>('SELECT data FROM mc_meta.bench_bare WHERE id = $1', ['acme']);
      return rows[0]!.data;
    }),
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app;
}

async function token(platform: Platform): Promise<string> {
  const email = 'admin@acme.test';
  const password = 'correct horse battery staple';
  const { core, app } = platform;
  const user = await createUser(core, { email, name: 'Admin', password });
  await createOrganization(core, { id: 'acme', name: 'Acme', ownerId: user.id });
  const login = await app.inject({ method: 'POST', url: '/v1/auth/login', payload: { email, password } });
  const headers = { authorization: `Bearer ${login.json<{ access_token: string }>().access_token}` };
  const answer = await app.inject({ method: 'POST', url: '/v1/auth/token', headers, payload: { org_id: 'acme' } });
  return answer.json<{ access_token: string }>().access_token;
}

function ask(agent: Agent, port: number, path: string, authorization: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const request = get({ agent, host: '127.0.0.1', port, path, headers: { authorization } }, (answer) => {
      answer.resume();
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve(performance.now() - began);
        else reject(new Error(`${path} answered ${answer.statusCode}`));
      });
    });
    request.once('error', reject);
  });
}

/**
 * Sorted times of requests over loopback, and the processor time of one (server, client and embedded database together), in
 * milliseconds. The two routes take turns, so that both see the same machine; processor time says more where it is busy.
 */
async function measure(
  ports: Readonly<Record<string, number>>,
  authorization: string,
  connections: number,
): Promise<{ times: Record<string, number[]>; cpu: Record<string, number> }> {
  const cpu: Record<string, number> = { [WALL]: 0, [BARE]: 0 };
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: Record<string, number[]> = { [WALL]: [], [BARE]: [] };
  const run = async (path: string, count: number, keep: boolean): Promise<void> => {
    let left = count;
    const began = process.cpuUsage();
    const loop = async (): Promise<void> => {
      while (left-- > 0) {
        const took = await ask(agent, ports[path]!, path, authorization);
        if (keep) times[path]!.push(took);
      }
    };
    await Promise.all(Array.from({ length: connections }, loop));
    const { user, system } = process.cpuUsage(began);
    if (keep) cpu[path]! += (user + system) / 1000 / REQUESTS;
  };
  for (const path of [WALL, BARE]) await run(path, WARM_UP, false);
  for (let part = 0; part < 10; part++) for (const path of [WALL, BARE]) await run(path, REQUESTS / 10, true);
  agent.destroy();
  for (const list of Object.values(times)) list.sort((a, b) => a - b);
  return { times, cpu };
}

async function wallRows(name: string, options: PlatformOptions): Promise<BenchRow[]> {
  const platform = await createPlatform({ ...options, checkpointMsMin: 3_600_000, heartbeatMs: 3_600_000 });
  const portOf = ({ server }: FastifyInstance): number => (server.address() as AddressInfo).port;
  try {
    const authorization = `Bearer ${await token(platform)}`;
    const rows: BenchRow[] = [];
    await platform.app.listen({ host: '127.0.0.1', port: 0 });
    const bare = await bareServer(platform);
    const ports = { [WALL]: portOf(platform.app), [BARE]: portOf(bare) };
    for (const connections of LOADS) {
      const { times, cpu } = await measure(ports, authorization, connections);
      const row = (label: string, wall: number, open: number): BenchRow => ({
        figure: `tenant wall, ${name}, ${connections} at once, ${label} (${wall < open ? '' : '+'}${(wall - open).toFixed(2)} ms)`,
        ours: wall,
        baseline: open,
        ratio: open / wall,
        unit: 'ms',
      });
      rows.push(row('processor', cpu[WALL]!, cpu[BARE]!));
      for (const [label, part] of PERCENTILES) {
        const at = (list: readonly number[]): number =>
          list[Math.min(list.length - 1, Math.floor(part * list.length))]!;
        rows.push(row(label, at(times[WALL]!), at(times[BARE]!)));
      }
    }
    await bare.close();
    return rows;
  } finally {
    await platform.close();
  }
}

export async function run(): Promise<readonly BenchRow[]> {
  const kek = Buffer.alloc(32, 7).toString('base64');
  const rows = [...(await checkRows()), ...(await wallRows('PGlite', { kek }))];
  const server = startPostgres();
  if (server === null) return rows;
  try {
    return [...rows, ...(await wallRows('PostgreSQL', { kek, databaseUrl: await server.createDatabase() }))];
  } finally {
    server.stop();
  }
}
