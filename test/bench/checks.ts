/**
 * All automated checks over a year of 1,000,000 events and 10,000 members, beside the plain way: for each rule the whole log once more, as event
 * objects, counting by actor and action. The plain way judges nothing, so it is the least a rescan can cost. Medians of 3.
 */
import { fileURLToPath } from 'node:url';
import { CHECKS } from '../../shared/compliance/checks/catalog.ts';
import { evaluateChecks } from '../../shared/compliance/checks/evaluate.ts';
import type { CheckOutcome, CheckPeriod, CheckWorld } from '../../shared/compliance/checks/world.ts';
import { LEAVERS, largeWorld, YEAR_DAYS } from '../support/checkBench.ts';
import { days, sha256 } from '../support/checkWorld.ts';
import type { BenchRow } from './main.ts';

const EVENTS = Number(process.env.MC_BENCH_EVENTS ?? 1_000_000);
const MEMBERS = 10_000;
const LIMIT_MS = 10_000;
const ROUNDS = 3;

interface Run {
  readonly ms: number;
  readonly longest: number;
  readonly outcomes: readonly CheckOutcome[];
}

function evaluate(world: CheckWorld, period: CheckPeriod): Run {
  const steps = evaluateChecks(world, period, { sha256 });
  const began = performance.now();
  for (let [before, longest] = [began, 0]; ; ) {
    const step = steps.next();
    const now = performance.now();
    longest = Math.max(longest, now - before);
    before = now;
    if (step.done) return { ms: now - began, longest, outcomes: step.value };
  }
}

interface PlainEvent {
  readonly at: number;
  readonly actor: string;
  readonly action: string;
  readonly outcome: number;
}

/** The log as most programs hold it: an object an event. */
function plainEvents({ log }: CheckWorld): PlainEvent[] {
  const { count, recorded, actor, action, outcome } = log.columns;
  return Array.from({ length: count }, (_, i) => ({
    ...{ at: recorded[i]!, actor: log.actors[actor[i]!]!, action: log.actions[action[i]!]!, outcome: outcome[i]! },
  }));
}

/** One pass a rule. @returns ms, and how many events the last of them counted. */
function rescan(events: readonly PlainEvent[], { from, to }: CheckPeriod): { ms: number; counted: number } {
  const began = performance.now();
  let counted = 0;
  for (let rule = 0; rule < CHECKS.length; rule++) {
    const byActor = new Map<string, number>();
    const byAction = new Map<string, number>();
    for (const { at, actor, action, outcome } of events) {
      if (at < from || at >= to) continue;
      byActor.set(actor, (byActor.get(actor) ?? 0) + 1);
      byAction.set(action, (byAction.get(action) ?? 0) + (outcome === 0 ? 1 : 0));
    }
    counted = [...byActor.values()].reduce((sum, n) => sum + n, 0);
  }
  return { ms: performance.now() - began, counted };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Nothing is measured that was not done: every rule answered, and those of the log and of members looked at all of them. */
function demand(outcomes: readonly CheckOutcome[], counted: number): void {
  const population = (id: string): number => outcomes.find(({ check }) => check === id)?.population ?? 0;
  if (outcomes.length !== CHECKS.length) throw new Error(`${outcomes.length} of ${CHECKS.length} checks answered`);
  if (population('LOG-03') !== EVENTS || counted !== EVENTS) throw new Error('not every event was looked at');
  if (population('ACC-01') !== MEMBERS - LEAVERS) throw new Error('not every member was looked at');
}

export async function run(): Promise<readonly BenchRow[]> {
  const year = days(0, YEAR_DAYS);
  const rounds = Array.from({ length: ROUNDS }, () => {
    const world = largeWorld(EVENTS, MEMBERS);
    return { world, first: evaluate(world, year), again: evaluate(world, days(300, 330)) };
  });
  const { world, first } = rounds[0]!;
  const events = plainEvents(world);
  const plain = Array.from({ length: ROUNDS }, () => rescan(events, year));
  const [ours, baseline] = [median(rounds.map((one) => one.first.ms)), median(plain.map(({ ms }) => ms))];
  demand(first.outcomes, plain[0]!.counted);
  const again = median(rounds.map((one) => one.again.ms));
  const size = `${CHECKS.length} checks, ${EVENTS.toLocaleString('en-US')} events, ${MEMBERS.toLocaleString('en-US')} members`;
  const row = (figure: string, mine: number, other: number | null, unit: string): BenchRow => ({
    ...{ figure, ours: mine, baseline: other, ratio: other === null ? null : other / mine, unit },
  });
  return [
    row(`${size}, beside a rescan a rule`, ours, baseline, 'ms'),
    row('the same, beside the limit', ours, LIMIT_MS, 'ms (limit)'),
    row('a month of the same world, after the year', again, LIMIT_MS, 'ms (limit)'),
    row('longest step of the year', median(rounds.map((one) => one.first.longest)), null, 'ms'),
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.table(await run());
