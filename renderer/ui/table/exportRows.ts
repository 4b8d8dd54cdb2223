import { RowsResult } from '../../../shared/contract/audit.ts';
import type { Job } from '../../../shared/contract/jobs.ts';
import { asCallError, call } from '../../bridge.ts';
import { pickSave } from '../../files.ts';
import { bytes, plural } from '../numbers.ts';
import { toast } from '../toasts.ts';
import { type Column, exactValue } from './columns.ts';

/** Between two looks at a job that is about to end, ms. */
const LOOK_EVERY_MS = 100;

/** Write rows as CSV, every column that has a value, hidden ones too. Where the host has native dialogs the user says where. `orgId` null: of several organizations. */
export async function exportRows<Row>(
  orgId: string | null,
  name: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Promise<void> {
  const valued = columns.filter(({ value }) => value !== undefined);
  try {
    const { nativeDialogs } = await call('app.info', {});
    const day = new Date().toISOString().slice(0, 10);
    const path = nativeDialogs ? await pickSave('rows', `${name}-${day}.csv`) : null;
    if (nativeDialogs && path === null) return;
    const { jobId } = await call('files.saveRows', {
      orgId,
      name,
      heads: valued.map(({ head }) => head),
      rows: rows.map((row) => valued.map((column) => exactValue(column, row))),
      path,
    });
    tellExported(await ended(jobId));
  } catch (thrown) {
    const { message, code } = asCallError(thrown);
    toast({ text: `${message} (${code})`, tone: 'bad' });
  }
}

async function ended(jobId: string): Promise<Job> {
  for (;;) {
    const job = await call('jobs.get', { jobId });
    if (job.state !== 'running') return job;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** How an export of rows ended, as a notice that leads to the file. */
export function tellExported(job: Job): void {
  if (job.state === 'cancelled') toast({ text: 'Export cancelled; no file was left' });
  if (job.state === 'failed') {
    toast({ text: `Export failed: ${job.error?.message ?? ''} (${job.error?.code ?? 'INTERNAL'})`, tone: 'bad' });
  }
  const result = RowsResult.safeParse(job.result);
  if (job.state !== 'done' || !result.success) return;
  const { path, rows, bytes: size } = result.data;
  toast({
    text: `${plural(rows, 'row')}, ${bytes(size)}, in ${path}`,
    action: { label: 'Show file', run: () => void call('files.reveal', { path }).catch(() => undefined) },
  });
}
