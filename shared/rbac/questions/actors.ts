/** From the actor of an event to the holder it was: a user who left and came back is another member each time. */

export const NOBODY = -1;
/** The actor is several holders, one after the other. */
const SEVERAL = -2;

export interface ActorSpan {
  /** Number of the holder. */
  readonly holder: number;
  /** From here on the actor is this holder; the earliest span reaches back without end. */
  readonly from: number;
}

export class Actors {
  /** Holders there are. */
  readonly count: number;
  private readonly one: Int32Array;
  private readonly several: ReadonlyMap<number, readonly ActorSpan[]>;

  /** @param spans by actor code, each list by rising time. */
  constructor(count: number, codes: number, spans: ReadonlyMap<number, readonly ActorSpan[]>) {
    this.count = count;
    this.one = new Int32Array(codes).fill(NOBODY);
    const several = new Map<number, readonly ActorSpan[]>();
    for (const [code, list] of spans) {
      this.one[code] = list.length === 1 ? list[0]!.holder : SEVERAL;
      if (list.length > 1) several.set(code, list);
    }
    this.several = several;
  }

  /** Number of the holder that the actor was at a time, or NOBODY. */
  at(code: number, time: number): number {
    const holder = this.one[code] ?? NOBODY;
    if (holder !== SEVERAL) return holder;
    const spans = this.several.get(code)!;
    return (spans.findLast(({ from }) => from <= time) ?? spans[0]!).holder;
  }
}
