/** Names of the database roles and schemas: the second wall between tenants. */
import { ORG_ID } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { Statement, Tx } from './database.ts';

/** Fixed at init, never changed: every log's origin and every role name hang on it. */
export interface Instance {
  /** Eight hex digits; keeps the roles of two platforms in one cluster apart. */
  readonly id: string;
  /** First part of every log's origin, `<publicHost>/orgs/<org>`. */
  readonly publicHost: string;
}

function tail(orgId: string): string {
  if (!ORG_ID.test(orgId)) throw new AppError('INPUT_INVALID', 'Not an organization id.');
  return orgId.replaceAll('-', '_');
}

/** Schema of a tenant. Throws INPUT_INVALID unless the id is one. */
export const tenantSchema = (orgId: string): string => `org_${tail(orgId)}`;
/** Role that may touch this tenant's schema and no other. */
export const tenantRole = (instance: Instance, orgId: string): string => `mc_${instance.id}_org_${tail(orgId)}`;
/** Role that may touch the `platform` schema and no tenant's. */
export const platformRole = (instance: Pick<Instance, 'id'>): string => `mc_${instance.id}_platform`;
/** Owner of all schemas; used only to create or migrate them. */
export const ownerRole = (instance: Pick<Instance, 'id'>): string => `mc_${instance.id}_owner`;

/**
 * set_config(..., true) is SET LOCAL with bound values: it ends with the transaction and cannot survive pooling. It gives no row: nobody
 * reads one.
 */
const become = (role: string, searchPath: string): Statement => ({
  name: 'become',
  sql: `SELECT WHERE set_config('role', $1, true) || set_config('search_path', $2, true) IS NULL`,
  params: [role, searchPath],
});

/** Role and schema of a tenant, for a statement that enters it by itself. Throws INPUT_INVALID unless the id is one. */
export function tenantPlace(instance: Instance, orgId: string): readonly [role: string, schema: string] {
  return [tenantRole(instance, orgId), tenantSchema(orgId)];
}

/** From here on the transaction reaches this tenant's tables only. Throws INPUT_INVALID unless the id is one. */
export async function asTenant(tx: Tx, instance: Instance, orgId: string): Promise<void> {
  tx.setNext(become(...tenantPlace(instance, orgId)));
}

/** From here on the transaction reaches the platform's own tables only. */
export async function asPlatform(tx: Tx, instance: Pick<Instance, 'id'>): Promise<void> {
  tx.setNext(become(platformRole(instance), 'platform'));
}

/** From here on the transaction may change the schemas of this platform. */
export async function asOwner(tx: Tx, instance: Pick<Instance, 'id'>, schema: string): Promise<void> {
  tx.setNext(become(ownerRole(instance), schema));
}

/** Back to the login role, which owns no table. */
export async function asLogin(tx: Tx): Promise<void> {
  tx.setNext(become('none', 'pg_catalog'));
}
