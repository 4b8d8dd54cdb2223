/** The checklist of controls, answered from the mirror. */

import {
  buildChecklist,
  type ChecklistIndex,
  type ControlSummary,
  indexRecords,
  summaryOf,
} from '../../shared/compliance/checklist.ts';
import { CHECKS } from '../../shared/compliance/checks/catalog.ts';
import { isInForce } from '../../shared/compliance/controlStatus.ts';
import { type ControlMapping, relatedControls } from '../../shared/compliance/crosswalk.ts';
import { assessable, type ControlNode, type Framework } from '../../shared/compliance/framework.ts';
import { BUILT_IN_FRAMEWORKS } from '../../shared/compliance/frameworks/index.ts';
import { checkIdsOf, evidenceState, evidenceVia, mappingsWith } from '../../shared/compliance/serving.ts';
import type { ControlSummaryView } from '../../shared/contract/checklist.ts';
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import type { ControlException } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { MirrorReader } from '../db/api.ts';
import { type KnownRecords, readRecords } from './checklistRecords.ts';
import type { Context } from './context.ts';

type ChecklistName = keyof typeof import('../../shared/contract/checklist.ts').checklistProcedures;
type Handlers = { readonly [N in ChecklistName]: (input: HandlerInput<N>) => Promise<Output<N>> };

const DAY = 86_400_000;
/** An exception that ends within this is told of. */
const EXPIRING_DAYS = 30;
const HISTORY_MAX = 200;
/** Things of one control whose events are looked for. */
const TARGETS_MAX = 2_000;

const TITLES: ReadonlyMap<string, string> = new Map(CHECKS.map(({ id, title }) => [id, title]));
/** Newest first. */
const newest = <T extends { readonly created_at: string }>(list: readonly T[]): T[] =>
  list.toSorted((a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : 0));
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

interface Known extends KnownRecords {
  readonly index: ChecklistIndex;
  /** Built in and own. */
  readonly frameworks: readonly Framework[];
}

function known(records: KnownRecords): Known {
  const { of, results, basis } = records;
  const index = indexRecords(
    {
      ...{ states: of.control_state, exceptions: of.control_exception, findings: of.finding, results },
      ...{ comments: of.control_comment, evidence: of.evidence, requests: of.evidence_request },
      mappings: of.control_mapping,
    },
    basis.day,
  );
  return {
    ...records,
    index,
    frameworks: [...BUILT_IN_FRAMEWORKS.values(), ...of.framework.map((one) => one.framework)],
  };
}

function factsOf({ id, title, edition }: Framework, { of }: Known) {
  return {
    ...{ id, title, edition, own: !BUILT_IN_FRAMEWORKS.has(id) },
    mode: of.compliance_mode.some((mode) => mode.id === id && mode.enabled),
  };
}

const viewOf = (summary: ControlSummary): ControlSummaryView => ({
  ...summary,
  checks: [...summary.checks],
  operating: { ...summary.operating },
  evidence: { ...summary.evidence },
});

const inForceOn = (records: Known) => {
  const { day } = records.basis;
  const last = dayOf(Date.parse(`${day}T00:00:00.000Z`) + EXPIRING_DAYS * DAY);
  const inForce = records.of.control_exception.filter((one) => isInForce(one, day));
  return { inForce, expiring: inForce.filter(({ expires_on }) => expires_on <= last) };
};

