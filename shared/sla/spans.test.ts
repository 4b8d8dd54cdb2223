import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Span } from './calendar.ts';
import type { StateSpan } from './model.ts';
import { clip, downOf, intersect, joinStates, lengthOf, observedOf, subtract, union } from './spans.ts';

const END = 120;
const span = fc.tuple(fc.nat(END), fc.nat(END)).map(([from, to]): Span => ({ from, to }));
const spans = fc.array(span, { maxLength: 12 });
/** Every millisecond by itself. */
const inside = (list: readonly Span[], at: number) => list.some(({ from, to }) => from <= at && at < to);
const all = Array.from({ length: END + 1 }, (_, at) => at);

/** Maximal runs of the milliseconds for which a test holds: the one right answer. */
function runs(holds: (at: number) => boolean): Span[] {
  const found: { from: number; to: number }[] = [];
  for (const at of all)
    if (holds(at)) {
      if (found.at(-1)?.to === at) found.at(-1)!.to = at + 1;
      else found.push({ from: at, to: at + 1 });
    }
  return found;
}

describe('spans', () => {
  it('are sets of milliseconds: union, intersection, difference, length', () => {
    fc.assert(
      fc.property(spans, spans, (a, b) => {
        const [left, right] = [union(a), union(b)];
        expect(left).toEqual(runs((at) => inside(a, at)));
        expect(intersect(left, right)).toEqual(runs((at) => inside(a, at) && inside(b, at)));
        expect(subtract(left, right)).toEqual(runs((at) => inside(a, at) && !inside(b, at)));
        expect(lengthOf(left)).toBe(all.filter((at) => inside(a, at)).length);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are cut to a window, kind and order kept', () => {
    fc.assert(
      fc.property(spans, span, (list, window) => {
        for (const one of list) {
          const expected = runs((at) => inside([one], at) && inside([window], at));
          expect(clip([{ ...one, up: true }], window)).toEqual(expected.map((piece) => ({ ...piece, up: true })));
        }
        expect(clip(list, window)).toEqual(list.flatMap((one) => clip([one], window)));
      }),
    );
  });

  it('overlapping incidents of several series count once', () => {
    const down = (from: number, to: number): StateSpan => ({ from, to, up: false });
    const up = (from: number, to: number): StateSpan => ({ from, to, up: true });
    const states = [[up(0, 10), down(10, 30)], [down(20, 40), up(50, 60)], []];
    expect(downOf(states)).toEqual([{ from: 10, to: 40 }]);
    expect(observedOf(states)).toEqual([
      { from: 0, to: 40 },
      { from: 50, to: 60 },
    ]);
  });

  it('join what was one state however it was cut', () => {
    const states = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean(), fc.boolean()), { maxLength: 12 });
    fc.assert(
      fc.property(states, (list) => {
        let at = 0;
        const cut: StateSpan[] = list.map(([length, up, gap]) => {
          const from = at + (gap ? 1 : 0);
          at = from + length;
          return { from, to: at, up };
        });
        const whole = joinStates(cut);
        for (const kind of [true, false])
          expect(whole.filter(({ up }) => up === kind)).toEqual(
            runs((ms) =>
              inside(
                cut.filter(({ up }) => up === kind),
                ms,
              ),
            ).map((one) => ({ ...one, up: kind })),
          );
      }),
    );
  });
});
