/** What the platform found, as last synced, beside what was found here. */
import type { CheckOutcome, CheckWorld } from '../../shared/compliance/checks/world.ts';
import type { CheckComparison, CheckTrendDay } from '../../shared/contract/checks.ts';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import { CHECK_RESULTS, type CheckDay, type CheckResult, type CheckResultState } from '../../shared/entities/index.ts';
import type { Run } from './runs.ts';

type FromPlatform = NonNullable<CheckComparison['platform']>;
const DAY = 86_400_000;
const FIELDS = ['state', 'population', 'failing', 'digest', 'rule'] as const;

const iso = (at: number): string => new Date(at).toISOString();

/** The day a period is, whole; null: it is none. */
function dayOf({ from, to }: Pick<Run, 'from' | 'to'>): string | null {
  return from % DAY === 0 && to - from === DAY ? iso(from).slice(0, 10) : null;
}

/** What the platform has of a check for exactly this period. */
function platformOf(world: CheckWorld, outcome: CheckOutcome): FromPlatform | null {
  const { check, period } = outcome;
  const last = world.records('check_result').find(({ id }) => id === check);
  if (last !== undefined && Date.parse(last.from) === period.from && Date.parse(last.to) === period.to) {
    const { rule, from, to, computed_at, state, population, failing, digest } = last;
    return { rule, from, to, computed_at, state, population, failing, digest };
  }
  const day = dayOf(period);
  const kept = day === null ? undefined : world.records('check_day').find(({ id }) => id === day);
  const found = kept?.results.find((one) => one.check === check);
  if (kept === undefined || found === undefined) return null;
  const { rule, state, population, failing, digest } = found;
  const { from, to } = { from: iso(period.from), to: iso(period.to) };
  return { rule, from, to, computed_at: kept.computed_at, state, population, failing, digest };
}

export function compareOne(world: CheckWorld, outcome: CheckOutcome): CheckComparison {
  const platform = platformOf(world, outcome);
  const { check } = outcome;
  if (platform === null) return { check, platform, verdict: 'not_evaluated', differs: [] };
  const differs = FIELDS.filter((field) => platform[field] !== outcome[field]);
  return { check, platform, verdict: differs.length === 0 ? 'equal' : 'differs', differs };
}

export function compareRun(world: CheckWorld, { outcomes }: Run): CheckComparison[] {
  return outcomes.map((outcome) => compareOne(world, outcome));
}

export function latestResults(world: CheckWorld): CheckResult[] {
  return [...world.records('check_result')];
}

const BASIS =
  'Passed of those that apply on that day, as the platform evaluated them. Excepted and insufficient ones count as not passed; what does not apply is left out.';

function trendDay({ id, computed_at, results }: CheckDay, ids: ReadonlySet<string> | null): CheckTrendDay {
  const chosen = results.filter(({ check }) => ids === null || ids.has(check));
  const of = (state: CheckResultState): number => chosen.filter((one) => one.state === state).length;
  const states = Object.fromEntries(CHECK_RESULTS.map((state) => [state, of(state)])) as CheckTrendDay['states'];
  const excluded = states.not_applicable;
  const denominator = chosen.length - excluded;
  return {
    ...{ day: id, at: Date.parse(`${id}T00:00:00Z`), computedAt: Date.parse(computed_at), states },
    ...{ numerator: states.pass, denominator, excluded },
    percent: denominator === 0 ? null : (100 * states.pass) / denominator,
    failing: chosen
      .filter(({ state }) => state !== 'pass' && state !== 'not_applicable')
      .map(({ check, state }) => ({ check, state })),
  };
}

export function trendOf(world: CheckWorld, { from, to, ids }: HandlerInput<'checks.trend'>): Output<'checks.trend'> {
  const chosen = ids === null ? null : new Set(ids);
  const days = world
    .records('check_day')
    .filter(({ id }) => id >= from && id <= to)
    .map((day) => trendDay(day, chosen));
  return { days, basis: BASIS };
}