function overview(records: Known): Output<'compliance.overview'> {
  const { basis, of, index, frameworks } = records;
  const { inForce, expiring } = inForceOn(records);
  const open = of.finding.filter(({ status }) => status === 'open');
  return {
    basis,
    frameworks: frameworks.map((framework) => {
      const { counts, percentage, openFindings, overdue } = buildChecklist(framework, index);
      const ids = new Set(framework.controls.map(({ id }) => id));
      return {
        ...factsOf(framework, records),
        ...{ counts: { ...counts }, percentage: { ...percentage }, openFindings, overdue },
        controls: assessable(framework).length,
        expiringExceptions: expiring.filter(({ controls }) => controls.some((id) => ids.has(id))).length,
      };
    }),
    findings: {
      open: open.length,
      overdue: open.filter(({ due_on }) => due_on !== null && due_on < basis.day).length,
    },
    exceptions: {
      inForce: inForce.length,
      expiring: expiring.length,
      asked: of.control_exception.filter(
        (one) => one.approved_at === null && one.revoked_at === null && one.expires_on >= basis.day,
      ).length,
    },
  };
}

function checklist(records: Known, id: string): Output<'compliance.checklist'> {
  const framework = records.frameworks.find((one) => one.id === id);
  if (framework === undefined) throw new AppError('NOT_FOUND', 'There is no such framework.', { id });
  const { rows, counts, percentage, openFindings, overdue } = buildChecklist(framework, records.index);
  return {
    ...factsOf(framework, records),
    ...{ basis: records.basis, openFindings, overdue, counts: { ...counts }, percentage: { ...percentage } },
    rows: rows.map(({ node, depth, rollUp, control }) => ({
      ...{ node, depth, control: control === null ? null : viewOf(control) },
      rollUp: rollUp === null ? null : { counts: { ...rollUp.counts }, percentage: { ...rollUp.percentage } },
      pending: records.pending('control_state', node.id),
    })),
  };
}

function ancestors(node: ControlNode, { controls }: Framework): ControlNode[] {
  const at = new Map(controls.map((one) => [one.id, one]));
  const path: ControlNode[] = [];
  for (let up = at.get(node.parent ?? ''); up !== undefined && path.length < 50; up = at.get(up.parent ?? '')) {
    path.unshift(up);
  }
  return path;
}

function relatedOf(id: string, mappings: readonly ControlMapping[], { frameworks, index }: Known) {
  const serving = (source: string, target: string): boolean =>
    (index.served.get(target) ?? []).some(({ controlId }) => controlId === source);
  const places = new Map(
    frameworks.flatMap((framework) => framework.controls.map((node) => [node.id, { framework, node }] as const)),
  );
  return relatedControls(id, mappings).flatMap(({ controlId, relation, reason, checks }) => {
    const place = places.get(controlId);
    // A mapping to a control of a framework that was removed leads nowhere.
    if (place === undefined || relation === 'no-relationship') return [];
    const { framework, node } = place;
    return [
      {
        ...{ controlId, relation, reason, checks: [...checks], ref: node.ref, title: node.title },
        ...{ framework: framework.id, frameworkTitle: framework.title },
        ...{ serves: serving(id, controlId), servedBy: serving(controlId, id) },
        status: node.kind === 'control' ? summaryOf(controlId, index).status : null,
      },
    ];
  });
}

/** Events about these things, newest first. */
async function historyOf(reader: MirrorReader, targets: readonly string[], day: string | null) {
  const filter = {
    ...{ basis: 'recorded' as const, from: null, text: '', actors: [], actions: [], outcomes: [], workspaces: [] },
    to: day === null ? null : Date.parse(`${day}T00:00:00.000Z`) + DAY,
    targets: targets.slice(0, TARGETS_MAX),
  };
  const { rows, matched } = await reader.query(filter, { sort: 'seq', direction: 'desc' }, 0, HISTORY_MAX);
  return { history: rows, historyTotal: matched };
}

