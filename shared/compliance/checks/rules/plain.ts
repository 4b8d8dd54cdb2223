/** What rules have in common: one that needs no steps between, words for counts, and for what is not known. */
import type { CheckParameters, Member } from '../../../entities/index.ts';
import { type Past, pastOf } from '../asOf.ts';
import { isActive } from '../people.ts';
import type { CheckRule, CheckScope, RuleAnswer } from '../rule.ts';

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

export interface PlainRule {
  readonly id: string;
  readonly version: number;
  readonly populationOf: string;
  explain(parameters: CheckParameters): string;
  answer(scope: CheckScope): RuleAnswer;
}

/** A rule that answers in one step: within some tens of milliseconds of ten thousand members. */
export function plainRule({ answer, ...rule }: PlainRule): CheckRule {
  return {
    ...rule,
    *run(scope) {
      yield;
      return answer(scope);
    },
  };
}

/** Things a longer rule looks at between two yields: some milliseconds of work. */
const THINGS_PER_STEP = 1_000;

/** The things, with a yield now and then. */
export function* stepping<T, R>(things: Iterable<T>, each: (thing: T) => R): Generator<void, R[]> {
  const results: R[] = [];
  for (const thing of things) {
    if (results.length % THINGS_PER_STEP === 0) yield;
    results.push(each(thing));
  }
  return results;
}

/** `1 member`, `2 members`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

/** `2026-11-25 14:05 UTC`. */
export function timeText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Sentences one after the other; null for none. */
export function together(...sentences: readonly (string | null)[]): string | null {
  const said = sentences.filter((one) => one !== null);
  return said.length === 0 ? null : said.join(' ');
}

/** What is said of entities whose state is not told; null for none. */
export function untold(n: number, one: string, many = `${one}s`): string | null {
  return n === 0 ? null : `The log does not tell what ${count(n, one, many)} came to: changes were withheld or pruned.`;
}

/** Null where the log tells everything from an instant on. */
export function logGap(past: Past, from: number): string | null {
  if (past.toldFrom <= from) return null;
  const begin = past.toldFrom === Infinity ? 'is empty' : `begins ${timeText(past.toldFrom)}`;
  return `The log that is there ${begin}, later than ${timeText(from)}.`;
}

export interface ActiveMembers {
  readonly past: Past;
  readonly active: readonly (readonly [id: string, member: Member])[];
  /** What is not told of members, in words. */
  readonly missing: string | null;
}

/** The active members at the end of the period, by rising id. */
export function activeMembers({ world, period }: CheckScope): ActiveMembers {
  const past = pastOf(world);
  const { entities, unknown } = past.present('member', period.to);
  return {
    past,
    active: [...entities].filter(([, member]) => isActive(member)),
    missing: untold(unknown.length, 'member'),
  };
}

/** A failing member, as exceptions name it. */
export function memberItem(id: string, { name, email }: Member, why: string, at: number | null = null) {
  return { id: `member ${id}`, title: name === '' ? email : `${name} (${email})`, at, why };
}
