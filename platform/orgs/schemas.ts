/** Organization, as every route and the feed show it. */
import { z } from 'zod';
import { ORG_ID } from '../db/names.ts';

export const TIERS = ['free', 'pro', 'enterprise'] as const;

function knownZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** Text a person typed: no control characters, no lone surrogates, not only blanks. */
export const Text = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'control characters are not allowed');

/** Longer text; may be empty and have lines, but nothing the store or the log cannot carry. */
export const LongText = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => text.isWellFormed() && !/[^\P{Cc}\n\r\t]/u.test(text), 'control characters are not allowed');

export const OrgId = z.string().regex(ORG_ID);
export const EntityId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);
export const Timestamp = z.iso.datetime();

export const Organization = z.object({
  id: OrgId,
  name: z.string(),
  owner_id: z.string(),
  subscription_tier: z.enum(TIERS),
  region: z.string(),
  time_zone: z.string(),
  created_at: Timestamp,
  updated_at: Timestamp,
  version: z.int(),
});
export type Organization = z.infer<typeof Organization>;

export const OrganizationInput = z.strictObject({
  id: OrgId.optional(),
  name: Text(120),
  subscription_tier: z.enum(TIERS).default('free'),
  region: Text(60).default('any'),
  time_zone: z.string().max(60).refine(knownZone, 'not an IANA time zone').default('UTC'),
});

export const OrganizationPatch = z
  .strictObject({
    name: Text(120),
    region: Text(60),
    time_zone: z.string().max(60).refine(knownZone, 'not an IANA time zone'),
  })
  .partial();