async function control(reader: MirrorReader, records: Known, id: string): Promise<Output<'compliance.control'>> {
  const framework = records.frameworks.find(({ controls }) => controls.some((one) => one.id === id));
  const node = framework?.controls.find((one) => one.id === id);
  if (framework === undefined || node === undefined || node.kind === 'group') {
    throw new AppError('NOT_FOUND', 'There is no such control.', { id });
  }
  const { of, basis, index, pending } = records;
  const checks = checkIdsOf(id, index.served);
  const names = <T extends { readonly controls: readonly string[]; readonly created_at: string }>(list: readonly T[]) =>
    newest(list.filter(({ controls }) => controls.includes(id)));
  const [findings, exceptions, requests] = [names(of.finding), names(of.control_exception), names(of.evidence_request)];
  const comments = newest(of.control_comment.filter((comment) => comment.control === id));
  const evidence = newest(of.evidence).flatMap((one) => {
    const via = evidenceVia(one, id, checks, index.served);
    const state = evidenceState(one, basis.day);
    return via === null ? [] : [{ evidence: one, via, state, pending: pending('evidence', one.id) }];
  });
  const results = new Map(of.check_result.map((result) => [result.id, result]));
  const targets = [
    `control_state:${id}`,
    ...findings.map((one) => `finding:${one.id}`),
    ...exceptions.map((one) => `control_exception:${one.id}`),
    ...comments.map((one) => `control_comment:${one.id}`),
    ...requests.map((one) => `evidence_request:${one.id}`),
    ...evidence.map((one) => `evidence:${one.evidence.id}`),
  ];
  return {
    ...{ basis, node, framework: factsOf(framework, records) },
    above: ancestors(node, framework).map(({ id: above, ref, title }) => ({ id: above, ref, title })),
    summary: viewOf(summaryOf(id, index)),
    state: index.states.get(id) ?? null,
    pending: pending('control_state', id),
    checks: checks.map((check) => ({
      ...{ id: check, title: TITLES.get(check) ?? check },
      // A day keeps states alone; the figures are those of the last run.
      result: basis.past ? null : (results.get(check) ?? null),
    })),
    related: relatedOf(id, mappingsWith(of.control_mapping), records),
    evidence,
    findings: findings.map((finding) => ({ finding, pending: pending('finding', finding.id) })),
    exceptions: exceptions.map((exception) => exceptionView(records, exception)),
    comments: comments.map((comment) => ({ comment, pending: pending('control_comment', comment.id) })),
    requests: requests.map((request) => ({ request, pending: pending('evidence_request', request.id) })),
    ...(await historyOf(reader, targets, basis.past ? basis.day : null)),
  };
}

const exceptionView = ({ basis, pending }: Known, exception: ControlException) => ({
  ...{ exception, inForce: isInForce(exception, basis.day) },
  pending: pending('control_exception', exception.id),
});

function deviations(records: Known): Output<'compliance.deviations'> {
  const { basis, of, frameworks, pending } = records;
  const named = new Set([...of.finding, ...of.control_exception].flatMap(({ controls }) => controls));
  return {
    basis,
    findings: newest(of.finding).map((finding) => ({ finding, pending: pending('finding', finding.id) })),
    exceptions: newest(of.control_exception).map((exception) => exceptionView(records, exception)),
    controls: frameworks.flatMap((framework) =>
      framework.controls
        .filter(({ id }) => named.has(id))
        .map(({ id, ref, title }) => ({ id, ref, title, framework: framework.id })),
    ),
  };
}

export function checklistHandlers(context: Context): Handlers {
  async function read({ orgId, at }: HandlerInput<'compliance.overview'>) {
    const { reader } = await context.opened().mirrors.get(orgId);
    const today = dayOf(context.ports.clock.now());
    if (at !== null && at > today) throw new AppError('INPUT_INVALID', 'This day is to come.', { at });
    return { reader, records: known(await readRecords(reader, orgId, at === today ? null : at, today)) };
  }
  return {
    'compliance.overview': async (input) => overview((await read(input)).records),
    'compliance.checklist': async (input) => checklist((await read(input)).records, input.framework),
    'compliance.deviations': async (input) => deviations((await read(input)).records),
    'compliance.control': async (input) => {
      const { reader, records } = await read(input);
      return control(reader, records, input.control);
    },
  };
}
