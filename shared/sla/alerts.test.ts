import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { revisionOf, termsOf, utc } from '../../test/support/slaWorld.ts';
import { SLA_METRICS, type SlaAlert, type SlaBreach, type SlaTerms } from '../entities/sla.ts';
import { type BurnReading, type Changes, type Seen, step } from './alerts.ts';
import { monthSpan } from './calendar.ts';
import type { Judged } from './judge.ts';
import type { Evaluation, Verdict } from './model.ts';
import { MINUTE } from './model.ts';

const T0 = utc('2026-10-10T00:00');
const iso = (at: number) => new Date(at).toISOString();
type Verdicts = readonly [availability: Verdict, response: Verdict, errors: Verdict];
const CALM: Verdicts = ['compliant', 'compliant', 'compliant'];

function evaluationOf(verdicts: Verdicts, actual: number): Evaluation {
  const metrics = SLA_METRICS.map((metric, i) => {
    const verdict = verdicts[i]!;
    const breachPercent = metric === 'availability' && verdict === 'breached' ? 0.99 - actual : null;
    return { metric, verdict, target: 0.99, actual: verdict === 'no_data' ? null : actual, breachPercent };
  });
  return { metrics } as unknown as Evaluation;
}

interface Look {
  readonly day?: Verdicts;
  readonly window?: Verdicts;
  readonly actual?: number;
  readonly revision?: number;
  readonly month?: string;
  readonly kind?: SlaTerms['window'];
  readonly burns?: readonly BurnReading[];
}
function seenOf({
  day = CALM,
  window = CALM,
  actual = 0.5,
  revision = 1,
  month = '2026-10',
  ...rest
}: Look = {}): Seen {
  const terms = termsOf({ window: rest.kind ?? { kind: 'calendar' } });
  const judged: Judged = {
    revision: revisionOf(revision, '2026-01-01T00:00:00.000Z', terms),
    day: evaluationOf(day, actual),
    window: evaluationOf(window, actual),
    whole: monthSpan(month, 'UTC'),
  };
  return { judged, burns: rest.burns ?? [] };
}
const RULE = { long_minutes: 60, short_minutes: 5, budget: 0.02, severity: 'page' } as const;
const burning = (state: BurnReading['state'], long = 20, rule: BurnReading['rule'] = RULE): BurnReading => ({
  ...{ rule, threshold: 14.88, long: state === 'no_data' ? null : long, short: 1, state },
});

/** What a store does with changes: ids for what opens, the newest for what changed. */
class Store {
  readonly breaches: SlaBreach[] = [];
  readonly alerts: SlaAlert[] = [];

  step(seen: Seen, now: number) {
    const open = <T extends { closed_at: string | null }>(list: T[]) =>
      list.filter(({ closed_at }) => closed_at === null);
    const changes = step({ breaches: open(this.breaches), alerts: open(this.alerts) }, seen, now);
    this.keep(this.breaches, changes.breaches as Changes<never>);
    this.keep(this.alerts, changes.alerts as Changes<never>);
    return changes;
  }

  private keep<T extends { id: string }>(list: T[], { opened, worsened, closed }: Changes<T>): void {
    for (const changed of [...worsened, ...closed]) list[list.findIndex(({ id }) => id === changed.id)] = changed;
    for (const draft of opened)
      list.push({ ...draft, id: `b${list.length}`, org_id: 'acme', sla_id: 'api', version: 1 } as unknown as T);
  }
}

