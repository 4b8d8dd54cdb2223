/** Exports that do not come to their end: cancelled or killed, they leave no file, and the user is told what was cleared. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { endOf, openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from '../support/app.ts';
import { fillBulk } from '../support/bulkMirror.ts';
import { makeBatch, makeLog, makeRows } from '../support/mirrorBatches.ts';
import { makeVault, plantMirror } from '../support/plantMirror.ts';

const MANY = 1_000_192;
const EVENTS = 4000;
const log = makeLog(makeRows(EVENTS));
const folder = temporaryFolder();
const dataDir = join(folder.path, 'console');
const chosen = join(folder.path, 'chosen');
const shown: string[] = [];
let console_: TestConsole;

async function unlocked(): Promise<TestConsole> {
  const notifications = { show: (title: string, body: string) => void shown.push(`${title}: ${body}`) };
  const opened = openConsoleApp(dataDir, {}, { notifications });
  await opened.call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
  return opened;
}

/** Cancels a job at the first progress that satisfies a condition; gives how it ended. */
async function cancelled(jobId: string, when: (phase: string, done: number) => boolean) {
  const stop = console_.app.on('job', (job) => {
    if (job.id === jobId && when(job.progress.phase, job.progress.done)) void console_.call('jobs.cancel', { jobId });
  });
  const job = await endOf(console_.app, jobId);
  stop();
  return { state: job.state, code: job.error?.code, done: job.progress.done };
}

beforeAll(async () => {
  mkdirSync(chosen);
  await makeVault(dataDir);
  await plantMirror(dataDir, 'many', (mirror) => fillBulk(mirror, MANY));
  await plantMirror(dataDir, 'acme', async ({ writer }) => {
    await writer.setPin(log.pin);
    await writer.apply(makeBatch(log, 0, EVENTS));
    await writer.noteSync(Date.now(), null);
  });
  console_ = await unlocked();
});
afterAll(async () => {
  await console_?.app.close();
  folder.remove();
});

it.each(['csv', 'ndjson'] as const)('leaves no file of a cancelled export of 1,000,000 rows as %s', async (format) => {
  const path = join(chosen, `rows.${format}`);
  const { jobId } = await console_.call('audit.exportRows', { orgId: 'many', filter: {}, format, path });
  const end = await cancelled(jobId, (_phase, done) => done > 0);
  expect(end).toMatchObject({ state: 'cancelled', code: 'CANCELLED' });
  expect(end.done).toBeGreaterThan(0);
  expect(end.done).toBeLessThan(MANY);
  expect(readdirSync(chosen)).toEqual([]);
});

it('leaves no file of a cancelled bundle, and cancels the verification of one', async () => {
  const request = { orgId: 'acme', from: 0, to: Date.now(), withhold: [], sections: ['log' as const] };
  const path = join(chosen, 'acme.mcbundle.zip');
  const first = await console_.call('bundles.export', { ...request, path });
  expect(await cancelled(first.jobId, (phase, done) => phase === 'Writing events' && done > 0)).toMatchObject({
    state: 'cancelled',
  });
  expect(readdirSync(chosen)).toEqual([]);
  await console_.run('bundles.export', { ...request, path });
  expect(readdirSync(chosen)).toEqual(['acme.mcbundle.zip']);
  const before = readFileSync(path);
  const { jobId } = await console_.call('bundles.verify', { path, trust: [] });
  expect(await cancelled(jobId, (phase) => phase.startsWith('Checking'))).toMatchObject({
    state: 'cancelled',
    code: 'CANCELLED',
  });
  expect(readFileSync(path).equals(before)).toBe(true);
  // One that the browser host took in for this is gone all the same.
  const uploaded = join(dataDir, 'uploads', 'upload.zip');
  mkdirSync(join(dataDir, 'uploads'));
  copyFileSync(path, uploaded);
  const second = await console_.call('bundles.verify', { path: uploaded, trust: [] });
  expect(await cancelled(second.jobId, (phase) => phase.startsWith('Checking'))).toMatchObject({ state: 'cancelled' });
  expect(existsSync(uploaded)).toBe(false);
  const job = await console_.run('bundles.verify', { path, trust: [log.pin.vkey] });
  expect(job.result).toMatchObject({ exit: 0 });
});

it('clears what a killed export left where the user chose, and says so', async () => {
  await console_.app.close();
  const own = join(chosen, 'own.csv.0a1b2c3d.part');
  writeFileSync(own, 'of somebody else');
  const path = join(chosen, 'killed.csv');
  const script = join(import.meta.dirname, '..', 'support', 'exportChild.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, dataDir, 'many', path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const draft = readdirSync(chosen).find((name) => name.startsWith('killed.csv.'))!;
  expect(readFileSync(join(chosen, draft), 'utf8')).toContain('occurred_at');
  shown.length = 0;
  console_ = await unlocked();
  expect(existsSync(join(chosen, draft))).toBe(false);
  expect(readFileSync(own, 'utf8')).toBe('of somebody else');
  expect(shown).toEqual([`Unfinished export removed: It held rows in the clear: ${join(chosen, draft)}`]);
  const checks = await console_.call('app.doctor', {});
  expect(checks.find(({ id }) => id === 'unfinished')).toMatchObject({ verdict: 'warn' });
  await console_.call('vault.lock', {});
  await console_.call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
  expect((await console_.call('app.doctor', {})).find(({ id }) => id === 'unfinished')).toMatchObject({
    verdict: 'ok',
  });
  expect(shown.length).toBe(1);
});
