import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { exclusionOf, MemoryMetrics, revisionOf, slaOf, termsOf, utc } from '../../test/support/slaWorld.ts';
import { monthSpan } from './calendar.ts';
import { DAY, HOUR, MINUTE } from './model.ts';
import { monthsOf } from './months.ts';
import { monthReport } from './report.ts';
import { revised } from './terms.ts';

const NOW = utc('2026-11-15T12:00');

/** One request an hour; in each month as many failed as its number. */
function yearly(): MemoryMetrics {
  const source = new MemoryMetrics().add(1).add(2, 'web', 'w1');
  for (let month = 1; month <= 11; month++) {
    const { from, to } = monthSpan(`2026-${String(month).padStart(2, '0')}`, 'UTC');
    for (let at = from; at < to; at += HOUR) source.requests(1, at, 1, { failed: at < from + month * HOUR ? 1 : 0 });
  }
  return source;
}

describe('closed months', () => {
  const first = termsOf({ target_availability: 0.99 });
  const since = slaOf(first, { revisions: [revisionOf(1, '2026-03-10T00:00:00.000Z', first)] });
  const sla = {
    ...since,
    revisions: revised(since, termsOf({ target_availability: 0.999 }), {
      at: utc('2026-08-20T00:00'),
      by: 'user:ann',
      reason: '',
    }),
  };

  it('are judged by the terms that held, from when the SLA was made', () => {
    const months = monthsOf(yearly(), sla, null, [], NOW, 12);
    expect(months.map(({ month, revision, evaluation }) => [month, revision, evaluation.verdict])).toEqual([
      ['2026-03', 1, 'compliant'],
      ['2026-04', 1, 'compliant'],
      ['2026-05', 1, 'compliant'],
      ['2026-06', 1, 'compliant'],
      ['2026-07', 1, 'compliant'],
      ['2026-08', 1, 'breached'],
      ['2026-09', 2, 'breached'],
      ['2026-10', 2, 'breached'],
    ]);
    expect(months[0]!.period).toEqual({ from: utc('2026-03-10T00:00'), to: utc('2026-04-01T00:00') });
    expect(months[0]!.evaluation.totals).toMatchObject({ count: 22 * 24, errors: 0 });
    expect(months.at(-1)).toMatchObject({ downMs: 10 * MINUTE, evaluation: { totals: { count: 744, errors: 10 } } });
  });

  it('say what their reports say', () => {
    const source = yearly();
    for (const { month, evaluation, downMs } of monthsOf(source, sla, null, [], NOW, 3)) {
      const report = monthReport(source, sla, month, [], 'acme', sha256)!;
      expect([report.verdict, report.total_requests, Number(report.downtime_minutes)]).toEqual([
        ...[evaluation.verdict, evaluation.totals.count, downMs / MINUTE],
      ]);
    }
  });

  it('under other terms are whole months as if those had always held', () => {
    const loose = termsOf({
      target_availability: 0.985,
      max_error_rate: 0.05,
      credits: {
        currency: 'EUR',
        monthly_fee_minor: '1000',
        minimum_minor: '0',
        tiers: [{ below: 0.99, percent: 10 }],
      },
    });
    const months = monthsOf(yearly(), sla, loose, [], NOW, 12);
    expect(months).toHaveLength(12);
    expect(
      months
        .map(({ month, revision, evaluation, credit }) => [
          month,
          revision,
          evaluation.verdict,
          credit?.creditMinor ?? null,
        ])
        .slice(-5),
    ).toEqual([
      ['2026-06', null, 'compliant', null],
      ['2026-07', null, 'compliant', null],
      ['2026-08', null, 'compliant', '100'],
      ['2026-09', null, 'compliant', '100'],
      ['2026-10', null, 'compliant', '100'],
    ]);
    expect(months.slice(0, 2).map(({ month, evaluation }) => [month, evaluation.verdict])).toEqual([
      ['2025-11', 'no_data'],
      ['2025-12', 'no_data'],
    ]);
  });

  it('can be asked for an SLA there is not yet, of one workspace or service, in another zone', () => {
    const draft = { id: 'draft', workspace_id: null, service: 'api' };
    const [month] = monthsOf(yearly(), draft, termsOf({ time_zone: 'Pacific/Kiritimati' }), [], NOW, 1);
    expect(month).toMatchObject({ month: '2026-10', period: monthSpan('2026-10', 'Pacific/Kiritimati') });
    // Ten failed in the first hours of UTC October are on its first day in Kiritimati too; of September none are.
    expect(month!.evaluation.totals).toMatchObject({ count: 744, errors: 10 });
    const [none] = monthsOf(yearly(), { ...draft, workspace_id: 'w1' }, termsOf(), [], NOW, 1);
    expect(none!.evaluation.verdict).toBe('no_data');
  });

  it('leave out maintenance', () => {
    const october = utc('2026-10-01T00:00');
    const [month] = monthsOf(yearly(), sla, null, [exclusionOf(october, october + 10 * HOUR)], NOW, 1);
    expect(month!.evaluation).toMatchObject({ verdict: 'compliant', totals: { count: 734, errors: 0 } });
  });

  it('close with their zone: at the first instant of the next one', () => {
    const last = (now: number) =>
      monthsOf(yearly(), slaOf(termsOf({ time_zone: 'America/New_York' })), null, [], now, 1)[0]!.month;
    expect([last(utc('2026-11-01T04:00')), last(utc('2026-11-01T03:59'))]).toEqual(['2026-10', '2026-09']);
  });

  it('are not lost where terms to come count in an eastern zone whose month has begun', () => {
    const moving = {
      ...slaOf(first),
      revisions: revised(slaOf(first), termsOf({ time_zone: 'Pacific/Kiritimati' }), {
        at: utc('2026-10-20T00:00'),
        by: 'user:ann',
        reason: '',
      }),
    };
    const months = monthsOf(yearly(), moving, null, [], utc('2026-10-31T23:00'), 2);
    expect(months.map(({ month }) => month)).toEqual(['2026-08', '2026-09']);
  });

  it('none are there before the first has closed', () => {
    expect(monthsOf(yearly(), since, null, [], utc('2026-03-20T00:00'), 12)).toEqual([]);
    expect(monthsOf(yearly(), since, null, [], utc('2026-04-01T00:00') + DAY, 12)).toHaveLength(1);
  });
});
