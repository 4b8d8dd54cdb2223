/** SIGKILL at random points of a sync: afterwards the mirror equals one that was never interrupted. */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openMirror } from '../../main/db/index.ts';
import { verifyMirror } from '../../main/sync/verifyMirror.ts';
import { StaticLog, serveStaticLog } from '../support/staticLog.ts';

const KILLS = 50;
const FIRST_EVENTS = 2_000;
const EVENTS_A_KILL = 600;
const child = join(import.meta.dirname, '..', 'support', 'syncChild.ts');

/** Runs the child; kills it after `ms` unless it is null. True when it ended by itself. */
function run(args: readonly string[], ms: number | null): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const running = spawn(process.execPath, [child, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
    const timer = ms === null ? undefined : setTimeout(() => running.kill('SIGKILL'), ms);
    running.once('exit', (code, signal) => {
      clearTimeout(timer);
      if (code === 0 || signal === 'SIGKILL') resolve(code === 0);
      else reject(new Error(`the sync ended with ${code}`));
    });
  });
}

async function contents(path: string) {
  const mirror = await openMirror({ path, key: new Uint8Array(32).fill(3) });
  try {
    const { checkpoint, completed, range, size, producers, entityCursor, lastRecorded } = await mirror.reader.state();
    const rows: unknown[] = [];
    for (let at = 0; at < size; at += 1024) rows.push(await mirror.reader.leaves(at, Math.min(size, at + 1024)));
    const { matched } = await verifyMirror({ mirror, signal: new AbortController().signal });
    const { alarms } = await mirror.reader.integrity();
    const proof = { note: checkpoint?.note, completed: completed?.note, range, producers };
    return { ...proof, size, entityCursor, lastRecorded, rows, matched, alarms };
  } finally {
    await mirror.close();
  }
}

it(`resumes after ${KILLS} kills to the same mirror`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mc-kill-'));
  let seed = randomInt(1, 2 ** 31);
  console.log(`seed of the kill times: ${seed}`);
  const random = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return seed / 2 ** 32;
  };
  const log = new StaticLog().grow(FIRST_EVENTS);
  log.faults.delayMs = 2;
  const server = await serveStaticLog(log);
  try {
    const killed = join(folder, 'killed.db');
    let kills = 0;
    while (kills < KILLS) {
      if (!(await run([server.url, log.vkey, killed], 150 + random() * 500))) kills += 1;
      log.grow(log.events.length + EVENTS_A_KILL);
    }
    await run([server.url, log.vkey, killed], null);
    const whole = join(folder, 'whole.db');
    await run([server.url, log.vkey, whole], null);
    const interrupted = await contents(killed);
    const uninterrupted = await contents(whole);
    expect(interrupted.size).toBe(log.events.length);
    expect(interrupted.matched).toBe(true);
    expect(interrupted.alarms).toEqual([]);
    expect(interrupted).toEqual(uninterrupted);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
