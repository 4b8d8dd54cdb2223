import { z } from 'zod';
import { OrgId, UtcMs, Uuid } from './common.ts';
import { command, query } from './procedure.ts';

export const JobKind = z.enum([
  'sync',
  'verify-mirror',
  'export-bundle',
  'verify-bundle',
  'export-rows',
  'check-mirror',
  'export-access',
  'replay-access',
  'send-outbox',
  'import-roles',
  'sign-in',
  'export-sla',
  'run-checks',
  'export-assessment',
  'export-checks',
  'export-personal',
  'erase-personal',
  'prune-log',
]);
export type JobKind = z.infer<typeof JobKind>;

export const JobProgress = z.strictObject({
  /** What is being done now, e.g. "Verifying events". */
  phase: z.string(),
  done: z.int().min(0),
  /** Null while unknown. */
  total: z.int().min(0).nullable(),
  /** What is counted, e.g. "events". */
  unit: z.string(),
  ratePerSecond: z.number().min(0).nullable(),
  secondsLeft: z.number().min(0).nullable(),
});
export type JobProgress = z.infer<typeof JobProgress>;

export const ErrorEnvelopeSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
});

export const Job = z.strictObject({
  id: Uuid,
  kind: JobKind,
  orgId: OrgId.nullable(),
  title: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  startedAt: UtcMs,
  endedAt: UtcMs.nullable(),
  progress: JobProgress,
  /** Result of the job's kind when done: see SyncResult, BundleResult, VerifyReport, RowsResult. */
  result: z.unknown(),
  error: ErrorEnvelopeSchema.nullable(),
});
export type Job = z.infer<typeof Job>;

export const JobStarted = z.strictObject({ jobId: Uuid });

export const jobProcedures = {
  'jobs.list': query('open', 'Running and recently ended jobs, newest first.', z.strictObject({}), z.array(Job)),
  'jobs.get': query('open', 'One job with its progress or result.', z.strictObject({ jobId: Uuid }), Job),
  'jobs.cancel': command(
    'open',
    'Ask a running job to stop at its next safe point; what it committed stays.',
    z.strictObject({ jobId: Uuid }),
    Job,
  ),
} as const;
