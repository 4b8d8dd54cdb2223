import { z } from 'zod';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export const UtcMs = z.int().min(-8.64e15).max(8.64e15);
/** Organization id: lower-case letters, digits and dashes, as the platform issues it. */
export const OrgId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);
export const Uuid = z.uuid();
/** SHA-256 in lower-case hex. */
export const Sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
export const Empty = z.strictObject({});
export const Ok = z.strictObject({ ok: z.literal(true) });
/** A local absolute path chosen by the user. */
export const LocalPath = z.string().min(1).max(4096);

export const Outcome = z.enum(['success', 'failure', 'denied']);
export type Outcome = z.infer<typeof Outcome>;
export const ActorType = z.enum(['user', 'service_account', 'system']);
export type ActorType = z.infer<typeof ActorType>;
export const SubscriptionTier = z.enum(['free', 'pro', 'enterprise']);
export type SubscriptionTier = z.infer<typeof SubscriptionTier>;

/** Standing integrity verdict of one organization's mirror. `alarm` stands until evidence is resolved by a person. */
export const IntegrityState = z.enum(['proven', 'unverified', 'alarm', 'never_synced']);
export type IntegrityState = z.infer<typeof IntegrityState>;
