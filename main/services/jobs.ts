/** Long work: started by a procedure, followed by events, cancelled at its next safe point. */
import { randomUUID } from 'node:crypto';
import type { Job, JobKind, JobProgress } from '../../shared/contract/jobs.ts';
import { AppError, type ErrorEnvelope } from '../../shared/errors.ts';
import type { Clock } from '../ports.ts';

/** At most ten progress events a second and job. */
const EMIT_EVERY_MS = 100;
/** Rate is taken over the last five seconds, so that it follows a slow network instead of averaging it away. */
const RATE_WINDOW_MS = 5000;
const HISTORY_MAX = 100;

export interface JobReport {
  readonly phase: string;
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
}

export interface JobHandle {
  readonly signal: AbortSignal;
  report(progress: JobReport): void;
}

export interface JobRequest {
  readonly kind: JobKind;
  readonly orgId: string | null;
  readonly title: string;
  readonly unit: string;
  run(handle: JobHandle): Promise<unknown>;
}

export interface Jobs {
  start(request: JobRequest): { jobId: string };
  /** The running job of a kind for an organization, for single flight. */
  running(kind: JobKind, orgId: string | null): Job | null;
  list(): Job[];
  get(jobId: string): Job;
  cancel(jobId: string): Job;
  /** Resolves with the ended job. */
  ended(jobId: string): Promise<Job>;
  /** Cancels everything, waits for it to end, and forgets the history: titles and results name organizations. */
  stopAll(): Promise<void>;
}

export interface JobsPorts {
  readonly clock: Clock;
  readonly emit: (job: Job) => void;
  readonly toEnvelope: (error: unknown, kind: JobKind) => ErrorEnvelope;
}

interface Entry {
  job: Job;
  readonly abort: AbortController;
  readonly finished: Promise<void>;
}

/** Turns reports into progress with rate and time left, and says when one is due to be shown. */
function createMeter(clock: Clock, unit: string) {
  let samples: { at: number; done: number }[] = [];
  let phase = '';
  let emittedAt = Number.NEGATIVE_INFINITY;
  return {
    initial: { phase: 'Starting', done: 0, total: null, unit, ratePerSecond: null, secondsLeft: null } as JobProgress,
    read(report: JobReport): { progress: JobProgress; due: boolean } {
      const at = clock.now();
      const fresh = report.phase !== phase;
      if (fresh) samples = [];
      phase = report.phase;
      samples.push({ at, done: report.done });
      // Keep one sample at or before the window's edge; thin out so that a flood of reports stays small.
      while (samples.length > 2 && samples[1]!.at <= at - RATE_WINDOW_MS) samples.shift();
      if (samples.length > 512) samples = samples.filter((_sample, i) => i % 2 === 0 || i === samples.length - 1);
      const first = samples[0]!;
      const elapsed = at - first.at;
      const rate = elapsed >= 200 ? Math.max(0, ((report.done - first.done) * 1000) / elapsed) : null;
      const left = report.total !== null && rate !== null && rate > 0 ? (report.total - report.done) / rate : null;
      const due = fresh || at - emittedAt >= EMIT_EVERY_MS;
      if (due) emittedAt = at;
      return {
        progress: { ...report, ratePerSecond: rate, secondsLeft: left === null ? null : Math.max(0, left) },
        due,
      };
    },
  };
}

export function createJobs(ports: JobsPorts): Jobs {
  const entries = new Map<string, Entry>();

  const find = (jobId: string): Entry => {
    const entry = entries.get(jobId);
    if (!entry) throw new AppError('NOT_FOUND', 'There is no such job; it may have ended long ago.', { jobId });
    return entry;
  };

  function trim(): void {
    for (const [id, entry] of entries) {
      if (entries.size <= HISTORY_MAX) return;
      if (entry.job.state !== 'running') entries.delete(id);
    }
  }

  function start(request: JobRequest): { jobId: string } {
    const id = randomUUID();
    const abort = new AbortController();
    const meter = createMeter(ports.clock, request.unit);
    const change = (patch: Partial<Job>, emit = true): void => {
      entry.job = { ...entry.job, ...patch };
      if (emit) ports.emit(entry.job);
    };
    const handle: JobHandle = {
      signal: abort.signal,
      report(report) {
        if (entry.job.state !== 'running') return;
        const { progress, due } = meter.read(report);
        change({ progress }, due);
      },
    };
    const work = async (): Promise<void> => {
      // The caller gets the job id before the first event of the job.
      await Promise.resolve();
      try {
        abort.signal.throwIfAborted();
        const result = await request.run(handle);
        change({ state: 'done', endedAt: ports.clock.now(), result });
      } catch (error) {
        // A coded error found while stopping (a forked log, say) is still what it is.
        const stopped = abort.signal.aborted && !(error instanceof AppError);
        const envelope = ports.toEnvelope(stopped ? new AppError('CANCELLED') : error, request.kind);
        const state = envelope.code === 'CANCELLED' ? 'cancelled' : 'failed';
        change({ state, endedAt: ports.clock.now(), error: { ...envelope, ...detailsOf(envelope) } });
      }
    };
    const { kind, orgId, title } = request;
    const job: Job = {
      ...{ id, kind, orgId, title, state: 'running', startedAt: ports.clock.now(), endedAt: null },
      ...{ progress: meter.initial, result: null, error: null },
    };
    let settle = (): void => {};
    const entry: Entry = { job, abort, finished: new Promise((resolve) => (settle = resolve)) };
    entries.set(id, entry);
    trim();
    void work().finally(settle);
    return { jobId: id };
  }

  return {
    start,
    running: (kind, orgId) =>
      [...entries.values()].find(({ job }) => job.state === 'running' && job.kind === kind && job.orgId === orgId)
        ?.job ?? null,
    list: () => [...entries.values()].map(({ job }) => job).reverse(),
    get: (jobId) => find(jobId).job,
    cancel(jobId) {
      const entry = find(jobId);
      if (entry.job.state === 'running') entry.abort.abort();
      return entry.job;
    },
    async ended(jobId) {
      const entry = find(jobId);
      await entry.finished;
      return entry.job;
    },
    async stopAll() {
      for (const { abort } of entries.values()) abort.abort();
      await Promise.all([...entries.values()].map(({ finished }) => finished));
      entries.clear();
    },
  };
}

/** The contract's schema wants a mutable record. */
function detailsOf(envelope: ErrorEnvelope): { details?: Record<string, unknown> } {
  return envelope.details === undefined ? {} : { details: { ...envelope.details } };
}
