/** What the console answers about service levels from its mirror alone: fourteen months of one service, judged offline. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../shared/sla/model.ts';
import { openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from '../support/app.ts';
import { spanLine } from '../support/metricPages.ts';
import { makeVault, plantMirror } from '../support/plantMirror.ts';
import { hourLine, hourLines, putEntities, putMetrics, SLA_ID, seriesOf, slaOf, terms } from '../support/slaMirror.ts';

const ORG = 'acme';
const TIMED = 'a0000000-0000-4000-8000-000000000002';
const ENDED = 'a0000000-0000-4000-8000-000000000003';
const IDLE = 'a0000000-0000-4000-8000-000000000004';
const BEGIN = Date.UTC(2025, 0, 1);
/** The mirror has every minute up to here; the machine's clock stands a little later. */
const END = Date.UTC(2026, 2, 11, 9);
const NOW = END + 7 * MINUTE;
const REQUESTS = 2;
/** Five failures an hour on the 5th of each month (UTC), where every hour has 120 requests: 120 of a day. */
const bad = (hour: number): number => (new Date(hour).getUTCDate() === 5 ? 5 : 0);
const DOWN = { from: Date.UTC(2026, 2, 2, 1), to: Date.UTC(2026, 2, 2, 1, 30) };
const one = { orgId: ORG, id: SLA_ID };

let folder: ReturnType<typeof temporaryFolder>;
let dataDir: string;
let console_: TestConsole;

const exclusion = (id: string, slaId: string | null, day: string, hour: number) => ({
  ...{ id, org_id: ORG, sla_id: slaId, from: `${day}T0${hour}:00:00.000Z`, to: `${day}T0${hour + 1}:00:00.000Z` },
  ...{ reason: 'Move', retroactive: false, created_at: '2026-02-01T00:00:00.000Z', created_by: 'u1' },
});
const channel = {
  ...{ id: 'c1', org_id: ORG, name: 'On call', kind: 'webhook', address: 'https://hooks.example/x' },
  ...{ events: ['page'], sla_id: null, enabled: true, created_at: '2026-02-01T00:00:00.000Z' },
};
const breach = {
  ...{ id: 'b1', org_id: ORG, sla_id: SLA_ID, revision: 1, metric: 'availability', scope: 'window' },
  ...{ opened_at: '2026-03-05T10:00:00.000Z', closed_at: null, target: 0.999, actual: 0.9982, breach_percent: 0.0008 },
};
const alert = {
  ...{ id: 'l1', org_id: ORG, sla_id: SLA_ID, revision: 1, severity: 'page', long_minutes: 60, short_minutes: 5 },
  ...{ threshold: 14.4, burn_rate: 25, opened_at: '2026-03-05T08:00:00.000Z', closed_at: '2026-03-06T00:10:00.000Z' },
};

async function open(now = NOW): Promise<TestConsole> {
  const opened = openConsoleApp(dataDir, {}, { clock: { now: () => now } });
  await opened.call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
  return opened;
}

beforeAll(async () => {
  folder = temporaryFolder();
  dataDir = join(folder.path, 'console');
  await makeVault(dataDir);
  await plantMirror(dataDir, ORG, async (mirror) => {
    await putEntities(mirror, [
      ['sla', slaOf(SLA_ID)],
      ['sla', slaOf(TIMED, {}, terms({ availability_basis: 'time', credits: null }))],
      ['sla', slaOf(ENDED, { ended_at: '2026-01-15T00:00:00.000Z' })],
      ['sla', slaOf(IDLE, { service: 'idle' })],
      ['metric_series', seriesOf('1')],
      ['metric_series', seriesOf('2', 'idle')],
      ['sla_exclusion', exclusion('x1', null, '2026-03-07', 1)],
      ['sla_exclusion', exclusion('x2', SLA_ID, '2026-03-08', 1)],
      ['sla_exclusion', exclusion('x3', IDLE, '2026-03-09', 1)],
      ['sla_channel', channel],
      ['sla_breach', breach],
      ['sla_alert', alert],
    ]);
    await putMetrics(mirror, [
      ...hourLines(1, BEGIN, END, REQUESTS, bad),
      ...[spanLine(1, BEGIN, DOWN.from, true, 1), spanLine(1, DOWN.from, DOWN.to, false, 1)],
      spanLine(1, DOWN.to, END - 2 * HOUR, true, 1),
    ]);
  });
  console_ = await open();
}, 120_000);
afterAll(async () => {
  await console_?.app.close();
  folder?.remove();
});

