import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exclusionOf, MemoryMetrics, revisionOf, slaOf, termsOf, utc } from '../../test/support/slaWorld.ts';
import type { Span } from './calendar.ts';
import { availabilityOf, responseOf } from './evaluate.ts';
import { gather } from './gather.ts';
import { HOUR, MINUTE } from './model.ts';
import { binOf, US_MAX } from './sketch.ts';
import { rollupsOf, seriesOf } from './source.ts';
import { lengthOf } from './spans.ts';
import { minuteSpans, timesOf } from './times.ts';

const BASE = utc('2026-10-25T00:00');
/** Everything lies on a lattice of ten seconds, so that each cell can be asked by itself. */
const CELL = 10_000;
const CELLS = (4 * HOUR) / CELL;
const at = (cell: number) => BASE + cell * CELL;
const cellSpan = fc
  .tuple(fc.nat(CELLS), fc.nat(CELLS))
  .map(([a, b]): Span => ({ from: at(Math.min(a, b)), to: at(Math.max(a, b) + 1) }));

interface World {
  readonly window: Span;
  readonly exclusions: readonly Span[];
  readonly requests: readonly { series: number; at: number; us: number | null; failed: boolean }[];
  readonly states: readonly { series: number; from: number; to: number; up: boolean }[];
}
const world: fc.Arbitrary<World> = fc.record({
  window: cellSpan,
  exclusions: fc.array(
    cellSpan.map(({ from, to }) => ({ from, to: Math.min(to, from + 20 * MINUTE) })),
    { maxLength: 4 },
  ),
  requests: fc.array(
    fc.record({
      series: fc.integer({ min: 1, max: 3 }),
      at: fc.integer({ min: BASE, max: at(CELLS) }),
      us: fc.option(fc.nat(5_000_000)),
      failed: fc.boolean(),
    }),
    { maxLength: 60 },
  ),
  states: fc
    .array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(90), fc.integer({ min: 1, max: 200 }), fc.boolean()), {
      maxLength: 20,
    })
    .map((list) => {
      const next = [0, 0, 0, 0];
      return list.map(([series, gap, length, up]) => {
        const from = next[series]! + (gap % 3 === 0 ? 0 : gap);
        next[series] = from + length;
        return { series, from: at(from), to: at(from + length), up };
      });
    }),
});

function sourceOf({ requests, states }: World): MemoryMetrics {
  const source = new MemoryMetrics().add(3, 'web', 'w1').add(1).add(2, 'api', 'w1');
  for (const one of requests)
    source.requests(one.series, one.at, 1, { failed: one.failed ? 1 : 0, ms: one.us === null ? null : one.us / 1_000 });
  for (const { series, from, to, up } of states) source.state(series, from, to, up);
  return source;
}

const overlaps = (a: Span, b: Span) => a.from < b.to && b.from < a.to;
const cells = Array.from({ length: CELLS + 300 }, (_, i) => ({ from: at(i), to: at(i + 1) }));

