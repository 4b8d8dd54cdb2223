import { describe, expect, it } from 'vitest';
import { ChunkBuilder, SUM_US_MAX } from './chunk.ts';
import { IngestBody } from './ingest.ts';
import { MINUTE } from './model.ts';
import { BINS, US_MAX } from './sketch.ts';

const AT = Date.UTC(2026, 9, 1);
const accepts = (fields: Record<string, unknown>) =>
  IngestBody.safeParse({ source: 'edge', batch: '1', service: 'api', ...fields }).success;
const bucket = (fields: Record<string, unknown> = {}) => ({
  buckets: [{ at: AT, count: 1, errors: 0, timed: 1, sum_us: 5, bins: [[80, 1]], ...fields }],
});

describe('a batch of metrics', () => {
  it('holds samples in columns of one length, buckets of whole minutes, checks', () => {
    expect(accepts({})).toBe(true);
    expect(accepts({ samples: { at: [AT, AT], us: [5, null], failed: [0, 1] } })).toBe(true);
    expect(accepts(bucket())).toBe(true);
    expect(accepts({ checks: [{ at: AT, up: true }], hold_ms: null, workspace_id: 'w1' })).toBe(true);
  });

  it.each<[string, Record<string, unknown>]>([
    ['columns of different lengths', { samples: { at: [AT], us: [5, 6], failed: [0] } }],
    ['a column missing', { samples: { at: [AT], us: [5] } }],
    ['a time below zero', { samples: { at: [-1], us: [5], failed: [0] } }],
    ['a fraction of a microsecond', { samples: { at: [AT], us: [0.5], failed: [0] } }],
    ['more than an hour', { samples: { at: [AT], us: [US_MAX + 1], failed: [0] } }],
    ['neither failed nor not', { samples: { at: [AT], us: [5], failed: [2] } }],
    ['a bucket within a minute', bucket({ at: AT + 1 })],
    ['a bin beyond the last', bucket({ bins: [[BINS, 1]] })],
    ['a bin of nothing', bucket({ bins: [[5, 0]] })],
    ['a sum beyond what a minute holds', bucket({ sum_us: SUM_US_MAX + 1 })],
    ['a service that is no name', { service: '../api' }],
    ['a batch without a name', { batch: '' }],
    ['a field nobody knows', { sampels: {} }],
  ])('refuses %s', (_what, fields) => {
    expect(accepts(fields)).toBe(false);
  });

  it('takes what the chunk takes: the highest bucket fits', () => {
    const highest = { at: AT, count: 1e9, errors: 1e9, timed: 1e9, sum_us: SUM_US_MAX, bins: [[BINS - 1, 1e9]] };
    const parsed = IngestBody.parse({ source: 'edge', batch: '1', service: 'api', buckets: [highest] });
    const builder = new ChunkBuilder();
    const { count, errors, timed, sum_us, bins } = parsed.buckets![0]!;
    builder.addBucket((AT / MINUTE) % 60, { count, errors, timed, sumUs: sum_us, bins });
    expect(new ChunkBuilder(builder.encode()).totals().count).toBe(1e9);
  });
});