describe('entities of service levels', () => {
  it('lists maintenance of one SLA with what holds for all, newest first', async () => {
    const ids = async (id: string | null) =>
      (await console_.call('sla.exclusions', { orgId: ORG, id })).map((row) => row.id);
    expect(await ids(null)).toEqual(['x3', 'x2', 'x1']);
    expect(await ids(SLA_ID)).toEqual(['x2', 'x1']);
  });

  it('lists channels', async () => {
    expect(await console_.call('sla.channels', { orgId: ORG })).toMatchObject([channel]);
  });

  it('lists what is measured, and since when', async () => {
    expect(await console_.call('sla.services', { orgId: ORG })).toEqual([
      { workspaceId: null, service: 'api', source: 'ingest', first: BEGIN, last: END },
      { workspaceId: null, service: 'idle', source: 'ingest', first: null, last: null },
    ]);
  });

  it.each(['sla.createChannel', 'sla.testChannel', 'sla.deliveries'])(
    '%s asks the platform, and none is connected',
    async (name) => {
      const input = {
        'sla.createChannel': { orgId: ORG, input: { kind: 'email', name: 'Ops', address: 'ops@acme.example' } },
        'sla.testChannel': { orgId: ORG, id: 'c1' },
        'sla.deliveries': { orgId: ORG, id: 'c1' },
      }[name];
      expect(await console_.raw(name, input)).toMatchObject({ error: { code: 'NOT_FOUND' } });
    },
  );
});

describe('sla.list', () => {
  it('judges the last day and the month so far, at the end of what the mirror has', async () => {
    const { asOf, cards } = await console_.call('sla.list', { orgId: ORG });
    expect(asOf).toBe(END);
    expect(cards.map(({ name, status }) => [name, status])).toEqual([
      ['Level 01', 'breached'],
      ['Level 02', 'breached'],
      ['Level 04', 'no_data'],
    ]);
    const [first, timed] = cards;
    expect(first?.day).toMatchObject({
      window: { from: END - DAY, to: END },
      verdict: 'compliant',
      requests: 2_880,
      failed: 0,
    });
    // March began in Berlin at 23:00 UTC; two hours of maintenance count for nothing.
    const from = Date.UTC(2026, 1, 28, 23);
    const requests = ((END - from) / HOUR - 2) * 120;
    expect(first?.window).toMatchObject({ window: { from, to: END }, requests, failed: 120, verdict: 'breached' });
    expect(first?.window?.metrics[0]).toMatchObject({ targetText: '99.9 %', actualText: '99.5967 %' });
    expect([first?.openBreaches.length, first?.openAlerts.length]).toEqual([1, 0]);
    expect(first?.sparkline).toHaveLength(30);
    expect(first?.sparkline.at(-1)).toBe(1);
    expect(timed?.window?.unobservedMs).toBe(2 * HOUR);
    expect(timed?.window?.metrics[0]?.actual).toBeCloseTo(1 - 30 / ((END - from - 3 * HOUR) / MINUTE), 8);
  });

  it('shows what has ended where asked to', async () => {
    const { cards } = await console_.call('sla.list', { orgId: ORG, includeEnded: true });
    expect(cards.find(({ id }) => id === ENDED)).toMatchObject({ status: 'ended', day: null, window: null });
  });
});

