/** For each event the sum of hashes of the words by which search finds it: two indexes that agree in all sums find the same. */

const COMMA = 0x2c;
const ZERO = 0x30;

/** Two words of 32 bits over a text, both begun from a seed (the mixing of MurmurHash3, public domain). */
function hashOf(text: string, seed: number): { low: number; high: number } {
  let low = seed | 0;
  let high = ~seed | 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    low = Math.imul(low ^ c, 0x85ebca6b);
    low ^= low >>> 13;
    high = Math.imul(high ^ c, 0xc2b2ae35);
    high = (high << 15) | (high >>> 17);
  }
  low = Math.imul(low ^ (low >>> 16) ^ text.length, 0xcc9e2d51);
  high = Math.imul(high ^ (high >>> 16) ^ text.length, 0x1b873593);
  return { low: low ^ (low >>> 15), high: high ^ (high >>> 15) };
}

export class TermSums {
  private readonly low: Uint32Array;
  private readonly high: Uint32Array;
  private readonly seed: number;

  /** Over the events [0, size). The seed is random and new for each check, so that nobody can choose words whose sums agree. */
  constructor(size: number, seed: number) {
    this.low = new Uint32Array(size);
    this.high = new Uint32Array(size);
    this.seed = seed;
  }

  /** Adds (sign 1) or takes away (sign -1) a word in each event of a list `12,34,...` counted from `first`. Events beyond the size are ignored. */
  add(term: string, list: Uint8Array, first: number, sign: 1 | -1): void {
    const hash = hashOf(term, this.seed);
    const low = Math.imul(hash.low, sign);
    const high = Math.imul(hash.high, sign);
    let seq = 0;
    for (let i = 0; i <= list.length; i++) {
      const c = list[i];
      if (c !== undefined && c !== COMMA) seq = seq * 10 + c - ZERO;
      else {
        if (first + seq < this.low.length) {
          this.low[first + seq]! += low;
          this.high[first + seq]! += high;
        }
        seq = 0;
      }
    }
  }

  /** Events whose sums are not zero: how many, and the first `most` of them. */
  differing(most: number): { count: number; first: number[] } {
    let count = 0;
    const first: number[] = [];
    for (let seq = 0; seq < this.low.length; seq++) {
      if (this.low[seq] === 0 && this.high[seq] === 0) continue;
      count += 1;
      if (first.length < most) first.push(seq);
    }
    return { count, first };
  }
}
