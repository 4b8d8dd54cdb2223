/** Permission checks against CASL and casbin in the same run: 5 roles, 1,000 users, 50 permissions. */
import { createMongoAbility, type MongoAbility } from '@casl/ability';
import { newEnforcer, newModelFromString, StringAdapter } from 'casbin';
import { compilePolicy, makeCatalog, type Policy, parsePermission } from '../../shared/rbac/index.ts';
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

export async function run(): Promise<readonly BenchRow[]> {
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
