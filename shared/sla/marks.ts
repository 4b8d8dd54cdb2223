/** Which minutes of a UTC hour had requests, and which of them a good one: two halves of 30 bits each, as bit operations have 32. */

const HALF = 30;
const WHOLE = 2 ** HALF - 1;

/** Bits of minutes [from, to) in a half that begins at minute `base`. */
function bits(from: number, to: number, base: number): number {
  const low = Math.min(Math.max(from - base, 0), HALF);
  const high = Math.min(Math.max(to - base, 0), HALF);
  return high <= low ? 0 : ((2 ** high - 1) & ~(2 ** low - 1)) >>> 0;
}

export class HourMarks {
  /** Minutes 0 to 29 and 30 to 59 with at least one request. */
  activeLow = 0;
  activeHigh = 0;
  /** Of them those with at least one that did not fail. */
  goodLow = 0;
  goodHigh = 0;

  /** A minute with requests. Throws RangeError for what is no minute. */
  add(minute: number, good: boolean): void {
    if (!(minute >= 0 && minute < 2 * HALF)) throw new RangeError('no such minute');
    if (minute < HALF) {
      this.activeLow |= 1 << minute;
      if (good) this.goodLow |= 1 << minute;
    } else {
      this.activeHigh |= 1 << (minute - HALF);
      if (good) this.goodHigh |= 1 << (minute - HALF);
    }
  }

  /** Takes in the minutes of another series in the same hour: active where either is, good where either is. */
  merge(other: HourMarks): void {
    this.activeLow |= other.activeLow;
    this.activeHigh |= other.activeHigh;
    this.goodLow |= other.goodLow;
    this.goodHigh |= other.goodHigh;
  }

  /** Number of minutes with requests. */
  get active(): number {
    return ones(this.activeLow) + ones(this.activeHigh);
  }

  /** Number of minutes in which requests came and every one failed. */
  get failed(): number {
    return ones(this.activeLow & ~this.goodLow) + ones(this.activeHigh & ~this.goodHigh);
  }

  /** True where the minute had requests. */
  isActive(minute: number): boolean {
    return has(this.activeLow, this.activeHigh, minute);
  }

  /** True where the minute had requests and every one failed. */
  isFailed(minute: number): boolean {
    return this.isActive(minute) && !has(this.goodLow, this.goodHigh, minute);
  }

  /** Only minutes [from, to). */
  slice(from: number, to: number): HourMarks {
    const marks = new HourMarks();
    const low = bits(from, to, 0);
    const high = bits(from, to, HALF);
    marks.activeLow = this.activeLow & low;
    marks.activeHigh = this.activeHigh & high;
    marks.goodLow = this.goodLow & low;
    marks.goodHigh = this.goodHigh & high;
    return marks;
  }

  /** The four halves as numbers, in the order they are stored. */
  halves(): [activeLow: number, activeHigh: number, goodLow: number, goodHigh: number] {
    return [this.activeLow, this.activeHigh, this.goodLow, this.goodHigh];
  }

  /** What `halves` gave. Null where a half has other bits, or a good minute is not active. */
  static of([activeLow, activeHigh, goodLow, goodHigh]: readonly [number, number, number, number]): HourMarks | null {
    if ([activeLow, activeHigh, goodLow, goodHigh].some((half) => half > WHOLE)) return null;
    if ((goodLow & ~activeLow) !== 0 || (goodHigh & ~activeHigh) !== 0) return null;
    return Object.assign(new HourMarks(), { activeLow, activeHigh, goodLow, goodHigh });
  }
}

function has(low: number, high: number, minute: number): boolean {
  return ((minute < HALF ? low >> minute : high >> (minute - HALF)) & 1) === 1;
}

function ones(half: number): number {
  let count = 0;
  for (let rest = half; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
