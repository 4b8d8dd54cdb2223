/** Settings of single sign-on by OpenID Connect. They are in no feed: whoever may see them asks the platform. */
import * as z from 'zod';
import { EntityId, Timestamp } from './fields.ts';

const Domain = z
  .string()
  .max(253)
  .regex(/^(?=.{4,})[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/);

export const SsoInput = z.strictObject({
  issuer: z.url({ protocol: /^https?$/ }).max(512),
  client_id: z.string().min(1).max(256),
  /** Null: a public client, PKCE alone. Absent: the one that is there stays. */
  client_secret: z.string().min(1).max(1024).nullable().optional(),
  /** E-mail domains whose people may sign in; empty: those of the members there are. */
  domains: z.array(Domain).max(100).default([]),
  /** Role for people of these domains who are no members yet; null: nobody joins by signing in. */
  provision_role: EntityId.nullable().default(null),
  /** The provider asks for a second factor at every sign-in, whether or not it says so in `amr`. */
  trust_mfa: z.boolean().default(false),
});
export type SsoInput = z.output<typeof SsoInput>;

export const SsoSettings = z.object({
  issuer: z.string(),
  client_id: z.string(),
  has_secret: z.boolean(),
  domains: z.array(z.string()),
  provision_role: z.string().nullable(),
  trust_mfa: z.boolean(),
  updated_at: Timestamp,
  version: z.int(),
});
export type SsoSettings = z.infer<typeof SsoSettings>;
