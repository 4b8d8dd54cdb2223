import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allows,
  BUILT_IN,
  beyond,
  compilePolicy,
  expand,
  formatPath,
  formatPermission,
  grantsOf,
  joinCatalogs,
  makeCatalog,
  parsePermission,
  pathsOf,
  RELEASE,
  ROLE_PERMISSIONS,
  ROLES,
  wildcardDelta,
} from './index.ts';

const ALL = [...BUILT_IN.entries.keys()];
const policyOf = (...grants: string[]) =>
  compilePolicy(
    grants.map((text) => ({ grant: parsePermission(text), version: BUILT_IN.version })),
    BUILT_IN,
  );

describe('roles', () => {
  it('have exactly the permissions of the requirements, admin all there are', () => {
    expect(ROLES.map((role) => ALL.filter((wanted) => allows(grantsOf(role), wanted)))).toEqual([
      ALL,
      ['threads:read', 'logs:read', 'users:invite', 'users:remove', 'settings:view'],
      ['threads:create', 'threads:read', 'threads:update'],
      ['threads:read', 'logs:read'],
      [],
    ]);
    expect(ROLE_PERMISSIONS.admin).toEqual(ALL);
    expect(ALL.slice(0, 15)).toEqual([
      'threads:create',
      'threads:read',
      'threads:update',
      'threads:delete',
      'logs:read',
      'logs:delete',
      'users:manage',
      'users:invite',
      'users:remove',
      'org:manage',
      'billing:manage',
      'compliance:audit',
      'settings:view',
      'directives:read',
      'scripts:execute',
    ]);
  });

  it('hold scopes apart: unscoped covers scoped, never the reverse', () => {
    expect(allows(grantsOf('developer'), 'logs:read:own')).toBe(true);
    expect(allows(grantsOf('developer'), 'logs:read')).toBe(false);
    expect(allows(grantsOf('developer'), 'logs:read:shared')).toBe(false);
    expect(allows(grantsOf('viewer'), 'logs:read:own')).toBe(true);
    expect(allows(grantsOf('guest'), 'threads:read:shared')).toBe(true);
  });
});

