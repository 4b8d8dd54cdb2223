/**
 * The questions about access against the raw history: ninety days of changes made through the real platform, mirrored over HTTP, and every
 * answer recomputed from the list of what the platform answered at the time.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceAccount } from '../../shared/entities/index.ts';
import { BUILT_IN } from '../../shared/rbac/index.ts';
import { type AccessScene, ADMIN_EMAIL, DAY, ORG, openAccessScene, START, type Told } from '../support/accessScene.ts';
import { temporaryFolder } from '../support/app.ts';

const PERMISSIONS = [...BUILT_IN.entries.keys()];
const GRANTS = [
  'threads:*',
  'threads:read:own',
  'logs:read',
  '*:read',
  'users:view',
  'logs:*:shared',
  'billing:manage',
];
const BUILT_IN_ROLES: Readonly<Record<string, readonly string[]>> = {
  admin: PERMISSIONS,
  manager: ['threads:read', 'logs:read', 'users:invite', 'users:remove', 'settings:view'],
  developer: ['threads:create', 'threads:read', 'threads:update', 'logs:read:own'],
  viewer: ['threads:read', 'logs:read'],
  guest: ['threads:read:shared', 'logs:read:shared'],
};
const STEPS = 110;
let folder: ReturnType<typeof temporaryFolder>;
let scene: AccessScene;
let state = 7;
const below = (n: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
};
const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
const some = (): string[] => GRANTS.filter(() => below(3) === 0);

/** The state at an instant, folded from the raw list. */
function at(time: number): Map<string, NonNullable<Told['data']>> {
  const found = new Map<string, NonNullable<Told['data']>>();
  for (const { at: when, kind, id, data } of scene.told) {
    if (when > time) continue;
    if (data === null) found.delete(`${kind} ${id}`);
    else found.set(`${kind} ${id}`, data);
  }
  return found;
}
type Grant = { readonly path: string; readonly text: string };
/** Grants of a holder with their paths, inheritance followed; the wildcard rule is the reader's of the requirements. */
function grantsOf(entities: ReturnType<typeof at>, key: string): Grant[] {
  const holder = entities.get(key);
  if (!holder) return [];
  const own = (holder.permissions as string[]).map((text) => ({
    text,
    path: `${key.startsWith('m') ? 'extra' : 'key'} · ${text}`,
  }));
  if (!key.startsWith('member')) {
    const ended = holder.expires_at !== null && Date.parse(holder.expires_at as string) <= now;
    return holder.revoked_at !== null || ended ? [] : own;
  }
  if (holder.status === 'suspended') return [];
  const found: Grant[] = [];
  const chain: string[] = [];
  for (let id: string | null = holder.role as string; id !== null; ) {
    chain.push(id);
    const role: NonNullable<Told['data']> = entities.get(`role ${id}`) ?? {};
    for (const text of BUILT_IN_ROLES[id] ?? (role.permissions as string[]))
      found.push({ text, path: `role ${chain.join(' > ')} · ${text}` });
    id = BUILT_IN_ROLES[id] ? null : (role.inherits as string | null);
  }
  return [...found, ...own];
}
let now = 0;
const covers = ({ text }: Grant, id: string): boolean => {
  const [r, a] = text.split(':');
  const [resource, action] = id.split(':');
  return (r === '*' || r === resource) && (a === '*' || a === action);
};
const scopesOf = (grants: readonly Grant[]): string =>
  grants.some(({ text }) => text.split(':').length === 2)
    ? 'all'
    : [...new Set(grants.map(({ text }) => text.split(':')[2]!))].sort().join();
/** `holder permission scopes paths` of everything held at a time. */
function everything(time: number): Map<string, string> {
  now = time;
  const entities = at(time);
  const held = new Map<string, string>();
  for (const key of entities.keys()) {
    if (key.startsWith('role ')) continue;
    for (const id of PERMISSIONS) {
      const through = grantsOf(entities, key).filter((grant) => covers(grant, id));
      if (through.length === 0) continue;
      const paths = [...new Set(through.map(({ path }) => path))].sort().join(' | ');
      held.set(`${key} ${id}`, `${scopesOf(through)} through ${paths}`);
    }
  }
  return held;
}

