import { z } from 'zod';
import { EntityId, LongText, Text, Timestamp, Version } from './fields.ts';

export const THREAD_STATUS = ['open', 'closed'] as const;
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** A thread of work in a workspace. It is no part of the change feed: the mirror holds its events, not its present state. */
export const Thread = z.object({
  id: z.string(),
  org_id: z.string(),
  workspace_id: z.string(),
  name: z.string(),
  status: z.enum(THREAD_STATUS),
  /** Who made it; a user id or a service account's. */
  owner: z.object({ type: z.enum(['user', 'service_account']), id: z.string() }),
  /** Member and service account ids. */
  shared_with: z.array(z.string()),
  created_at: Timestamp,
  updated_at: Timestamp,
  version: Version,
});
export type Thread = z.infer<typeof Thread>;

export const ThreadInput = z.strictObject({
  id: EntityId.optional(),
  /** May be left out with a token that is confined to one workspace. */
  workspace_id: EntityId.optional(),
  name: Text(200),
});
export type ThreadInput = z.infer<typeof ThreadInput>;

export const ThreadPatch = z.strictObject({ name: Text(200), status: z.enum(THREAD_STATUS) }).partial();
export type ThreadPatch = z.infer<typeof ThreadPatch>;

export const ShareInput = z.strictObject({
  shared_with: z
    .array(EntityId)
    .max(500)
    .transform((list) => [...new Set(list)].sort()),
});

export const ThreadLog = z.object({ id: z.string(), at: Timestamp, level: z.enum(LOG_LEVELS), text: z.string() });
export type ThreadLog = z.infer<typeof ThreadLog>;

export const ThreadLogInput = z.strictObject({
  lines: z
    .array(
      z.strictObject({
        at: Timestamp.optional(),
        level: z.enum(LOG_LEVELS).default('info'),
        text: LongText(8_000),
      }),
    )
    .min(1)
    .max(1_000),
});
export type ThreadLogInput = z.infer<typeof ThreadLogInput>;