describe('breaches', () => {
  it('open once, keep their worst value, close once', () => {
    const store = new Store();
    const broken: Verdicts = ['breached', 'compliant', 'compliant'];
    const [first, second, third, fourth] = [
      store.step(seenOf({ day: broken, actual: 0.95 }), T0),
      store.step(seenOf({ day: broken, actual: 0.94 }), T0 + MINUTE),
      store.step(seenOf({ day: broken, actual: 0.96 }), T0 + 2 * MINUTE),
      store.step(seenOf({}), T0 + 3 * MINUTE),
    ];
    expect(
      [first, second, third, fourth].map(({ breaches: { opened, worsened, closed } }) => [
        opened.length,
        worsened.length,
        closed.length,
      ]),
    ).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
      [0, 0, 1],
    ]);
    expect(store.breaches).toEqual([
      {
        ...{ id: 'b0', org_id: 'acme', sla_id: 'api', version: 1, revision: 1, metric: 'availability', scope: 'day' },
        ...{ opened_at: iso(T0), closed_at: iso(T0 + 3 * MINUTE), target: 0.99, actual: 0.94 },
        breach_percent: expect.closeTo(0.05, 12),
      },
    ]);
  });

  it('of error rate and response time are worse when higher', () => {
    const store = new Store();
    const broken: Verdicts = ['compliant', 'breached', 'breached'];
    store.step(seenOf({ window: broken, actual: 10 }), T0);
    store.step(seenOf({ window: broken, actual: 30 }), T0 + MINUTE);
    store.step(seenOf({ window: broken, actual: 20 }), T0 + 2 * MINUTE);
    expect(
      store.breaches.map(({ scope, metric, actual, breach_percent }) => [scope, metric, actual, breach_percent]),
    ).toEqual([
      ['window', 'response_time', 30, null],
      ['window', 'error_rate', 30, null],
    ]);
  });

  it('neither open nor close without data', () => {
    const store = new Store();
    const silent: Verdicts = ['no_data', 'no_data', 'no_data'];
    expect(store.step(seenOf({ day: silent, window: silent }), T0).breaches.opened).toEqual([]);
    store.step(seenOf({ day: ['breached', 'compliant', 'compliant'] }), T0);
    expect(store.step(seenOf({ day: silent }), T0 + MINUTE).breaches).toEqual({ opened: [], worsened: [], closed: [] });
    expect(store.step(seenOf(), T0 + 2 * MINUTE).breaches.closed).toHaveLength(1);
  });

  it('of a calendar month end with it, of a day or a rolling window do not', () => {
    const broken: Verdicts = ['breached', 'compliant', 'compliant'];
    const november = monthSpan('2026-11', 'UTC').from;
    const store = new Store();
    store.step(seenOf({ day: broken, window: broken }), T0);
    const { breaches } = store.step(seenOf({ day: broken, window: broken, month: '2026-11' }), november + MINUTE);
    expect(breaches.closed.map(({ scope, closed_at }) => [scope, closed_at])).toEqual([['window', iso(november)]]);
    expect(breaches.opened.map(({ scope, opened_at }) => [scope, opened_at])).toEqual([
      ['window', iso(november + MINUTE)],
    ]);
    const rolling = { kind: { kind: 'rolling', days: 30 } as const, day: broken, window: broken };
    const other = new Store();
    other.step(seenOf(rolling), T0);
    expect(other.step(seenOf({ ...rolling, month: '2026-11' }), november).breaches.closed).toEqual([]);
  });

  it('end with their revision, and with the SLA', () => {
    const store = new Store();
    const broken: Verdicts = ['breached', 'compliant', 'compliant'];
    store.step(seenOf({ day: broken }), T0);
    const { breaches } = store.step(seenOf({ day: broken, revision: 2 }), T0 + MINUTE);
    expect([breaches.closed[0]!.closed_at, breaches.opened[0]!.revision]).toEqual([iso(T0 + MINUTE), 2]);
    expect(store.step(null, T0 + 2 * MINUTE).breaches).toMatchObject({
      opened: [],
      worsened: [],
      closed: [{ revision: 2 }],
    });
    expect(store.step(null, T0 + 3 * MINUTE).breaches.closed).toEqual([]);
  });

  it('are never open twice, and open and close in turn, whatever is seen', () => {
    const verdict = fc.constantFrom<Verdict>('compliant', 'breached', 'no_data');
    const verdicts = fc.tuple(verdict, verdict, verdict);
    const look = fc.record({
      day: verdicts,
      window: verdicts,
      actual: fc.double({ min: 0, max: 1, noNaN: true }),
      revision: fc.constantFrom(1, 1, 1, 1, 2),
      burns: fc.constantFrom<BurnReading['state']>('firing', 'quiet', 'no_data').map((state) => [burning(state)]),
    });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 25 }), (looks) => {
        const store = new Store();
        for (const [i, one] of looks.entries()) {
          const now = T0 + i * MINUTE;
          store.step(seenOf(one), now);
          const open = store.breaches.filter(({ closed_at }) => closed_at === null);
          expect(new Set(open.map(({ scope, metric }) => `${scope}/${metric}`)).size).toBe(open.length);
          expect(store.alerts.filter(({ closed_at }) => closed_at === null).length).toBeLessThanOrEqual(1);
          for (const [s, scope] of [[one.day, 'day'] as const, [one.window, 'window'] as const])
            for (const [m, metric] of SLA_METRICS.entries()) {
              const isOpen = open.some((b) => b.scope === scope && b.metric === metric);
              if (s[m] !== 'no_data') expect(isOpen).toBe(s[m] === 'breached');
            }
          // Nothing changes when the same is seen again.
          const again = store.step(seenOf(one), now);
          for (const { opened, worsened, closed } of [again.breaches, again.alerts])
            expect([opened, worsened, closed]).toEqual([[], [], []]);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('alerts', () => {
  it('open once, keep their highest rate, close when the rule is quiet, not for want of data', () => {
    const store = new Store();
    const looks = ['no_data', 'firing', 'firing', 'no_data', 'firing', 'quiet', 'quiet', 'firing'] as const;
    const rates = [0, 20, 30, 0, 25, 1, 1, 16];
    const changes = looks.map(
      (state, i) => store.step(seenOf({ burns: [burning(state, rates[i])] }), T0 + i * MINUTE).alerts,
    );
    expect(changes.map(({ opened, worsened, closed }) => [opened.length, worsened.length, closed.length])).toEqual([
      ...[
        [0, 0, 0],
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 1],
        [0, 0, 0],
        [1, 0, 0],
      ],
    ]);
    expect(store.alerts[0]).toEqual({
      ...{ id: 'b0', org_id: 'acme', sla_id: 'api', version: 1, revision: 1, severity: 'page', long_minutes: 60 },
      ...{
        short_minutes: 5,
        threshold: 14.88,
        burn_rate: 30,
        opened_at: iso(T0 + MINUTE),
        closed_at: iso(T0 + 5 * MINUTE),
      },
    });
    expect(store.alerts[1]).toMatchObject({ closed_at: null, burn_rate: 16 });
  });

  it('of each rule are its own', () => {
    const store = new Store();
    const others = [
      { ...RULE, severity: 'ticket' },
      { ...RULE, short_minutes: 6 },
      { ...RULE, long_minutes: 70 },
    ] as const;
    store.step(seenOf({ burns: [burning('firing')] }), T0);
    const burns = [burning('firing'), ...others.map((rule) => burning('firing', 20, rule))];
    expect(store.step(seenOf({ burns }), T0 + MINUTE).alerts.opened).toHaveLength(3);
  });

  it('close when their rule is gone, other terms hold, or the SLA ended', () => {
    for (const [seen, opened] of [
      [seenOf({ burns: [] }), 0],
      [seenOf({ revision: 2, burns: [burning('firing')] }), 1],
      [null, 0],
    ] as const) {
      const store = new Store();
      store.step(seenOf({ burns: [burning('firing')] }), T0);
      const { alerts } = store.step(seen, T0 + MINUTE);
      expect([alerts.closed.length, alerts.opened.length]).toEqual([1, opened]);
    }
  });
});
