/** The sla section: a report that does not follow from its own figures is found, whoever signed it. */
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { toHex, toUtf8 } from '../bytes.ts';
import { SlaTerms } from '../entities/sla.ts';
import { canonicalize, type Json } from '../json/index.ts';
import { ChunkBuilder, rollupOf } from '../sla/chunk.ts';
import { HOUR, type MonthReport, type StateSpan } from '../sla/model.ts';
import { monthReport, reportText } from '../sla/report.ts';
import type { MetricSource } from '../sla/source.ts';
import type { BundleFiles, VerifyPorts } from './files.ts';
import { checkSla, slaMark } from './slaChecks.ts';
import { slaFaults } from './slaFaults.ts';
import { readMonthReport, type SlaIndexRow, slaCsv, slaFile, slaIndexText } from './slaReport.ts';
import type { Predicate } from './statement.ts';

const ID = 'a0000000-0000-4000-8000-000000000001';
const BEGIN = Date.UTC(2026, 1, 1);
const ports = { sha256 } as unknown as VerifyPorts;

/** An hour of 60 requests, of which the first `bad` failed. */
function chunkOf(bad: number): Uint8Array {
  const builder = new ChunkBuilder();
  for (let minute = 0; minute < 60; minute++) builder.addSample(minute, 100_000 + minute * 1_000, minute < bad);
  return builder.encode();
}
const good = chunkOf(0);
const worse = chunkOf(10);

/** February 2026: every hour has requests, ten hours of them with failures; seen down for 90 minutes. */
const source: MetricSource = {
  series: () => [{ id: 1, workspace_id: null, service: 'api' }],
  hours: (series, from, to) =>
    Array.from({ length: (to - from) / HOUR }, (_, i) => from + i * HOUR).map((hour) => ({
      ...{ series, hour, bytes: hour < BEGIN + 10 * HOUR ? worse : good },
    })),
  hourTotals(series, from, to) {
    return [...this.hours(series, from, to)].map(({ hour, bytes }) => ({ hour, bytes: rollupOf(bytes) }));
  },
  states: (): StateSpan[] => [
    { from: BEGIN, to: BEGIN + 100 * HOUR, up: true },
    { from: BEGIN + 100 * HOUR, to: BEGIN + 101.5 * HOUR, up: false },
    { from: BEGIN + 101.5 * HOUR, to: BEGIN + 600 * HOUR, up: true },
  ],
};

function reportOf(own: Partial<SlaTerms> = {}): MonthReport {
  const terms = SlaTerms.parse({
    ...{ target_availability: 0.999, max_response_time_ms: 200, max_error_rate: 0.001, time_zone: 'UTC' },
    credits: {
      ...{ currency: 'EUR', monthly_fee_minor: '99999', minimum_minor: '10' },
      tiers: [
        { below: 0.999, percent: 10 },
        { below: 0.9, percent: 50 },
      ],
    },
    ...own,
  });
  const at = '2026-01-01T00:00:00.000Z';
  const revision = { revision: 1, terms, effective_from: at, made_at: at, made_by: '', reason: '' };
  const sla = { id: ID, name: 'API', workspace_id: null, service: 'api', revisions: [revision], ended_at: null };
  return monthReport(source, sla, '2026-02', [], 'acme', sha256)!;
}

const byRequests = reportOf();
const byTime = reportOf({ availability_basis: 'time' });

describe('a report that was computed', () => {
  it.each([
    ['by requests', byRequests],
    ['by time', byTime],
    ['by a percentile', reportOf({ response_measure: { kind: 'percentile', percentile: 0.99 } })],
    ['by another percentile', reportOf({ response_measure: { kind: 'percentile', percentile: 0.9 } })],
    ['with a slow promise', reportOf({ max_response_time_ms: 1 })],
    [
      'with a credit that is too small',
      reportOf({ credits: { ...byRequests.terms.credits!, minimum_minor: '99999' } }),
    ],
    ['without credits', reportOf({ credits: null })],
    ['below the number that makes a breach', reportOf({ min_bad_events: 1_000 })],
  ])('%s holds, and is read back as it was', (_what, report) => {
    expect(slaFaults(report)).toEqual([]);
    expect(readMonthReport(reportText(report))).toEqual(report);
  });
});

const metric = (report: MonthReport, i: number, own: object) =>
  report.metrics.map((one, n) => (n === i ? { ...one, ...own } : one));

