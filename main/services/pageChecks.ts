/**
 * Reading every page of a large mirror in the background: what is too large to be read wholly at each opening is read once a day, so that
 * damage is found before somebody needs the page.
 */
import { AppError } from '../../shared/errors.ts';
import type { Mirror, MirrorSummary, PagesChecked } from '../db/api.ts';
import { CHECKED_AT_OPEN_BYTES_MAX } from '../db/index.ts';
import type { Context } from './context.ts';
import type { JobHandle } from './jobs.ts';

const EVERY_MS = 86_400_000;

/** Whether a mirror of this size is to be read now. */
export function isDue(bytes: number, last: PagesChecked | null, now: number): boolean {
  return bytes > CHECKED_AT_OPEN_BYTES_MAX && (last === null || now - last.at >= EVERY_MS || last.at > now);
}

/** Whether a mirror is small enough to be read wholly whenever it is opened. */
export const readAtOpen = ({ bytes }: MirrorSummary): boolean => bytes <= CHECKED_AT_OPEN_BYTES_MAX;

export interface PageChecks {
  /** A mirror was opened: its check is put in line when it is due. */
  opened(orgId: string, mirror: Mirror): void;
  /** Begins no further check; the running one ends with its job. */
  stop(): void;
}

export function createPageChecks(context: Context): PageChecks {
  const { ports, jobs, log, events } = context;
  let stopped = false;
  let line: Promise<unknown> = Promise.resolve();

  async function read(mirror: Mirror, { signal, report }: JobHandle): Promise<PagesChecked> {
    const checker = await mirror.checker();
    try {
      let bytes = 0;
      for (;;) {
        if (signal.aborted) throw new AppError('CANCELLED');
        const step = await checker.readPages();
        bytes += step.bytes;
        report({ phase: 'Reading pages', done: Math.min(bytes, step.total), total: step.total, unit: 'bytes' });
        if (step.done) return { at: ports.clock.now(), bytes };
      }
    } finally {
      await checker.close();
    }
  }

  /** Damage becomes a standing alarm where the file still takes one. */
  async function alarm(orgId: string, mirror: Mirror, error: unknown): Promise<void> {
    if (!(error instanceof AppError && error.code === 'MIRROR_DAMAGED')) return;
    const { message, details } = error;
    ports.notifications.show('Mirror damaged', `The mirror of ${orgId}: ${message}`);
    const evidence = [{ name: 'details', text: JSON.stringify(details ?? {}) }];
    await mirror.writer
      .raiseAlarm({ kind: 'MIRROR_DAMAGED', raisedAt: ports.clock.now(), message, evidence })
      .catch((second: unknown) => log.error('damage not noted', second, { orgId }));
    events.emit('orgs.changed', { orgIds: [orgId] });
  }

  async function run(orgId: string, mirror: Mirror): Promise<void> {
    if (stopped || !context.opened().mirrors.ids().includes(orgId)) return;
    const { bytes } = await mirror.reader.summary();
    const { pagesChecked } = await mirror.reader.integrity();
    if (stopped || !isDue(bytes, pagesChecked, ports.clock.now())) return;
    const { jobId } = jobs.start({
      kind: 'check-mirror',
      orgId,
      title: `Read every page of ${orgId}`,
      unit: 'bytes',
      async run(handle) {
        try {
          const checked = await read(mirror, handle);
          await mirror.writer.notePagesChecked(checked);
          return checked;
        } catch (error) {
          await alarm(orgId, mirror, error);
          throw error;
        }
      },
    });
    await jobs.ended(jobId);
  }

  return {
    opened(orgId, mirror) {
      // One after the other: a disk that reads twelve mirrors at once answers nobody.
      line = line
        .then(() => run(orgId, mirror))
        .catch((error: unknown) => {
          // A mirror that was closed meanwhile is no fault.
          if (!stopped) log.error('page check', error, { orgId });
        });
    },
    stop() {
      stopped = true;
    },
  };
}
