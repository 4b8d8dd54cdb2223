/** What several rules share: answers, stretches of the log, and which compliance modes were on when. */
import type { Json } from '../../../json/index.ts';
import type { ModeSettings } from '../../modes.ts';
import type { RuleAnswer } from '../rule.ts';
import type { CheckPeriod, CheckWorld, FailingItem, LogFacts } from '../world.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type Failing = Omit<FailingItem, 'exception'>;
/** A rule that needs no steps. */
export type Answered = Generator<void, RuleAnswer>;

/** An answer with nothing missing and applicable, unless told otherwise. Several missing things become one text; empty: none. */
export function answer(
  found: Pick<RuleAnswer, 'population' | 'looked'> & {
    readonly failing?: readonly Failing[];
    readonly missing?: readonly (string | null)[];
    readonly notes?: readonly (string | null)[];
  },
): RuleAnswer {
  const said = (words: readonly (string | null)[] = []): string => words.filter((one) => one !== null).join(' ');
  const note = said(found.notes);
  return {
    ...{ population: found.population, failing: found.failing ?? [], looked: found.looked, notApplicable: null },
    missing: said(found.missing) || null,
    ...(note === '' ? {} : { note }),
  };
}

export function notApplicable(why: string, looked: Json = null): RuleAnswer {
  return { population: 0, failing: [], missing: null, notApplicable: why, looked };
}

export const isoOf = (at: number): string => new Date(at).toISOString();
export const dayOf = (at: number): string => isoOf(at).slice(0, 10);
/** First instant of a UTC day. */
export const startOf = (day: string): number => Date.parse(`${day}T00:00:00.000Z`);
export const msOf = (text: string | null): number | null => (text === null ? null : Date.parse(text));
/** `1 event`, `1,200 events`. */
export const many = (n: number, one: string, more = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : more}`;
export const byId = <T extends { readonly id: string }>(list: readonly T[]): T[] =>
  [...list].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

/** Index of the first event recorded at or after an instant. */
export function firstAt({ columns: { recorded, count } }: LogFacts, at: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (recorded[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of an event by its sequence number; -1: it is not there. */
export function indexOf({ columns: { seq, count } }: LogFacts, wanted: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (seq[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low < count && seq[low] === wanted ? low : -1;
}

/** Rows of a log, [from, to). */
export interface Rows {
  readonly from: number;
  readonly to: number;
}

export const rowsIn = (log: LogFacts, { from, to }: CheckPeriod): Rows => ({
  from: firstAt(log, from),
  to: firstAt(log, to),
});

/**
 * The rows as the digest takes them. The log only grows, so its sequence numbers name what was looked at; whether they still do is LOG-01.
 */
export function lookedRows({ columns: { seq } }: LogFacts, { from, to }: Rows): Json {
  return from < to ? { first: seq[from]!, last: seq[to - 1]!, count: to - from } : { count: 0 };
}

/** Some milliseconds of work for the costliest of the rules. */
const STEP_ROWS = 65_536;

/** Calls for each row, and yields in between. */
export function* eachRow({ from, to }: Rows, take: (row: number) => void): Generator<void, void> {
  for (let begin = from; begin < to; begin += STEP_ROWS) {
    const end = Math.min(to, begin + STEP_ROWS);
    for (let row = begin; row < end; row++) take(row);
    yield;
  }
}

/** First words of actions that come from other systems' logs, by the formats they are imported from. */
export const IMPORTED_PREFIXES: ReadonlySet<string> = new Set([
  ...['aws', 'entra', 'gcp', 'github', 'keycloak', 'k8s', 'okta', 'o365'],
]);

/**
 * Whether the event was taken over from another system's log: then that system's clock and identities stand in it, not the platform's.
 * The first word of its action tells: importers put the product there, and the platform's own verbs begin with none of them.
 */
export function isImported(action: string): boolean {
  const dot = action.indexOf('.');
  return dot > 0 && IMPORTED_PREFIXES.has(action.slice(0, dot));
}

/** Something of each action, by its code: texts are looked at once, not for each event. */
export function byAction<T>({ actions }: LogFacts, of: (action: string) => T): readonly T[] {
  return actions.map(of);
}

export interface ModesAt {
  /** Those that are on, by id. */
  readonly on: readonly { readonly id: string; readonly settings: ModeSettings }[];
  /** Modes of whose state at that time nothing is kept any more. */
  readonly unknown: readonly string[];
}

/** Compliance modes at an instant: of each the last revision made at or before it. */
export function modesAt(world: CheckWorld, at: number): ModesAt {
  const on: { id: string; settings: ModeSettings }[] = [];
  const unknown: string[] = [];
  for (const { id, created_at, revisions } of byId(world.records('compliance_mode'))) {
    const last = revisions.findLast((one) => Date.parse(one.at) <= at);
    if (last?.enabled) on.push({ id, settings: last.settings });
    if (last === undefined && Date.parse(created_at) <= at) unknown.push(id);
  }
  return { on, unknown };
}

/** Modes at the end of a period, just before its last instant. */
export const modesAtEnd = (world: CheckWorld, { to }: CheckPeriod): ModesAt => modesAt(world, to - 1);

export const saidUnknown = ({ unknown }: ModesAt): string | null =>
  unknown.length === 0 ? null : `What was asked for by ${unknown.join(', ')} at that time is not kept any more.`;

/** Instants in (from, to) at which a mode changed, rising. */
export function modeChanges(world: CheckWorld, { from, to }: CheckPeriod): number[] {
  const all = world.records('compliance_mode').flatMap(({ revisions }) => revisions.map(({ at }) => Date.parse(at)));
  return [...new Set(all)].filter((at) => at > from && at < to).sort((a, b) => a - b);
}

/** Sequence number at which the log began at an instant: what prunings before it left. */
export function beginAt(world: CheckWorld, at: number): number {
  const later = world.records('pruning').filter((one) => Date.parse(one.at) >= at);
  const earlier = world.records('pruning').filter((one) => Date.parse(one.at) < at);
  const left = Math.max(0, ...earlier.map(({ to }) => to));
  return later.length === 0 ? Math.max(left, world.log.begin) : left;
}

/** Whether events of such an action were recorded at or after an instant. */
export function happenedSince({ log }: CheckWorld, action: string, at: number): boolean {
  const code = log.actions.indexOf(action);
  if (code < 0) return false;
  const { action: codes, count } = log.columns;
  for (let row = firstAt(log, at); row < count; row++) if (codes[row] === code) return true;
  return false;
}
