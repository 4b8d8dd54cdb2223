import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { exclusionOf, MemoryMetrics, revisionOf, slaOf, termsOf, utc } from '../../test/support/slaWorld.ts';
import type { Sla, SlaExclusion, SlaTerms } from '../entities/sla.ts';
import { isCanonical } from '../json/index.ts';
import { monthSpan } from './calendar.ts';
import { inputsDigest } from './inputs.ts';
import { DAY, HOUR, MINUTE } from './model.ts';
import { monthReport, REPORT_SPANS_MAX, reportText } from './report.ts';

const ZONE = 'Europe/Berlin';
const OCTOBER = monthSpan('2026-10', ZONE);
const report = (source: MemoryMetrics, sla: Sla, exclusions: readonly SlaExclusion[] = [], until?: number) =>
  monthReport(source, sla, '2026-10', exclusions, 'acme', sha256, until);
const berlin = (fields: Partial<SlaTerms> = {}) => slaOf(termsOf({ time_zone: ZONE, ...fields }));
const time = (fields: Partial<SlaTerms> = {}) => berlin({ availability_basis: 'time', ...fields });

/** A request of 100 ms in every minute of the month. */
function steady(): MemoryMetrics {
  const source = new MemoryMetrics().add(4);
  for (let at = OCTOBER.from; at < OCTOBER.to; at += MINUTE) source.requests(4, at, 1);
  return source;
}

describe('the monthly report by time', () => {
  it('tells a month of 745 hours with two overlapping incidents, maintenance and a gap', () => {
    const day = (n: number) => OCTOBER.from + n * DAY;
    const source = new MemoryMetrics().add(1).add(2, 'web');
    // 90 minutes down on the fifth day, of which the other series saw 60 and 30 more; a day without observation of either.
    source.state(1, OCTOBER.from, day(4), true).state(1, day(4), day(4) + 90 * MINUTE, false);
    source.state(1, day(4) + 90 * MINUTE, day(10), true).state(1, day(11), OCTOBER.to, true);
    source.state(2, day(4) + 30 * MINUTE, day(4) + 120 * MINUTE, false);
    // Down within maintenance counts for nothing.
    source.state(2, day(20) + HOUR, day(20) + 2 * HOUR, false);
    const upgrade = exclusionOf(day(20), day(20) + 3 * HOUR, { reason: 'upgrade', retroactive: true });
    const told = report(source, time({ target_availability: 0.999 }), [upgrade])!;
    const judgedMinutes = 745 * 60 - 180;
    expect(told).toMatchObject({
      period: { from: '2026-09-30T22:00:00.000Z', to: '2026-10-31T23:00:00.000Z', hours: 745 },
      verdict: 'breached',
      availability: (Math.floor((1 - 120 / (judgedMinutes - 1440)) * 1e6) / 1e6).toFixed(6),
      availability_bounds: {
        low: (Math.floor((1 - 1560 / judgedMinutes) * 1e6) / 1e6).toFixed(6),
        high: (Math.floor((1 - 120 / judgedMinutes) * 1e6) / 1e6).toFixed(6),
      },
      uptime_minutes: `${judgedMinutes - 1440 - 120}.000`,
      downtime_minutes: '120.000',
      unobserved_minutes: '1440.000',
      excluded_minutes: '180.000',
      ...{ avg_response_time: null, p99_response_time: null, error_rate: null, total_requests: 0, failed_requests: 0 },
      outages: [{ from: '2026-10-04T22:00:00.000Z', to: '2026-10-05T00:00:00.000Z', minutes: '120.000' }],
      exclusions: [
        { from: '2026-10-20T22:00:00.000Z', to: '2026-10-21T01:00:00.000Z', reason: 'upgrade', retroactive: true },
      ],
      gaps: [{ from: '2026-10-10T22:00:00.000Z', to: '2026-10-11T22:00:00.000Z', minutes: '1440.000' }],
      counts: { outages: 1, gaps: 1 },
      inputs: { series: ['1', '2'], minutes: 0 },
    });
  });

  it('cuts minutes off below the millisecond', () => {
    const source = new MemoryMetrics().add(1).state(1, OCTOBER.from, OCTOBER.from + 59, false);
    source.state(1, OCTOBER.from + 59, OCTOBER.to, true);
    const told = report(source, time())!;
    expect([told.downtime_minutes, told.uptime_minutes, told.outages[0]!.minutes]).toEqual([
      ...['0.000', `${745 * 60 - 1}.999`, '0.000'],
    ]);
    expect(told.availability).toBe('0.999999');
  });

  it('keeps the longest of more outages than it has room for, in order of time', () => {
    const source = new MemoryMetrics().add(1);
    const n = REPORT_SPANS_MAX + 10;
    for (let i = 0; i < n; i++) {
      const at = OCTOBER.from + i * 20 * MINUTE;
      const to = at + (i % 100 === 7 ? 5 : i < 20 ? 1 : 2) * MINUTE;
      source.state(1, at, to, false).state(1, to, at + 20 * MINUTE, true);
    }
    const { outages, counts } = report(source, time())!;
    expect([outages.length, counts.outages]).toEqual([REPORT_SPANS_MAX, n]);
    expect(outages.filter(({ minutes }) => minutes === '5.000')).toHaveLength(11);
    expect(outages.filter(({ minutes }) => minutes === '1.000').map(({ from }) => from)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 8, 9].map((i) => new Date(OCTOBER.from + i * 20 * MINUTE).toISOString()),
    );
    expect([...outages].sort((a, b) => (a.from < b.from ? -1 : 1))).toEqual(outages);
  });
});

