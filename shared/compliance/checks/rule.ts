/** One automated check as a pure function over a world. What is common to all (exceptions, states, digests) is `evaluate.ts`. */
import type { CheckParameters } from '../../entities/index.ts';
import type { Json } from '../../json/index.ts';
import type { CheckPeriod, CheckWorld, FailingItem } from './world.ts';

export interface CheckScope {
  readonly world: CheckWorld;
  /** Ends no later than what is known. */
  readonly period: CheckPeriod;
  readonly parameters: CheckParameters;
}

/** What a rule found. */
export interface RuleAnswer {
  /** How many things were looked at. */
  readonly population: number;
  readonly failing: readonly Omit<FailingItem, 'exception'>[];
  /** Why the answer could not be pass although nothing failed, such as a part of the period that is not known; null: nothing is missing. */
  readonly missing: string | null;
  /** Why the check does not apply here; null: it does. */
  readonly notApplicable: string | null;
  /** What a reader of the summary should know besides, one sentence; absent: nothing. */
  readonly note?: string;
  /** Everything looked at, as far as it decides, for the digest: in a fixed order. Long columns as their own digest or count. */
  readonly looked: Json;
}

export interface CheckRule {
  /** `ACC-01`. */
  readonly id: string;
  /** Raised whenever the rule would answer otherwise to the same world. */
  readonly version: number;
  readonly populationOf: string;
  /** In words, with the figures of the parameters: what passes, what fails, what is insufficient. */
  explain(parameters: CheckParameters): string;
  /** Long ones yield between steps of some milliseconds, so that a run can be cancelled. */
  run(scope: CheckScope): Generator<void, RuleAnswer>;
}
