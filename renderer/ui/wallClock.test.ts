import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWall, wallText } from './wallClock.ts';

describe('typed times', () => {
  it('reads dates and times in the zone', () => {
    expect(parseWall('2026-11-24', 'UTC')).toBe(Date.UTC(2026, 10, 24));
    expect(parseWall(' 2026-11-24 14:10 ', 'Europe/Berlin')).toBe(Date.UTC(2026, 10, 24, 13, 10));
    expect(parseWall('2026-07-01T00:00:01.5', 'Asia/Kolkata')).toBe(Date.UTC(2026, 5, 30, 18, 30, 1, 500));
  });

  it('refuses what is no time', () => {
    expect(
      ['', 'yesterday', '2026-02-30', '2026-13-01', '2026-11-24 24:00', '24.11.2026'].map((t) => parseWall(t, 'UTC')),
    ).toEqual(Array(6).fill(null));
  });

  it('resolves the skipped and the doubled hour of summer time', () => {
    expect(parseWall('2026-03-29 02:30', 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 29, 1, 30));
    expect(parseWall('2026-10-25 02:30', 'Europe/Berlin')).toBe(Date.UTC(2026, 9, 25, 0, 30));
  });

  it('reads back what it writes', () => {
    const zones = fc.constantFrom('UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe');
    const instants = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2040, 0) });
    fc.assert(
      fc.property(instants, zones, (at, zone) => {
        const back = parseWall(wallText(at, zone), zone)!;
        // Within the doubled hour the first one is meant.
        expect([0, 3_600_000, 1_800_000]).toContain(at - back);
      }),
    );
  });
});
