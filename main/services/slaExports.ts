/** What leaves the console of service levels: lists as CSV, monthly reports as a signed bundle. */
import type { HandlerInput, Output } from '../../shared/contract/index.ts';
import type { SlaTable } from '../../shared/contract/sla.ts';
import type { Levels } from '../sla/sla.ts';
import { reportSource } from './bundleSource.ts';
import { startBundle } from './bundles.ts';
import type { Context } from './context.ts';
import { csvTable } from './csv.ts';
import { refuseExportOutside } from './exportPlace.ts';
import type { Files } from './files.ts';
import { type NewFile, writeNewFile } from './newFile.ts';
import { organizationOf } from './orgs.ts';
import type { SlaHandlers } from './sla.ts';

type Cells = (string | number | null)[];
type Asking = Pick<SlaHandlers, 'sla.incidents' | 'sla.months' | 'sla.days' | 'sla.trend'>;

const PAGE = 500;
const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** Header of each table. */
const COLUMNS: Readonly<Record<SlaTable['table'], readonly string[]>> = {
  incidents: ['kind', 'from', 'to', 'title', 'detail', 'severity', 'down_ms'],
  months: [
    ...['month', 'from', 'to', 'revision', 'verdict', 'availability', 'response_ms', 'error_rate', 'requests'],
    ...['down_minutes', 'credit_minor', 'currency'],
  ],
  days: ['day', 'from', 'to', 'verdict', 'availability', 'requests', 'down_ms'],
  trend: ['at', 'availability', 'response_ms', 'error_rate', 'requests', 'failed', 'excluded', 'unobserved'],
};

async function incidentRows(
  ask: Asking,
  one: { orgId: string; id: string },
  from: number,
  to: number,
): Promise<Cells[]> {
  const rows: Cells[] = [];
  for (let total = Infinity; rows.length < total; ) {
    const page: Output<'sla.incidents'> = await ask['sla.incidents']({
      ...one,
      from,
      to,
      offset: rows.length,
      limit: PAGE,
    });
    if (page.rows.length === 0) break;
    total = page.total;
    for (const row of page.rows) {
      rows.push([row.kind, instant(row.from), instant(row.to), row.title, row.detail, row.severity, row.downMs]);
    }
  }
  return rows;
}

async function rowsOf(ask: Asking, one: { orgId: string; id: string }, table: SlaTable): Promise<Cells[]> {
  switch (table.table) {
    case 'incidents':
      return incidentRows(ask, one, table.from, table.to);
    case 'months':
      return (await ask['sla.months']({ ...one, months: table.months })).map((row) => [
        ...[row.month, instant(row.period.from), instant(row.period.to), row.revision, row.verdict, row.availability],
        ...[row.responseMs, row.errorRate, row.requests, row.downMinutes, row.creditMinor, row.currency],
      ]);
    case 'days':
      return (await ask['sla.days']({ ...one, months: table.months })).days.map((row) => [
        ...[row.day, instant(row.from), instant(row.to), row.verdict, row.availability, row.requests, row.downMs],
      ]);
    case 'trend': {
      const { from, to, step } = table;
      return (await ask['sla.trend']({ ...one, from, to, step })).points.map((row) => [
        ...[instant(row.at), row.availability, row.responseMs, row.errorRate, row.requests, row.failed],
        ...[row.excluded, row.unobserved],
      ]);
    }
  }
}

export async function exportTable(
  context: Context,
  files: Files,
  ask: Asking,
  { orgId, id, table, path: chosen }: HandlerInput<'sla.export'>,
): Promise<{ jobId: string }> {
  const { unfinished } = context.opened();
  await refuseExportOutside(context, orgId);
  const path = files.exportPath(chosen, `${orgId}-sla-${table.table}`, '.csv');
  return context.jobs.start({
    kind: 'export-sla',
    orgId,
    title: `Export ${table.table} of a service level`,
    unit: 'rows',
    async run({ signal, report }) {
      const rows = await rowsOf(ask, { orgId, id }, table);
      signal.throwIfAborted();
      const fill = async (file: NewFile): Promise<void> => {
        await file.write(csvTable([COLUMNS[table.table]]));
        await file.write(csvTable(rows));
      };
      await unfinished.during(path, (draft) => writeNewFile(path, draft, fill));
      report({ phase: 'Writing rows', done: rows.length, total: rows.length, unit: 'rows' });
      files.wrote(path);
      return { path, rows: rows.length };
    },
  });
}

export async function exportReports(
  context: Context,
  files: Files,
  levels: Levels,
  { orgId, ids, month, path: chosen }: HandlerInput<'sla.exportReport'>,
): Promise<{ jobId: string }> {
  const mirror = await context.opened().mirrors.get(orgId);
  await refuseExportOutside(context, orgId);
  const organization = { id: orgId, ...(await organizationOf(context, orgId)) };
  const path = files.exportPath(chosen, `${orgId}-sla-${month}`, '.mcbundle.zip');
  // At once, so that a month that is not over is said before a job begins.
  const thread = await levels.thread(orgId, mirror);
  const reports = await thread.monthReports(orgId, ids, month, context.ports.clock.now());
  const period = {
    from: Math.min(...reports.map(({ period: { from } }) => from)),
    to: Math.max(...reports.map(({ period: { to } }) => to)),
  };
  return startBundle(context, files, {
    ...{ orgId, orgName: organization.name, path, sections: ['log', 'sla', 'report'] },
    title: `Service level report ${month} of ${organization.name}`,
    source: () => reportSource(mirror, organization, period, reports),
  });
}
