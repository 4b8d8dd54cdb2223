import { z } from 'zod';
import { OrgId, Text, TIERS, Timestamp, TimeZone, Version } from './fields.ts';

export const Organization = z.object({
  id: OrgId,
  name: z.string(),
  owner_id: z.string(),
  subscription_tier: z.enum(TIERS),
  region: z.string(),
  time_zone: z.string(),
  /** Nobody enters this organization without a second factor. */
  mfa_required: z.boolean().default(false),
  created_at: Timestamp,
  updated_at: Timestamp,
  version: Version,
});
export type Organization = z.infer<typeof Organization>;

export const OrganizationInput = z.strictObject({
  id: OrgId.optional(),
  name: Text(120),
  subscription_tier: z.enum(TIERS).default('free'),
  region: Text(60).default('any'),
  time_zone: TimeZone.default('UTC'),
});

/** `owner_id` needs the present owner, `subscription_tier` billing:manage, the rest org:manage. */
export const OrganizationPatch = z
  .strictObject({
    name: Text(120),
    region: Text(60),
    time_zone: TimeZone,
    mfa_required: z.boolean(),
    subscription_tier: z.enum(TIERS),
    owner_id: z.string().max(64),
  })
  .partial();
export type OrganizationPatch = z.infer<typeof OrganizationPatch>;