describe('gathered data', () => {
  const sla = slaOf(termsOf());
  const revision = sla.revisions[0]!;

  it('counts each request of a whole minute inside the window and outside exclusions, and no other', () => {
    fc.assert(
      fc.property(world, (w) => {
        const exclusions = w.exclusions.map(({ from, to }) => exclusionOf(from, to));
        const data = gather(sourceOf(w), sla, revision, exclusions, w.window);
        const kept = w.requests.filter((one) => {
          const minute = { from: Math.floor(one.at / MINUTE) * MINUTE, to: (Math.floor(one.at / MINUTE) + 1) * MINUTE };
          const within = w.window.from <= minute.from && minute.to <= w.window.to;
          return within && !w.exclusions.some((excluded) => overlaps(excluded, minute));
        });
        const timed = kept.filter(({ us }) => us !== null);
        const sum = timed.reduce((all, { us }) => all + us!, 0);
        expect(data.totals).toEqual({
          count: kept.length,
          errors: kept.filter(({ failed }) => failed).length,
          timed: timed.length,
          sumUs: sum,
        });
        expect(data.sumUs).toBe(BigInt(sum));
        const bins = new Map<number, number>();
        for (const { us } of timed) bins.set(binOf(us!), (bins.get(binOf(us!)) ?? 0) + 1);
        expect([...data.sketch.bins()]).toEqual([...bins].sort((a, b) => a[0] - b[0]));
        const minutes = new Set(kept.map((one) => Math.floor(one.at / MINUTE)));
        const good = new Set(kept.filter(({ failed }) => !failed).map((one) => Math.floor(one.at / MINUTE)));
        expect(data.minutesWithRequests).toBe(minutes.size);
        expect(data.hours.map(({ hour }) => hour)).toEqual(
          [...new Set([...minutes].map((minute) => Math.floor(minute / 60) * HOUR))].sort((a, b) => a - b),
        );
        expect(lengthOf(minuteSpans(data, 'active'))).toBe(minutes.size * MINUTE);
        expect(lengthOf(minuteSpans(data, 'failed'))).toBe((minutes.size - good.size) * MINUTE);
      }),
      { numRuns: 300 },
    );
  });

  it('knows up, down and not observed as each ten seconds by themselves do', () => {
    fc.assert(
      fc.property(world, (w) => {
        const exclusions = w.exclusions.map(({ from, to }) => exclusionOf(from, to));
        const data = gather(sourceOf(w), sla, revision, exclusions, w.window);
        const judged = cells.filter((c) => overlaps(c, w.window) && !w.exclusions.some((x) => overlaps(x, c)));
        const observed = judged.filter((c) => w.states.some((s) => overlaps(s, c)));
        const down = judged.filter((c) => w.states.some((s) => !s.up && overlaps(s, c)));
        const { good, total, unobservedMs, bounds } = availabilityOf(data, 'time');
        expect([total, total - good]).toEqual([BigInt(observed.length * CELL), BigInt(down.length * CELL)]);
        expect(unobservedMs).toBe((judged.length - observed.length) * CELL);
        if (judged.length === 0) expect(bounds).toBeNull();
        else {
          expect(bounds!.low).toBeCloseTo((observed.length - down.length) / judged.length, 8);
          expect(bounds!.high).toBeCloseTo((judged.length - down.length) / judged.length, 8);
        }
        const active = minuteSpans(data, 'active');
        const failed = minuteSpans(data, 'failed');
        const times = timesOf(data, 'requests');
        const both = (list: typeof cells, spans: Span[]) =>
          judged.filter((c) => list.includes(c) || spans.some((s) => overlaps(s, c))).length * CELL;
        expect(lengthOf(times.observed)).toBe(both(observed, active));
        expect(lengthOf(times.down)).toBe(both(down, failed));
      }),
      { numRuns: 200 },
    );
  });

  it('reads whole hours from roll-ups and minutes only at ragged ends', () => {
    const source = new MemoryMetrics().add(1);
    gather(source, sla, revision, [], { from: BASE, to: BASE + 48 * HOUR });
    expect(source.asked).toEqual(['rollups 1 48']);
    source.asked.length = 0;
    const half = { from: BASE - 30 * MINUTE, to: BASE + 2 * HOUR + 15 * MINUTE };
    gather(source, sla, revision, [exclusionOf(BASE + 90 * MINUTE, BASE + 95 * MINUTE)], half);
    expect(source.asked).toEqual(['rollups 1 1', 'hours 1 1', 'hours 1 1', 'hours 1 1', 'hours 1 1']);
  });

  it('adds up every minute of a month in a zone of half and quarter hours once', () => {
    const source = new MemoryMetrics().add(1);
    const from = utc('2026-09-30T18:15');
    const to = utc('2026-10-31T18:15');
    for (let minute = from - 2 * HOUR; minute < to + 2 * HOUR; minute += MINUTE) source.requests(1, minute, 1);
    const data = gather(source, sla, revision, [], { from, to });
    expect([data.totals.count, data.minutesWithRequests]).toEqual([44_640, 44_640]);
  });

  it('is exact where a double no longer is', () => {
    const source = new MemoryMetrics().add(1);
    const us = 39_131;
    for (let minute = 0; minute < 1_440; minute++)
      source.minute(1, BASE + minute * MINUTE, 3_500_000_001, 0, us, binOf(us));
    const data = gather(source, sla, revision, [], { from: BASE, to: BASE + 24 * HOUR });
    const sum = 1_440n * 3_500_000_001n * BigInt(us);
    expect(sum > BigInt(Number.MAX_SAFE_INTEGER)).toBe(true);
    expect(data.sumUs).toBe(sum);
    expect(data.totals.sumUs).toBe(Number(sum));
    expect(responseOf(data)!.mean).toBe(39.131);
  });
});

