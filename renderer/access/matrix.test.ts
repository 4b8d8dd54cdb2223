import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUILT_IN, RELEASE, ROLE_PERMISSIONS, ROLES } from '../../shared/rbac/index.ts';
import {
  ALL,
  buildMatrix,
  cellWords,
  columnOf,
  HELD,
  heldIn,
  type Matrix,
  OWN,
  type RoleCatalog,
  SHARED,
  scopesOf,
} from './matrix.ts';
import { moved, placeToShow, windowOf } from './matrixGeometry.ts';
import { headOf, isHead, markDiffering, permissionsMatching, rolesShown, rowsShown } from './matrixRows.ts';
import type { CatalogRole } from './people.ts';

const role = (id: string, changes: Partial<CatalogRole> = {}): CatalogRole => ({
  ...{ id, name: id, description: '', builtIn: false, inherits: null, grants: [], catalogVersion: BUILT_IN.version },
  ...{ reaches: 0, holders: 0, source: null, version: 1 },
  ...changes,
});
const builtIn = ROLES.map((id) => role(id, { builtIn: true, grants: [...ROLE_PERMISSIONS[id]] }));

function catalogOf(roles: readonly CatalogRole[]): RoleCatalog {
  return {
    version: BUILT_IN.version,
    permissions: [...BUILT_IN.entries.values()].map(({ id, since }) => ({ id, since })),
    roles: [...builtIn, ...roles],
  };
}
const matrixOf = (...roles: CatalogRole[]): Matrix => buildMatrix(catalogOf(roles));
const cell = (matrix: Matrix, id: string, permission: string) => columnOf(matrix, id)[matrix.at.get(permission)!]!;

describe('cells', () => {
  const matrix = matrixOf(
    role('lead', { inherits: 'guest', grants: ['threads:update', 'logs:*', 'users:view:own'] }),
    role('old', { grants: ['threads:*'], catalogVersion: RELEASE }),
    role('both', { grants: ['logs:read:own', 'logs:read:shared', 'logs:*:own'] }),
  );
  it.each([
    ['lead', 'threads:update', 'direct'],
    ['lead', 'logs:delete', 'wildcard'],
    ['lead', 'threads:read', 'inherited, shared'],
    // Unscoped by a wildcard beats scoped by inheritance.
    ['lead', 'logs:read', 'wildcard'],
    ['lead', 'users:view', 'direct, own'],
    ['lead', 'org:manage', 'none'],
    ['old', 'threads:delete', 'wildcard'],
    // Sharing came with a later catalog: a wildcard written before does not reach it.
    ['old', 'threads:share', 'none'],
    ['both', 'logs:read', 'direct, own, shared'],
    ['both', 'logs:delete', 'wildcard, own'],
    ['admin', 'roles:manage', 'direct'],
  ])('%s and %s: %s', (id, permission, words) => {
    expect(cellWords(cell(matrix, id, permission))).toBe(words);
  });

  it('counts what is held of a resource', () => {
    const threads = matrix.resources.find(({ name }) => name === 'threads')!;
    expect(['lead', 'old', 'guest', 'admin'].map((id) => heldIn(columnOf(matrix, id), threads))).toEqual([2, 4, 1, 5]);
  });

  it('puts built-in roles first, then those made here, then imported ones', () => {
    const mixed = matrixOf(role('z'), role('gcp', { source: 'gcp:roles/a' }), role('a'));
    expect(mixed.roles.map(({ id }) => id)).toEqual([...ROLES, 'a', 'z', 'gcp']);
  });
});

/** By the definition of a grant, word by word; shares no code with the matrix. */
function oracle(grants: readonly string[], permission: string): number {
  const [resource, action] = permission.split(':');
  let held = 0;
  for (const grant of grants) {
    const [r, a, scope] = grant.split(':');
    if ((r !== '*' && r !== resource) || (a !== '*' && a !== action)) continue;
    held |= scope === undefined ? ALL : scope === 'own' ? OWN : SHARED;
  }
  return held;
}

