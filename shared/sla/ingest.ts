/** What a batch of metrics is, as the platform takes it and importers make it. Columns rather than objects: ten thousand samples are checked in a millisecond. */
import { z } from 'zod';
import { EntityId, ServiceName } from '../entities/index.ts';
import { SUM_US_MAX } from './chunk.ts';
import { BINS, US_MAX } from './sketch.ts';

export const INGEST_SAMPLES_MAX = 20_000;
export const INGEST_BUCKETS_MAX = 5_000;

const Instant = z.int().min(0).max(4_102_444_800_000);
const column = <T extends z.ZodType>(item: T, max: number) => z.array(item).max(max);
const Micros = z.int().min(0).max(US_MAX);

/** Requests one by one: when they ended (ms since 1970), how long they took (microseconds; null: not known), whether they failed (0, 1). */
export const Samples = z
  .strictObject({
    at: column(Instant, INGEST_SAMPLES_MAX),
    us: column(Micros.nullable(), INGEST_SAMPLES_MAX),
    failed: column(z.union([z.literal(0), z.literal(1)]), INGEST_SAMPLES_MAX),
  })
  .refine(({ at, us, failed }) => at.length === us.length && at.length === failed.length, 'columns of one length');

/** Whole minutes, counted elsewhere: they are added to what the minute holds. `bins` as `Sketch.bins` gives them. */
export const Bucket = z.strictObject({
  /** First instant of the minute. */
  at: Instant.refine((at) => at % 60_000 === 0, 'the first instant of a minute'),
  count: z.int().min(0).max(1_000_000_000),
  errors: z.int().min(0).max(1_000_000_000),
  timed: z.int().min(0).max(1_000_000_000),
  sum_us: z.int().min(0).max(SUM_US_MAX),
  bins: z
    .array(
      z.tuple([
        z
          .int()
          .min(-1)
          .max(BINS - 1),
        z.int().min(1).max(1_000_000_000),
      ]),
    )
    .max(BINS + 1),
});

/** Observations of up and down, with how long the probe took where it was answered. */
export const Check = z.strictObject({ at: Instant, up: z.boolean(), us: Micros.nullable().default(null) });

export const IngestBody = z.strictObject({
  /** Who sends, and this batch's own name: within its workspace a batch is taken once, and another content under its name is refused. */
  source: z.string().min(1).max(100),
  batch: z.string().min(1).max(200),
  service: ServiceName,
  workspace_id: EntityId.nullable().default(null),
  samples: Samples.optional(),
  buckets: z.array(Bucket).max(INGEST_BUCKETS_MAX).optional(),
  checks: z.array(Check).max(INGEST_SAMPLES_MAX).optional(),
  /** How long an observation stands at most; the series keeps the last one told. Milliseconds; null: until the next. */
  hold_ms: z.int().min(1_000).max(31_536_000_000).nullable().optional(),
});
export type IngestBody = z.infer<typeof IngestBody>;

export const IngestAnswer = z.object({
  accepted: z.int(),
  /** Of them for minutes that a judgement had already covered. */
  late: z.int(),
  /** The batch had been taken before: nothing was added. */
  replayed: z.boolean(),
});