describe('grants', () => {
  it('take a wildcard for one whole segment', () => {
    const granted = (grant: string): string[] => ALL.filter((wanted) => allows([parsePermission(grant)], wanted));
    expect(granted('threads:*')).toEqual(ALL.filter((id) => id.startsWith('threads:')));
    expect(granted('*:read')).toEqual(['threads:read', 'logs:read', 'directives:read']);
    expect(granted('*:*')).toEqual(ALL);
    expect(granted('logs:*:own')).toEqual([]);
    expect(allows([parsePermission('logs:*:own')], 'logs:read:own')).toBe(true);
    expect(granted('threads:read')).toEqual(['threads:read']);
    expect(allows([], 'threads:read')).toBe(false);
  });

  it.each([
    '',
    '*',
    'threads',
    'threads_admin:delete',
    'threads:fly',
    'threads:read:mine',
    'threads:read:own:x',
    'threads:read:',
    'thr*:read',
    'threads:*x',
    'constructor:name',
    '__proto__:read',
    '*:fly',
    'threads:',
    ' threads:read',
  ])('refuse %j', (text) => {
    expect(() => parsePermission(text)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  it('are not asked for with a wildcard', () => {
    expect(() => allows(grantsOf('admin'), 'threads:*')).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  it('reach nothing that came to the catalog after them, and say what would be new', () => {
    const old = [parsePermission('threads:*'), parsePermission('users:*')];
    expect(wildcardDelta(old, BUILT_IN, RELEASE)).toEqual(['threads:share', 'users:view']);
    expect(wildcardDelta(old, BUILT_IN, 2 * RELEASE)).toEqual([]);
    const policy = compilePolicy(
      old.map((grant) => ({ grant, version: RELEASE })),
      BUILT_IN,
    );
    expect([policy.check('threads:delete'), policy.check('threads:share')]).toEqual([true, false]);
  });
});

/** A small catalog of three versions in which wildcards of every form meet. */
const RESOURCES = ['a', 'b', 'a_x', 'gcp/a.b'];
const ACTIONS = ['read', 'write', 'read.all'];
const SMALL = makeCatalog(
  RESOURCES.flatMap((resource, r) =>
    ACTIONS.map((action, i) => [`${resource}:${action}`, 1 + ((r + i) % 3)] as const),
  ).filter(([id]) => id !== 'b:write'),
);
const grantText = fc
  .tuple(fc.constantFrom('*', ...RESOURCES), fc.constantFrom('*', ...ACTIONS), fc.constantFrom('', ':own', ':shared'))
  .map(([resource, action, scope]) => `${resource}:${action}${scope}`)
  .filter((text) => text !== 'b:write' && !text.startsWith('b:write:'));
const versioned = fc.record({ text: grantText, version: fc.integer({ min: 1, max: 3 }) });

/** The rule said in another way: a pattern per grant, each permission and scope tried against it. */
function oracle(
  grants: readonly { text: string; version: number }[],
  id: string,
  own: boolean,
  shared: boolean,
): boolean {
  const [resource, action] = id.split(':');
  return grants.some(({ text, version }) => {
    const [r, a, scope] = text.split(':');
    const wild = r === '*' || a === '*';
    if (wild && SMALL.entries.get(id)!.since > version) return false;
    if (!(r === '*' || r === resource) || !(a === '*' || a === action)) return false;
    return scope === undefined || (scope === 'own' && own) || (scope === 'shared' && shared);
  });
}
const compile = (grants: readonly { text: string; version: number }[]) =>
  compilePolicy(
    grants.map(({ text, version }) => ({ grant: parsePermission(text, SMALL), version })),
    SMALL,
  );

describe('a policy, against a brute-force oracle', () => {
  it('decides alike for every permission and relation, and lists what it decides', () => {
    fc.assert(
      fc.property(fc.array(versioned, { maxLength: 6 }), (grants) => {
        const policy = compile(grants);
        for (const id of SMALL.entries.keys()) {
          for (const own of [false, true]) {
            for (const shared of [false, true]) {
              expect(policy.check(id, { own, shared })).toBe(oracle(grants, id, own, shared));
            }
          }
          expect(policy.check(id)).toBe(oracle(grants, id, false, false));
          const reach = policy.reach(id);
          expect(reach === 'all').toBe(oracle(grants, id, false, false));
          if (reach !== 'all') {
            expect(reach?.own ?? false).toBe(oracle(grants, id, true, false));
            expect(reach?.shared ?? false).toBe(oracle(grants, id, false, true));
          }
        }
        expect(policy.check('b:write', { own: true, shared: true })).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('names a path for exactly what is held', () => {
    fc.assert(
      fc.property(fc.array(versioned, { maxLength: 6 }), (grants) => {
        const sourced = grants.map(({ text, version }) => ({
          grant: parsePermission(text, SMALL),
          version,
          source: { kind: 'role' as const, id: 'r' },
        }));
        const paths = pathsOf(sourced, SMALL);
        const held = [...compile(grants).permissions()].map(({ id }) => id);
        expect([...paths.keys()].sort()).toEqual(held.sort());
        for (const [id, list] of paths) {
          for (const { grant } of list) expect(oracle([{ text: grant, version: 3 }], id, true, true)).toBe(true);
        }
      }),
    );
  });

  it('lets nobody grant what they do not hold', () => {
    fc.assert(
      fc.property(fc.array(versioned, { maxLength: 5 }), versioned, (held, wanted) => {
        const grant = { grant: parsePermission(wanted.text, SMALL), version: wanted.version };
        const refused = beyond(compile(held), [grant], SMALL);
        const granted = compile([wanted]);
        const more = [...SMALL.entries.keys()].some((id) =>
          [false, true].some((own) =>
            [false, true].some((shared) => granted.check(id, { own, shared }) && !oracle(held, id, own, shared)),
          ),
        );
        const nothing = expand(grant.grant, SMALL, grant.version).length === 0;
        expect(refused).toEqual(more || nothing ? [wanted.text] : []);
      }),
      { numRuns: 500 },
    );
  });

  it('reads back what it writes', () => {
    fc.assert(fc.property(grantText, (text) => formatPermission(parsePermission(text, SMALL)) === text));
  });
});

it('denies what it does not know and what no owner is said for', () => {
  const policy = policyOf('logs:read:own', 'threads:*');
  expect(policy.check('logs:read')).toBe(false);
  expect(policy.check('logs:read', {})).toBe(false);
  expect(policy.check('logs:read', { own: true })).toBe(true);
  expect(policy.check('nothing:here', { own: true })).toBe(false);
  expect(policy.reach('billing:manage')).toBe(null);
});

it('says through what a permission is held', () => {
  const version = BUILT_IN.version;
  const paths = pathsOf(
    [
      { grant: parsePermission('threads:*'), version, source: { kind: 'role', id: 'ops' } },
      { grant: parsePermission('threads:read:own'), version, source: { kind: 'extra', id: 'm1' } },
    ],
    BUILT_IN,
  );
  expect(paths.get('threads:read')?.map(formatPath)).toEqual(['role ops · threads:*', 'extra · threads:read:own']);
  expect(paths.get('threads:read')?.map(({ by }) => by)).toEqual(['wildcard', 'name']);
});

it('joins catalogs without letting an imported name take the place of a built-in one', () => {
  const joined = joinCatalogs(
    BUILT_IN,
    makeCatalog([
      ['threads:read', 9 * RELEASE],
      ['gcp/compute.instances:get', RELEASE + 3],
    ]),
  );
  expect(joined.entries.get('threads:read')?.since).toBe(RELEASE);
  expect(joined.entries.get('gcp/compute.instances:get')?.since).toBe(RELEASE + 3);
  expect(() => makeCatalog([['a:b:c', 1]])).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  expect(() => makeCatalog([['*:b', 1]])).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
});
