import { z } from 'zod';
import { EntityId, Grants, LongText, Text, Timestamp, Version } from './fields.ts';

/** A custom role of an organization. The five built-in ones are in shared/rbac and are no entities: they cannot change. */
export const Role = z.object({
  /** Never the name of a built-in role. */
  id: z.string(),
  org_id: z.string(),
  name: z.string(),
  description: z.string(),
  /** The role whose grants come with this one: a built-in role's name or a custom role's id; at most ROLE_DEPTH_MAX long, no circle. */
  inherits: z.string().nullable(),
  permissions: z.array(z.string()),
  /** Catalog version under which the grants were written: their wildcards reach nothing newer. */
  catalog_version: z.int().min(0),
  /** Where it was imported from, such as `gcp:roles/viewer`; null for one made here. */
  source: z.string().nullable().default(null),
  created_at: Timestamp,
  updated_at: Timestamp,
  version: Version,
});
export type Role = z.infer<typeof Role>;

export const RoleInput = z.strictObject({
  id: EntityId.optional(),
  name: Text(120),
  description: LongText(4_096).default(''),
  inherits: EntityId.nullable().default(null),
  permissions: Grants.default([]),
});
export type RoleInput = z.infer<typeof RoleInput>;

/** A patch of the permissions writes all of them anew, under the catalog's newest version. */
export const RolePatch = z
  .strictObject({ name: Text(120), description: LongText(4_096), inherits: EntityId.nullable(), permissions: Grants })
  .partial();
export type RolePatch = z.infer<typeof RolePatch>;

/** Permissions that came with an imported role catalogue, each with the catalog version that brought it. */
export const PermissionSet = z.object({
  /** Prefix of its resources: `gcp`, `k8s`. */
  id: z.string(),
  org_id: z.string(),
  title: z.string(),
  permissions: z.array(z.tuple([z.string(), z.int()])),
  version: Version,
});
export type PermissionSet = z.infer<typeof PermissionSet>;
