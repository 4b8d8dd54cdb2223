import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterScroll, MAX_CONTENT, maxVirtual, offsetToShow, physicalHeight, placeAt } from './scrollScale.ts';

const huge = { content: 5_000_000 * 29, viewport: 700 };
const range = physicalHeight(huge) - huge.viewport;

describe('scaled scrolling', () => {
  it('is plain scrolling while the list fits', () => {
    const small = { content: 2_900, viewport: 700 };
    expect(physicalHeight(small)).toBe(2_900);
    expect(afterScroll(small, placeAt(small, 0), 1234)).toEqual({ physical: 1234, virtual: 1234 });
  });

  it('never asks the browser for more than the cap', () => {
    expect(physicalHeight(huge)).toBe(MAX_CONTENT);
  });

  it('moves pixel by pixel on small steps, from top to bottom, without skipping a row', () => {
    let state = placeAt(huge, 0);
    const window = { ...huge, content: MAX_CONTENT * 1.02 };
    state = placeAt(window, 0);
    let steps = 0;
    while (state.virtual < maxVirtual(window)) {
      const next = afterScroll(window, state, Math.min(state.physical + 600, range));
      expect(next.virtual - state.virtual).toBeLessThanOrEqual(600);
      expect(next.virtual).toBeGreaterThan(state.virtual);
      state = next;
      steps++;
    }
    expect(steps).toBeGreaterThan(MAX_CONTENT / 600);
    expect(state.physical).toBe(range);
  });

  it('reaches both ends when dragged there', () => {
    const middle = placeAt(huge, 70_000_000);
    expect(afterScroll(huge, middle, range).virtual).toBe(maxVirtual(huge));
    expect(afterScroll(huge, middle, 0).virtual).toBe(0);
  });

  it('keeps scroller and list in step whatever the moves', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3_000_000, max: 3_000_000 }), { maxLength: 60 }), (moves) => {
        let state = placeAt(huge, 1_000_000);
        for (const move of moves) {
          const next = Math.min(Math.max(state.physical + move, 0), range);
          state = afterScroll(huge, state, next);
          const due = placeAt(huge, state.virtual).physical;
          expect(Math.abs(due - state.physical)).toBeLessThanOrEqual(100_000);
          expect(state.virtual === 0 || state.physical > 0 || due === 0).toBe(true);
        }
      }),
    );
  });

  it('shows a row with the smallest move', () => {
    expect(offsetToShow(100, 700, 200, 229)).toBe(100);
    expect(offsetToShow(100, 700, 29, 58)).toBe(29);
    expect(offsetToShow(0, 700, 725, 754)).toBe(54);
    expect(offsetToShow(300, 10, 290, 319)).toBe(290);
  });

  it('shows a far row in the middle', () => {
    expect(offsetToShow(0, 700, 10_000, 10_030)).toBe(9_665);
    expect(offsetToShow(50_000, 700, 30, 60)).toBe(0);
  });
});
