/**
 * Real access logs and real histories of checks: imported, reported by month, and held against figures computed here from the source files
 * alone, with nothing of the product.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../../platform/crypto.ts';
import { importMetrics, type MetricImportSummary } from '../../../platform/import/metrics/importMetrics.ts';
import { SlaTerms } from '../../../shared/entities/index.ts';
import type { MonthReport } from '../../../shared/sla/model.ts';
import { monthReport } from '../../../shared/sla/report.ts';
import type { MetricSource } from '../../../shared/sla/source.ts';
import { openWorld, type World } from '../../support/platform.ts';
import { sharedData } from '../../support/sharedData.ts';
import { storedMetrics } from '../../support/storedMetrics.ts';

const ACCESS = sharedData('accesslog-apache/apache_access.log');
const CHECKS = sharedData('sla-upptime/checks.csv');
const OPTIONS = { zone: 'UTC', requestTime: null };
const MADE = '2010-01-01T00:00:00.000Z';

function reportOf(source: MetricSource, service: string | null, month: string, terms: object): MonthReport {
  const revision = {
    ...{ revision: 1, terms: SlaTerms.parse({ time_zone: 'UTC', ...terms }), effective_from: MADE, made_at: MADE },
    ...{ made_by: 'u', reason: '' },
  };
  const sla = { id: 'sla', name: 'Real', workspace_id: null, service, revisions: [revision], ended_at: null };
  return monthReport(source, sla, month, [], 'acme', sha256)!;
}

const cutOff = (part: number, whole: number): string => (Math.floor((part * 1e6) / whole) / 1e6).toFixed(6);
const raised = (part: number, whole: number): string => (Math.ceil((part * 1e6) / whole) / 1e6).toFixed(6);
const minutes = (ms: number): string => (Math.floor(ms / 60) / 1000).toFixed(3);

describe.runIf(ACCESS !== null)('a real access log', () => {
  let world: World;
  let summary: MetricImportSummary;
  beforeAll(async () => {
    world = await openWorld({ kek: Buffer.alloc(32, 7).toString('base64') });
    summary = await importMetrics(world.platform.core, 'acme', ACCESS!, { ...OPTIONS, service: 'site' });
  });
  afterAll(() => world?.platform.close());

  /** As awk would: fields between blanks; a line whose quotes do not pair is malformed. */
  const lines = () =>
    readFileSync(ACCESS!, 'latin1')
      .split('\n')
      .filter((line) => line !== '');
  const good = () => lines().filter((line) => line.split('"').length === 7);

  it('is taken line by line, the malformed one named', () => {
    const bad = lines().findIndex((line) => line.split('"').length !== 7);
    expect(summary).toMatchObject({ format: 'access-log', read: lines().length, imported: good().length, rejected: 1 });
    expect(summary.refusals).toEqual([{ line: bad + 1, reason: 'a text in quotes does not end' }]);
  });

  it('reports what the lines say, minute by minute and for the month', async () => {
    const source = await world.platform.core.tenant('acme', storedMetrics);
    const status = (line: string): number => Number(line.split('"')[2]!.trim().split(' ')[0]);
    const failed = good().filter((line) => status(line) >= 500).length;
    const report = reportOf(source, 'site', '2015-05', { min_bad_events: 0 });
    expect(good().every((line) => line.includes('/May/2015:'))).toBe(true);
    expect(report).toMatchObject({
      total_requests: good().length,
      failed_requests: failed,
      error_rate: raised(failed, good().length),
      availability: cutOff(good().length - failed, good().length),
      avg_response_time: null,
      p99_response_time: null,
    });
    // The first 17 characters of the time name its minute.
    const perMinute = new Map<string, boolean>();
    for (const line of good()) {
      const minute = line.slice(line.indexOf('[') + 1).slice(0, 17);
      perMinute.set(minute, (perMinute.get(minute) ?? false) || status(line) < 500);
    }
    // By requests a minute is up in which one at least was answered.
    const answered = [...perMinute.values()].filter((one) => one).length;
    expect(report).toMatchObject({
      uptime_minutes: `${answered}.000`,
      downtime_minutes: `${perMinute.size - answered}.000`,
      unobserved_minutes: `${31 * 1_440 - perMinute.size}.000`,
    });
    expect(report.inputs.minutes).toBe(perMinute.size);
  });

  it('changes nothing when imported again', async () => {
    const { core } = world.platform;
    const version = () => core.tenant('acme', (tx) => tx.query('SELECT metric_version AS v FROM org_state'));
    const before = await version();
    const again = await importMetrics(core, 'acme', ACCESS!, { ...OPTIONS, service: 'site' });
    expect([again.replayed, again.imported]).toEqual([true, 0]);
    expect(await version()).toEqual(before);
  });
});

