import { z } from 'zod';
import { EntityId, Grants, LongText, Text, Timestamp, Version } from './fields.ts';

/** Requests per minute a key may make, unless said otherwise. */
export const RATE_LIMIT_DEFAULT = 1000;

/** One key of a service account; its secret is shown once and stored nowhere but as a keyed hash. */
export const ServiceKey = z.object({
  /** Middle part of the key, 16 base62 characters: what names it in logs. */
  id: z.string(),
  created_at: Timestamp,
  created_by: z.string(),
  expires_at: Timestamp.nullable(),
  revoked_at: Timestamp.nullable(),
  /** Coarse: written at most once a minute, in the feed at most once an hour. */
  last_used_at: Timestamp.nullable(),
});
export type ServiceKey = z.infer<typeof ServiceKey>;

export const ServiceAccount = z.object({
  id: z.string(),
  org_id: z.string(),
  /** Confines the account to one workspace; null: every one. */
  workspace_id: z.string().nullable(),
  name: z.string(),
  description: z.string(),
  /** User who answers for it. */
  owner_id: z.string(),
  /** Whether the owner is an active member. Where not, the account goes on, and somebody else must answer for it. */
  owner_active: z.boolean().default(true),
  permissions: z.array(z.string()),
  catalog_version: z.int().min(0),
  /** Requests per minute, for each key. */
  rate_limit: z.int().min(1),
  created_at: Timestamp,
  updated_at: Timestamp,
  /** After this no key of it works; null: no end. */
  expires_at: Timestamp.nullable(),
  /** Set for good once revoked. */
  revoked_at: Timestamp.nullable(),
  keys: z.array(ServiceKey),
  version: Version,
});
export type ServiceAccount = z.infer<typeof ServiceAccount>;

const fields = {
  name: Text(120),
  description: LongText(2_000),
  workspace_id: EntityId.nullable(),
  permissions: Grants,
  rate_limit: z.int().min(1).max(1_000_000),
  expires_at: Timestamp.nullable(),
};

export const ServiceAccountInput = z.strictObject({
  ...fields,
  id: EntityId.optional(),
  description: fields.description.default(''),
  workspace_id: fields.workspace_id.default(null),
  rate_limit: fields.rate_limit.default(RATE_LIMIT_DEFAULT),
  expires_at: fields.expires_at.default(null),
});
export type ServiceAccountInput = z.infer<typeof ServiceAccountInput>;

export const ServiceAccountPatch = z.strictObject({ ...fields, owner_id: z.string().max(64) }).partial();
export type ServiceAccountPatch = z.infer<typeof ServiceAccountPatch>;

/** A new key; those in force before go on for `overlap_seconds` and then end. Null: they stay as they are. */
export const KeyInput = z.strictObject({
  expires_at: Timestamp.nullable().default(null),
  overlap_seconds: z
    .int()
    .min(0)
    .max(30 * 86_400)
    .nullable()
    .default(null),
});
export type KeyInput = z.infer<typeof KeyInput>;

/** The one answer that ever holds a secret. */
export const IssuedKey = z.object({ account: ServiceAccount, key: ServiceKey, secret: z.string() });
export type IssuedKey = z.infer<typeof IssuedKey>;
