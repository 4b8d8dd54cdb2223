import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSelected, NOTHING, type Selection, selectedCount, toggled, withRange } from './selection.ts';

describe('selection', () => {
  it('equals a set of positions under any sequence of toggles and ranges', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('toggle' as const), a: fc.nat(30), b: fc.constant(0) }),
      fc.record({ kind: fc.constant('range' as const), a: fc.nat(30), b: fc.nat(30) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const oracle = new Set<number>();
        let selection: Selection = NOTHING;
        for (const { kind, a, b } of steps) {
          if (kind === 'toggle') {
            selection = toggled(selection, a);
            if (!oracle.delete(a)) oracle.add(a);
          } else {
            selection = withRange(selection, a, b);
            for (let i = Math.min(a, b); i <= Math.max(a, b); i++) oracle.add(i);
          }
        }
        expect(Array.from({ length: 32 }, (_, i) => isSelected(selection, i))).toEqual(
          Array.from({ length: 32 }, (_, i) => oracle.has(i)),
        );
        expect(selectedCount(selection)).toBe(oracle.size);
      }),
    );
  });

  it('holds a whole log as one range', () => {
    expect(withRange(NOTHING, 0, 1_204_117)).toEqual([[0, 1_204_117]]);
  });
});