async function keep(kind: 'member' | 'role', answer: { status: number; json: unknown }): Promise<void> {
  if (answer.status >= 300) return;
  const data = answer.json as Record<string, unknown>;
  scene.told.push({ at: scene.clock.now, kind, id: data.id as string, data });
}
const ids = (kind: string): string[] =>
  [...at(Infinity).keys()].filter((key) => key.startsWith(`${kind} `)).map((key) => key.slice(kind.length + 1));

async function changeMember(n: number): Promise<void> {
  const roles = [...Object.keys(BUILT_IN_ROLES).slice(1), ...ids('role')];
  const admin = (method: string, path: string, body?: unknown) => scene.as(ADMIN_EMAIL, method, path, body);
  const members = ids('member').filter((id) => id !== ownMember);
  const what = members.length < 3 ? 0 : below(6);
  if (what === 0)
    await keep(
      'member',
      await admin('POST', '/members', { email: `p${n}@x.test`, role: pick(roles), permissions: some() }),
    );
  else if (what === 1) await keep('member', await admin('PATCH', `/members/${pick(members)}`, { role: pick(roles) }));
  else if (what === 2) await keep('member', await admin('PATCH', `/members/${pick(members)}`, { permissions: some() }));
  else if (what === 3) await keep('member', await admin('POST', `/members/${pick(members)}/suspend`, {}));
  else if (what === 4) await keep('member', await admin('POST', `/members/${pick(members)}/reactivate`, {}));
  else {
    const id = pick(members);
    const gone = await admin('DELETE', `/members/${id}`);
    if (gone.status === 204) scene.told.push({ at: scene.clock.now, kind: 'member', id, data: null });
  }
}
async function changeRole(n: number): Promise<void> {
  const admin = (method: string, path: string, body?: unknown) => scene.as(ADMIN_EMAIL, method, path, body);
  const roles = ids('role');
  const what = roles.length < 2 ? 0 : below(4);
  const inherits = pick([null, 'viewer', 'developer', ...roles]);
  if (what === 0)
    await keep('role', await admin('POST', '/roles', { name: `Role ${n}`, inherits, permissions: some() }));
  else if (what === 1) await keep('role', await admin('PATCH', `/roles/${pick(roles)}`, { permissions: some() }));
  else if (what === 2) await keep('role', await admin('PATCH', `/roles/${pick(roles)}`, { inherits }));
  else {
    const id = pick(roles);
    const gone = await admin('DELETE', `/roles/${id}`);
    if (gone.status === 204) scene.told.push({ at: scene.clock.now, kind: 'role', id, data: null });
  }
}
async function changeAccount(n: number): Promise<void> {
  const accounts = ids('service_account');
  const instant = new Date(scene.clock.now).toISOString();
  const id = accounts.length < 2 ? `s${n}` : pick(accounts);
  const before = (at(Infinity).get(`service_account ${id}`) ?? null) as ServiceAccount | null;
  const made = {
    org_id: ORG,
    workspace_id: null,
    name: id,
    description: '',
    owner_id: scene.ownerId,
    rate_limit: 10,
    keys: [],
  };
  const next = ServiceAccount.parse({
    ...{
      id,
      ...made,
      created_at: instant,
      ...before,
      permissions: some(),
      catalog_version: BUILT_IN.version,
      updated_at: instant,
    },
    expires_at: below(3) === 0 ? new Date(scene.clock.now + below(20) * DAY).toISOString() : null,
    ...{ revoked_at: below(6) === 0 ? instant : null, version: 1 },
  });
  await scene.putAccount(next, before === null ? 'service_account.create' : 'service_account.update', before);
}
let ownMember = '';

