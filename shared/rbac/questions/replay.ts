/**
 * Replay: which real events would have been refused or allowed, had a role or a holder's grants been otherwise. The decision is made once
 * for each holder, stretch of unchanged access and action; the events are one pass over typed arrays.
 */
import { DEMANDS } from '../actions.ts';
import { type Actors, NOBODY } from './actors.ts';
import { ALL, maskOf, OWN, type PermissionNumbers, type Profile, SHARED } from './compile.ts';
import { ownOf, type Relations, sharedOf } from './relations.ts';
import { DENIED, type EventColumns } from './usage.ts';

/** Access of one holder from an instant on, until the next stretch begins. */
export interface Stretch {
  readonly from: number;
  /** By action code: ALL, OWN, SHARED under which the demand is met; 0: not at all. */
  readonly masks: Uint8Array;
}

export const VERDICTS = ['same', 'refuse', 'allow', 'undetermined'] as const;
const SAME = 0;
const REFUSE = 1;
const ALLOW = 2;
const UNDETERMINED = 3;

export interface ReplayInput {
  readonly events: EventColumns;
  /** Rows [begin, end). */
  readonly begin: number;
  readonly end: number;
  readonly actions: readonly string[];
  readonly actors: Actors;
  readonly relations: Relations;
  /** Stretches by holder, by rising time; null: the question is not about this holder. */
  readonly stretches: (holder: number) => readonly Stretch[] | null;
}

export interface Replayed {
  /** Events of the holders asked about. */
  readonly events: number;
  readonly same: number;
  readonly refuse: number;
  readonly allow: number;
  readonly undetermined: number;
  /** Rows whose verdict is not the same, rising, and the verdict of each (index into VERDICTS). */
  readonly rows: Uint32Array;
  readonly verdicts: Uint8Array;
}

/** Rows between two yields: some milliseconds of work. */
const ROWS_PER_STEP = 262_144;

/**
 * Masks of every action under a profile: the best that any permission of the demand gives. Who may use named workspaces only does nothing
 * that is of the whole organization.
 */
export function actionMasks(
  profile: Profile,
  actions: readonly string[],
  numbers: PermissionNumbers,
  confined = false,
): Uint8Array {
  return Uint8Array.from(actions, (action) => {
    const demand = DEMANDS[action];
    if (demand === undefined || (demand.whole === true && confined)) return 0;
    return demand.anyOf.reduce((mask, id) => mask | maskOf(profile, numbers.find(id)), 0);
  });
}

const PLAIN = 0;
const OF_LIST = 1;
const OF_ONE = 2;
const OF_MAKING = 3;

/** How each action asks: plainly; of a list, where any scope is enough; of one thing; of a thing its maker will own. */
function kindsOf(actions: readonly string[]): Uint8Array {
  return Uint8Array.from(actions, (action) => {
    if (!DEMANDS[action]?.related) return PLAIN;
    return action.endsWith('.list') ? OF_LIST : action.endsWith('.create') ? OF_MAKING : OF_ONE;
  });
}

/** Of a demand met under a scope only, or not at all. Three-valued: 1 allowed, 0 refused, -1 the log does not tell. */
function decide(mask: number, kind: number, input: ReplayInput, row: number, holder: number): number {
  if (mask === 0 || kind === PLAIN) return 0;
  if (kind === OF_LIST) return 1;
  if (kind === OF_MAKING) return (mask & OWN) !== 0 ? 1 : 0;
  const own = (mask & OWN) === 0 ? false : ownOf(input.relations, input.events, row);
  const shared = (mask & SHARED) === 0 ? false : sharedOf(input.relations, input.events, row, holder);
  if (own === true || shared === true) return 1;
  return own === null || shared === null ? -1 : 0;
}

/** The masks in force for each holder, moved on as time does: it never falls along the log. */
class InForce {
  /** By `holder * actions + action`. */
  readonly masks: Uint8Array;
  private readonly width: number;
  private readonly input: ReplayInput;
  private readonly until: Float64Array;
  private readonly known: (readonly Stretch[] | null | undefined)[];
  private readonly place: Uint32Array;

  constructor(input: ReplayInput) {
    const { count } = input.actors;
    this.input = input;
    this.width = input.actions.length;
    this.masks = new Uint8Array(count * this.width);
    this.until = new Float64Array(count).fill(-Infinity);
    this.known = new Array(count);
    this.place = new Uint32Array(count);
  }

  /** False for a holder the question is not about. */
  reach(holder: number, time: number): boolean {
    if (time < this.until[holder]!) return this.known[holder] !== null;
    return this.move(holder, time);
  }

  private move(holder: number, time: number): boolean {
    let stretches = this.known[holder];
    if (stretches === undefined) {
      stretches = this.input.stretches(holder);
      this.known[holder] = stretches;
    }
    if (stretches === null) {
      this.until[holder] = Infinity;
      return false;
    }
    let i = this.place[holder]!;
    while (i + 1 < stretches.length && stretches[i + 1]!.from <= time) i += 1;
    this.place[holder] = i;
    this.until[holder] = stretches[i + 1]?.from ?? Infinity;
    this.masks.set(stretches[i]!.masks, holder * this.width);
    return true;
  }
}

/** Replays; yields the rows done so far at every quarter of a million. */
export function* replay(input: ReplayInput): Generator<number, Replayed> {
  const { events, begin, end, actors } = input;
  const kinds = kindsOf(input.actions);
  const totals = new Uint32Array(VERDICTS.length);
  const rows = new Uint32Array(Math.max(0, end - begin));
  const verdicts = new Uint8Array(rows.length);
  const inForce = new InForce(input);
  const { masks } = inForce;
  const width = input.actions.length;
  let found = 0;
  for (let row = begin; row < end; row++) {
    if ((row - begin) % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield row - begin + 1;
    const time = events.recorded[row]!;
    const holder = actors.at(events.actor[row]!, time);
    if (holder === NOBODY || !inForce.reach(holder, time)) continue;
    const action = events.action[row]!;
    const mask = masks[holder * width + action]!;
    const would = (mask & ALL) !== 0 ? 1 : decide(mask, kinds[action]!, input, row, holder);
    const was = events.outcome[row] === DENIED ? 0 : 1;
    const verdict = would === was ? SAME : would === 1 ? ALLOW : would === 0 ? REFUSE : UNDETERMINED;
    totals[verdict]! += 1;
    if (verdict === SAME) continue;
    rows[found] = row;
    verdicts[found++] = verdict;
  }
  const [same, refuse, allow, undetermined] = totals as unknown as [number, number, number, number];
  return {
    events: same + refuse + allow + undetermined,
    ...{ same, refuse, allow, undetermined },
    rows: rows.slice(0, found),
    verdicts: verdicts.slice(0, found),
  };
}