describe('p99 of a month', () => {
  const OCTOBER = { from: utc('2026-09-30T22:00'), to: utc('2026-10-31T23:00') };
  const sla = slaOf(termsOf({ time_zone: 'Europe/Berlin' }));
  let state = 11;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };

  it.each<[string, (minute: number) => number]>([
    ['one slow in a hundred, just at the rank', (minute) => (minute % 100 === 0 ? 60_000_000 : 900)],
    ['heavy tail', () => Math.min(Math.round(300 / next() ** 1.4), US_MAX)],
    [
      'an incident of ten hours',
      (minute) => Math.round((minute > 9_000 && minute < 9_600 ? 3e6 : 6e4) * (0.5 + next())),
    ],
    ['rising all month', (minute) => 1 + minute * 40],
    ['almost all zero', (minute) => (minute % 50 === 0 ? minute : 0)],
  ])('stays within one percent of the exact one through chunks and roll-ups: %s', (_what, us) => {
    const source = new MemoryMetrics().add(1).add(2, 'web');
    const exact: number[] = [];
    for (let at = OCTOBER.from, minute = 0; at < OCTOBER.to; at += MINUTE, minute += 1) {
      const time = us(minute);
      source.requests(1 + (minute % 2), at, 1, { ms: time / 1_000 });
      exact.push(time);
    }
    exact.sort((a, b) => a - b);
    const { p50, p95, p99 } = responseOf(gather(source, sla, sla.revisions[0]!, [], OCTOBER))!;
    for (const [q, told] of [
      [0.5, p50],
      [0.95, p95],
      [0.99, p99],
    ] as const) {
      const right = exact[Math.floor(q * (exact.length - 1))]! / 1_000;
      expect(Math.abs(told - right), `p${q}`).toBeLessThanOrEqual(right * 0.01000001);
    }
  });
});

describe('series', () => {
  const source = new MemoryMetrics().add(9, 'web', 'w1').add(2, 'api', null).add(1, 'api', 'w1');

  it('are those of the workspace and the service, null taking every one', () => {
    const ids = (workspace_id: string | null, service: string | null) =>
      seriesOf(source, { workspace_id, service }).map(({ id }) => id);
    expect([ids(null, null), ids('w1', null), ids(null, 'api'), ids('w1', 'web'), ids('w2', null)]).toEqual([
      [1, 2, 9],
      [1, 9],
      [1, 2],
      [9],
      [],
    ]);
  });

  it('have roll-ups made from chunks where none are stored', () => {
    source.requests(1, BASE, 3);
    const [chunk] = [...source.hours(1, BASE, BASE + HOUR)];
    expect([...rollupsOf([chunk!])]).toEqual([...source.hourTotals(1, BASE, BASE + HOUR)]);
  });

  it('measured from their beginning: what came before an SLA was made does not count', () => {
    const late = slaOf(termsOf(), { revisions: [revisionOf(1, '2026-10-25T02:00:30.000Z', termsOf())] });
    const metrics = new MemoryMetrics().add(1);
    for (let minute = 0; minute < 240; minute++)
      metrics.requests(1, BASE + minute * MINUTE, 1, { failed: minute < 120 ? 1 : 0 });
    metrics.state(1, BASE, BASE + 3 * HOUR, true);
    const data = gather(metrics, late, late.revisions[0]!, [], { from: BASE, to: BASE + 4 * HOUR });
    expect([data.totals.count, data.totals.errors]).toEqual([119, 0]);
    expect(availabilityOf(data, 'time')).toMatchObject({ total: BigInt(HOUR - 30_000), unobservedMs: HOUR });
  });
});
