import { z } from 'zod';
import { EntityId, Grants, Text, Timestamp, Version } from './fields.ts';

export const MEMBER_STATUS = ['invited', 'active', 'suspended'] as const;

/** Workspaces a member may use; null: every one. */
export const Workspaces = z
  .array(EntityId)
  .max(1_000)
  .transform((list) => [...new Set(list)].sort())
  .nullable();

export const Member = z.object({
  id: z.string(),
  org_id: z.string(),
  user_id: z.string(),
  email: z.string(),
  name: z.string(),
  /** Id of a role: a built-in one's name, or a custom role's id. */
  role: z.string(),
  /** Extra grants beside the role. */
  permissions: z.array(z.string()),
  /** Catalog version under which the extra grants were written: their wildcards reach nothing newer. */
  catalog_version: z.int().min(0).default(0),
  workspaces: z.array(z.string()).nullable().default(null),
  status: z.enum(MEMBER_STATUS).default('active'),
  /** Whether the user has a second factor set up. */
  mfa: z.boolean().default(false),
  /** Set while a directory (SCIM) provisions this member. */
  external_id: z.string().nullable().default(null),
  invited_at: Timestamp,
  joined_at: Timestamp.nullable(),
  suspended_at: Timestamp.nullable().default(null),
  version: Version,
});
export type Member = z.infer<typeof Member>;

export const MemberInput = z.strictObject({
  id: EntityId.optional(),
  email: z.email().max(254),
  name: Text(120).optional(),
  role: EntityId,
  permissions: Grants.default([]),
  workspaces: Workspaces.default(null),
});
export type MemberInput = z.infer<typeof MemberInput>;

export const MemberPatch = z.strictObject({ role: EntityId, permissions: Grants, workspaces: Workspaces }).partial();
export type MemberPatch = z.infer<typeof MemberPatch>;