describe('the monthly report by requests', () => {
  it('counts a minute as down when requests came and every one failed, and a gap where neither came', () => {
    const source = new MemoryMetrics().add(4).add(5, 'web');
    const at = (minute: number) => OCTOBER.from + minute * MINUTE;
    for (let minute = 0; minute < 100; minute++) source.requests(4, at(minute), 2, { failed: minute < 10 ? 2 : 0 });
    // The other series answers in two of the ten minutes: then not all of the service was down.
    source.requests(5, at(3), 1).requests(5, at(4), 1).requests(5, at(5), 1, { failed: 1 });
    const told = report(source, berlin())!;
    expect(told).toMatchObject({
      ...{ total_requests: 203, failed_requests: 21, availability: '0.896551', error_rate: '0.103449' },
      ...{ uptime_minutes: '92.000', downtime_minutes: '8.000', unobserved_minutes: `${745 * 60 - 100}.000` },
      ...{ availability_bounds: null, avg_response_time: '100.000', verdict: 'breached' },
      counts: { outages: 2, gaps: 1 },
      inputs: { series: ['4', '5'], minutes: 100 },
    });
    expect(told.outages.map(({ minutes }) => minutes)).toEqual(['3.000', '5.000']);
    expect(told.metrics).toEqual([
      { metric: 'availability', verdict: 'breached', target: '0.990000', actual: '0.896551' },
      { metric: 'response_time', verdict: 'compliant', target: '1000.000', actual: '100.000' },
      { metric: 'error_rate', verdict: 'breached', target: '0.010000', actual: '0.103449' },
    ]);
  });

  it('tells what probes saw beside requests without judging by it', () => {
    const source = steady().state(4, OCTOBER.from, OCTOBER.from + HOUR, false);
    expect(report(source, berlin())).toMatchObject({
      ...{ availability: '1.000000', verdict: 'compliant', downtime_minutes: '60.000', unobserved_minutes: '0.000' },
    });
  });

  it('without anything is no data', () => {
    expect(report(new MemoryMetrics(), berlin())).toMatchObject({
      ...{ verdict: 'no_data', availability: null, error_rate: null, p50_response_time: null, credit: null },
      counts: { outages: 0, gaps: 1 },
      metrics: [{ actual: null }, { actual: null }, { actual: null }],
    });
  });

  it('of a month that is excluded whole is no data without bounds', () => {
    const all = exclusionOf(OCTOBER.from - DAY, OCTOBER.to + DAY);
    expect(report(steady(), time(), [all])).toMatchObject({
      ...{ verdict: 'no_data', availability_bounds: null, excluded_minutes: '44700.000', total_requests: 0 },
      counts: { outages: 0, gaps: 0 },
    });
  });

  it('states credits with their arithmetic', () => {
    const credits = {
      currency: 'EUR',
      monthly_fee_minor: '99999',
      minimum_minor: '0',
      tiers: [{ below: 0.99, percent: 10 }],
    };
    const source = new MemoryMetrics().add(4).requests(4, OCTOBER.from, 100, { failed: 2 });
    expect(report(source, berlin({ credits }))!.credit).toMatchObject({
      availability: '0.980000',
      creditMinor: '10000',
    });
  });
});

