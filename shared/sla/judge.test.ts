import { describe, expect, it } from 'vitest';
import { exclusionOf, MemoryMetrics, revisionOf, slaOf, termsOf, utc } from '../../test/support/slaWorld.ts';
import type { Sla } from '../entities/sla.ts';
import { burnsOf } from './alerts.ts';
import { monthSpan } from './calendar.ts';
import { judge, windowOf } from './judge.ts';
import { DAY, HOUR, MINUTE } from './model.ts';

const NOW = utc('2026-10-11T00:00');
const MONTH = monthSpan('2026-10', 'UTC');

/** One request a minute since the month began; failed ones where a test says so. */
function traffic(failed: (minute: number) => boolean, from = MONTH.from, to = NOW): MemoryMetrics {
  const source = new MemoryMetrics().add(1);
  for (let at = from; at < to; at += MINUTE)
    source.requests(1, at, 1, { failed: failed((at - from) / MINUTE) ? 1 : 0 });
  return source;
}

describe('an SLA at an instant', () => {
  it('is judged over the last day and over the month so far, with its budget on the whole month', () => {
    // A failure in every hundredth minute of the last day: 15 of 1,440.
    const source = traffic((minute) => minute >= 9 * 1_440 && minute % 100 === 0);
    const judged = judge(source, slaOf(termsOf({ target_availability: 0.999 })), [], NOW + 30_000)!;
    expect(judged.day.window).toEqual({ from: NOW - DAY, to: NOW });
    expect(judged.day.totals).toMatchObject({ count: 1_440, errors: 14 });
    expect(judged.window.window).toEqual({ from: MONTH.from, to: NOW });
    expect(judged.window.totals).toMatchObject({ count: 14_400, errors: 14 });
    expect(judged.whole).toEqual(MONTH);
    const { budget } = judged.window;
    expect(budget).toMatchObject({ spent: 14, projected: true });
    expect(budget.allowed).toBeCloseTo(44.64, 9);
    // 30.64 left at 14 a day.
    expect(budget.exhaustedAt! - NOW).toBeCloseTo((30.64 / 14) * DAY, -1);
    expect(judged.day.budget).toMatchObject({ projected: false, exhaustedAt: null });
    expect(judged.window.verdict).toBe('compliant');
    expect(judged.day.verdict).toBe('breached');
  });

  it('knows the maintenance that is to come', () => {
    const later = exclusionOf(NOW + DAY, NOW + 11.5 * DAY);
    const judged = judge(
      traffic(() => false),
      slaOf(termsOf({ target_availability: 0.999 })),
      [later],
      NOW,
    )!;
    expect(judged.window.budget.allowed).toBeCloseTo(44.64 - 10.5 * 1.44, 9);
  });

  it('has a rolling window of whole minutes up to now', () => {
    const sla = slaOf(termsOf({ window: { kind: 'rolling', days: 7 } }));
    expect(windowOf(sla, NOW + 59_999)).toEqual({ from: NOW - 7 * DAY, to: NOW });
    const judged = judge(
      traffic(() => false),
      sla,
      [],
      NOW,
    )!;
    expect(judged.window.totals.count).toBe(7 * 1_440);
    expect(judged.window.budget.projected).toBe(false);
  });

  it('is not judged before it was made and after it ended', () => {
    const terms = termsOf();
    const sla: Sla = slaOf(terms, {
      revisions: [revisionOf(1, '2026-10-05T10:00:30.000Z', terms)],
      ended_at: '2026-10-11T00:00:00.000Z',
    });
    const source = traffic(() => false);
    expect(judge(source, sla, [], utc('2026-10-05T10:00'))).toBeNull();
    expect(judge(source, sla, [], NOW)).toBeNull();
    expect([windowOf(sla, NOW), burnsOf(source, sla, [], NOW)]).toEqual([null, []]);
    const first = judge(source, sla, [], utc('2026-10-05T10:03'))!;
    expect([first.window.totals.count, first.day.totals.count]).toEqual([2, 2]);
    expect(first.window.budget.allowed).toBeCloseTo((2 * (NOW - utc('2026-10-05T10:00:30'))) / 150_000 / 100, 1);
  });

  it('has no data in the first minute of a month', () => {
    const judged = judge(
      traffic(() => false),
      slaOf(termsOf()),
      [],
      MONTH.from + 30_000,
    )!;
    expect(judged.window.verdict).toBe('no_data');
    expect(judged.window.budget).toMatchObject({ allowed: 0, remaining: null, exhaustedAt: null });
  });
});

