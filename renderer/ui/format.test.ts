import { describe, expect, it } from 'vitest';
import { bytes, count, duration, plural } from './numbers.ts';
import { progressText } from './progressText.ts';
import { formatExact, formatMinute, formatRelative, resolveZone, timeParts } from './time.ts';

describe('numbers', () => {
  it('groups, and shows a dash for what is missing', () => {
    expect([count(1204118), count(0), count(null), count(undefined)]).toEqual(['1,204,118', '0', '—', '—']);
  });
  it('counts in words', () => {
    expect([plural(1, 'event'), plural(2, 'event'), plural(0, 'entity', 'entities')]).toEqual([
      '1 event',
      '2 events',
      '0 entities',
    ]);
  });
  it('scales bytes without four-digit figures', () => {
    expect([bytes(0), bytes(999), bytes(1000), bytes(999_499), bytes(999_999), bytes(418_000_000)]).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '999 kB',
      '1.0 MB',
      '418 MB',
    ]);
  });
  it('tells durations, carrying into the next unit', () => {
    expect([
      duration(0.2),
      duration(11),
      duration(4210),
      duration(59_960),
      duration(185_000),
      duration(3_599_999),
      duration(7_800_000),
    ]).toEqual(['<1 ms', '11 ms', '4.2 s', '1 min 00 s', '3 min 05 s', '1 h 00 min', '2 h 10 min']);
  });
});

describe('time', () => {
  const at = Date.UTC(2026, 8, 3, 22, 7, 31, 204);
  it('shows an instant in its zone, and names the zone', () => {
    expect(formatExact(at, 'UTC')).toBe('3 Sep 2026, 22:07:31.204 UTC');
    expect(formatMinute(at, 'Asia/Kolkata')).toBe('4 Sep 2026, 03:37');
    expect(formatExact(at, 'America/New_York')).toBe('3 Sep 2026, 18:07:31.204 America/New York');
  });
  it('writes midnight as 00', () => {
    expect(timeParts(Date.UTC(2026, 0, 1), 'UTC').hour).toBe('00');
  });
  it('resolves settings to zones', () => {
    expect([resolveZone('utc'), resolveZone('Europe/Berlin')]).toEqual(['UTC', 'Europe/Berlin']);
  });
  it.each([
    [0, 'just now'],
    [59_000, '59 s ago'],
    [60_000, '1 min ago'],
    [3_599_000, '59 min ago'],
    [86_400_000, '1 d ago'],
    [-120_000, 'in 2 min'],
  ])('tells %i ms ago', (ago, words) => {
    expect(formatRelative(at - ago, at)).toBe(words);
  });
});

describe('progress', () => {
  it('leaves out what is not known', () => {
    const base = {
      phase: 'Verifying',
      done: 12_000,
      total: 50_000,
      unit: 'events',
      ratePerSecond: 98_000,
      secondsLeft: 1.2,
    };
    expect(progressText(base)).toBe('12,000 of 50,000 events · 98,000 a second · 2 s left');
    expect(progressText({ ...base, total: null, ratePerSecond: null, secondsLeft: null })).toBe('12,000 events');
  });
});
