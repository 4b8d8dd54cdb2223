/** SIGKILL at random points of a sync: afterwards the mirror equals one that was never interrupted. */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openEncrypted } from '../../main/db/connect.ts';
import { openMirror } from '../../main/db/index.ts';
import { verifyMirror } from '../../main/sync/verifyMirror.ts';
import { hourLine } from '../support/slaMirror.ts';
import { StaticLog, serveStaticLog } from '../support/staticLog.ts';

const KILLS = 50;
const FIRST_EVENTS = 2_000;
const EVENTS_A_KILL = 600;
/** Hours of metrics at first, and added at each kill: a page of a sync has 500. */
const FIRST_HOURS = 1_200;
const HOURS_A_KILL = 150;
const key = new Uint8Array(32).fill(3);
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
  const mirror = await openMirror({ path, key: key });
  try {
    const { checkpoint, completed, range, size, producers, entityCursor, lastRecorded } = await mirror.reader.state();
    const rows: unknown[] = [];
    for (let at = 0; at < size; at += 1024) rows.push(await mirror.reader.leaves(at, Math.min(size, at + 1024)));
    const metrics = metricsOf(path);
    const { matched } = await verifyMirror({ mirror, signal: new AbortController().signal });
    const { alarms } = await mirror.reader.integrity();
    const proof = { note: checkpoint?.note, completed: completed?.note, range, producers };
    return { ...proof, ...metrics, size, entityCursor, lastRecorded, rows, matched, alarms };
  } finally {
    await mirror.close();
  }
}

/** The tables of metrics as they lie in the file. */
function metricsOf(path: string) {
  const db = openEncrypted({ path, key, readonly: true });
  try {
    const all = (table: string) => db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all();
    const cursor = db.prepare("SELECT value FROM meta WHERE key = 'metricCursor'").pluck().get();
    return { cursor, chunks: all('metric_chunk'), hours: all('metric_hour'), days: all('metric_day') };
  } finally {
    db.close();
  }
}

/** Adds hours to the stream: new ones, and some that were sent before and hold more now. */
function addHours(log: StaticLog, count: number): void {
  log.metrics ??= [];
  const hours = log.metrics.length;
  for (let i = 0; i < count; i++) {
    const version = log.metrics.length + 1;
    const hour = i % 5 === 4 ? Math.floor(hours / 2) + i : hours + i;
    log.metrics.push({ ...hourLine(1, hour * 3_600_000, 1 + (version % 3), version % 60), version });
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
  addHours(log, FIRST_HOURS);
  const server = await serveStaticLog(log);
  try {
    const killed = join(folder, 'killed.db');
    let kills = 0;
    while (kills < KILLS) {
      if (!(await run([server.url, log.vkey, killed], 150 + random() * 500))) kills += 1;
      log.grow(log.events.length + EVENTS_A_KILL);
      addHours(log, HOURS_A_KILL);
    }
    await run([server.url, log.vkey, killed], null);
    const whole = join(folder, 'whole.db');
    await run([server.url, log.vkey, whole], null);
    const interrupted = await contents(killed);
    const uninterrupted = await contents(whole);
    expect(interrupted.size).toBe(log.events.length);
    expect(interrupted.matched).toBe(true);
    expect(interrupted.cursor).toBe(String(log.metrics?.length));
    expect(interrupted.alarms).toEqual([]);
    expect(interrupted).toEqual(uninterrupted);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
