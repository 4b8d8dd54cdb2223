/** Runs as they are kept: the outcomes of a period, and how they are shown. */
import { CHECKS } from '../../shared/compliance/checks/catalog.ts';
import type { CheckOutcome, CheckWorld } from '../../shared/compliance/checks/world.ts';
import type { CheckRun, CheckSummary } from '../../shared/contract/checks.ts';

export interface Run {
  readonly orgId: string;
  readonly from: number;
  readonly to: number;
  readonly evaluatedAt: number;
  readonly elapsedMs: number;
  readonly world: Pick<CheckWorld, 'asOf'>;
  readonly events: number;
  /** State of the mirror it was evaluated on. */
  readonly cursor: string;
  readonly outcomes: readonly CheckOutcome[];
}

export const SPECS = new Map(CHECKS.map((spec) => [spec.id, spec]));

export function summaryView(outcome: CheckOutcome): CheckSummary {
  const { check, rule, state, summary, populationOf, population, failing, excepted, digest } = outcome;
  const { group, title, supports } = SPECS.get(check)!;
  return {
    ...{ check, group, title, rule, state, summary, populationOf, population, failing, excepted, digest },
    supports: [...supports],
  };
}

export function runHead(run: Run, stale: boolean): Omit<CheckRun, 'checks'> {
  const { from, to, evaluatedAt, elapsedMs, world, events } = run;
  return { from, to, asOf: world.asOf, evaluatedAt, elapsedMs, events, stale };
}

export function runView(run: Run, stale: boolean): CheckRun {
  return { ...runHead(run, stale), checks: run.outcomes.map(summaryView) };
}
