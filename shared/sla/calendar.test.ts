import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysOf, monthAfter, monthOf, monthSpan, offsetsOf } from './calendar.ts';
import { HOUR } from './model.ts';

const hours = (month: string, zone: string): number => {
  const { from, to } = monthSpan(month, zone);
  return (to - from) / HOUR;
};
const iso = (at: number): string => new Date(at).toISOString();

/** Local date and time by Intl, which shares no code with Temporal's polyfill beyond the zone data. */
function wall(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
    ...{ second: '2-digit', hourCycle: 'h23' },
  }).formatToParts(at);
  const get = (type: string) => parts.find((part) => part.type === type)!.value;
  return `${get('year')}-${get('month')}-${get('day')}T${get('hour')}:${get('minute')}:${get('second')}`;
}

const ZONES = [
  ...['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Kiritimati', 'UTC'],
  ...['Pacific/Marquesas', 'America/St_Johns', 'Africa/Casablanca', 'Asia/Kolkata', 'Pacific/Apia', 'Africa/Cairo'],
];
const zone = fc.constantFrom(...ZONES);

describe('months', () => {
  it.each([
    ['Berlin in March loses an hour', '2026-03', 'Europe/Berlin', 743],
    ['Berlin in October gains one', '2026-10', 'Europe/Berlin', 745],
    ['New York in March', '2026-03', 'America/New_York', 743],
    ['New York in November', '2026-11', 'America/New_York', 721],
    ['Lord Howe moves by half an hour, in April', '2026-04', 'Australia/Lord_Howe', 720.5],
    ['Lord Howe in October', '2026-10', 'Australia/Lord_Howe', 743.5],
    ['Kathmandu has no clock changes', '2026-03', 'Asia/Kathmandu', 744],
    ['February', '2026-02', 'Europe/Berlin', 672],
    ['February with a leap day', '2028-02', 'Europe/Berlin', 696],
    ['no leap day in 2100', '2100-02', 'UTC', 672],
    ['a month of 30 days', '2026-04', 'UTC', 720],
    ['Apia skipped a day', '2011-12', 'Pacific/Apia', 720],
  ])('%s', (_what, month, where, length) => {
    expect(hours(month, where)).toBe(length);
  });

  it('begin at local midnight, east and west', () => {
    expect(iso(monthSpan('2026-10', 'Asia/Kathmandu').from)).toBe('2026-09-30T18:15:00.000Z');
    expect(iso(monthSpan('2026-10', 'Pacific/Kiritimati').from)).toBe('2026-09-30T10:00:00.000Z');
    expect(iso(monthSpan('2026-10', 'Pacific/Pago_Pago').from)).toBe('2026-10-01T11:00:00.000Z');
    expect(iso(monthSpan('2026-10', 'America/New_York').to)).toBe('2026-11-01T04:00:00.000Z');
  });

  it('begin at one where clocks skip the midnight of the first day', () => {
    const { from } = monthSpan('2009-06', 'Africa/Casablanca');
    expect([wall(from - 1, 'Africa/Casablanca'), wall(from, 'Africa/Casablanca')]).toEqual([
      ...['2009-05-31T23:59:59', '2009-06-01T01:00:00'],
    ]);
  });

  it('begin once where clocks go back over their first midnight', () => {
    const zone = 'America/St_Johns';
    const { from } = monthSpan('2009-11', zone);
    const again = from + 30 * 60_000;
    expect([wall(from, zone), wall(again, zone)]).toEqual(['2009-11-01T00:00:00', '2009-10-31T23:30:00']);
    expect([monthOf(from - 1, zone), monthOf(from, zone), monthOf(again, zone)]).toEqual([
      '2009-10',
      '2009-11',
      '2009-11',
    ]);
    expect(daysOf({ from: again, to: from + 24 * HOUR }, zone).map(({ day }) => day)).toEqual(['2009-11-01']);
  });

  it('follow one another without gap or overlap, and hold the instants that are of them', () => {
    fc.assert(
      fc.property(zone, fc.integer({ min: 0, max: 720 }), fc.double({ min: 0, max: 1, noNaN: true }), (z, n, share) => {
        const month = monthAfter('1990-01', n);
        const { from, to } = monthSpan(month, z);
        expect(monthSpan(monthAfter(month, 1), z).from).toBe(to);
        expect(monthSpan(monthAfter(month, -1), z).to).toBe(from);
        const at = Math.min(from + Math.floor((to - from) * share), to - 1);
        expect(monthOf(at, z)).toBe(month);
        if (at - from >= HOUR) expect(wall(at, z).slice(0, 7)).toBe(month);
        expect([monthOf(from - 1, z), monthOf(to, z)]).toEqual([monthAfter(month, -1), monthAfter(month, 1)]);
        expect([wall(from, z).slice(0, 10), wall(from - 1, z).slice(0, 7)]).toEqual([
          `${month}-01`,
          monthAfter(month, -1),
        ]);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['2026-13', '2026-00', '2026-1', '26-01', '2026-10-01', ''])('refuses %j', (text) => {
    expect(() => monthSpan(text, 'UTC')).toThrow(RangeError);
  });
});

describe('days', () => {
  it('of a month are its dates, of 23 and 25 hours where clocks change', () => {
    const days = daysOf(monthSpan('2026-10', 'Europe/Berlin'), 'Europe/Berlin');
    expect(days).toHaveLength(31);
    expect(days.filter(({ from, to }) => to - from !== 24 * HOUR)).toEqual([
      { day: '2026-10-25', from: Date.parse('2026-10-24T22:00Z'), to: Date.parse('2026-10-25T23:00Z') },
    ]);
    expect(daysOf(monthSpan('2028-02', 'UTC'), 'UTC').at(-1)!.day).toBe('2028-02-29');
  });

  it('that clocks skipped are none', () => {
    const days = daysOf(monthSpan('2011-12', 'Pacific/Apia'), 'Pacific/Apia').map(({ day }) => day);
    expect(days).toHaveLength(30);
    expect(days).not.toContain('2011-12-30');
  });

  it('cover any span without gap, cut to it, each instant under its date', () => {
    const at = fc.integer({ min: Date.parse('2005-01-01'), max: Date.parse('2035-01-01') });
    fc.assert(
      fc.property(zone, at, fc.integer({ min: 0, max: 40 * 24 * HOUR }), (z, from, length) => {
        const to = from + length;
        const days = daysOf({ from, to }, z);
        expect(days.reduce((next, day) => (day.from === next && day.to > day.from ? day.to : Number.NaN), from)).toBe(
          to,
        );
        // Not where the span cuts a day: that may be in an hour whose clocks show the day before again.
        for (const day of days.slice(1)) expect(wall(day.from, z).slice(0, 10)).toBe(day.day);
        for (const day of days.slice(0, -1)) expect(wall(day.to - 1, z).slice(0, 10)).toBe(day.day);
        expect(new Set(days.map(({ day }) => day)).size).toBe(days.length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('offsets', () => {
  it('turn instants into local time everywhere in a span', () => {
    const at = fc.integer({ min: Date.parse('2005-01-01'), max: Date.parse('2035-01-01') });
    fc.assert(
      fc.property(zone, at, fc.integer({ min: 1, max: 400 * 24 * HOUR }), fc.nat(), (z, from, length, where) => {
        const to = from + length;
        const pieces = offsetsOf({ from, to }, z);
        expect(pieces.reduce((next, piece) => (piece.from === next ? piece.to : Number.NaN), from)).toBe(to);
        const probe = from + (where % length);
        for (const instant of [probe, ...pieces.flatMap((piece) => [piece.from, piece.to - 1])]) {
          const piece = pieces.find((one) => one.from <= instant && instant < one.to)!;
          expect(iso(instant + piece.offset).slice(0, 19)).toBe(wall(instant, z));
        }
      }),
      { numRuns: 200 },
    );
  });
});
