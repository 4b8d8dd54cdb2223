import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUILT_IN, RELEASE, ROLE_PERMISSIONS, ROLES } from '../../shared/rbac/index.ts';
import { buildMatrix } from './matrix.ts';
import { otherWays } from './otherWays.ts';
import { namedWay, pathKind } from './pathWords.ts';
import type { CatalogRole } from './people.ts';
import {
  besideTree,
  grantProblem,
  type Held,
  heldOf,
  nextScope,
  stemOf,
  suggestGrants,
  treeRows,
  withHeld,
} from './permissionTree.ts';
import { firstDraft, readRole } from './roleDraft.ts';

const role = (id: string, changes: Partial<CatalogRole> = {}): CatalogRole => ({
  ...{ id, name: id, description: '', builtIn: false, inherits: null, grants: [], catalogVersion: BUILT_IN.version },
  ...{ reaches: 0, holders: 0, source: null, version: 1 },
  ...changes,
});
const ops = role('r-1', { name: 'Operations', inherits: 'viewer', grants: ['threads:update', 'logs:*'] });
const heir = role('r-2', { name: 'Heir', inherits: 'r-1' });
const matrix = buildMatrix({
  version: BUILT_IN.version,
  permissions: [...BUILT_IN.entries.values()].map(({ id, since }) => ({ id, since })),
  roles: [...ROLES.map((id) => role(id, { builtIn: true, grants: [...ROLE_PERMISSIONS[id]] })), ops, heir],
});

describe('the tree of permissions', () => {
  it('sets a stem and leaves every other grant as it was', () => {
    const stems = [...matrix.permissions, 'threads:*', '*:*'];
    const held = fc.constantFrom<Held>('none', 'all', ['own'], ['shared'], ['own', 'shared']);
    const start = fc.array(fc.tuple(fc.constantFrom(...stems), held), { maxLength: 8 });
    fc.assert(
      fc.property(start, fc.constantFrom(...stems), held, (before, stem, to) => {
        const grants = before.reduce<ReadonlySet<string>>((set, [each, how]) => withHeld(set, each, how), new Set());
        const after = withHeld(grants, stem, to);
        expect(heldOf(after, stem)).toEqual(to);
        const others = (set: ReadonlySet<string>) => [...set].filter((grant) => stemOf(grant) !== stem).sort();
        expect(others(after)).toEqual(others(grants));
      }),
    );
  });

  it('cycles scopes through every choice and back', () => {
    const seen: Held[] = ['all'];
    for (let i = 0; i < 4; i++) seen.push(nextScope(seen.at(-1)!));
    expect(seen).toEqual(['all', ['own'], ['shared'], ['own', 'shared'], 'all']);
  });

  it('counts named permissions of a folded resource and unfolds what a search finds', () => {
    const grants = new Set(['threads:read', 'threads:read:own', 'threads:update', 'logs:*']);
    const folded = treeRows(matrix, grants, new Set(), '');
    expect(folded).toHaveLength(matrix.resources.length + 1);
    expect(folded.find(({ stem }) => stem === 'threads:*')).toMatchObject({ named: 2, size: 5, expanded: false });
    expect(treeRows(matrix, grants, new Set(), 'logs del').map(({ stem }) => stem)).toEqual(['logs:*', 'logs:delete']);
  });

  it('shows grants across resources beside the tree', () => {
    expect(besideTree(new Set(['*:read', '*:*', 'threads:*', '*:manage:own']))).toEqual(['*:manage:own', '*:read']);
  });

  it.each([
    ['threads:read', null],
    ['*:read:own', null],
    ['threads', 'Write resource:action, such as threads:read or threads:*.'],
    ['threads:fly', '“threads” has no action “fly”.'],
    ['planes:fly', 'There is no resource “planes”.'],
    ['threads:read:team', 'The scope is own or shared, not “team”.'],
  ])('says what is wrong with %s', (text, problem) => {
    expect(grantProblem(text, matrix.book)).toBe(problem);
  });

  it('offers only grants there are, each once', () => {
    for (const text of ['th', 'threads:read', 'own', 'read', '*', 'zzz', 'logs:*']) {
      const offered = suggestGrants(text, matrix, 9);
      expect(new Set(offered).size).toBe(offered.length);
      expect(offered.length).toBeLessThanOrEqual(9);
      for (const grant of offered) expect(grantProblem(grant, matrix.book)).toBeNull();
    }
    expect(suggestGrants('threads:read', matrix, 9).slice(0, 3)).toEqual([
      ...['threads:read', 'threads:read:own', 'threads:read:shared'],
    ]);
    expect(suggestGrants('zzz', matrix, 9)).toEqual([]);
  });

  it('tells how else a permission is held: by a wildcard of the draft, or inherited', () => {
    const ways = otherWays(matrix, new Set(['logs:*', 'threads:read']), 'guest');
    expect(Object.fromEntries(ways)).toEqual({
      'logs:read': 'by logs:*',
      'logs:delete': 'by logs:*',
      'threads:read': 'inherited from guest, only shared',
    });
  });
});

