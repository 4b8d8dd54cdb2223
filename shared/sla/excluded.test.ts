import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { exclusionOf, revisionOf, slaOf, termsOf, utc } from '../../test/support/slaWorld.ts';
import { ServiceHours } from '../entities/sla.ts';
import { monthSpan, type Span } from './calendar.ts';
import { excludedOf, serviceSpans } from './excluded.ts';
import { HOUR, MINUTE } from './model.ts';
import { lengthOf, subtract } from './spans.ts';

const OFFICE: ServiceHours = { days: [1, 2, 3, 4, 5], from: '09:00', to: '17:30' };
const ALWAYS: ServiceHours = { days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' };

/** Does the local clock show service hours? Asked of each instant by itself. */
function inService(hours: readonly ServiceHours[], zone: string, at: number): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
  const yesterday = local.toPlainDate().subtract({ days: 1 }).dayOfWeek;
  return hours.some(({ days, from, to }) =>
    from < to
      ? days.includes(local.dayOfWeek) && from <= time && time < to
      : (days.includes(local.dayOfWeek) && from <= time) || (days.includes(yesterday) && time < to),
  );
}

const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 30, 45, 59))
  .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
const rule: fc.Arbitrary<ServiceHours> = fc.record({
  days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
  from: clock,
  to: fc.oneof(clock, fc.constant('24:00')),
});
/** Instants around clock changes: spring and autumn, whole and half hours, at midnight, and quiet zones. */
const place = fc.constantFrom<[zone: string, near: string]>(
  ['Europe/Berlin', '2026-03-29T01:00'],
  ['Europe/Berlin', '2026-10-25T01:00'],
  ['America/New_York', '2026-03-08T07:00'],
  ['America/New_York', '2026-11-01T06:00'],
  ['Australia/Lord_Howe', '2026-04-04T15:00'],
  ['Australia/Lord_Howe', '2026-10-03T15:30'],
  ['Africa/Cairo', '2026-04-23T22:00'],
  ['Asia/Kathmandu', '2026-03-29T01:00'],
  ['Pacific/Apia', '2011-12-30T10:00'],
  ['Pacific/Kiritimati', '1965-03-01T00:00'],
);

describe('service hours', () => {
  it('are the minutes whose local clock shows them, also where clocks change', () => {
    fc.assert(
      fc.property(
        place,
        fc.array(rule, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: -40, max: 40 }),
        ([zone, near], hours, shift) => {
          const from = utc(near) + shift * HOUR;
          const window = { from, to: from + 30 * HOUR };
          const spans = serviceSpans(hours, zone, window);
          for (let at = window.from; at < window.to; at += 15 * MINUTE) {
            for (const instant of [at, at + 14 * MINUTE])
              expect(
                spans.some((span) => span.from <= instant && instant < span.to),
                `${new Date(instant).toISOString()}`,
              ).toBe(inService(hours, zone, instant));
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('of all days to 24:00 leave nothing out, in months of 743, 744 and 745 hours', () => {
    for (const [month, zone] of [
      ['2026-03', 'Europe/Berlin'],
      ['2026-10', 'Europe/Berlin'],
      ['2026-10', 'Australia/Lord_Howe'],
      ['2028-02', 'Asia/Kathmandu'],
    ] as const) {
      const window = monthSpan(month, zone);
      expect(serviceSpans([ALWAYS], zone, window)).toEqual([window]);
    }
  });

  it('of an office in October count local hours on both sides of the change', () => {
    const window = monthSpan('2026-10', 'Europe/Berlin');
    const spans = serviceSpans([OFFICE], 'Europe/Berlin', window);
    expect(spans).toHaveLength(22);
    expect(lengthOf(spans)).toBe(22 * 8.5 * HOUR);
    expect(spans[0]).toEqual({ from: utc('2026-10-01T07:00'), to: utc('2026-10-01T15:30') });
    expect(spans.at(-1)).toEqual({ from: utc('2026-10-30T08:00'), to: utc('2026-10-30T16:30') });
  });

  it('at night count an hour that comes twice both times, and one that is skipped not at all', () => {
    const night: ServiceHours = { days: [6], from: '22:00', to: '06:00' };
    const length = (from: string) =>
      lengthOf(serviceSpans([night], 'Europe/Berlin', { from: utc(from), to: utc(from) + 48 * HOUR })) / HOUR;
    expect([length('2026-10-24T00:00'), length('2026-03-28T00:00'), length('2026-06-06T00:00')]).toEqual([9, 7, 8]);
  });

  it('end at 24:00 at the latest and begin before', () => {
    expect(ServiceHours.safeParse({ ...OFFICE, to: '24:00' }).success).toBe(true);
    for (const fields of [{ from: '24:00' }, { to: '24:30' }, { from: '9:00' }, { to: '12:60' }])
      expect(ServiceHours.safeParse({ ...OFFICE, ...fields }).success).toBe(false);
  });
});

describe('excluded time', () => {
  const window: Span = { from: utc('2026-10-01T00:00'), to: utc('2026-10-11T00:00') };
  const day = (n: number) => window.from + n * 24 * HOUR;

  it('is maintenance of the SLA or of all, merged and cut to the window', () => {
    const sla = slaOf(termsOf());
    const exclusions = [
      exclusionOf(day(-1), day(1)),
      exclusionOf(day(2), day(4)),
      exclusionOf(day(3), day(5), { sla_id: 'api' }),
      exclusionOf(day(7), day(8), { sla_id: 'another' }),
      exclusionOf(day(20), day(21)),
    ];
    expect(excludedOf(sla, sla.revisions[0]!, exclusions, window)).toEqual([
      { from: day(0), to: day(1) },
      { from: day(2), to: day(5) },
    ]);
  });

  it('is what lies before the SLA was made and after it ended', () => {
    const began = '2026-10-03T04:05:06.789Z';
    const sla = slaOf(termsOf(), {
      revisions: [revisionOf(1, began, termsOf())],
      ended_at: '2026-10-08T00:00:00.000Z',
    });
    expect(excludedOf(sla, sla.revisions[0]!, [], window)).toEqual([
      { from: window.from, to: Date.parse(began) },
      { from: day(7), to: window.to },
    ]);
    const later = { from: day(8), to: day(9) };
    expect(excludedOf(sla, sla.revisions[0]!, [], later)).toEqual([later]);
  });

  it('is what lies outside service hours', () => {
    const sla = slaOf(termsOf({ service_hours: [OFFICE] }));
    const excluded = excludedOf(sla, sla.revisions[0]!, [], window);
    expect(subtract([window], excluded)).toEqual(serviceSpans([OFFICE], 'UTC', window));
  });
});