describe('burn rules', () => {
  const sla = slaOf(termsOf({ target_availability: 0.99 }));
  const states = (source: MemoryMetrics, of: Sla = sla, now = NOW) =>
    burnsOf(source, of, [], now).map(({ state }) => state);

  it('are quiet without failures, and say at what rate they would fire', () => {
    const burns = burnsOf(
      traffic(() => false),
      sla,
      [],
      NOW,
    );
    expect(burns.map(({ state, long, short }) => [state, long, short])).toEqual(Array(4).fill(['quiet', 0, 0]));
    expect(burns.map(({ threshold }) => Math.round(threshold * 100) / 100)).toEqual([14.88, 6.2, 3.1, 1.03]);
  });

  it('fire when long and short windows burn, and reset when the short one is calm again', () => {
    const outage = (from: number, to: number) => traffic((minute) => minute >= 14_400 - from && minute < 14_400 - to);
    expect(states(outage(20, 0))).toEqual(['firing', 'quiet', 'quiet', 'quiet']);
    expect(states(outage(60, 0))).toEqual(['firing', 'firing', 'firing', 'firing']);
    // Six minutes after its end the window of five minutes is calm.
    expect(states(outage(66, 6))).toEqual(['quiet', 'firing', 'firing', 'firing']);
    const [burn] = burnsOf(outage(30, 0), sla, [], NOW);
    expect([burn!.long, burn!.short]).toEqual([expect.closeTo(50, 9), expect.closeTo(100, 9)]);
  });

  it('take fewer bad requests than min_bad_events for no trend', () => {
    const nine = traffic((minute) => minute >= 14_400 - 9);
    expect(states(nine)).toEqual(Array(4).fill('quiet'));
    const eager = slaOf(termsOf({ target_availability: 0.99, min_bad_events: 9 }));
    expect(states(nine, eager)[0]).toBe('firing');
  });

  it('by time need no number of events: a minute down of five is enough', () => {
    const source = new MemoryMetrics().add(1);
    source.state(1, NOW - 4 * DAY, NOW - 10 * MINUTE, true).state(1, NOW - 10 * MINUTE, NOW, false);
    expect(states(source, slaOf(termsOf({ target_availability: 0.99, availability_basis: 'time' })))).toEqual([
      ...['firing', 'quiet', 'quiet', 'quiet'],
    ]);
  });

  it('without data in a window neither fire nor are quiet', () => {
    expect(states(new MemoryMetrics().add(1))).toEqual(Array(4).fill('no_data'));
    // Everything failed until seven minutes ago, then nobody came: the short window of the first rule is empty.
    const silent = traffic((minute) => minute >= 14_300, MONTH.from, NOW - 7 * MINUTE);
    expect(states(silent)).toEqual(['no_data', 'firing', 'firing', 'firing']);
    // Calm in the long window is calm, whatever the short one does not know.
    expect(states(traffic(() => false, MONTH.from, NOW - 7 * MINUTE))[0]).toBe('quiet');
  });

  it('derive their thresholds from the window of the terms', () => {
    const rolling = slaOf(termsOf({ target_availability: 0.99, window: { kind: 'rolling', days: 7 } }));
    const [burn] = burnsOf(
      traffic(() => false),
      rolling,
      [],
      NOW,
    );
    expect(burn!.threshold).toBeCloseTo(3.36, 12);
  });

  it('of a target of 1 have nothing to burn', () => {
    expect(
      states(
        traffic(() => true),
        slaOf(termsOf({ target_availability: 1 })),
      ),
    ).toEqual(Array(4).fill('no_data'));
  });

  it('read one window once for all rules, and only whole minutes', () => {
    const source = traffic(() => false, NOW - HOUR, NOW);
    const rules = termsOf().burn_rules.slice(0, 1);
    burnsOf(
      source,
      slaOf(termsOf({ burn_rules: [...rules, { ...rules[0]!, budget: 0.5, severity: 'ticket' }] })),
      [],
      NOW + 1,
    );
    expect(source.asked).toEqual(['rollups 1 1', 'hours 1 1']);
  });
});
