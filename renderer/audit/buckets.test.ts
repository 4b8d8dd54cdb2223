import { describe, expect, it } from 'vitest';
import { axisMarks, zoneOffset } from '../ui/timeAxis.ts';
import { barPaths, bucketAt, lengthWords, rangeOf, summed, widened } from './buckets.ts';

const HOUR = 3_600_000;
const day = Date.UTC(2026, 10, 24);
const histogram = {
  from: day,
  to: day + 3.5 * HOUR,
  bucketMs: HOUR,
  success: [4, 0, 2, 1],
  failure: [0, 0, 1, 0],
  denied: [0, 0, 1, 0],
  elapsedMs: 1,
};

describe('histogram', () => {
  it('gives the range of a stretch of buckets in either direction, ending with the data', () => {
    expect(rangeOf(histogram, 2, 0)).toEqual({ from: day, to: day + 3 * HOUR });
    expect(rangeOf(histogram, 3, 3)).toEqual({ from: day + 3 * HOUR, to: day + 3.5 * HOUR });
  });

  it('puts marks on round hours of the zone', () => {
    const marks = axisMarks(day, day + 14 * HOUR, 6, zoneOffset('UTC'));
    expect(marks.map((at) => new Date(at).toISOString().slice(11, 16))).toEqual([
      '00:00',
      '03:00',
      '06:00',
      '09:00',
      '12:00',
    ]);
    const kolkata = axisMarks(day, day + 14 * HOUR, 6, zoneOffset('Asia/Kolkata'));
    expect(kolkata.map((at) => new Date(at).toISOString().slice(11, 16))).toEqual([
      '00:30',
      '03:30',
      '06:30',
      '09:30',
      '12:30',
    ]);
  });

  it('keeps midnights at midnight across the end of summer time', () => {
    const from = Date.UTC(2026, 9, 23, 22);
    const marks = axisMarks(from, from + 4 * 24 * HOUR, 6, zoneOffset('Europe/Berlin'));
    const wall = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit' });
    expect(marks.map((at) => wall.format(at))).toEqual(['00:00', '00:00', '00:00', '00:00']);
  });

  it('stacks denied, failure, success from the foot, the tallest bucket filling the box', () => {
    const bars = barPaths(histogram, 80, 60);
    expect(bars.max).toBe(4);
    expect(bars.success).toBe('M0 60V0h18V60zM40 30V0h18V30zM60 60V45h18V60z');
    expect(bars.failure).toBe('M40 45V30h18V45z');
    expect(bars.denied).toBe('M40 60V45h18V60z');
  });

  it('draws nothing without events', () => {
    expect(barPaths({ ...histogram, success: [], failure: [], denied: [] }, 80, 60).max).toBe(0);
  });

  it('widens around the middle', () => {
    expect(widened(1000, 3000)).toEqual({ from: 0, to: 4000 });
  });

  it('sums a stretch to what its buckets hold, over the range they cover', () => {
    const counts = { success: [1, 2, 3, 4, 5], failure: [0, 0, 7, 0, 0], denied: [9, 0, 1, 0, 2] };
    const five = { from: 0, to: 45, bucketMs: 10, ...counts, elapsedMs: 1 };
    expect(summed(five, 1, 3)).toEqual({ index: 1, from: 10, to: 40, success: 9, failure: 7, denied: 1, total: 17 });
    expect(summed(five, 4, 4)).toEqual(bucketAt(five, 4));
  });

  it('says how long a bucket is', () => {
    const words = [86_400_000, 172_800_000, 21_600_000, 900_000, 2500].map(lengthWords);
    expect(words).toEqual(['1 day', '2 days', '6 h', '15 min', '2.5 s']);
  });
});
