/**
 * Roles, catalog and compiled policies of an organization, kept in memory for as long as its access epoch stands. Each change of access
 * raises the epoch in its own transaction, and each request reads the epoch in its own: what another process changed is never
 * decided by what this one remembers.
 */
import {
  BUILT_IN,
  type Catalog,
  type CustomRole,
  compilePolicy,
  joinCatalogs,
  makeCatalog,
  type Policy,
  type RoleBook,
  type VersionedGrant,
} from '../../shared/rbac/index.ts';
import type { Statement, Tx } from '../db/database.ts';

/** Organizations remembered at once; the one remembered longest goes first. */
const ORGS_MAX = 256;
/** Compiled policies of one organization: bounds memory, not members. */
const POLICIES_MAX = 5_000;

export interface Epochs {
  readonly access: number;
  readonly book: number;
}

export interface Access {
  readonly book: RoleBook;
  /** The policy of a holder, compiled once an epoch. `holder` names it: `member:<id>`, `account:<id>`. */
  policyOf(holder: string, grants: (book: RoleBook) => readonly VersionedGrant[]): Policy;
}

interface Remembered extends Access {
  readonly epochs: Epochs;
}

/** What one process remembers; belongs to one store. */
export type AccessMemory = Map<string, Remembered>;

async function readCatalog(tx: Tx): Promise<Catalog> {
  const sets = await tx.query<{ permissions: [string, number][] }>(
    'SELECT permissions FROM permission_sets ORDER BY id',
  );
  return sets.length === 0
    ? BUILT_IN
    : joinCatalogs(BUILT_IN, ...sets.map(({ permissions }) => makeCatalog(permissions)));
}

/** Roles and catalog as the transaction sees them, its own changes included. */
export async function readBook(tx: Tx): Promise<RoleBook> {
  const catalog = await readCatalog(tx);
  const roles = await tx.query<CustomRole>('SELECT id, inherits, permissions, catalog_version FROM roles');
  return { catalog, roles: new Map(roles.map((role) => [role.id, role])) };
}

function remember(epochs: Epochs, book: RoleBook): Remembered {
  const policies = new Map<string, Policy>();
  return {
    epochs,
    book,
    policyOf: (holder, grants) => {
      const known = policies.get(holder);
      if (known !== undefined) return known;
      const policy = compilePolicy(grants(book), book.catalog);
      if (policies.size >= POLICIES_MAX) policies.clear();
      policies.set(holder, policy);
      return policy;
    },
  };
}

/** Epochs as the transaction sees them; to be read before, or with, what they cover: that can then be newer, never older. */
export const EPOCHS: Statement = {
  name: 'tenant.epochs',
  sql: 'SELECT access_epoch AS access, book_epoch AS book FROM org_state',
};

/**
 * The organization's access at this moment; the transaction must be under the tenant's role and must not have raised the epoch
 * itself: what may still be rolled back is not to be remembered.
 */
export async function accessOf(
  memory: AccessMemory,
  tx: Tx,
  orgId: string,
  { access: accessEpoch, book: bookEpoch }: Epochs,
): Promise<Access> {
  const epochs = { access: accessEpoch, book: bookEpoch };
  const known = memory.get(orgId);
  if (known?.epochs.access === epochs.access) return known;
  const access = remember(epochs, known?.epochs.book === epochs.book ? known.book : await readBook(tx));
  memory.delete(orgId);
  memory.set(orgId, access);
  const oldest = memory.keys().next();
  if (memory.size > ORGS_MAX && oldest.done === false) memory.delete(oldest.value);
  return access;
}

/** Says that access changed; in the transaction of the change, under the tenant's role. `book`: roles or permissions did. */
export async function raiseAccess(tx: Tx, what: 'holder' | 'book' = 'holder'): Promise<void> {
  await tx.query(
    'UPDATE org_state SET access_epoch = access_epoch + 1, book_epoch = book_epoch + CASE WHEN $1 THEN 1 ELSE 0 END',
    [what === 'book'],
  );
}
