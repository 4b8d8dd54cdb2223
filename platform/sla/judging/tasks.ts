/** What the judging thread does: pure but for what it remembers. */
import type { Sla, SlaExclusion } from '../../../shared/entities/index.ts';
import { burnsOf, type Seen } from '../../../shared/sla/alerts.ts';
import { judge, judgedUntil } from '../../../shared/sla/judge.ts';
import type { MonthReport } from '../../../shared/sla/model.ts';
import { monthReport, reportText } from '../../../shared/sla/report.ts';
import { sha256 } from '../../crypto.ts';
import { type Delta, type Memory, OrgMetrics, type Wanted } from './memory.ts';
import type { Packed } from './pack.ts';

/** Judges SLAs at an instant, on the metrics remembered and what is handed over with the task. */
export interface JudgeTask {
  readonly kind: 'judge';
  readonly orgId: string;
  readonly delta: Delta | null;
  /** Minutes that an answer before this wanted. */
  readonly minutes: Packed | null;
  readonly slas: readonly Sla[];
  readonly exclusions: readonly SlaExclusion[];
  readonly now: number;
}

/** Computes a month on the metrics handed over with the task. */
export interface ReportTask {
  readonly kind: 'report';
  readonly organization: string;
  readonly delta: Delta;
  readonly minutes: Packed;
  readonly sla: Sla;
  readonly exclusions: readonly SlaExclusion[];
  readonly month: string;
  /** Cuts a month under way; null: whole. */
  readonly until: number | null;
}
export type Task = JudgeTask | ReportTask;

export interface JudgedSla {
  readonly id: string;
  readonly seen: Seen;
  /** Some window had a request or an observation. */
  readonly data: boolean;
}

/** `unknown`: the organization is not remembered, and is to be handed over whole. `wanted`: minutes without which nothing can be said. */
export type JudgeAnswer =
  /** `ahead`: there is data that the next judgement sees and this one did not. */
  | { readonly kind: 'judged'; readonly slas: readonly JudgedSla[]; readonly ahead: boolean }
  | { readonly kind: 'wanted'; readonly wanted: Wanted }
  | { readonly kind: 'unknown' };

export type ReportAnswer = { readonly report: MonthReport; readonly text: string } | null;

export function runReport(task: Omit<ReportTask, 'kind'>): ReportAnswer {
  const source = new OrgMetrics();
  source.take(task.delta);
  source.takeMinutes(task.minutes);
  const { sla, month, exclusions, organization, until } = task;
  const report = monthReport(source, sla, month, exclusions, organization, sha256, until ?? undefined);
  return report === null ? null : { report, text: reportText(report) };
}

function hasData({ judged }: NonNullable<Seen>): boolean {
  return [judged.day, judged.window].some(({ totals, availability }) => totals.count > 0 || availability.total > 0n);
}

export function runJudge(memory: Memory, task: Omit<JudgeTask, 'kind'>): JudgeAnswer {
  const { orgId, delta, minutes, now, exclusions } = task;
  const source = delta?.whole === true ? memory.open(orgId) : memory.get(orgId);
  if (source === undefined) return { kind: 'unknown' };
  if (delta !== null) source.take(delta);
  if (minutes !== null) source.takeMinutes(minutes);
  memory.trim();
  const slas = task.slas.map((sla): JudgedSla => {
    const judged = judge(source, sla, exclusions, now);
    const seen = judged === null ? null : { judged, burns: burnsOf(source, sla, exclusions, now) };
    return { id: sla.id, seen, data: seen !== null && hasData(seen) };
  });
  const wanted = source.missing();
  if (wanted.hours.length > 0) return { kind: 'wanted', wanted };
  return { kind: 'judged', slas, ahead: source.reaches(judgedUntil(now)) };
}
