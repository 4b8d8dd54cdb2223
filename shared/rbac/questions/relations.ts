/** Own and shared, derived from the log itself: who created a thread, and with whom it was shared when it was used. */
import type { EventColumns } from './usage.ts';

/** One sharing of a thread; `with` null: its content was withheld. */
export interface Sharing {
  readonly target: number;
  readonly seq: number;
  readonly with: ReadonlySet<string> | null;
}

export interface Relations {
  /** Actor code that created the target, by target code; -1: the log does not tell. */
  readonly creators: Int32Array;
  /** Sharings by target code, by rising sequence. */
  readonly sharings: ReadonlyMap<number, readonly Sharing[]>;
  /** Member or account id of each holder, as a thread names those it is shared with. */
  readonly holderIds: readonly string[];
}

export const UNTOLD = -1;

/** Creators from successful `thread.create` events: the first one counts. `createAction` is its code, -1 when there is none. */
export function creatorsOf(events: EventColumns, createAction: number, targets: number): Int32Array {
  const creators = new Int32Array(targets).fill(UNTOLD);
  for (let i = 0; i < events.count; i++) {
    if (events.action[i] !== createAction || events.outcome[i] !== 0) continue;
    const target = events.target[i]!;
    if (creators[target] === UNTOLD) creators[target] = events.actor[i]!;
  }
  return creators;
}

/** Whether the holder created the target of the event; null: the log does not tell. */
export function ownOf({ creators }: Relations, events: EventColumns, row: number): boolean | null {
  const creator = creators[events.target[row]!] ?? UNTOLD;
  return creator === UNTOLD ? null : creator === events.actor[row];
}

/** Whether the target was shared with the holder just before the event; null: the log does not tell. */
export function sharedOf(
  { creators, sharings, holderIds }: Relations,
  events: EventColumns,
  row: number,
  holder: number,
): boolean | null {
  const target = events.target[row]!;
  const last = sharings.get(target)?.findLast(({ seq }) => seq < events.seq[row]!);
  if (last !== undefined) return last.with === null ? null : last.with.has(holderIds[holder]!);
  // Nothing is shared when it is made: where the making is told, no sharing since then means none.
  return (creators[target] ?? UNTOLD) === UNTOLD ? null : false;
}

/** Bit 0 own, bit 1 shared; what the log does not tell is no relation. */
export function relationOf(relations: Relations, events: EventColumns, row: number, holder: number): number {
  const own = ownOf(relations, events, row) === true ? 1 : 0;
  return sharedOf(relations, events, row, holder) === true ? own | 2 : own;
}
