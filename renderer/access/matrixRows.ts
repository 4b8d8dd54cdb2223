/** Which rows and columns of the matrix are on show: filters, folding, and only what differs. Pure. */
import { columnOf, HELD, type Matrix } from './matrix.ts';
import type { CatalogRole } from './people.ts';

export interface MatrixView {
  /** Words that must stand in the permission. */
  readonly text: string;
  /** As `rolesShown` reads it. */
  readonly roles: string;
  /** Only permissions that the roles on show do not all hold alike. */
  readonly differing: boolean;
}

/** A row: a permission by its place in the matrix, or `-1 - g` for the head of resource `g`. */
export type RowCode = number;

export function isHead(row: RowCode): boolean {
  return row < 0;
}

/** Place of the resource a head row stands for. */
export function headOf(row: RowCode): number {
  return -1 - row;
}

function words(text: string): readonly string[] {
  return text.toLocaleLowerCase('en').split(/\s+/).filter(Boolean);
}

/** Roles with every word in name or id; several such wishes parted by commas, any of which is enough. */
export function rolesShown(matrix: Matrix, text: string): readonly CatalogRole[] {
  const wishes = text
    .split(',')
    .map(words)
    .filter((wish) => wish.length > 0);
  if (wishes.length === 0) return matrix.roles;
  return matrix.roles.filter(({ id, name }) => {
    const hay = `${name}\n${id}`.toLocaleLowerCase('en');
    return wishes.some((wish) => wish.every((word) => hay.includes(word)));
  });
}

/** Permissions that match the words, in order. Null: every one. */
export function permissionsMatching(matrix: Matrix, text: string): Uint8Array | null {
  const wanted = words(text);
  if (wanted.length === 0) return null;
  const found = new Uint8Array(matrix.permissions.length);
  matrix.permissions.forEach((id, i) => {
    const hay = id.toLocaleLowerCase('en');
    if (wanted.every((word) => hay.includes(word))) found[i] = 1;
  });
  return found;
}

/**
 * Marks in `mask` the permissions that a role holds otherwise than the first one does. Roles one after the other, so that thousands of them
 * can be compared in pieces between frames.
 */
export function markDiffering(matrix: Matrix, first: string, roleId: string, mask: Uint8Array): void {
  const a = columnOf(matrix, first);
  const b = columnOf(matrix, roleId);
  for (let i = 0; i < mask.length; i++) if (((a[i]! ^ b[i]!) & HELD) !== 0) mask[i] = 1;
}

/** The rows on show. A folded resource keeps its head; one without a permission on show has none. */
export function rowsShown(
  matrix: Matrix,
  masks: readonly (Uint8Array | null)[],
  folded: (resource: string) => boolean,
): Int32Array {
  const rows: number[] = [];
  matrix.resources.forEach(({ name, start, end }, g) => {
    const head = rows.length;
    let any = false;
    const open = !folded(name);
    for (let i = start; i < end; i++) {
      if (masks.some((mask) => mask !== null && mask[i] === 0)) continue;
      if (!any) rows.push(-1 - g);
      any = true;
      if (!open) break;
      rows.push(i);
    }
    if (!any) rows.length = head;
  });
  return Int32Array.from(rows);
}