beforeAll(async () => {
  folder = temporaryFolder();
  scene = await openAccessScene(folder.path, { dev: 'developer', boss: 'manager', eve: 'guest' });
  const { json } = await scene.as(ADMIN_EMAIL, 'GET', '/members?limit=100');
  const own = (json.items as { id: string; email: string }[]).find(({ email }) => email === ADMIN_EMAIL)!;
  ownMember = own.id;
  scene.told.push({ at: START, kind: 'member', id: own.id, data: own });
  for (let n = 0; n < STEPS; n++) {
    scene.clock.now += Math.floor((90 * DAY) / STEPS) - below(3600_000);
    const what = below(8);
    if (what < 4) await changeMember(n);
    else if (what < 7) await changeRole(n);
    else await changeAccount(n);
    // A sync in the middle, so that the history is derived in stretches.
    if (n === 40) await scene.sync();
  }
  await scene.sync();
});
afterAll(async () => {
  await scene?.close();
  folder?.remove();
});
const DAYS = Array.from({ length: 25 }, () => START + below(95 * 24) * 3_600_000 + below(1000));

describe('access on past days, from the proven log', () => {
  it('agrees with the raw history for every permission, holder, scope and path', async () => {
    let compared = 0;
    for (const time of DAYS) {
      const found = new Map<string, string>();
      for (const permission of PERMISSIONS) {
        const { total, rows, basis } = await scene.console_.call('access.who', { orgId: ORG, permission, at: time });
        expect(rows).toHaveLength(total);
        expect(basis).toMatchObject({ from: 'log', unknownChanges: 0, disagreements: { count: 0, first: [] } });
        for (const { holder, scopes, paths } of rows) {
          const texts = [...new Set(paths.map(({ text }) => text))].sort().join(' | ');
          const scope = scopes === 'all' ? 'all' : [...scopes].sort().join();
          found.set(`${holder.type} ${holder.id} ${permission}`, `${scope} through ${texts}`);
        }
      }
      expect([...found].sort()).toEqual([...everything(time)].sort());
      compared += found.size;
    }
    // Dozens each day: the months hold people, roles and accounts in every state.
    expect(compared).toBeGreaterThan(25 * 30);
  });

  it('agrees now, from the entities, and for one holder at a time', async () => {
    const expected = everything(scene.clock.now);
    const { rows } = await scene.console_.call('access.holders', { orgId: ORG, limit: 1000 });
    const ever = new Set(scene.told.filter(({ kind }) => kind !== 'role').map(({ kind, id }) => `${kind} ${id}`));
    expect(new Set(rows.map(({ type, id }) => `${type} ${id}`))).toEqual(ever);
    const statusOf = (key: string): unknown => {
      const data = at(Infinity).get(key);
      if (data === undefined || (data.revoked_at ?? null) !== null) return 'revoked';
      if (!key.startsWith('service')) return data.status;
      return data.expires_at !== null && Date.parse(data.expires_at as string) <= now ? 'expired' : 'active';
    };
    expect(rows.map(({ status }) => status)).toEqual(rows.map(({ type, id }) => statusOf(`${type} ${id}`)));
    const found: string[] = [];
    for (const { type, id } of rows) {
      const { grants, basis } = await scene.console_.call('access.effective', {
        orgId: ORG,
        holder: { type, id },
        at: null,
      });
      expect(basis.from).toBe('mirror');
      found.push(...grants.map(({ permission }) => `${type} ${id} ${permission}`));
    }
    expect(found.sort()).toEqual([...expected.keys()].sort());
  });

  it('finds the differences of any two days', async () => {
    for (let i = 0; i + 1 < DAYS.length; i += 2) {
      const [from, to] = [Math.min(DAYS[i]!, DAYS[i + 1]!), Math.max(DAYS[i]!, DAYS[i + 1]!)];
      const [before, after] = [everything(from), everything(to)];
      const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
        (key) => before.get(key) !== after.get(key),
      );
      const { total, rows, gained, lost } = await scene.console_.call('access.diff', {
        orgId: ORG,
        from,
        to,
        limit: 5000,
      });
      expect(rows).toHaveLength(total);
      const keys = new Set(rows.map(({ holder, permission }) => `${holder.type} ${holder.id} ${permission}`));
      expect([...keys].sort()).toEqual(changed.sort());
      expect(gained).toBeGreaterThanOrEqual(changed.filter((key) => !before.has(key)).length);
      expect(lost).toBeGreaterThanOrEqual(changed.filter((key) => !after.has(key)).length);
    }
  });

  it('says since when a path has been there', async () => {
    const time = scene.clock.now;
    const instants = [...new Set(scene.told.map(({ at: when }) => when))].sort((a, b) => b - a);
    now = time;
    let asked = 0;
    for (const permission of ['threads:read', 'logs:read', 'threads:share']) {
      const { rows } = await scene.console_.call('access.who', { orgId: ORG, permission, at: time });
      for (const { holder, paths } of rows) {
        for (const { text, since } of paths) {
          const key = `${holder.type} ${holder.id}`;
          // An account's end is not an event: its path reaches back to before it.
          if (holder.type === 'service_account') continue;
          const there = (when: number): boolean =>
            grantsOf(at(when), key).some((one) => one.path === text && covers(one, permission));
          const gap = instants.findIndex((when) => !there(when));
          const began = gap < 0 ? instants.at(-1)! : instants[gap - 1]!;
          expect([key, text, since]).toEqual([key, text, began]);
          asked += 1;
        }
      }
    }
    expect(asked).toBeGreaterThan(5);
  });

  it('knows from the log that the founder is an admin since the organization is there', async () => {
    const { rows, basis } = await scene.console_.call('access.who', {
      ...{ orgId: ORG, permission: 'org:manage', at: START },
    });
    const founder = rows.find(({ holder }) => holder.name === 'Admin');
    expect(founder?.paths.map(({ text, since }) => [text, since])).toEqual([['role admin · org:manage', START]]);
    expect(basis.disagreements.count).toBe(0);
  });

  it('answers the same after the vault was locked', async () => {
    const diff = () =>
      scene.console_.call('access.diff', { orgId: ORG, from: START, to: scene.clock.now, limit: 5000 });
    const first = await diff();
    await scene.console_.call('vault.lock', {});
    await scene.console_.call('vault.unlock', { slot: 'passphrase', secret: 'correct horse battery staple' });
    expect((await diff()).rows).toEqual(first.rows);
  });
});

