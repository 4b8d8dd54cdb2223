/** `platform sla-report`: the canonical JSON of a monthly report. */
import type { Command } from 'commander';
import { EntityId, OrgId } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import { type CoreOptions, openCore } from '../core.ts';
import { readSla } from './book.ts';
import { runReport } from './judging/tasks.ts';
import { Month } from './reportRoutes.ts';
import { loadMonth, readIssue } from './reports.ts';

interface ReportFlags {
  readonly org: string;
  readonly sla: string;
  readonly month: string;
  readonly preview?: boolean;
  readonly data?: string;
  readonly publicHost?: string;
}

async function printReport(flags: ReportFlags, options: CoreOptions): Promise<void> {
  const { org, sla: id, month } = flags;
  if (!OrgId.safeParse(org).success) throw new AppError('INPUT_INVALID', 'Not the id of an organization.');
  if (!EntityId.safeParse(id).success) throw new AppError('INPUT_INVALID', 'Not the id of an SLA.');
  if (!Month.safeParse(month).success) throw new AppError('INPUT_INVALID', 'A month is written 2026-10.');
  const core = await openCore(options);
  try {
    const known = await core.platform((tx) => tx.query('SELECT 1 AS one FROM organizations WHERE id = $1', [org]));
    if (known.length === 0) throw new AppError('NOT_FOUND', 'There is no such organization.');
    const text = await core.tenant(org, async (tx) => {
      const sla = await readSla(tx, org, id);
      if (flags.preview !== true) return (await readIssue(tx, org, id, month))?.report ?? null;
      const task = await loadMonth(tx, sla, month, core.now());
      return task === null ? null : (runReport(task)?.text ?? null);
    });
    if (text === null) {
      const why =
        flags.preview === true
          ? 'The SLA was not in force in this month.'
          : 'The report of this month is not issued; --preview computes it from what there is.';
      throw new AppError('NOT_FOUND', why);
    }
    process.stdout.write(`${text}\n`);
  } finally {
    await core.close();
  }
}

export function registerSla(program: Command, storeOptions: (flags: ReportFlags) => CoreOptions): void {
  program
    .command('sla-report')
    .description('print the monthly report of an SLA as it was issued, canonical JSON (RFC 8785)')
    .requiredOption('--org <id>', 'organization')
    .requiredOption('--sla <id>', 'SLA')
    .requiredOption('--month <yyyy-mm>', 'local month of its time zone')
    .option('--preview', 'compute it now, also of a month under way')
    .option(
      '--data <dir>',
      'data folder of the embedded database (default: ./platform-data unless DATABASE_URL is set)',
    )
    .option('--public-host <host>', 'host in every log origin; fixed when the store is made')
    .action((flags: ReportFlags) => printReport(flags, storeOptions(flags)));
}