describe('over time', () => {
  it('gives points with the targets that held and breaches', async () => {
    const [from, to] = [Date.UTC(2026, 2, 5), Date.UTC(2026, 2, 8)];
    const { points, targets, breaches, timeZone } = await console_.call('sla.trend', {
      ...one,
      from,
      to,
      step: 'hour',
    });
    expect(points).toHaveLength(72);
    expect(points[3]).toMatchObject({
      at: from + 3 * HOUR,
      availability: 0.958333333,
      requests: 120,
      failed: 5,
      excluded: 0,
    });
    expect(points[49]).toMatchObject({ availability: null, requests: 0, excluded: 1 });
    expect([targets.map(({ revision }) => revision), breaches.map(({ id }) => id), timeZone]).toEqual([
      [1],
      ['b1'],
      'Europe/Berlin',
    ]);
  });

  it('cuts steps of a minute and of a local day', async () => {
    const from = Date.UTC(2026, 2, 5, 10, 2);
    const minutes = await console_.call('sla.trend', { ...one, from, to: from + 5 * MINUTE, step: 'minute' });
    expect(minutes.points.map(({ failed }) => failed)).toEqual([1, 1, 1, 0, 0]);
    const days = await console_.call('sla.trend', {
      ...one,
      from: Date.UTC(2025, 2, 29),
      to: Date.UTC(2025, 3, 2),
      step: 'day',
    });
    // The day the clocks went forward has 23 hours.
    expect(days.points.map(({ requests }) => requests / 120)).toEqual([24, 23, 24, 24, 24]);
    const many = await console_.raw('sla.trend', { ...one, from: BEGIN, to: END, step: 'minute' });
    expect(many).toMatchObject({ error: { code: 'INPUT_INVALID' } });
  });

  it('burns the budget down and foretells its end', async () => {
    const down = await console_.call('sla.burndown', { ...one, month: null });
    expect(down.window).toEqual({ from: Date.UTC(2026, 1, 28, 23), to: Date.UTC(2026, 2, 31, 22) });
    expect(down.budget).toMatchObject({ basis: 'requests', spent: 120, projected: true });
    expect(down.points[0]).toEqual({ at: down.window.from, remaining: 1 });
    expect(down.points.at(-1)?.remaining).toBeCloseTo(down.budget.remaining!, 12);
    // Nothing failed on the last day.
    expect(down.forecast.map(({ remaining }) => remaining)).toEqual([
      down.points.at(-1)?.remaining,
      down.points.at(-1)?.remaining,
    ]);
    const past = await console_.call('sla.burndown', { ...one, month: '2026-02' });
    expect([past.budget.projected, past.forecast, past.points.length]).toEqual([false, [], 28 * 24 + 1]);
    expect(await console_.raw('sla.burndown', { ...one, month: '2024-02' })).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
  });

  it('judges every local day of the year', async () => {
    const { days, timeZone } = await console_.call('sla.days', { ...one, months: 13 });
    expect([timeZone, days[0]?.day, days.at(-1)?.day]).toEqual(['Europe/Berlin', '2025-03-01', '2026-03-11']);
    expect(days).toHaveLength(376);
    const broken = days.filter(({ verdict }) => verdict === 'breached').map(({ day }) => day);
    // The bad day of UTC lies in two days of Berlin.
    expect(broken.every((day) => /-0[56]$/.test(day))).toBe(true);
    expect(broken).toHaveLength(26);
  });

  it('lists what happened, newest first, in pages', async () => {
    const asked = { ...one, id: TIMED, from: Date.UTC(2026, 2, 1), to: NOW };
    const { rows, total } = await console_.call('sla.incidents', asked);
    expect(rows.map(({ kind, from, to, downMs }) => [kind, from, to, downMs])).toEqual([
      ['exclusion', Date.UTC(2026, 2, 7, 1), Date.UTC(2026, 2, 7, 2), null],
      ['outage', DOWN.from, DOWN.to, 30 * MINUTE],
    ]);
    expect(total).toBe(2);
    const second = await console_.call('sla.incidents', { ...asked, offset: 1, limit: 1 });
    expect([second.total, second.rows.map(({ kind }) => kind)]).toEqual([2, ['outage']]);
    const told = await console_.call('sla.incidents', { ...one, from: asked.from, to: NOW });
    expect(told.rows.map(({ id }) => id)).toEqual([
      'exclusion:x2',
      'exclusion:x1',
      'breach:b1',
      'alert:l1',
      `outage:${DOWN.from}`,
    ]);
  });
});