describe('answers as files', () => {
  it('holds every row of the answer, and no cell that a spreadsheet would run', async () => {
    const { console_ } = scene;
    await scene.as(ADMIN_EMAIL, 'POST', '/members', { email: 'f@x.test', name: '=HYPERLINK("x")', role: 'viewer' });
    await scene.sync();
    const holder = { type: 'member' as const, id: ownMember };
    const [from, to] = [START, scene.clock.now + DAY];
    const questions = [
      { question: 'who' as const, permission: 'threads:read', at: null },
      { question: 'effective' as const, holder, at: null },
      { question: 'diff' as const, from, to },
      { question: 'unused' as const, from, to },
      { question: 'replay' as const, from, to, role: null, holder, permissions: [] },
    ];
    for (const question of questions) {
      const job = await console_.run('access.export', {
        orgId: ORG,
        question,
        path: join(folder.path, `${question.question}.csv`),
      });
      const { path, rows } = job.result as { path: string; rows: number };
      expect(existsSync(path)).toBe(true);
      const table = parse(readFileSync(path, 'utf8'), { columns: true }) as Record<string, string>[];
      expect(table).toHaveLength(rows);
      expect(table.flatMap((row) => Object.values(row)).filter((cell) => /^[=+\-@]/.test(cell))).toEqual([]);
      if (question.question === 'who') {
        const { total } = await console_.call('access.who', { orgId: ORG, permission: 'threads:read', at: null });
        expect(rows).toBe(total);
        expect(table.map((row) => row.holder_name)).toContain(`'=HYPERLINK("x")`);
      }
      if (question.question === 'diff') {
        expect(rows).toBe((await console_.call('access.diff', { orgId: ORG, from, to })).total);
      }
    }
  });
});
