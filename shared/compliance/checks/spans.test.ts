import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlap, type Span, total, union } from './spans.ts';

const span = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 8 })).map(([from, length]) => ({
  from,
  to: from + length,
}));
const list = fc.array(span, { maxLength: 6 });
/** Whole units of time that lie in any of the stretches. */
const units = (spans: readonly Span[]): number[] =>
  Array.from({ length: 40 }, (_, at) => at).filter((at) => spans.some(({ from, to }) => from <= at && at < to));

describe('stretches of time', () => {
  it('joined cover what each covers, rise, and neither overlap nor adjoin', () => {
    fc.assert(
      fc.property(list, list, (a, b) => {
        const joined = union([a, b]);
        expect(units(joined)).toEqual(units([...a, ...b]));
        expect(joined.every((one, i) => i === 0 || joined[i - 1]!.to < one.from)).toBe(true);
        expect(total(joined)).toBe(units([...a, ...b]).length);
      }),
    );
  });

  it('overlap where both have time', () => {
    fc.assert(
      fc.property(list, list, (a, b) => {
        const [left, right] = [union([a]), union([b])];
        const both = units(left).filter((at) => units(right).includes(at));
        expect(units(overlap(left, right))).toEqual(both);
        expect(total(overlap(left, right))).toBe(both.length);
      }),
    );
  });
});
