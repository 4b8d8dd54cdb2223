import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateOracle } from '../../test/support/rateOracle.ts';
import { crc32 } from './crc32.ts';
import { base62, formatKey, KEY_CHARS, newKey, parseKey, ratePlan, rateState } from './index.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const chars = (count: number) =>
  fc.array(fc.constantFrom(...ALPHABET), { minLength: count, maxLength: count }).map((list) => list.join(''));
const parts = fc.record({ env: fc.constantFrom('live' as const, 'test' as const), id: chars(16), secret: chars(43) });

describe('a key', () => {
  it('reads back what it writes, always of one length', () => {
    fc.assert(
      fc.property(parts, (key) => {
        const text = formatKey(key);
        expect(text.length).toBe(KEY_CHARS);
        expect(parseKey(text)).toEqual(key);
      }),
    );
  });

  it('is refused with any one character changed, left out, doubled or swapped with its neighbour', () => {
    fc.assert(
      fc.property(parts, fc.nat(KEY_CHARS - 1), fc.constantFrom(...ALPHABET, '_', '-', 'é', '\n'), (key, at, char) => {
        const text = formatKey(key);
        const put = (replacement: string): string => text.slice(0, at) + replacement + text.slice(at + 1);
        if (text[at] !== char) expect(parseKey(put(char))).toBe(null);
        expect(parseKey(put(''))).toBe(null);
        expect(parseKey(put(text[at]! + text[at]!))).toBe(null);
        const next = text[at + 1];
        if (next !== undefined && next !== text[at]) {
          expect(parseKey(text.slice(0, at) + next + text[at]! + text.slice(at + 2))).toBe(null);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused with anything around it', () => {
    const text = formatKey({ env: 'live', id: 'a'.repeat(16), secret: 'b'.repeat(43) });
    for (const wrong of [` ${text}`, `${text} `, `${text}\n`, text.toUpperCase(), text.replace('live', 'prod'), '']) {
      expect(parseKey(wrong)).toBe(null);
    }
  });

  it('carries the CRC-32 of ISO 3309', () => {
    const bits = (text: string): number => {
      let rest = 0xffffffff;
      for (const char of text) {
        for (let bit = 0; bit < 8; bit++) {
          const odd = ((rest ^ (char.charCodeAt(0) >> bit)) & 1) === 1;
          rest = (rest >>> 1) ^ (odd ? 0xedb88320 : 0);
        }
      }
      return ~rest >>> 0;
    };
    expect([crc32(''), crc32('123456789'), crc32('The quick brown fox jumps over the lazy dog')]).toEqual([
      0, 0xcbf43926, 0x414fa339,
    ]);
    fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => crc32(text) === bits(text)));
  });

  it('is drawn evenly from the alphabet and uses no byte twice', () => {
    const counter = { next: 0 };
    const rising = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, () => counter.next++ % 256);
    const drawn = base62(62 * 40, rising);
    const counts = Map.groupBy(drawn, (char) => char);
    expect(new Set(counts.keys())).toEqual(new Set(ALPHABET));
    expect(new Set([...counts.values()].map((list) => list.length))).toEqual(new Set([40]));
    expect(parseKey(formatKey(newKey('test', rising)))).toMatchObject({ env: 'test' });
  });
});

describe('the rate limit', () => {
  it('admits as the list of admitted instants says, and tells how many more and how long to wait', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 30_000_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), steps, (limit, gaps) => {
        const plan = ratePlan(limit);
        const oracle = new RateOracle(limit, plan.interval_us);
        let [now, tat] = [1_700_000_000_000_000, 0];
        for (const gap of gaps) {
          now += gap;
          const state = rateState(plan, tat, now);
          expect(state.remaining > 0).toBe(oracle.fits(now));
          expect(state.retry_s > 0).toBe(!oracle.fits(now));
          if (oracle.fits(now)) {
            oracle.admitted.push(now);
            tat = Math.max(now, tat) + plan.interval_us;
          } else {
            expect(oracle.fits(now + state.retry_s * 1_000_000)).toBe(true);
          }
          const after = rateState(plan, tat, now);
          const more = new RateOracle(limit, plan.interval_us);
          more.admitted.push(...oracle.admitted);
          while (more.fits(now)) more.admitted.push(now);
          expect(after.remaining).toBe(more.admitted.length - oracle.admitted.length);
          expect(rateState(plan, tat, now + after.reset_s * 1_000_000).remaining).toBe(limit);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never rounds to more than the limit', () => {
    expect(ratePlan(1000)).toEqual({ limit: 1000, interval_us: 60_000, tolerance_us: 59_940_000 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (limit) => ratePlan(limit).interval_us * limit >= 60_000_000),
    );
  });
});
