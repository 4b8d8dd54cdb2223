import fc from 'fast-check';
import { expect, it } from 'vitest';
import { kept, TimeOrder } from './timeOrder.ts';

const times = fc.array(fc.integer({ min: 0, max: 5 * 2 ** 33 }), { maxLength: 60 });
const few = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 });

it('is the stable order by time, whatever comes in between, and under any filter', () => {
  fc.assert(
    fc.property(fc.oneof(times, few), fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 8 }), (list, stops) => {
      const column = Float64Array.from(list);
      const order = new TimeOrder();
      for (const rows of [...stops.map((stop) => Math.min(stop, list.length)), list.length]) {
        const wanted = Array.from({ length: rows }, (_, i) => i).sort((a, b) => list[a]! - list[b]! || a - b);
        const found = order.of(column, rows);
        expect([...found]).toEqual(wanted);
        const mask = Uint8Array.from({ length: rows }, (_, i) => ((i * 7 + rows) % 3 === 0 ? 1 : 0));
        const count = mask.reduce((sum, bit) => sum + bit, 0);
        expect([...kept(found, mask, count)]).toEqual(wanted.filter((row) => mask[row] === 1));
      }
    }),
  );
});
