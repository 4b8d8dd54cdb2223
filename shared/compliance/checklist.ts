/**
 * The checklist of a framework: its tree, each control with what people and checks say of it, each group with what its controls come to. Pure: records and
 * results are those of the day that is asked about, in whatever way the caller knows them.
 */
import type {
  Assessment,
  CheckResultState,
  ControlComment,
  ControlException,
  ControlMappingRecord,
  ControlState,
  Evidence,
  EvidenceRequest,
  Finding,
} from '../entities/index.ts';
import {
  automatedState,
  type ControlStatus,
  controlStatus,
  isInForce,
  noCounts,
  type Operating,
  operatingOf,
  type Percentage,
  percentageOf,
  type StatusCounts,
  statusReason,
} from './controlStatus.ts';
import type { ControlNode, Framework } from './framework.ts';
import { checkIdsOf, evidenceState, mappingsWith, type ServedBy, servedBy } from './serving.ts';

/** Everything people recorded, and what the checks last came to. */
export interface ChecklistRecords {
  readonly states: readonly ControlState[];
  readonly exceptions: readonly ControlException[];
  readonly findings: readonly Finding[];
  readonly comments: readonly ControlComment[];
  readonly evidence: readonly Evidence[];
  readonly requests: readonly EvidenceRequest[];
  readonly mappings: readonly ControlMappingRecord[];
  /** By check id; one that is not here was never computed. */
  readonly results: ReadonlyMap<string, CheckResultState>;
}

export interface ControlSummary {
  readonly status: ControlStatus;
  /** Why, in one sentence. */
  readonly why: string;
  readonly automated: CheckResultState | null;
  readonly checks: readonly { readonly id: string; readonly state: CheckResultState | null }[];
  readonly design: Assessment['state'];
  readonly operating: Operating;
  readonly ownerId: string | null;
  readonly dueOn: string | null;
  /** Its day is past, and it is neither met nor out of scope. */
  readonly overdue: boolean;
  readonly evidence: { readonly valid: number; readonly expired: number };
  readonly openFindings: number;
  /** Exceptions in force that name the control; those that wait for approval. */
  readonly exceptions: number;
  readonly exceptionsAsked: number;
  readonly comments: number;
  readonly openRequests: number;
}

export interface RollUp {
  readonly counts: StatusCounts;
  readonly percentage: Percentage;
}

export interface ChecklistRow {
  readonly node: ControlNode;
  /** Steps below the framework's root, from 0. */
  readonly depth: number;
  /** Of all controls at and below it; null where nothing is below. */
  readonly rollUp: RollUp | null;
  /** Null for a group. */
  readonly control: ControlSummary | null;
}

export interface Checklist extends RollUp {
  /** In the order of the framework: what is above stands before what is below. */
  readonly rows: readonly ChecklistRow[];
  readonly openFindings: number;
  readonly overdue: number;
}

/** Requests that still wait for something. */
export const isOpenRequest = ({ state }: Pick<EvidenceRequest, 'state'>): boolean =>
  state === 'open' || state === 'provided' || state === 'returned';

/** Records by the control they name. */
function byControl<T extends { readonly controls: readonly string[] }>(
  list: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  for (const one of list) {
    for (const id of one.controls) {
      const there = found.get(id);
      if (there === undefined) found.set(id, [one]);
      else there.push(one);
    }
  }
  return found;
}

/** Records in the form in which every control finds its own at once. */
export interface ChecklistIndex {
  readonly day: string;
  readonly served: ServedBy;
  readonly results: ReadonlyMap<string, CheckResultState>;
  readonly states: ReadonlyMap<string, ControlState>;
  readonly exceptions: ReadonlyMap<string, readonly ControlException[]>;
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
  readonly comments: ReadonlyMap<string, number>;
  readonly evidence: ReadonlyMap<string, readonly Evidence[]>;
  /** By the checks it names. */
  readonly checkEvidence: ReadonlyMap<string, readonly Evidence[]>;
  readonly requests: ReadonlyMap<string, readonly EvidenceRequest[]>;
}

