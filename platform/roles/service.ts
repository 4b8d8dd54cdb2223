/** Custom roles of an organization: rows and their feed. What a role may grant is in rules.ts. */
import type { Role } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json/index.ts';
import { readBounded } from '../db/bounded.ts';
import { only, type Tx } from '../db/database.ts';
import { nextVersion, recordChange } from '../feed/feed.ts';
import { raiseAccess } from '../tenancy/access.ts';
import type { Happening } from '../tenancy/events.ts';

interface RoleRow extends Omit<Role, 'org_id' | 'created_at' | 'updated_at'> {
  readonly created_at: Date;
  readonly updated_at: Date;
}

const show = (row: RoleRow, orgId: string): Role => ({
  ...row,
  org_id: orgId,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
});

/** Custom roles in id order after a cursor, and whether there are more; the transaction must be under the tenant's role. */
export async function listRoles(
  tx: Tx,
  orgId: string,
  after: string,
  limit: number,
): Promise<{ items: Role[]; more: boolean }> {
  const { rows, more } = await readBounded<RoleRow>(tx, {
    select: 'SELECT * FROM roles WHERE id > $1 ORDER BY id LIMIT $2',
    params: [after, limit + 1],
    ...{ order: 'id', text: 'permissions::text', limit },
  });
  return { items: rows.map((row) => show(row, orgId)), more };
}

/** Roles that came from a catalogue, by their source, such as `gcp:roles/viewer`. */
export async function rolesOfSource(tx: Tx, orgId: string, prefix: string): Promise<Map<string, Role>> {
  const rows = await tx.query<RoleRow>('SELECT * FROM roles WHERE starts_with(source, $1)', [`${prefix}:`]);
  return new Map(rows.map((row) => [row.source!, show(row, orgId)]));
}

/** Throws NOT_FOUND. */
export async function readRole(tx: Tx, orgId: string, id: string): Promise<Role> {
  const rows = await tx.query<RoleRow>('SELECT * FROM roles WHERE id = $1', [id]);
  if (!rows[0]) throw new AppError('NOT_FOUND', 'There is no such custom role.');
  return show(rows[0], orgId);
}

/** What the log keeps of a change to a role: the whole entity before and after. */
export function roleStory(before: Role | null, after: Role | null): Omit<Happening, 'action'> {
  const one = (after ?? before)!;
  return {
    target: { type: 'role', id: one.id },
    disclosures: {
      target: { name: one.name },
      change: { before: before as unknown as Json, after: after as unknown as Json },
    },
  };
}

/** Writes a role, new or changed, under the next version; the caller holds the lock, keeps the rules and records the event. */
export async function saveRole(tx: Tx, role: Omit<Role, 'version'>): Promise<Role> {
  const version = await nextVersion(tx);
  const rows = await tx.query<RoleRow>(
    `INSERT INTO roles (id, name, description, inherits, permissions, catalog_version, source, created_at, updated_at, version)
     VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9, $10)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description, inherits = excluded.inherits,
       permissions = excluded.permissions, catalog_version = excluded.catalog_version, source = excluded.source,
       updated_at = excluded.updated_at, version = excluded.version
     RETURNING *`,
    [
      role.id,
      role.name,
      role.description,
      role.inherits,
      JSON.stringify(role.permissions),
      role.catalog_version,
      role.source,
      role.created_at,
      role.updated_at,
      version,
    ],
  );
  const saved = show(only(rows), role.org_id);
  await recordChange(tx, 'role', saved.id, version, saved as unknown as Json);
  await raiseAccess(tx, 'book');
  return saved;
}

/** Removes a role; the caller holds the lock, keeps the rules and records the event. */
export async function removeRole(tx: Tx, role: Role): Promise<void> {
  await tx.query('DELETE FROM roles WHERE id = $1', [role.id]);
  await recordChange(tx, 'role', role.id, await nextVersion(tx), null);
  await raiseAccess(tx, 'book');
}
