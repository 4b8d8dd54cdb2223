/** One check of a run, as a person reads it. */
import { parametersOf } from '../../shared/compliance/checks/evaluate.ts';
import { RULES } from '../../shared/compliance/checks/rules/index.ts';
import type { CheckWorld, FailingItem } from '../../shared/compliance/checks/world.ts';
import { BUILT_IN_FRAMEWORKS } from '../../shared/compliance/frameworks/index.ts';
import type { CheckDetail, CheckItem } from '../../shared/contract/checks.ts';
import { AppError } from '../../shared/errors.ts';
import type { Asked } from './api.ts';
import type { Evaluator } from './evaluator.ts';
import { compareOne } from './platformResults.ts';
import { runHead, SPECS, summaryView } from './runs.ts';

/** Things a screen can go to, by the first word of an item's id. */
const LINKED = new Set<string>(['member', 'service_account', 'event', 'workspace', 'sla']);

function linkOf(id: string): CheckItem['link'] {
  const [kind = '', rest] = id.split(/ (.*)/s);
  return rest !== undefined && LINKED.has(kind)
    ? { kind: kind as NonNullable<CheckItem['link']>['kind'], id: rest.split(' ')[0]! }
    : null;
}

function itemView({ id, title, at, why, exception }: FailingItem): CheckItem {
  return { id, title, at, why, exception, link: linkOf(id) };
}

/** Controls by framework, in the order of both. */
function controlsOf(check: string): CheckDetail['controls'] {
  const supported = new Set(SPECS.get(check)!.supports);
  return [...BUILT_IN_FRAMEWORKS.values()].flatMap(({ id: framework, title, controls }) => {
    const found = controls.filter(({ id }) => supported.has(id));
    if (found.length === 0) return [];
    return [{ framework, title, controls: found.map((one) => ({ id: one.id, ref: one.ref, title: one.title })) }];
  });
}

function exceptionsNamed(world: CheckWorld, check: string): CheckDetail['exceptions'] {
  return world.records('control_exception').filter(({ checks }) => checks.includes(check));
}

/** Throws INPUT_INVALID for a check there is not. */
export function detailOf(evaluator: Evaluator, asked: Asked<'checks.detail'>): CheckDetail {
  const { check, offset, limit, orgId } = asked;
  const rule = RULES.get(check);
  if (rule === undefined) throw new AppError('INPUT_INVALID', `There is no check ${check}.`);
  const run = evaluator.now(asked, [check]);
  const outcome = run.outcomes.find((one) => one.check === check);
  if (outcome === undefined) throw new AppError('NOT_FOUND', 'The run has no such check.', { check });
  const world = evaluator.world(orgId);
  const parameters = parametersOf(world);
  const reads = new Set<string>();
  const watched = new Proxy(parameters, {
    get: (target, name, receiver) => {
      reads.add(String(name));
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
  return {
    summary: summaryView(outcome),
    run: runHead(run, evaluator.isStale(run)),
    explanation: rule.explain(watched),
    parameters,
    reads: [...reads].filter((name) => name in parameters).sort(),
    total: outcome.items.length,
    items: outcome.items.slice(offset, offset + limit).map(itemView),
    exceptions: exceptionsNamed(world, check),
    controls: controlsOf(check),
    comparison: compareOne(world, outcome),
  };
}
