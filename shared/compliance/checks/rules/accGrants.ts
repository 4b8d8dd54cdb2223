/** Nobody gives themselves a right: ACC-09 (PCI DSS 4.0.1, 7.2.3; 45 CFR 164.308(a)(4)(ii)(B); segregation of duties). */
import { firstRow } from '../../../rbac/questions/index.ts';
import { pastOf } from '../asOf.ts';
import type { CheckRule, CheckScope, RuleAnswer } from '../rule.ts';
import { count, logGap, stepping, together } from './plain.ts';
import { catalogAt, type RightsEvent, selfGrant } from './selfGrants.ts';

/** Actions that can give a right. Joining on an invitation gives nothing that somebody else had not given. */
const GIVING = new Set([
  'member.create',
  'member.update',
  'member.role.update',
  'member.permissions.update',
  'member.workspaces.update',
  'member.reactivate',
  'role.update',
  'organization.update',
  'service_account.update',
]);

interface Numbered extends RightsEvent {
  readonly seq: number;
}

/** Successful changes of rights in the period, in order. */
function* changesOf({ world, period }: CheckScope): Generator<Numbered> {
  const { columns, actors, actions, targets } = world.log;
  const giving = Uint8Array.from(actions, (name) => (GIVING.has(name) ? 1 : 0));
  const end = firstRow(columns, period.to);
  for (let i = firstRow(columns, period.from); i < end; i++) {
    if (giving[columns.action[i]!] !== 1 || columns.outcome[i] !== 0) continue;
    const target = targets[columns.target[i]!]!;
    yield {
      ...{ seq: columns.seq[i]!, at: columns.recorded[i]!, actor: actors[columns.actor[i]!]! },
      ...{ action: actions[columns.action[i]!]!, target: target.slice(target.indexOf(':') + 1) },
    };
  }
}

function itemOf({ seq, at, actor, action }: Numbered, gave: string) {
  return { id: `event ${seq}`, title: `${action} by ${actor}`, at, why: `${actor} ${gave}.` };
}

function* selfGrants(scope: CheckScope): Generator<void, RuleAnswer> {
  const past = pastOf(scope.world);
  const catalog = catalogAt(past, scope.period.to);
  const changes = yield* stepping(changesOf(scope), (event) => ({ event, gave: selfGrant(past, catalog, event) }));
  const population = changes.length;
  const withheld = changes.filter(({ gave }) => gave === undefined).length;
  const failing = changes.flatMap(({ event, gave }) => (typeof gave === 'string' ? [itemOf(event, gave)] : []));
  const looked = changes.map(({ event: { seq, action, actor, target }, gave }) => [
    ...[seq, action, actor, target],
    gave === undefined ? 'not told' : (gave ?? ''),
  ]);
  const open =
    withheld === 0
      ? null
      : `Of ${count(withheld, 'change')} it is not told what the maker got: the content was withheld.`;
  const missing = together(logGap(past, scope.period.from), open);
  const notApplicable = population === 0 && missing === null ? 'No right was changed in the period.' : null;
  return { population, failing, missing, notApplicable, looked: { changes: looked, missing } };
}

const ACC_09: CheckRule = {
  ...{ id: 'ACC-09', version: 1, populationOf: 'changes of rights' },
  explain: () =>
    'Passes when no successful change of a member, role, service account or of the ownership gave the one who made it a permission, a workspace or access they did not have before, also through a role they held. Insufficient where such a change was withheld or the log begins later than the period.',
  run: selfGrants,
};

export const GRANT_RULES: readonly CheckRule[] = [ACC_09];