/** `day`: the UTC day on which everything is judged, `2026-11-25`. */
export function indexRecords(records: ChecklistRecords, day: string): ChecklistIndex {
  const comments = new Map<string, number>();
  for (const { control } of records.comments) comments.set(control, (comments.get(control) ?? 0) + 1);
  const standing = records.evidence.filter((one) => evidenceState(one, day) !== 'withdrawn');
  return {
    day,
    served: servedBy(mappingsWith(records.mappings)),
    results: records.results,
    states: new Map(records.states.map((state) => [state.id, state])),
    exceptions: byControl(records.exceptions),
    findings: byControl(records.findings.filter(({ status }) => status === 'open')),
    comments,
    evidence: byControl(standing),
    checkEvidence: byControl(standing.map((one) => ({ ...one, controls: one.checks }))),
    requests: byControl(records.requests.filter(isOpenRequest)),
  };
}

/** Evidence that counts for a control by whatever way, each piece once. */
function evidenceCounts(
  id: string,
  checks: readonly string[],
  index: ChecklistIndex,
): { valid: number; expired: number } {
  const found = new Map<string, Evidence>();
  const take = (list: readonly Evidence[] = []): void => {
    for (const one of list) found.set(one.id, one);
  };
  take(index.evidence.get(id));
  for (const check of checks) take(index.checkEvidence.get(check));
  for (const { controlId } of index.served.get(id) ?? []) take(index.evidence.get(controlId));
  let valid = 0;
  for (const one of found.values()) if (evidenceState(one, index.day) === 'valid') valid++;
  return { valid, expired: found.size - valid };
}

/** One control on the index's day. */
export function summaryOf(id: string, index: ChecklistIndex): ControlSummary {
  const { day } = index;
  const state = index.states.get(id) ?? null;
  const ids = checkIdsOf(id, index.served);
  const checks = ids.map((check) => ({ id: check, state: index.results.get(check) ?? null }));
  const automated = automatedState(checks.map((check) => check.state));
  const named = index.exceptions.get(id) ?? [];
  const exceptions = named.filter((one) => isInForce(one, day)).length;
  const facts = { state, automated, excepted: exceptions > 0 };
  const status = controlStatus(facts);
  const dueOn = state?.due_on ?? null;
  return {
    ...{ status, why: statusReason(facts), automated, checks, dueOn },
    design: state?.design?.state ?? 'not_assessed',
    operating: operatingOf(state?.operating ?? null, automated),
    ownerId: state?.owner_id ?? null,
    overdue: dueOn !== null && dueOn < day && status !== 'met' && status !== 'not_applicable',
    evidence: evidenceCounts(id, ids, index),
    openFindings: index.findings.get(id)?.length ?? 0,
    exceptions,
    exceptionsAsked: named.filter((one) => one.approved_at === null && one.revoked_at === null && one.expires_on >= day)
      .length,
    comments: index.comments.get(id) ?? 0,
    openRequests: index.requests.get(id)?.length ?? 0,
  };
}

/** The checklist of one framework, built in or own. */
export function buildChecklist({ controls }: Pick<Framework, 'controls'>, index: ChecklistIndex): Checklist {
  const at = new Map(controls.map(({ id }, i) => [id, i]));
  const depths: number[] = [];
  const counts = controls.map(() => noCounts());
  const parents = new Set<string>();
  const whole = noCounts();
  const findings = new Set<string>();
  let overdue = 0;
  const summaries = controls.map(({ id, parent, kind }, i) => {
    const above = parent === null ? undefined : at.get(parent);
    depths.push(above === undefined ? 0 : depths[above]! + 1);
    if (parent !== null) parents.add(parent);
    if (kind === 'group') return null;
    const summary = summaryOf(id, index);
    whole[summary.status]++;
    if (summary.overdue) overdue++;
    for (const finding of index.findings.get(id) ?? []) findings.add(finding.id);
    // What is above stands before: the walk ends.
    for (let up = i, next = -1; ; up = next) {
      counts[up]![summary.status]++;
      next = at.get(controls[up]!.parent ?? '') ?? up;
      if (next >= up) break;
    }
    return summary;
  });
  const rows = controls.map((node, i) => ({
    ...{ node, depth: depths[i]!, control: summaries[i]! },
    rollUp: parents.has(node.id) ? { counts: counts[i]!, percentage: percentageOf(counts[i]!) } : null,
  }));
  return { rows, counts: whole, percentage: percentageOf(whole), openFindings: findings.size, overdue };
}