interface Row {
  readonly at: number;
  readonly up: boolean;
  readonly ms: number | null;
}

/** Rows of each slug, one for an instant: of two that differ the one that is down. The table has no quoted field before the last. */
function histories(path: string): Map<string, Row[]> {
  const all = new Map<string, Map<number, Row>>();
  for (const line of readFileSync(path, 'utf8').split('\n').slice(1)) {
    const [, slug, , status, code, response, updated] = line.split(',');
    if (updated === undefined) continue;
    const at = new Date(updated).getTime();
    const row = { at, up: status === 'up', ms: code === '0' || response === '0' ? null : Number(response) };
    const rows = all.get(slug!) ?? new Map<number, Row>();
    all.set(slug!, rows);
    if (rows.get(at)?.up !== false) if (!rows.has(at) || !row.up) rows.set(at, row);
  }
  return new Map([...all].map(([slug, rows]) => [slug, [...rows.values()].sort((a, b) => a.at - b.at)]));
}

/** What a month had, by going through the rows: a state stands until the next row. */
function month(rows: readonly Row[], from: number, to: number) {
  let up = 0;
  let down = 0;
  for (const [i, row] of rows.entries()) {
    const end = rows[i + 1]?.at ?? row.at;
    const length = Math.max(0, Math.min(end, to) - Math.max(row.at, from));
    if (row.up) up += length;
    else down += length;
  }
  const inside = rows.filter(({ at }) => at >= from && at < to);
  const times = inside.flatMap(({ ms }) => (ms === null ? [] : [ms])).sort((a, b) => a - b);
  return { up, down, checks: inside.length, failed: inside.filter((row) => !row.up).length, times };
}

describe.runIf(CHECKS !== null)('real histories of checks', () => {
  let world: World;
  let source: MetricSource;
  beforeAll(async () => {
    world = await openWorld({ kek: Buffer.alloc(32, 7).toString('base64') });
    const summary = await importMetrics(world.platform.core, 'acme', CHECKS!, OPTIONS);
    const rows = readFileSync(CHECKS!, 'utf8').split('\n').length - 2;
    expect(summary).toMatchObject({ format: 'checks-csv', read: rows, imported: rows, rejected: 0 });
    source = await world.platform.core.tenant('acme', storedMetrics);
  });
  afterAll(() => world?.platform.close());

  it('has a series for each slug', () => {
    expect(
      source
        .series()
        .map(({ service }) => service)
        .sort(),
    ).toEqual([...histories(CHECKS!).keys()].sort());
  });

  it.each([
    ['UTC', 0],
    ['Asia/Kolkata', 5.5],
    ['Etc/GMT+7', -7],
  ])('reports every month of every service in %s to the last digit', (zone, hours) => {
    let reports = 0;
    let downtime = 0;
    for (const [slug, rows] of histories(CHECKS!)) {
      for (let n = 0; n < 14; n++) {
        const [from, to] = [7 + n, 8 + n].map((m) => Date.UTC(2020, m, 1) - hours * 3_600_000) as [number, number];
        const own = month(rows, from, to);
        const name = new Date(Date.UTC(2020, 7 + n, 1)).toISOString().slice(0, 7);
        const report = reportOf(source, slug, name, { time_zone: zone, availability_basis: 'time' });
        reports += 1;
        downtime += own.down;
        expect({ slug, name, ...report }).toMatchObject({
          total_requests: own.checks,
          failed_requests: own.failed,
          error_rate: own.checks === 0 ? null : raised(own.failed, own.checks),
          uptime_minutes: minutes(own.up),
          downtime_minutes: minutes(own.down),
          unobserved_minutes: minutes(to - from - own.up - own.down),
          availability: own.up + own.down === 0 ? null : cutOff(own.up, own.up + own.down),
        });
        const sum = own.times.reduce((total, ms) => total + ms, 0);
        expect([slug, name, report.avg_response_time]).toEqual([
          slug,
          name,
          own.times.length === 0 ? null : (Math.ceil((sum * 1_000) / own.times.length) / 1_000).toFixed(3),
        ]);
        for (const [q, text] of [
          [0.5, report.p50_response_time],
          [0.95, report.p95_response_time],
          [0.99, report.p99_response_time],
        ] as const) {
          const exact = own.times[Math.floor(q * (own.times.length - 1))];
          if (exact !== undefined) expect(Math.abs(Number(text) - exact) / exact).toBeLessThanOrEqual(0.0101);
        }
      }
    }
    expect(reports).toBe(histories(CHECKS!).size * 14);
    expect(downtime).toBeGreaterThan(0);
  });
});