describe('its period', () => {
  it('is the month so far where it is asked for before its end', () => {
    const told = report(steady(), berlin(), [], OCTOBER.from + 90 * MINUTE + 59_999)!;
    expect([told.period.hours, told.total_requests]).toEqual([1.5, 90]);
    expect(report(steady(), berlin(), [], OCTOBER.from + 59_999)).toBeNull();
  });

  it('begins and ends with the SLA; a month before or after has no report', () => {
    const terms = termsOf({ time_zone: ZONE });
    const sla = slaOf(terms, {
      revisions: [revisionOf(1, '2026-10-10T00:00:00.000Z', terms)],
      ended_at: '2026-10-20T12:00:00.000Z',
    });
    const told = report(steady(), sla)!;
    expect([told.period.hours, told.total_requests, told.excluded_minutes]).toEqual([252, 252 * 60, '0.000']);
    expect(monthReport(steady(), sla, '2026-11', [], 'acme', sha256)).toBeNull();
  });

  it('lists the maintenance that touches it, of this SLA or of all, in order', () => {
    const x = (day: number, fields: Partial<SlaExclusion> = {}) =>
      exclusionOf(OCTOBER.from + day * DAY, OCTOBER.from + (day + 1) * DAY, fields);
    const short = exclusionOf(OCTOBER.from + 5 * DAY, OCTOBER.from + 5.5 * DAY, { reason: 'z' });
    const list = [
      ...[x(9), x(-1, { reason: 'before' }), x(31.1), x(5, { reason: 'b' }), x(5, { reason: 'a' }), x(30.5)],
      ...[x(7, { sla_id: 'other' }), x(3, { sla_id: 'api' }), short, x(5, { reason: 'a' })],
    ];
    const told = report(steady(), berlin(), list)!;
    const days = told.exclusions.map(({ from, reason }) => [(Date.parse(from) - OCTOBER.from) / DAY, reason]);
    expect(days).toEqual([
      [3, 'database upgrade'],
      ...[
        [5, 'z'],
        [5, 'a'],
        [5, 'a'],
        [5, 'b'],
      ],
      [9, 'database upgrade'],
      [30.5, 'database upgrade'],
    ]);
  });
});

describe('its text and digest', () => {
  const sla = berlin();
  it('is canonical JSON with every name of the requirement', () => {
    const text = reportText(report(steady(), sla)!);
    expect(isCanonical(text)).toBe(true);
    for (const name of [
      'period',
      'availability',
      'uptime_minutes',
      'downtime_minutes',
      'avg_response_time',
      'p99_response_time',
      'error_rate',
      'total_requests',
    ])
      expect(Object.keys(JSON.parse(text))).toContain(name);
  });

  it('does not change with how states were cut or what lies outside the period', () => {
    const whole = steady().state(4, OCTOBER.from - HOUR, OCTOBER.to + HOUR, true);
    const cut = steady()
      .requests(4, OCTOBER.from - MINUTE, 5)
      .requests(4, OCTOBER.to, 5);
    cut.state(4, OCTOBER.from - 2 * HOUR, OCTOBER.from + DAY, true).state(4, OCTOBER.from + DAY, OCTOBER.to, true);
    expect(reportText(report(cut, sla)!)).toBe(reportText(report(whole, sla)!));
  });

  it('changes when a bucket arrives late, and only then', () => {
    const source = steady();
    const before = report(source, sla)!;
    expect(report(source, sla)!.inputs.digest).toBe(before.inputs.digest);
    source.requests(4, OCTOBER.from + 5 * DAY, 1, { failed: 1 });
    const after = report(source, sla)!;
    expect(after.inputs.digest).not.toBe(before.inputs.digest);
    expect([after.total_requests - before.total_requests, after.failed_requests]).toEqual([1, 1]);
  });

  it('takes of an hour cut by the period its minutes inside alone, also in zones of quarter hours', () => {
    const period = { from: utc('2026-09-30T18:15'), to: utc('2026-09-30T21:45') };
    const source = new MemoryMetrics()
      .add(1)
      .requests(1, period.from, 1)
      .requests(1, period.to - MINUTE, 1);
    const series = [{ id: 1, service: 'api', workspace_id: null }];
    const digest = inputsDigest(source, series, period, sha256);
    source.requests(1, period.from - MINUTE, 1).requests(1, period.to, 1);
    source.requests(1, period.from - 2 * HOUR, 1);
    expect(inputsDigest(source, series, period, sha256)).toBe(digest);
    expect(inputsDigest(source, [], period, sha256)).not.toBe(digest);
    source.requests(1, period.from + MINUTE, 1);
    expect(inputsDigest(source, series, period, sha256)).not.toBe(digest);
    const ragged = inputsDigest(source, series, period, sha256);
    for (const at of [period.from, period.to - MINUTE]) {
      const late = new MemoryMetrics()
        .add(1)
        .requests(1, period.from, 1)
        .requests(1, period.to - MINUTE, 1);
      late.requests(1, period.from + MINUTE, 1).requests(1, at, 1);
      expect(inputsDigest(late, series, period, sha256)).not.toBe(ragged);
    }
    // An hour whose minutes all lie outside is as none.
    const outside = new MemoryMetrics().add(1).requests(1, utc('2026-09-30T18:00'), 1);
    expect(inputsDigest(outside, series, period, sha256)).toBe(
      inputsDigest(new MemoryMetrics().add(1), series, period, sha256),
    );
  });
});
