import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Job } from '../../shared/contract/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import { createJobs, type JobHandle, type JobRequest } from './jobs.ts';

function harness() {
  let now = 1_000_000;
  const emitted: Job[] = [];
  const jobs = createJobs({
    clock: { now: () => now },
    emit: (job) => emitted.push(Job.parse(job)),
    toEnvelope: (error) =>
      error instanceof AppError ? error.toEnvelope() : { code: 'INTERNAL', message: 'fault', details: {} },
  });
  const request = (run: (handle: JobHandle) => Promise<unknown>): JobRequest => ({
    ...{ kind: 'sync', orgId: 'acme', title: 'Sync Acme', unit: 'events', run },
  });
  return { jobs, emitted, request, pass: (ms: number) => (now += ms) };
}

const untilAborted = ({ signal }: JobHandle): Promise<never> =>
  new Promise((_done, failed) => signal.addEventListener('abort', () => failed(signal.reason)));

describe('jobs', () => {
  it('runs to its result', async () => {
    const { jobs, request } = harness();
    const { jobId } = jobs.start(request(async () => ({ rows: 3 })));
    expect(jobs.running('sync', 'acme')?.id).toBe(jobId);
    expect(await jobs.ended(jobId)).toMatchObject({ state: 'done', result: { rows: 3 }, error: null });
    expect(jobs.running('sync', 'acme')).toBeNull();
  });

  it('keeps the code of a failure, and hides the words of a fault', async () => {
    const { jobs, request } = harness();
    const coded = jobs.start(request(() => Promise.reject(new AppError('LOG_FORK', 'Two roots.'))));
    const fault = jobs.start(request(() => Promise.reject(new Error('secret'))));
    expect(await jobs.ended(coded.jobId)).toMatchObject({ state: 'failed', error: { code: 'LOG_FORK' } });
    expect(JSON.stringify(await jobs.ended(fault.jobId))).not.toContain('secret');
  });

  it('cancels, but does not hide what was found while stopping', async () => {
    const { jobs, request } = harness();
    const { jobId } = jobs.start(request(untilAborted));
    await sleep(1);
    jobs.cancel(jobId);
    expect(await jobs.ended(jobId)).toMatchObject({ state: 'cancelled', error: { code: 'CANCELLED' } });
    const found = jobs.start(
      request((handle) =>
        untilAborted(handle).catch(() => {
          throw new AppError('LOG_TAMPERED');
        }),
      ),
    );
    await sleep(1);
    jobs.cancel(found.jobId);
    expect(await jobs.ended(found.jobId)).toMatchObject({ state: 'failed', error: { code: 'LOG_TAMPERED' } });
  });

  it('shows progress at most ten times a second and phase, with rate and time left', async () => {
    const { jobs, emitted, request, pass } = harness();
    const { jobId } = jobs.start(
      request(async ({ report }) => {
        for (let i = 0; i <= 1000; i++) {
          report({ phase: 'Verifying', done: i * 10, total: 20_000, unit: 'events' });
          pass(1);
        }
        return null;
      }),
    );
    await jobs.ended(jobId);
    expect(emitted.length).toBeGreaterThanOrEqual(10);
    expect(emitted.length).toBeLessThanOrEqual(13);
    const { progress } = jobs.get(jobId);
    expect(progress.ratePerSecond).toBeCloseTo(10_000, -2);
    expect(progress.secondsLeft).toBeCloseTo(1, 1);
  });

  it('keeps a bounded history and never drops a running job', async () => {
    const { jobs, request } = harness();
    const running = jobs.start(request(untilAborted));
    for (let i = 0; i < 150; i++) await jobs.ended(jobs.start(request(async () => i)).jobId);
    expect(jobs.list().length).toBeLessThanOrEqual(101);
    expect(jobs.get(running.jobId).state).toBe('running');
    await jobs.stopAll();
    expect(jobs.list()).toEqual([]);
    expect(() => jobs.get(running.jobId)).toThrow(AppError);
  });
});
