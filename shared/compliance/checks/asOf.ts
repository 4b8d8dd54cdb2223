/**
 * The past of an organization as checks ask for it: what was there just before an instant, and in which stretches of time something held.
 * Made once a world, and shared by all of its rules.
 */
import type { EntitySpan, KindData, PastKind } from './pastTypes.ts';
import type { Span } from './spans.ts';
import type { CheckWorld } from './world.ts';

export type { EntitySpan, KindData, PastKind } from './pastTypes.ts';

/** Entities of a kind just before an instant. */
export interface Present<T> {
  /** Those whose state is told, by rising id. */
  readonly entities: ReadonlyMap<string, T>;
  /** Ids of those of which a change was withheld, or whose past was pruned. */
  readonly unknown: readonly string[];
}

const PRESENTS_MAX = 16;
const NEVER = -Infinity;

export class Past {
  readonly world: CheckWorld;
  /** From here on the log tells every change; -Infinity: it was never pruned. */
  readonly toldFrom: number;
  private readonly presents = new Map<string, Present<unknown>>();
  private readonly lists = new Map<string, readonly EntitySpan<unknown>[]>();
  private readonly last = new Map<number, Float64Array>();
  private codes: ReadonlyMap<string, number> | null = null;
  private enrolments: ReadonlyMap<string, readonly number[]> | null = null;
  private users: ReadonlyMap<string, readonly string[]> | null = null;

  constructor(world: CheckWorld) {
    this.world = world;
    const { begin, columns } = world.log;
    this.toldFrom = begin === 0 ? NEVER : columns.count === 0 ? Infinity : columns.recorded[0]!;
  }

  /** Every stretch of an entity's life in which it was one and the same; `data` null where it was not there. */
  spansOf<K extends PastKind>(kind: K, id: string): readonly EntitySpan<KindData[K]>[] {
    const key = `${kind} ${id}`;
    let list = this.lists.get(key);
    if (list === undefined) {
      list = this.readSpans(kind, id);
      this.lists.set(key, list);
    }
    return list as readonly EntitySpan<KindData[K]>[];
  }

  private readSpans(kind: PastKind, id: string): EntitySpan<unknown>[] {
    const versions = this.world.history.versionsOf(kind, id);
    const spans: EntitySpan<unknown>[] = [];
    for (const [i, { from, data, told, unknown }] of versions.entries()) {
      const to = versions[i + 1]?.from ?? Infinity;
      if (from >= to) continue;
      // What no step tells is what the log's first change found: it says nothing of the time before the log begins.
      const known = told ? from : Math.min(Math.max(from, this.toldFrom), to);
      if (from < known) spans.push({ from, to: known, data, told, known: false });
      if (known < to) spans.push({ from: known, to, data, told, known: !unknown });
    }
    return spans;
  }

  /** What an entity was just before an instant; null: not there. */
  before<K extends PastKind>(kind: K, id: string, at: number): EntitySpan<KindData[K]> | null {
    return this.spansOf(kind, id).findLast(({ from }) => from < at) ?? null;
  }

  /** All entities of a kind just before an instant. */
  present<K extends PastKind>(kind: K, at: number): Present<KindData[K]> {
    const key = `${kind} ${at}`;
    let present = this.presents.get(key);
    if (present === undefined) {
      present = this.readPresent(kind, at);
      if (this.presents.size === PRESENTS_MAX) this.presents.clear();
      this.presents.set(key, present);
    }
    return present as Present<KindData[K]>;
  }

  private readPresent(kind: PastKind, at: number): Present<unknown> {
    const entities = new Map<string, unknown>();
    const unknown: string[] = [];
    for (const id of [...this.world.history.idsOf(kind)].sort()) {
      const span = this.before(kind, id, at);
      if (span === null) continue;
      if (!span.known) unknown.push(id);
      else if (span.data !== null) entities.set(id, span.data);
    }
    return { entities, unknown };
  }

  /** Whether something within a stretch of an entity's life is not told. */
  isUntold(kind: PastKind, id: string, { from, to }: Span): boolean {
    return this.spansOf(kind, id).some((span) => !span.known && span.from < to && span.to > from);
  }

  /** Ids of all there ever were, rising. */
  idsOf(kind: PastKind): string[] {
    return [...this.world.history.idsOf(kind)].sort();
  }

  /** Ids of the memberships a user ever had. */
  membershipsOf(userId: string): readonly string[] {
    if (this.users === null) {
      const users = new Map<string, string[]>();
      for (const id of this.idsOf('member')) {
        const user = this.spansOf('member', id).find(({ data }) => data !== null)?.data?.user_id;
        if (user !== undefined) users.set(user, [...(users.get(user) ?? []), id]);
      }
      this.users = users;
    }
    return this.users.get(userId) ?? [];
  }

  /** Code of an actor, `user:<id>`; -1 where it did nothing. */
  actorCode(actor: string): number {
    this.codes ??= new Map(this.world.log.actors.map((text, code) => [text, code]));
    return this.codes.get(actor) ?? -1;
  }

  /** When an actor last did something before an instant; -Infinity: not in the log there is. */
  lastActOf(actor: string, at: number): number {
    let last = this.last.get(at);
    if (last === undefined) {
      last = lastActs(this.world, at);
      this.last.clear();
      this.last.set(at, last);
    }
    return last[this.actorCode(actor)] ?? NEVER;
  }

  /** When a user set up a second factor, as the log tells; rising. */
  enrolmentsOf(userId: string): readonly number[] {
    this.enrolments ??= enrolmentsIn(this.world);
    return this.enrolments.get(`user:${userId}`) ?? [];
  }
}

const DENIED = 2;

/**
 * The last act of every actor before an instant. What was denied is no use of access, and a sign-in that failed may have been anybody's.
 */
function lastActs({ log }: CheckWorld, at: number): Float64Array {
  const { count, recorded, actor, action, outcome } = log.columns;
  const last = new Float64Array(log.actors.length).fill(NEVER);
  const signIn = Uint8Array.from(log.actions, (name) => (name.startsWith('auth.') ? 1 : 0));
  for (let i = 0; i < count && recorded[i]! < at; i++) {
    const how = outcome[i]!;
    if (how === DENIED || (how !== 0 && signIn[action[i]!] === 1)) continue;
    last[actor[i]!] = recorded[i]!;
  }
  return last;
}

function enrolmentsIn({ log }: CheckWorld): Map<string, number[]> {
  const { count, recorded, actor, action, outcome } = log.columns;
  const found = new Map<string, number[]>();
  const confirm = log.actions.indexOf('user.totp.confirm');
  for (let i = 0; confirm >= 0 && i < count; i++) {
    if (action[i] !== confirm || outcome[i] !== 0) continue;
    const who = log.actors[actor[i]!]!;
    const times = found.get(who);
    if (times === undefined) found.set(who, [recorded[i]!]);
    else times.push(recorded[i]!);
  }
  return found;
}

const pasts = new WeakMap<CheckWorld, Past>();

/** The past of a world; worlds do not change, so it is made once. */
export function pastOf(world: CheckWorld): Past {
  let past = pasts.get(world);
  if (past === undefined) {
    past = new Past(world);
    pasts.set(world, past);
  }
  return past;
}
