import { z } from 'zod';
import { EntityId, LongText, Text, Timestamp, Version } from './fields.ts';

/** Ten years: longer than any retention law we know of; a bound, not a rule. */
const RETENTION_DAYS_MAX = 3_660;

const limits = {
  max_threads: z.int().min(0).max(1_000_000),
  max_log_retention_days: z.int().min(1).max(RETENTION_DAYS_MAX),
  max_users: z.int().min(1).max(100_000),
};

export const WorkspaceInput = z.strictObject({
  id: EntityId.optional(),
  name: Text(120),
  description: LongText(2_000).default(''),
  max_threads: limits.max_threads.default(100),
  max_log_retention_days: limits.max_log_retention_days.default(365),
  max_users: limits.max_users.default(50),
});
export type WorkspaceInput = z.input<typeof WorkspaceInput>;

export const WorkspacePatch = z.strictObject({ name: Text(120), description: LongText(2_000), ...limits }).partial();
export type WorkspacePatch = z.infer<typeof WorkspacePatch>;

export const Workspace = z.object({
  id: z.string(),
  org_id: z.string(),
  name: z.string(),
  description: z.string(),
  max_threads: z.int(),
  max_log_retention_days: z.int(),
  max_users: z.int(),
  /** Threads there now; part of the feed so that use is shown against the limit offline. */
  threads: z.int().min(0).default(0),
  created_at: Timestamp,
  updated_at: Timestamp,
  version: Version,
});
export type Workspace = z.infer<typeof Workspace>;
