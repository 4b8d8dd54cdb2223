/** Whatever is measured and promised, the report that is computed of it is one its verifier lets through. */
import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MemoryMetrics, slaOf, termsOf, utc } from '../../test/support/slaWorld.ts';
import type { SlaTerms } from '../entities/sla.ts';
import { monthReport, reportText } from '../sla/report.ts';
import { slaFaults } from './slaFaults.ts';
import { readMonthReport } from './slaReport.ts';

const BEGIN = utc('2026-03-01T00:00:00.000');
const fraction = fc.integer({ min: 0, max: 1_000_000 }).map((n) => n / 1_000_000);
const minor = fc.bigInt({ min: 0n, max: 10n ** 12n }).map(String);

const someTerms = fc.record({
  availability_basis: fc.constantFrom('requests', 'time'),
  target_availability: fc.oneof(fraction, fc.constantFrom(1, 0.999, 0.5)),
  max_response_time_ms: fc.integer({ min: 1, max: 2_000 }),
  response_measure: fc.oneof(
    fc.constant({ kind: 'mean' as const }),
    fc.constantFrom(0.5, 0.9, 0.95, 0.99).map((percentile) => ({ kind: 'percentile' as const, percentile })),
  ),
  max_error_rate: fraction,
  min_bad_events: fc.nat(20),
  time_zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Auckland'),
  credits: fc.option(
    fc.record<NonNullable<SlaTerms['credits']>>({
      currency: fc.constant('EUR'),
      monthly_fee_minor: minor,
      minimum_minor: minor,
      tiers: fc.array(fc.record({ below: fraction, percent: fc.integer({ min: 1, max: 100 }) }), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
  ),
});
const requests = fc.array(
  fc.record({
    minute: fc.nat(31 * 1_440 - 1),
    count: fc.integer({ min: 1, max: 50 }),
    bad: fc.nat(50),
    ms: fc.option(fc.double({ min: 0, max: 3_000, noNaN: true })),
  }),
  { maxLength: 25 },
);
const states = fc.array(
  fc.record({ length: fc.integer({ min: 1, max: 10 ** 8 }), up: fc.constantFrom(true, false, null) }),
  {
    maxLength: 12,
  },
);

it('a computed report holds', () => {
  fc.assert(
    fc.property(someTerms, requests, states, fc.nat(10 ** 9), (fields, told, seen, ended) => {
      const metrics = new MemoryMetrics().add(1);
      for (const { minute, count, bad, ms } of told) {
        metrics.requests(1, BEGIN + minute * 60_000, count, { failed: Math.min(bad, count), ms });
      }
      let at = BEGIN;
      for (const { length, up } of seen) {
        if (up !== null) metrics.state(1, at, at + length, up);
        at += length;
      }
      const ended_at = ended % 3 === 0 ? new Date(BEGIN + ended).toISOString() : null;
      const sla = slaOf(termsOf(fields), { ended_at });
      const report = monthReport(metrics, sla, '2026-03', [], 'acme', sha256);
      if (report === null) return;
      expect(slaFaults(report)).toEqual([]);
      expect(readMonthReport(reportText(report))).toEqual(report);
    }),
    { numRuns: 400 },
  );
});
