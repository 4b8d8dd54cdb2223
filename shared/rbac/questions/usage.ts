/** Who used what, and when last: counted from the log's columns, one pass over typed arrays. */
import { DEMANDS } from '../actions.ts';
import { type Actors, NOBODY } from './actors.ts';
import { ALL, OWN, SHARED } from './compile.ts';
import { type Relations, relationOf } from './relations.ts';

/** Events whose action asks for a permission, by rising sequence and recorded time. Codes as the caller gives them. */
export interface EventColumns {
  readonly count: number;
  readonly seq: Uint32Array;
  /** Milliseconds since 1970; never falls. */
  readonly recorded: Float64Array;
  readonly actor: Uint32Array;
  readonly action: Uint32Array;
  readonly target: Uint32Array;
  /** 0 success, 1 failure, 2 denied. */
  readonly outcome: Uint8Array;
}
export const DENIED = 2;

/** First row recorded at or after an instant. */
export function firstRow({ recorded, count }: Pick<EventColumns, 'recorded' | 'count'>, at: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (recorded[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface Usage {
  /** Action codes; the second index of the tables. */
  readonly actions: number;
  /** Uses by `holder * actions + action`; a denied event is no use. */
  readonly counts: Uint32Array;
  /** Newest of them, ms; 0: none. */
  readonly last: Float64Array;
}

/** Uses of rows [begin, end) by every holder of `actors`, of `actions` action codes. */
export function usageOf(events: EventColumns, begin: number, end: number, actors: Actors, actions: number): Usage {
  const counts = new Uint32Array(actors.count * actions);
  const last = new Float64Array(actors.count * actions);
  const { actor, action, outcome, recorded } = events;
  for (let i = begin; i < end; i++) {
    if (outcome[i] === DENIED) continue;
    const time = recorded[i]!;
    const holder = actors.at(actor[i]!, time);
    if (holder === NOBODY) continue;
    const at = holder * actions + action[i]!;
    counts[at]! += 1;
    last[at] = time;
  }
  return { actions, counts, last };
}

/**
 * Relations in which each holder used each action, by `holder * actions + action`: a bit for each class of relationOf. Only for actions
 * whose demand asks for one.
 */
export function relationsUsed(
  events: EventColumns,
  begin: number,
  end: number,
  input: { readonly actors: Actors; readonly actions: readonly string[]; readonly relations: Relations },
): Uint8Array {
  const { actors, actions, relations } = input;
  const classes = new Uint8Array(actors.count * actions.length);
  const related = Uint8Array.from(actions, (action) => (DEMANDS[action]?.related ? 1 : 0));
  for (let i = begin; i < end; i++) {
    const action = events.action[i]!;
    if (related[action] !== 1 || events.outcome[i] === DENIED) continue;
    const holder = actors.at(events.actor[i]!, events.recorded[i]!);
    if (holder === NOBODY) continue;
    classes[holder * actions.length + action]! |= 1 << relationOf(relations, events, i, holder);
  }
  return classes;
}

/** Relations of an asker to a thing, as far as the log tells: bit 0 own, bit 1 shared. What it does not tell is no relation. */
export function coversClasses(mask: number, classes: number): boolean {
  if ((mask & ALL) !== 0) return true;
  for (let relation = 0; relation < 4; relation++) {
    if ((classes & (1 << relation)) === 0) continue;
    const own = (relation & 1) !== 0 && (mask & OWN) !== 0;
    const shared = (relation & 2) !== 0 && (mask & SHARED) !== 0;
    if (!own && !shared) return false;
  }
  return true;
}
