/** Monthly reports: what a month is computed from, issuing it, and issuing it again when what came late or was corrected changed it. */
import { createHash } from 'node:crypto';
import type { Sla, SlaReportIssue } from '../../shared/entities/index.ts';
import type { Json } from '../../shared/json/index.ts';
import { monthAfter } from '../../shared/sla/calendar.ts';
import { judgedUntil } from '../../shared/sla/judge.ts';
import { reportText } from '../../shared/sla/report.ts';
import { seriesOf } from '../../shared/sla/source.ts';
import { monthTerms } from '../../shared/sla/terms.ts';
import { SYSTEM_ACTOR } from '../audit/draft.ts';
import type { Core } from '../core.ts';
import { only, type Tx } from '../db/database.ts';
import { nextVersion, recordChange } from '../feed/feed.ts';
import { appendEvents, lockOrg } from '../log/append.ts';
import { readSla, selectExclusions } from './book.ts';
import { REPORT_DELAY_MS } from './definitions.ts';
import { loadMinutes, loadWhole, readSeries } from './judging/load.ts';
import type { ReportAnswer, ReportTask } from './judging/tasks.ts';

/** Who computes: the judging thread, or in place. */
export interface Reporter {
  report(task: Omit<ReportTask, 'kind'>): Promise<ReportAnswer> | ReportAnswer;
}

interface IssueRow extends Omit<SlaReportIssue, 'id' | 'org_id' | 'issued_at'> {
  readonly issued_at: Date;
}

const show = (row: IssueRow, orgId: string): SlaReportIssue => ({
  ...row,
  id: `${row.sla_id}.${row.month}`,
  org_id: orgId,
  issued_at: row.issued_at.toISOString(),
});

/** The newest issue of a month; null where there is none. Under the tenant's role, as all of these. */
export async function readIssue(tx: Tx, orgId: string, slaId: string, month: string): Promise<SlaReportIssue | null> {
  const rows = await tx.query<IssueRow>(
    `SELECT sla_id, month, issue, issued_at, report, digest, supersedes, version FROM sla_reports
     WHERE sla_id = $1 AND month = $2 ORDER BY issue DESC LIMIT 1`,
    [slaId, month],
  );
  return rows[0] === undefined ? null : show(rows[0], orgId);
}

/**
 * What a month of an SLA is computed from; null where the SLA was not in force in it.
 * @param until instant (ms) up to which a month under way is told; null: the whole month.
 */
export async function loadMonth(
  tx: Tx,
  sla: Sla,
  month: string,
  until: number | null,
): Promise<Omit<ReportTask, 'kind'> | null> {
  const terms = monthTerms(sla, month);
  if (terms === null) return null;
  const { period } = terms;
  const span = { from: period.from, to: until === null ? period.to : Math.min(period.to, judgedUntil(until)) };
  if (span.from >= span.to) return null;
  const all = await readSeries(tx);
  const series = seriesOf({ series: () => all }, sla);
  return {
    organization: sla.org_id,
    delta: await loadWhole(tx, series, span),
    minutes: await loadMinutes(tx, series, span),
    sla,
    exclusions: await selectExclusions(
      tx,
      sla.org_id,
      'WHERE (sla_id IS NULL OR sla_id = $1) AND from_at < $3 AND to_at > $2 ORDER BY id',
      [sla.id, new Date(span.from), new Date(span.to)],
    ),
    month,
    until,
  };
}

/** Marks issued months whose data changed since they were computed. */
export async function markStale(tx: Tx, now: number): Promise<void> {
  await tx.query(
    `UPDATE sla_months m SET stale_at = $1 FROM org_state s
     WHERE m.stale_at IS NULL AND s.metric_version > greatest(s.report_cursor, m.data_version) AND (
       EXISTS (SELECT 1 FROM metric_chunks c WHERE c.version > greatest(s.report_cursor, m.data_version)
         AND c.hour < m.to_ms AND c.hour > m.from_ms - 3600000)
       OR EXISTS (SELECT 1 FROM metric_spans p WHERE p.version > greatest(s.report_cursor, m.data_version)
         AND p.from_ms < m.to_ms AND p.to_ms > m.from_ms)
       OR EXISTS (SELECT 1 FROM metric_cuts k WHERE k.version > greatest(s.report_cursor, m.data_version)
         AND k.from_ms < m.to_ms AND k.to_ms > m.from_ms))`,
    [now],
  );
  await tx.query('UPDATE org_state SET report_cursor = metric_version WHERE report_cursor < metric_version');
}

/** A month to be computed: one that was never issued, or one that may have changed. */
export interface DueMonth {
  readonly slaId: string;
  readonly month: string;
}