it('holds what the definition of a grant says, for any grants of two roles in a chain', () => {
  const ids = [...BUILT_IN.entries.keys()];
  const stem = fc.constantFrom(...ids, 'threads:*', 'logs:*', 'users:*', '*:read', '*:manage', '*:*');
  const grant = fc.tuple(stem, fc.constantFrom('', ':own', ':shared')).map(([text, scope]) => `${text}${scope}`);
  fc.assert(
    fc.property(fc.array(grant, { maxLength: 6 }), fc.array(grant, { maxLength: 6 }), (mine, base) => {
      const matrix = matrixOf(role('base', { grants: base }), role('heir', { inherits: 'base', grants: mine }));
      const column = columnOf(matrix, 'heir');
      for (const id of ids) {
        const held = column[matrix.at.get(id)!]! & HELD;
        const wanted = oracle([...mine, ...base], id);
        expect(held).toBe(wanted);
        expect(scopesOf(held).length === 0).toBe(wanted === 0 || (wanted & ALL) !== 0);
      }
    }),
  );
});

describe('rows and roles on show', () => {
  const matrix = matrixOf(role('writer', { grants: ['threads:update', 'threads:read'] }));
  const ids = (rows: Int32Array) =>
    [...rows].map((code) => (isHead(code) ? `[${matrix.resources[headOf(code)]!.name}]` : matrix.permissions[code]));

  it('finds permissions by words and heads each resource', () => {
    const found = permissionsMatching(matrix, ':read');
    expect(ids(rowsShown(matrix, [found], () => false))).toEqual([
      ...['[directives]', 'directives:read', '[logs]', 'logs:read', '[threads]', 'threads:read'],
    ]);
  });

  it('keeps the head of a folded resource only', () => {
    const rows = rowsShown(matrix, [permissionsMatching(matrix, 'threads')], (resource) => resource === 'threads');
    expect(ids(rows)).toEqual(['[threads]']);
  });

  it('shows only what roles hold differently, the way left aside', () => {
    const mask = new Uint8Array(matrix.permissions.length);
    markDiffering(matrix, 'viewer', 'writer', mask);
    expect(ids(rowsShown(matrix, [mask], () => false))).toEqual([
      ...['[logs]', 'logs:read', '[threads]', 'threads:update'],
    ]);
  });

  it('takes several wishes for roles, parted by commas', () => {
    expect(rolesShown(matrix, 'view, writ').map(({ id }) => id)).toEqual(['viewer', 'writer']);
    expect(rolesShown(matrix, ' , ')).toHaveLength(matrix.roles.length);
  });
});

describe('geometry', () => {
  const geometry = { rows: 1000, cols: 500, rowHeight: 26, colWidth: 38, headHeight: 168, firstWidth: 268 };

  it('renders every cell in sight, wherever one scrolled', () => {
    fc.assert(
      fc.property(fc.nat(26_000), fc.nat(19_000), (top, left) => {
        const { r0, r1, c0, c1 } = windowOf(geometry, { top, left, width: 1000, height: 700 });
        const lastRow = Math.min(999, Math.floor((top + 700 - 168 - 1) / 26));
        const lastCol = Math.min(499, Math.floor((left + 1000 - 268 - 1) / 38));
        expect(r0).toBeLessThanOrEqual(Math.min(999, Math.floor(top / 26)));
        expect(r1).toBeGreaterThan(lastRow);
        expect(c0).toBeLessThanOrEqual(Math.min(499, Math.floor(left / 38)));
        expect(c1).toBeGreaterThan(lastCol);
        expect((r1 - r0) * (c1 - c0)).toBeLessThan(60 * 50);
      }),
    );
  });

  it('scrolls by the least that shows a cell', () => {
    const sight = { top: 260, left: 380, width: 648, height: 428 };
    expect(placeToShow(geometry, sight, 12, 12)).toEqual({ top: 260, left: 380 });
    expect(placeToShow(geometry, sight, 5, 2)).toEqual({ top: 130, left: 76 });
    expect(placeToShow(geometry, sight, 20, 20)).toEqual({ top: 286, left: 418 });
    expect(placeToShow(geometry, sight, -1, -1)).toEqual({ top: 260, left: 380 });
  });

  it('moves by keys and stays within', () => {
    const press = (key: string, row: number, col: number, ctrlKey = false) =>
      moved({ row, col }, { key, ctrlKey, metaKey: false }, geometry, 10);
    expect(press('ArrowUp', 0, 3)).toEqual({ row: -1, col: 3 });
    expect(press('ArrowUp', -1, 3)).toEqual({ row: -1, col: 3 });
    expect(press('ArrowLeft', 4, 0)).toEqual({ row: 4, col: -1 });
    expect(press('PageDown', 995, 0)).toEqual({ row: 999, col: 0 });
    expect(press('End', 4, 0, true)).toEqual({ row: 999, col: 499 });
    expect(press('Home', 4, 9)).toEqual({ row: 4, col: 0 });
    expect(press('a', 4, 9)).toBeNull();
  });
});
