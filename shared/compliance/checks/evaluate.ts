/**
 * What all automated checks have in common: the period is cut at what is known, exceptions are applied, a state follows, and a digest says
 * what it rests on. A found failure is a failure even where part of the data is missing; nothing that is not known ever counts as a pass.
 */
import { toHex, toUtf8 } from '../../bytes.ts';
import type { Sha256 } from '../../crypto.ts';
import { CheckParameters, type CheckResultState } from '../../entities/index.ts';
import { AppError } from '../../errors.ts';
import { canonicalize, type Json } from '../../json/index.ts';
import { CHECKS } from './catalog.ts';
import { coverOf, exceptionsOf } from './exceptions.ts';
import type { CheckRule, RuleAnswer } from './rule.ts';
import { RULES } from './rules/index.ts';
import { type CheckOutcome, type CheckPeriod, type CheckWorld, FAILING_MAX, type FailingItem } from './world.ts';

export interface EvaluateOptions {
  readonly sha256: Sha256;
  /** Take the place of the organization's own. */
  readonly parameters?: Partial<CheckParameters>;
}

export interface CheckProgress {
  /** Checks that are done, of so many. */
  readonly done: number;
  readonly total: number;
  /** The one under way. */
  readonly check: string;
}

/** Parameters of an organization: its `check_settings`, else the figures the checks begin with. */
export function parametersOf(world: CheckWorld): CheckParameters {
  return CheckParameters.parse(world.records('check_settings')[0] ?? {});
}

/** The parameters, and which of them were read: only these matter to a result. */
function watched(parameters: CheckParameters): { view: CheckParameters; read: () => Json } {
  const names = new Set<keyof CheckParameters>();
  const view = {} as CheckParameters;
  for (const name of Object.keys(parameters) as (keyof CheckParameters)[]) {
    const get = (): unknown => {
      names.add(name);
      return parameters[name];
    };
    Object.defineProperty(view, name, { enumerable: true, get });
  }
  return { view, read: () => Object.fromEntries([...names].map((name) => [name, parameters[name]])) as Json };
}

interface Judged {
  readonly named: Pick<CheckOutcome, 'failing' | 'excepted' | 'items'>;
  /** Ids of the exceptions that cover something, sorted. */
  readonly applied: readonly string[];
}
type Counts = Pick<CheckOutcome, 'failing' | 'excepted'>;

function stateOf({ notApplicable, missing, population }: RuleAnswer, { failing, excepted }: Counts): CheckResultState {
  if (notApplicable !== null) return 'not_applicable';
  if (failing > 0) return 'fail';
  if (missing !== null) return 'insufficient_data';
  if (excepted > 0) return 'exception';
  return population === 0 ? 'insufficient_data' : 'pass';
}

const counted = (n: number): string => n.toLocaleString('en');

function summaryOf(state: CheckResultState, rule: CheckRule, answer: RuleAnswer, judged: Counts): string {
  const { notApplicable, missing, population, note } = answer;
  const looked = `${counted(population)} ${rule.populationOf}`;
  const excepted = judged.excepted === 0 ? '' : ` ${counted(judged.excepted)} more under an exception.`;
  const said = {
    not_applicable: notApplicable ?? '',
    fail: `${counted(judged.failing)} failing of ${looked}.${excepted}${missing === null ? '' : ` ${missing}`}`,
    insufficient_data: missing ?? `No ${rule.populationOf} to look at.`,
    exception: `${counted(judged.excepted)} failing of ${looked}, under an exception.`,
    pass: `${looked} looked at, none failing.`,
  }[state];
  return note === undefined ? said : `${said} ${note}`;
}

function judge(answer: RuleAnswer, cover: (item: string) => string | null): Judged {
  const items = answer.failing
    .map((item): FailingItem => ({ ...item, exception: cover(item.id) }))
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const excepted = items.filter(({ exception }) => exception !== null).length;
  return {
    named: { failing: items.length - excepted, excepted, items: items.slice(0, FAILING_MAX) },
    applied: [...new Set(items.flatMap(({ exception }) => exception ?? []))].sort(),
  };
}

const UNKNOWN: RuleAnswer = {
  ...{ population: 0, failing: [], notApplicable: null, looked: null },
  missing: 'The period lies beyond what is known.',
};

/**
 * One check in steps of some milliseconds.
 * @param period cut at `world.asOf`, itself not included; the outcome names the period that was looked at.
 * Throws INPUT_INVALID for a check there is not, or a period that ends before it begins.
 */
export function* checkSteps(
  id: string,
  world: CheckWorld,
  period: CheckPeriod,
  options: EvaluateOptions,
): Generator<void, CheckOutcome> {
  const rule = RULES.get(id);
  if (rule === undefined) throw new AppError('INPUT_INVALID', `There is no check ${id.slice(0, 40)}.`);
  if (!(period.from < period.to)) throw new AppError('INPUT_INVALID', 'The period ends before it begins.');
  const known = period.from < world.asOf;
  const cut = known ? { from: period.from, to: Math.min(period.to, world.asOf) } : period;
  const { view, read } = watched({ ...parametersOf(world), ...options.parameters });
  const answer = known ? yield* rule.run({ world, period: cut, parameters: view }) : UNKNOWN;
  const { named, applied } = judge(answer, coverOf(answer.failing.length === 0 ? [] : exceptionsOf(world, id, cut)));
  const state = stateOf(answer, named);
  const input: Json = {
    ...{ check: id, rule: rule.version, period: { from: cut.from, to: cut.to }, parameters: read() },
    exceptions: [...applied],
    looked: answer.looked,
  };
  return {
    ...{ check: id, rule: rule.version, period: cut, state, summary: summaryOf(state, rule, answer, named) },
    ...{ populationOf: rule.populationOf, population: answer.population, ...named },
    digest: toHex(options.sha256(toUtf8(canonicalize(input)))),
  };
}

/** One check at once. Throws as `checkSteps`. */
export function evaluateCheck(
  id: string,
  world: CheckWorld,
  period: CheckPeriod,
  options: EvaluateOptions,
): CheckOutcome {
  const steps = checkSteps(id, world, period, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * Several checks, all of them unless `ids` says which, in the order of the catalog. Yields between steps of some milliseconds, so that a run
 * can be shown and cancelled. Throws as `checkSteps`.
 */
export function* evaluateChecks(
  world: CheckWorld,
  period: CheckPeriod,
  { ids, ...options }: EvaluateOptions & { readonly ids?: readonly string[] },
): Generator<CheckProgress, CheckOutcome[]> {
  const chosen = ids ?? CHECKS.filter(({ id }) => RULES.has(id)).map(({ id }) => id);
  const outcomes: CheckOutcome[] = [];
  for (const check of chosen) {
    const steps = checkSteps(check, world, period, options);
    for (;;) {
      yield { done: outcomes.length, total: chosen.length, check };
      const step = steps.next();
      if (!step.done) continue;
      outcomes.push(step.value);
      break;
    }
  }
  return outcomes;
}
