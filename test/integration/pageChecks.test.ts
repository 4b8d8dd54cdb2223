/** A mirror too large to be read wholly at opening: its pages are read in the background, once a day, and damage becomes an alarm. */
import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHECKED_AT_OPEN_BYTES_MAX } from '../../main/db/index.ts';
import { isDue } from '../../main/services/pageChecks.ts';
import { AuditFilter } from '../../shared/contract/audit.ts';
import type { Job } from '../../shared/contract/jobs.ts';
import { openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from '../support/app.ts';
import { fillBulk } from '../support/bulkMirror.ts';
import { makeVault, mirrorKey, plantMirror } from '../support/plantMirror.ts';

const ORG = 'large';
const DAY = 86_400_000;
const folder = temporaryFolder();
const dataDir = join(folder.path, 'console');
let later = 0;

/** Opens console and mirror; `ended` is the check's job, or null when the mirror was closed without one. */
async function opened(onProgress: (console_: TestConsole, job: Job) => void = () => {}) {
  const shown: string[] = [];
  const console_ = openConsoleApp(
    dataDir,
    { host: 'browser' },
    {
      clock: { now: () => Date.now() + later },
      notifications: { show: (title: string) => void shown.push(title) },
    },
  );
  let checks = 0;
  const ended = new Promise<Job>((resolve) => {
    console_.app.on('job', (job) => {
      if (job.kind !== 'check-mirror') return;
      checks += 1;
      if (job.state !== 'running') resolve(job);
      else onProgress(console_, job);
    });
  });
  await console_.call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
  const view = () => console_.call('integrity.get', { orgId: ORG });
  await view();
  return { console_, ended, view, shown, begun: () => checks };
}

beforeAll(async () => {
  await makeVault(dataDir);
  await plantMirror(dataDir, ORG, (mirror) => fillBulk(mirror, 196_608));
});
afterAll(() => folder.remove());

it('is due for large mirrors once a day, and after a clock that ran ahead', () => {
  const large = CHECKED_AT_OPEN_BYTES_MAX + 1;
  const at = 10 * DAY;
  expect(isDue(large, null, at)).toBe(true);
  expect(isDue(large - 1, null, at)).toBe(false);
  expect(isDue(large, { at, bytes: 1 }, at + DAY - 1)).toBe(false);
  expect(isDue(large, { at, bytes: 1 }, at + DAY)).toBe(true);
  expect(isDue(large, { at: at + 1, bytes: 1 }, at)).toBe(true);
});

it('reads every page, says so, and does not repeat it that day', async () => {
  const { path } = await mirrorKey(dataDir, ORG);
  expect(statSync(path).size).toBeGreaterThan(CHECKED_AT_OPEN_BYTES_MAX);
  const first = await opened();
  expect((await first.view()).pages).toEqual({ readAtOpen: false, checkedAt: null });
  const job = await first.ended;
  expect(job).toMatchObject({ state: 'done', error: null });
  // All content, which is most of the file: free pages and the headers of pages hold none.
  expect((job.result as { bytes: number }).bytes).toBeGreaterThan(0.8 * statSync(path).size);
  expect((await first.view()).pages.checkedAt).toBeGreaterThan(0);
  await first.console_.app.close();

  const second = await opened();
  expect((await second.view()).pages.checkedAt).toBeGreaterThan(0);
  await second.console_.call('app.doctor', {});
  await second.console_.app.close();
  expect(second.begun()).toBe(0);
});

it('holds up neither queries nor the writer between its steps', async () => {
  await plantMirror(dataDir, ORG, async (mirror) => {
    const checker = await mirror.checker();
    const first = await checker.readPages();
    expect([first.done, first.bytes > 0]).toEqual([false, true]);
    const order = { sort: 'seq', direction: 'desc' } as const;
    const { matched } = await mirror.reader.query(AuditFilter.parse({ text: 'thread' }), order, 0, 10);
    expect(matched).toBeGreaterThan(0);
    await mirror.writer.noteSync(7, null);
    expect((await mirror.reader.summary()).lastSyncAt).toBe(7);
    expect((await checker.readPages()).bytes).toBeGreaterThan(0);
    await checker.close();
  });
});

it('can be cancelled, and is then still to be done', async () => {
  later = 2 * DAY;
  const run = await opened((console_, { id }) => void console_.call('jobs.cancel', { jobId: id }));
  expect(await run.ended).toMatchObject({ state: 'cancelled' });
  const { checkedAt } = (await run.view()).pages;
  expect(checkedAt).toBeLessThan(Date.now() + DAY);
  await run.console_.app.close();
});

it('makes a damaged page that nobody had read a standing alarm', async () => {
  const { path } = await mirrorKey(dataDir, ORG);
  const file = openSync(path, 'r+');
  const at = Math.floor(statSync(path).size / 2);
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, at);
  writeSync(file, Buffer.from([byte[0]! ^ 16]), 0, 1, at);
  closeSync(file);
  const run = await opened();
  expect(await run.ended).toMatchObject({ state: 'failed', error: { code: 'MIRROR_DAMAGED' } });
  const { state, alarms } = await run.view();
  expect(state).toBe('alarm');
  expect(alarms.map(({ kind }) => kind)).toEqual(['MIRROR_DAMAGED']);
  expect(run.shown).toEqual(['Mirror damaged']);
  await run.console_.app.close();
});