describe('a report that was made up', () => {
  it.each<[string, MonthReport, Partial<Record<keyof MonthReport, unknown>>, RegExp]>([
    ['a verdict of its own', byRequests, { verdict: 'compliant' }, /month is judged compliant/],
    [
      'a metric that does not break',
      byRequests,
      { metrics: metric(byRequests, 0, { verdict: 'compliant' }) },
      /availability of .* is judged compliant/,
    ],
    [
      'an actual value of its own',
      byRequests,
      { metrics: metric(byRequests, 0, { actual: '0.999999', verdict: 'compliant' }) },
      /where it is judged/,
    ],
    ['a metric left out', byRequests, { metrics: byRequests.metrics.slice(1) }, /each metric once/],
    ['a better availability', byRequests, { availability: '0.999999' }, /availability of 100 failures/],
    ['fewer failures', byRequests, { failed_requests: 1 }, /error rate of 1 in/],
    ['more failures than requests', byRequests, { failed_requests: 1_000_000 }, /More requests failed/],
    ['another time up', byTime, { uptime_minutes: '1.000' }, /not that of the minutes/],
    ['a longer period', byTime, { period: { ...byTime.period, hours: 700 } }, /not as long/],
    ['no credit', byRequests, { credit: null }, /credit is missing/],
    [
      'a larger credit',
      byRequests,
      { credit: { ...byRequests.credit!, creditMinor: '20000' } },
      /credit is 20000; the fee gives 10000/,
    ],
    [
      'another tier',
      byRequests,
      { credit: { ...byRequests.credit!, below: 0.9, percent: 50 } },
      /50 percent; the terms give 10/,
    ],
    ['another fee', byRequests, { credit: { ...byRequests.credit!, feeMinor: '1' } }, /another fee/],
    ['a credit kept back', byRequests, { credit: { ...byRequests.credit!, waived: 'because' } }, /minimum/],
    [
      'a credit of another month',
      byRequests,
      { credit: { ...byRequests.credit!, availability: '0.100000' } },
      /another availability/,
    ],
    ['a credit that is not due', reportOf({ credits: null }), { credit: byRequests.credit }, /not due/],
  ])('%s is found', (_what, report, own, fault) => {
    expect(slaFaults({ ...report, ...own } as MonthReport).join('\n')).toMatch(fault);
  });

  it('is not read where its text is not canonical, or a field is of another kind', () => {
    expect(() => readMonthReport(`${reportText(byTime)} `)).toThrow(/canonical/);
    expect(() => readMonthReport(canonicalize({ ...byTime, total_requests: '1' } as unknown as Json))).toThrow(
      /total_requests/,
    );
    expect(() => readMonthReport(canonicalize({ ...byTime, more: 1 } as unknown as Json))).toThrow(/format/);
  });
});

describe('the files of the section', () => {
  const text = reportText(byRequests);
  const digest = toHex(sha256(toUtf8(text)));
  const line: SlaIndexRow = {
    ...{ sla: ID, name: 'API', month: '2026-02', digest },
    ...{ comparison: 'equal', issue: 1, issued_digest: digest },
  };
  const counted = { sections: { sla: { expected: 1, included: 1, omitted: 0, withheld: 0 } } } as unknown as Predicate;
  const whole = (): Map<string, string> =>
    new Map([
      ['data/sla/reports.json', slaIndexText([line])],
      [slaFile(line, 'report.json'), text],
      [slaFile(line, 'report.csv'), slaCsv(byRequests)],
      [slaFile(line, 'report.pdf'), `%PDF ${slaMark(text, sha256)}`],
    ]);
  const filesOf = (texts: ReadonlyMap<string, string>): BundleFiles => ({
    names: [...texts.keys()],
    size: (name) => toUtf8(texts.get(name)!).length,
    async *stream(name) {
      yield toUtf8(texts.get(name)!);
    },
  });
  const check = (texts: ReadonlyMap<string, string>, predicate = counted) => checkSla(filesOf(texts), predicate, ports);

  it('agree', async () => {
    expect((await check(whole()))[1]).toBe('1 reports recomputed from their figures, 1 equal to what was issued');
  });

  const index = (own: Partial<SlaIndexRow>) => ['data/sla/reports.json', slaIndexText([{ ...line, ...own }])] as const;
  const forged = reportText({ ...byRequests, verdict: 'compliant' });
  it.each<[string, readonly (readonly [string, string])[], RegExp]>([
    ['a CSV that says another thing', [[slaFile(line, 'report.csv'), slaCsv(byTime)]], /does not say what/],
    ['a PDF of another report', [[slaFile(line, 'report.pdf'), '%PDF']], /another report/],
    ['a report of another digest', [[slaFile(line, 'report.json'), reportText(byTime)]], /not of the digest/],
    ['a mark that its digests deny', [index({ comparison: 'not_issued' })], /digests say equal/],
    ['a mark of equality with another digest', [index({ issued_digest: 'f'.repeat(64) })], /digests say differs/],
    ['another name', [index({ name: 'Other' })], /another SLA or month/],
    ['a row twice', [['data/sla/reports.json', slaIndexText([line, line])]], /2 rows; the statement says 1/],
    ['a file nobody lists', [['data/sla/more.json', '{}']], /is not in data/],
    [
      'a report that does not hold, though its digest is listed',
      [[slaFile(line, 'report.json'), forged], index({ digest: toHex(sha256(toUtf8(forged))), comparison: 'differs' })],
      /judged compliant/,
    ],
  ])('are refused with %s', async (_what, changes, fault) => {
    await expect(check(new Map([...whole(), ...changes]))).rejects.toThrow(fault);
  });

  it('are refused where one is missing, or the statement counts none', async () => {
    const texts = whole();
    texts.delete(slaFile(line, 'report.csv'));
    await expect(check(texts)).rejects.toThrow(/report.csv is missing/);
    await expect(check(whole(), { sections: {} } as unknown as Predicate)).rejects.toThrow(/not in the statement/);
    expect((await check(new Map(), { sections: {} } as unknown as Predicate))[0]).toEqual([]);
  });
});
