import { describe, expect, it } from 'vitest';
import { daysPeriod, formatDay, presetPeriod, startOfDay } from './periods.ts';

const at = (iso: string): number => Date.parse(iso);

describe('startOfDay', () => {
  it.each([
    ['UTC', 2026, 11, 24, '2026-11-24T00:00:00Z'],
    ['Europe/Berlin', 2026, 7, 1, '2026-06-30T22:00:00Z'],
    ['Europe/Berlin', 2026, 12, 1, '2026-11-30T23:00:00Z'],
    ['America/New_York', 2026, 3, 8, '2026-03-08T05:00:00Z'],
    ['America/New_York', 2026, 3, 9, '2026-03-09T04:00:00Z'],
    ['Asia/Kathmandu', 2026, 9, 1, '2026-08-31T18:15:00Z'],
    ['Pacific/Kiritimati', 2026, 1, 1, '2025-12-31T10:00:00Z'],
    // Midnight does not exist on this day: the clock goes from 00:00 to 01:00.
    ['America/Santiago', 2026, 9, 6, '2026-09-06T04:00:00Z'],
    // The day of which there are two midnights begins with the first.
    ['America/Havana', 2026, 11, 1, '2026-11-01T04:00:00Z'],
  ])('%s %i-%i-%i', (zone, year, month, day, expected) => {
    expect(new Date(startOfDay(year, month, day, zone)).toISOString()).toBe(new Date(expected).toISOString());
  });
});

describe('presetPeriod', () => {
  const now = at('2026-11-24T12:00:00Z');
  it.each([
    ['last-month', '2026-09-30T22:00:00Z', '2026-10-31T23:00:00Z'],
    ['this-month', '2026-10-31T23:00:00Z', '2026-11-24T23:00:00Z'],
    ['last-quarter', '2026-06-30T22:00:00Z', '2026-09-30T22:00:00Z'],
    ['last-90-days', '2026-08-26T22:00:00Z', '2026-11-24T23:00:00Z'],
    ['this-year', '2025-12-31T23:00:00Z', '2026-11-24T23:00:00Z'],
    ['last-year', '2024-12-31T23:00:00Z', '2025-12-31T23:00:00Z'],
  ] as const)('%s in Berlin', (id, from, to) => {
    expect(presetPeriod(id, now, 'Europe/Berlin')).toEqual({ from: at(from), to: at(to) });
  });

  it('takes January from the year before', () => {
    expect(presetPeriod('last-month', at('2026-01-05T00:00:00Z'), 'UTC')).toEqual({
      from: at('2025-12-01'),
      to: at('2026-01-01'),
    });
    expect(presetPeriod('last-quarter', at('2026-01-05T00:00:00Z'), 'UTC')).toEqual({
      from: at('2025-10-01'),
      to: at('2026-01-01'),
    });
  });
});

describe('daysPeriod', () => {
  it('includes both days, whatever their length', () => {
    const period = daysPeriod('2026-10-25', '2026-10-25', 'Europe/Berlin')!;
    expect(period.to - period.from).toBe(25 * 3_600_000);
  });
  it('refuses what is no period', () => {
    expect(daysPeriod('2026-10-26', '2026-10-25', 'UTC')).toBeNull();
    expect(daysPeriod('', '2026-10-25', 'UTC')).toBeNull();
  });
  it('round-trips a day through September', () => {
    expect(formatDay(startOfDay(2026, 9, 3, 'Europe/London'), 'Europe/London')).toBe('2026-09-03');
  });
});
