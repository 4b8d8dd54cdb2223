/** Makes the assessment of one framework and period from records, results of the checks, and what is known of the log. Pure. */

import type { ControlException, Evidence, Assessment as Judged } from '../../entities/index.ts';
import { type ChecklistIndex, type ChecklistRecords, summaryOf } from '../checklist.ts';
import { CHECKS } from '../checks/catalog.ts';
import type { CheckOutcome } from '../checks/world.ts';
import { isInForce } from '../controlStatus.ts';
import type { Framework } from '../framework.ts';
import { evidenceState, evidenceVia } from '../serving.ts';
import type { AssessedCheck, AssessedControl, AssessedEvidence, Assessment } from './assessment.ts';

export interface AssessInput {
  readonly organization: Assessment['organization'];
  readonly framework: Framework;
  /** [from, to), ms. */
  readonly period: { readonly from: number; readonly to: number };
  /** Up to here log and records are known, ms. */
  readonly knownTo: number;
  readonly now: number;
  readonly log: Assessment['log'];
  /** Records as they were at the end of the period, and their index for its last day. */
  readonly records: ChecklistRecords;
  readonly index: ChecklistIndex;
  /** Results over the period, by check. */
  readonly outcomes: ReadonlyMap<string, CheckOutcome>;
  /** Why a file is not included; null: it is. */
  omitted(evidence: Evidence): string | null;
}

const TITLES: ReadonlyMap<string, string> = new Map(CHECKS.map(({ id, title }) => [id, title]));
const iso = (at: number): string => new Date(at).toISOString();
const cut = (text: string, most = 512): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

function judgement(one: Judged | null): AssessedControl['design'] {
  if (one === null || one.state === 'not_assessed') return null;
  return { state: one.state, reason: one.reason, by: one.by, at: one.at };
}

const names = (one: { readonly controls: readonly string[] }, id: string): boolean => one.controls.includes(id);

function controlsOf(
  { framework, records, index }: AssessInput,
  inForce: readonly ControlException[],
): AssessedControl[] {
  return framework.controls.map((node): AssessedControl => {
    const base = {
      id: node.id,
      ref: node.ref,
      title: cut(node.title),
      parent: node.parent,
      kind: node.kind,
      obligation: node.obligation,
    };
    if (node.kind === 'group') {
      const nothing = { checks: [], evidence: [], findings: [], exceptions: [] };
      const none = { design: null, operating: null, automated: null, owner: null, due_on: null };
      return { ...base, ...none, ...nothing, status: null, not_applicable_because: '' };
    }
    const state = index.states.get(node.id) ?? null;
    const { status, automated, checks, ownerId, dueOn } = summaryOf(node.id, index);
    const ids = checks.map(({ id }) => id);
    const standing = records.evidence.filter((one) => evidenceState(one, index.day) === 'valid');
    return {
      ...{ ...base, status, automated, owner: ownerId, due_on: dueOn, checks: ids },
      not_applicable_because: state !== null && !state.applicable ? state.applicability_reason : '',
      ...{ design: judgement(state?.design ?? null), operating: judgement(state?.operating ?? null) },
      evidence: standing.filter((one) => evidenceVia(one, node.id, ids, index.served) !== null).map(({ id }) => id),
      findings: records.findings.filter((one) => names(one, node.id)).map(({ id }) => id),
      exceptions: inForce.filter((one) => names(one, node.id)).map(({ id }) => id),
    };
  });
}

function checkOf(outcome: CheckOutcome): AssessedCheck {
  return {
    ...{
      id: outcome.check,
      title: TITLES.get(outcome.check) ?? outcome.check,
      rule: outcome.rule,
      state: outcome.state,
    },
    ...{
      summary: cut(outcome.summary, 10_000),
      population_of: cut(outcome.populationOf),
      population: outcome.population,
    },
    ...{ failing: outcome.failing, excepted: outcome.excepted, digest: outcome.digest },
    items: outcome.items.map(({ id, title, at, why, exception }) => ({
      ...{ id: cut(id), title: cut(title), at: at === null ? null : iso(at), why, exception },
    })),
  };
}

function evidenceOf(one: Evidence, omitted: string | null): AssessedEvidence {
  const { id, title, kind, evidence_on, valid_until, created_at, controls, checks, file, url } = one;
  return {
    ...{ id, title, kind, evidence_on, valid_until, added_at: created_at, controls, checks, url },
    file:
      file === null ? null : { sha256: file.sha256, bytes: file.bytes, name: file.name, media_type: file.media_type },
    omitted: file === null ? null : omitted,
  };
}

/** The assessment; only records that the framework's controls rest on are in it. */
export function assess(input: AssessInput): Assessment {
  const { framework, records, index, outcomes, period } = input;
  const approved = records.exceptions.filter((one) => isInForce(one, index.day));
  const controls = controlsOf(input, approved);
  const used = <K extends 'checks' | 'evidence' | 'findings' | 'exceptions'>(name: K): ReadonlySet<string> =>
    new Set(controls.flatMap((control) => control[name]));
  const checks = [...used('checks')].sort().flatMap((id) => {
    const outcome = outcomes.get(id);
    return outcome === undefined ? [] : [checkOf(outcome)];
  });
  const [evidence, findings, named] = [used('evidence'), used('findings'), used('exceptions')];
  const covering = new Set(checks.flatMap(({ items }) => items.flatMap(({ exception }) => exception ?? [])));
  return {
    format: 'mission-control/compliance/1',
    organization: input.organization,
    framework: {
      ...{ id: framework.id, title: framework.title, edition: framework.edition, revision: framework.revision },
      issuer: cut(framework.issuer),
    },
    period: { from: iso(period.from), to: iso(period.to) },
    ...{ known_to: iso(input.knownTo), assessed_at: iso(input.now), log: input.log },
    ...{ controls, checks },
    exceptions: approved
      .filter(({ id }) => named.has(id) || covering.has(id))
      .map(({ id, title, controls: of, checks: by, subjects, reason, compensating, ...rest }) => ({
        ...{ id, title, controls: of, checks: by, subjects, reason, compensating },
        ...{ management_response: rest.management_response, expires_on: rest.expires_on },
        ...{ approved_by: rest.approved_by, approved_at: rest.approved_at },
      })),
    findings: records.findings
      .filter(({ id }) => findings.has(id))
      .map(({ id, title, controls: of, checks: by, severity, status, due_on, ...rest }) => ({
        ...{ id, title, controls: of, checks: by, severity, status, due_on },
        ...{ condition: rest.condition, criteria: rest.criteria, cause: rest.cause, effect: rest.effect },
        ...{ recommendation: rest.recommendation, management_response: rest.management_response },
      })),
    evidence: records.evidence.filter(({ id }) => evidence.has(id)).map((one) => evidenceOf(one, input.omitted(one))),
  };
}
