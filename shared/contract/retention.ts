/** Retention of the audit log: policies, legal holds, what a pruning would take, and what prunings took and this mirror proved of them. */
import { z } from 'zod';
import { EVENT_CLASSES, LegalHold, Pruning, RetentionPolicy } from '../entities/privacy.ts';
import { OrgId, UtcMs } from './common.ts';
import { JobStarted } from './jobs.ts';
import { job, query } from './procedure.ts';

const Count = z.int().min(0);

/** `RetentionPlan` of `shared/compliance/retention.ts` with its digest. */
export const RetentionPlanView = z.object({
  /** SHA-256 over what the plan comes to, hex. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** Start of the UTC day it is of. */
  as_of: z.string(),
  /** Events [from, to) go whole. */
  from: Count,
  to: Count,
  /** Runs [begin, end) of later events that lose their disclosures. */
  shredded: z.array(z.tuple([Count, Count])),
  shredded_events: Count,
  bytes: Count,
  policies: z.array(z.object({ id: z.string(), keep: z.string(), events: Count })),
  classes: z.array(
    z.object({
      event_class: z.enum(EVENT_CLASSES),
      ...{ pruned: Count, shredded: Count, bytes: Count },
      ...{ first_day: z.string(), last_day: z.string() },
    }),
  ),
  /** Expired events that a hold in force keeps. */
  held: z.array(z.object({ id: z.string(), events: Count })),
  holds: z.array(z.string()),
  more: z.boolean(),
});
export type RetentionPlanView = z.infer<typeof RetentionPlanView>;

export const RetentionState = z.strictObject({
  policies: z.array(RetentionPolicy),
  holds: z.array(LegalHold),
  /** What the compliance modes that are on ask for, ISO 8601; null: nothing. */
  floor: z.string().nullable(),
  /** The policy that holds for each class in each workspace (null: outside of any), by id; null: kept for ever. */
  effective: z.array(
    z.strictObject({
      workspace: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
      policies: z.record(z.enum(EVENT_CLASSES), z.string().nullable()),
    }),
  ),
  prunings: z.array(
    Pruning.extend({
      /**
       * `proven`: the root its event names is that of this mirror's own hashes, and what it says went is gone here. `waiting`: not followed yet. `gone`: a
       * later pruning took its event; that one's root stands for both.
       */
      proof: z.enum(['proven', 'waiting', 'gone']),
      provenAt: UtcMs.nullable(),
    }),
  ),
  /** The first event that is still here. */
  begin: Count,
});
export type RetentionState = z.infer<typeof RetentionState>;

const Org = z.strictObject({ orgId: OrgId });
export const retentionProcedures = {
  'retention.state': query(
    'unlocked',
    'Retention policies, which of them holds where, legal holds, and prunings with what this mirror proved of them.',
    Org,
    RetentionState,
  ),
  'retention.preview': query(
    'unlocked',
    'What a pruning would take today, worked out from the mirror, also offline. Over the same events it is the plan of the platform.',
    Org,
    RetentionPlanView,
  ),
  'retention.plan': query(
    'unlocked',
    "The platform's own plan of a pruning; changes nothing. Throws OFFLINE, LOGIN_REQUIRED, PLATFORM_REFUSED.",
    Org,
    RetentionPlanView,
  ),
  'retention.prune': job(
    'unlocked',
    'Prune what the plan of this digest names, on the platform at once, then sync: this mirror follows and proves it. It cannot be undone. Result: Pruning.',
    z.strictObject({
      orgId: OrgId,
      digest: RetentionPlanView.shape.digest,
      reason: z.string().trim().min(1).max(2_000),
    }),
    JobStarted,
  ),
} as const;