describe('months', () => {
  it('gives closed months as their reports have them', async () => {
    const months = await console_.call('sla.months', { ...one, months: 14 });
    expect(months.map(({ month }) => month)).toEqual([
      ...Array.from({ length: 12 }, (_, i) => `2025-${String(i + 1).padStart(2, '0')}`),
      ...['2026-01', '2026-02'],
    ]);
    const { report } = await console_.call('sla.report', { ...one, month: '2026-02' });
    expect(months.at(-1)).toMatchObject({
      verdict: 'breached',
      requests: 28 * 24 * 120,
      creditMinor: '12505',
      currency: 'EUR',
    });
    expect([report.availability, months.at(-1)?.availability]).toEqual(['0.998511', '99.8511 %']);
  });

  it('says what other terms would have made of them', async () => {
    const strict = terms({ target_availability: 0.9999, credits: null });
    const asked = { orgId: ORG, id: SLA_ID, workspaceId: null, service: null, terms: strict, months: 12 };
    const { months, warnings } = await console_.call('sla.whatIf', asked);
    expect(months).toHaveLength(12);
    expect(months.every(({ was, would }) => was?.requests === would.requests && would.verdict === 'breached')).toBe(
      true,
    );
    expect(warnings).toEqual([]);
    const loose = {
      ...asked,
      id: null,
      service: 'api',
      terms: terms({ target_availability: 0.5, max_error_rate: 0.5 }),
    };
    const fresh = await console_.call('sla.whatIf', loose);
    expect(fresh.months.every(({ was, would }) => was === null && would.verdict === 'compliant')).toBe(true);
    expect(fresh.warnings.join(' ')).toMatch(/cannot fire/);
  });

  it('computes the month under way as far as it goes', async () => {
    const answer = await console_.call('sla.report', { ...one, month: '2026-03' });
    expect(answer).toMatchObject({ comparison: 'not_issued', platformDigest: null, issue: null, differences: [] });
    expect(answer.report.period).toMatchObject({ to: new Date(END).toISOString() });
    expect(await console_.raw('sla.report', { ...one, month: '2024-12' })).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
    expect(await console_.raw('sla.report', { ...one, id: 'none', month: '2026-03' })).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
  });
});

describe('sla.export', () => {
  it.each([
    ['months', { table: 'months', months: 12 }, 12],
    ['days', { table: 'days', months: 2 }, 39],
    ['incidents', { table: 'incidents', from: Date.UTC(2026, 2, 1), to: NOW }, 5],
    ['trend', { table: 'trend', from: END - DAY, to: END, step: 'hour' }, 24],
  ] as const)('writes %s as CSV', async (name, table, rows) => {
    const path = join(folder.path, `${name}.csv`);
    const job = await console_.run('sla.export', { ...one, table, path });
    expect(job.result).toEqual({ path, rows });
    expect(readFileSync(path, 'utf8').trimEnd().split('\r\n')).toHaveLength(rows + 1);
  });
});

describe('data that comes later', () => {
  it('is seen by what remembered the day, and changes no other day', async () => {
    const before = await console_.call('sla.days', { ...one, months: 13 });
    await console_.app.close();
    await plantMirror(dataDir, ORG, (mirror) => putMetrics(mirror, [hourLine(1, Date.UTC(2025, 5, 20, 12), 2, 60)]));
    console_ = await open();
    const after = await console_.call('sla.days', { ...one, months: 13 });
    const changed = after.days.filter((day, i) => JSON.stringify(day) !== JSON.stringify(before.days[i]));
    expect(changed.map(({ day, verdict }) => [day, verdict])).toEqual([['2025-06-20', 'breached']]);
    // The same question in one open console: what is remembered gives the same answer.
    expect(await console_.call('sla.days', { ...one, months: 13 })).toEqual(after);
  });

  it('gives one digest for one month, and another for another', async () => {
    const digests = new Set<string>();
    for (const month of ['2025-06', '2025-07', '2025-06']) {
      const { digest, report } = await console_.call('sla.report', { ...one, month });
      expect(digest).toMatch(/^[0-9a-f]{64}$/);
      expect(digest).not.toBe(createHash('sha256').update(JSON.stringify(report)).digest('hex').slice(1));
      digests.add(digest);
    }
    expect(digests.size).toBe(2);
  });
});