/** Months that are due, oldest first. */
export async function dueMonths(tx: Tx, now: number, limit: number): Promise<DueMonth[]> {
  return await tx.query<DueMonth>(
    `SELECT "slaId", month FROM (
       SELECT id AS "slaId", report_month AS month, report_due AS due FROM slas WHERE report_due <= $1
       UNION ALL SELECT sla_id, month, stale_at + $2::bigint FROM sla_months WHERE stale_at <= $1::bigint - $2::bigint
     ) d ORDER BY due, "slaId" LIMIT $3`,
    [now, REPORT_DELAY_MS, limit],
  );
}

interface Computed {
  readonly sla: Sla;
  readonly month: string;
  /** Versions of definitions and metrics it was computed from. */
  readonly slas: number;
  readonly metrics: number;
  readonly before: SlaReportIssue | null;
  readonly answer: ReportAnswer;
}

async function compute(core: Core, reporter: Reporter, orgId: string, due: DueMonth): Promise<Computed> {
  const { slaId, month } = due;
  const { task, ...rest } = await core.tenant(orgId, async (tx) => {
    const state = only(
      await tx.query<{ slas: number; metrics: number }>(
        'SELECT sla_version AS slas, metric_version AS metrics FROM org_state',
      ),
    );
    const sla = await readSla(tx, orgId, slaId);
    const before = await readIssue(tx, orgId, slaId, month);
    return { ...state, sla, before, task: await loadMonth(tx, sla, month, null) };
  });
  return { ...rest, month, answer: task === null ? null : await reporter.report(task) };
}

/** A new name alone is no correction: a report stays under the name it was issued with. */
function isSame({ answer, before }: Computed): boolean {
  if (answer === null || before === null) return false;
  const { name } = (JSON.parse(before.report) as { sla: { name: string } }).sla;
  return reportText({ ...answer.report, sla: { ...answer.report.sla, name } }) === before.report;
}

async function store(core: Core, tx: Tx, computed: Computed): Promise<void> {
  const { sla, month, before, answer, metrics } = computed;
  const now = core.now();
  const { report, text } = answer!;
  const issue = (before?.issue ?? 0) + 1;
  const digest = createHash('sha256').update(text).digest('hex');
  const supersedes = before?.digest ?? null;
  const version = await nextVersion(tx);
  await tx.query(
    `INSERT INTO sla_reports (sla_id, month, issue, issued_at, report, digest, supersedes, version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [sla.id, month, issue, new Date(now), text, digest, supersedes, version],
  );
  const span = [Date.parse(report.period.from), Date.parse(report.period.to)];
  await tx.query(
    `INSERT INTO sla_months (sla_id, month, issue, from_ms, to_ms, data_version) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (sla_id, month) DO UPDATE SET issue = excluded.issue, from_ms = excluded.from_ms, to_ms = excluded.to_ms,
       data_version = excluded.data_version`,
    [sla.id, month, issue, ...(span as [number, number]), metrics],
  );
  const entity = await readIssue(tx, sla.org_id, sla.id, month);
  await recordChange(tx, 'sla_report', entity!.id, version, entity as unknown as Json);
  const draft = {
    action: 'sla.report.issue',
    actor: SYSTEM_ACTOR,
    target: { type: 'sla', id: sla.id },
    workspace: sla.workspace_id,
    disclosures: { target: { name: sla.name }, detail: { month, issue, digest, supersedes } },
  };
  await appendEvents(tx, sla.org_id, [draft], now);
  core.grown.add(sla.org_id);
}

/**
 * Computes a month that is due and issues it where it is new or came out otherwise. Nothing is written where definitions or maintenance
 * changed meanwhile: then it is still due. True: it was issued.
 */
export async function issueMonth(core: Core, reporter: Reporter, orgId: string, due: DueMonth): Promise<boolean> {
  const computed = await compute(core, reporter, orgId, due);
  const { sla, month, answer } = computed;
  return await core.tenant(orgId, async (tx) => {
    await lockOrg(tx);
    const state = only(
      await tx.query<{ slas: number; cursor: number; issue: number | null }>(
        `SELECT sla_version AS slas, report_cursor AS cursor,
           (SELECT issue FROM sla_months WHERE sla_id = $1 AND month = $2) AS issue FROM org_state`,
        [sla.id, month],
      ),
    );
    if (state.slas !== computed.slas || state.issue !== (computed.before?.issue ?? null)) return false;
    const issued = answer !== null && !isSame(computed);
    if (issued) await store(core, tx, computed);
    // What another process saw change after it was read here is looked at once more.
    await tx.query(
      `UPDATE sla_months SET data_version = $3, stale_at = CASE WHEN $4::bigint > $3 THEN stale_at ELSE NULL END
       WHERE sla_id = $1 AND month = $2`,
      [sla.id, month, computed.metrics, state.cursor],
    );
    const next = monthAfter(month, 1);
    const terms = monthTerms(sla, next);
    await tx.query('UPDATE slas SET report_month = $3, report_due = $4 WHERE id = $1 AND report_month = $2', [
      sla.id,
      month,
      next,
      terms === null ? null : terms.whole.to + REPORT_DELAY_MS,
    ]);
    return issued;
  });
}
