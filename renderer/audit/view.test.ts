import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditView } from './view.ts';
import { DEFAULT_VIEW, decodeView, EMPTY_FILTER, encodeView, isUnfiltered, sameRows } from './view.ts';

const text = (max: number) => fc.string({ unit: 'grapheme', maxLength: max }).filter((s) => s.length <= max);
const list = fc.uniqueArray(text(20), { maxLength: 5 });
const instant = fc.integer({ min: -8.64e15, max: 8.64e15 });
const view: fc.Arbitrary<AuditView> = fc.record({
  filter: fc
    .record({
      basis: fc.constantFrom('occurred' as const, 'recorded' as const),
      range: fc.tuple(fc.option(instant), fc.option(instant)),
      actors: list,
      actions: list,
      targets: list,
      outcomes: fc.uniqueArray(fc.constantFrom('success' as const, 'failure' as const, 'denied' as const)),
      workspaces: list,
      text: text(60),
    })
    .map(({ range: [a, b], ...rest }) => {
      if (a === null || b === null) return { ...rest, from: a, to: b };
      return { ...rest, from: Math.min(a, b), to: a === b ? null : Math.max(a, b) };
    }),
  sort: fc.constantFrom('time', 'seq', 'actor', 'action', 'target', 'outcome', 'workspace'),
  direction: fc.constantFrom('asc', 'desc'),
  seq: fc.option(fc.maxSafeNat()),
});

describe('address of the explorer', () => {
  it('reads back every view it writes', () => {
    fc.assert(
      fc.property(view, (original) => {
        expect(decodeView(encodeView(original))).toEqual({ view: original, problems: [] });
      }),
      { numRuns: 500 },
    );
  });

  it('never throws and always answers a usable view', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (noise) => {
        const { view: read } = decodeView(noise);
        expect(decodeView(encodeView(read)).problems).toEqual([]);
      }),
    );
  });

  it('keeps the sound parts of a damaged address and names the others', () => {
    const { view: read, problems } = decodeView(
      'actor=user:u_1&outcome=perhaps&from=yesterday&sort=-colour&seq=07&utm=1',
    );
    expect(read).toEqual({ ...DEFAULT_VIEW, filter: { ...EMPTY_FILTER, actors: ['user:u_1'] } });
    expect(problems).toEqual([
      'The part “utm” is unknown.',
      'The start of the time range, “yesterday”, is not a UTC time.',
      'The outcome filter is not valid.',
      'The log cannot be sorted by “-colour”.',
      '“07” is not a sequence number.',
    ]);
  });

  it('drops a range that ends before it starts', () => {
    const { view: read, problems } = decodeView('from=2026-11-25&to=2026-11-24');
    expect([read.filter.from, read.filter.to]).toEqual([null, null]);
    expect(problems).toEqual(['The time range ends before it starts.']);
  });

  it('writes nothing for the default view', () => {
    expect(encodeView(DEFAULT_VIEW)).toBe('');
  });

  it('tells the same rows from another open event', () => {
    expect(sameRows(DEFAULT_VIEW, { ...DEFAULT_VIEW, seq: 5 })).toBe(true);
    expect(sameRows(DEFAULT_VIEW, { ...DEFAULT_VIEW, direction: 'asc' })).toBe(false);
  });

  it('does not count the time basis as a filter', () => {
    expect(isUnfiltered({ ...EMPTY_FILTER, basis: 'recorded' })).toBe(true);
    expect(isUnfiltered({ ...EMPTY_FILTER, workspaces: [''] })).toBe(false);
  });
});