describe('the draft of a role', () => {
  const read = (changes: object, now: CatalogRole | null = ops) =>
    readRole({ ...firstDraft(now, false, 'new-id'), ...changes }, now, matrix.roles, matrix.book);

  it('asks for nothing while nothing is changed', () => {
    expect(read({})).toMatchObject({ changed: false, command: null, nameProblem: null });
  });

  it('sends only what changed', () => {
    expect(read({ name: ' Operations 2 ' }).command).toEqual({
      ...{ type: 'role.update', id: 'r-1', patch: { name: 'Operations 2' } },
    });
    expect(read({ grants: new Set(['logs:*', 'threads:read']) }).command).toEqual({
      ...{ type: 'role.update', id: 'r-1', patch: { permissions: ['logs:*', 'threads:read'] } },
    });
  });

  it('makes a new role under the id it was given', () => {
    const made = read({ name: 'Auditor', inherits: 'viewer', grants: new Set(['compliance:audit']) }, null).command;
    expect(made).toEqual({
      type: 'role.create',
      id: 'new-id',
      input: { name: 'Auditor', description: '', inherits: 'viewer', permissions: ['compliance:audit'] },
    });
  });

  it.each([
    [{ name: ' ' }, 'nameProblem', 'A role needs a name.'],
    [{ name: 'VIEWER' }, 'nameProblem', 'There is a role named viewer already.'],
    [{ inherits: 'r-2' }, 'inheritsProblem', 'The role r-1 inherits from itself.'],
    [{ grants: new Set(['planes:fly']) }, 'grantProblems', ['planes:fly: There is no resource “planes”.']],
  ])('refuses %o', (changes, field, problem) => {
    const result = read(changes);
    expect(result[field as keyof typeof result]).toEqual(problem);
    expect(result.command).toBeNull();
  });

  it('copies under another id and name', () => {
    expect(firstDraft(ops, true, 'copy-id')).toEqual({
      ...{ id: 'copy-id', name: 'Operations copy', description: '', inherits: 'viewer' },
      grants: new Set(['threads:update', 'logs:*']),
    });
  });
});

describe('ways in words', () => {
  it('names the roles', () => {
    expect(namedWay('role r-2 > r-1 > viewer · logs:read', matrix.roles)).toBe(
      'role Heir > Operations > viewer · logs:read',
    );
    expect(namedWay('extra · threads:*', matrix.roles)).toBe('extra · threads:*');
  });

  it('tells inheritance before a wildcard, and what is granted beside the role', () => {
    const way = { source: 'role', by: 'wildcard', inherited: false } as const;
    expect([way, { ...way, inherited: true }, { ...way, by: 'name' as const }].map(pathKind)).toEqual([
      ...['wildcard', 'inherited', 'direct'],
    ]);
    expect(pathKind({ ...way, source: 'extra' })).toBe('extra');
  });
});

it('a wildcard saved anew takes in what the catalog gained since', () => {
  const old = role('old', { grants: ['threads:*'], catalogVersion: RELEASE });
  const again = buildMatrix({ version: BUILT_IN.version, permissions: matrixPermissions(), roles: [old] });
  expect(otherWays(again, new Set(old.grants), null).get('threads:share')).toBe('by threads:*');
});

function matrixPermissions() {
  return [...BUILT_IN.entries.values()].map(({ id, since }) => ({ id, since }));
}
