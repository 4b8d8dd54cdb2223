/** Files of metrics as they come: packed, broken, cut off, interrupted, imported again. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importMetrics, type MetricImportOptions } from '../../../platform/import/metrics/importMetrics.ts';
import { eventsOf, openWorld, type World } from '../../support/platform.ts';

const UTC: MetricImportOptions = { zone: 'UTC', requestTime: null };
const folder = mkdtempSync(join(tmpdir(), 'mc-metric-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const clf = (n: number): string =>
  `10.0.0.${n % 200} - - [0${1 + (n % 9)}/Mar/2026:10:${String(n % 60).padStart(2, '0')}:00 +0000] "GET /${n} HTTP/1.1" ${n % 10 === 0 ? 500 : 200} 1`;
const log = (lines: number): string => `${Array.from({ length: lines }, (_, n) => clf(n)).join('\n')}\n`;

describe('files of metrics', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ kek: Buffer.alloc(32, 7).toString('base64') });
  });
  afterAll(() => world?.platform.close());

  const take = (path: string, more: Partial<MetricImportOptions> = {}) =>
    importMetrics(world.platform.core, 'acme', path, { ...UTC, ...more });
  const totals = async (service: string) => {
    const rows = await world.platform.core.tenant('acme', (tx) =>
      tx.query<{ count: number; errors: number }>(
        `SELECT coalesce(sum(c.count), 0)::bigint AS count, coalesce(sum(c.errors), 0)::bigint AS errors
         FROM metric_chunks c JOIN metric_series s ON s.id = c.series WHERE s.service = $1`,
        [service],
      ),
    );
    return rows[0]!;
  };

  it('takes a file once, packed or not, and leaves one event of it', async () => {
    const size = (await eventsOf(world.platform, 'acme')).length;
    const plain = await take(file('once.log', log(500)));
    expect(plain).toMatchObject({
      format: 'access-log',
      read: 500,
      imported: 500,
      rejected: 0,
      services: { once: 500 },
    });
    expect(await totals('once')).toEqual({ count: 500, errors: 50 });
    const [event, ...more] = await eventsOf(world.platform, 'acme', size);
    expect(more).toEqual([]);
    expect(event!.event).toMatchObject({
      action: 'metric.import',
      outcome: 'success',
      target: { id: `sha256:${plain.sha256}` },
    });
    expect(event!.story.detail).toEqual({
      file: 'once.log',
      format: 'access-log',
      read: 500,
      imported: 500,
      rejected: 0,
    });
    const packed = await take(file('once.log.gz', gzipSync(log(500))));
    expect(packed).toMatchObject({ replayed: true, imported: 0, sha256: plain.sha256 });
    expect(await totals('once')).toEqual({ count: 500, errors: 50 });
    // Another series is another matter.
    expect(await take(join(folder, 'once.log'), { service: 'other' })).toMatchObject({
      replayed: false,
      imported: 500,
    });
    expect(await totals('other')).toEqual({ count: 500, errors: 50 });
  });

  it('goes on after an interruption without counting anything twice', async () => {
    const lines = 50_000;
    const path = file('long.log', log(lines));
    const cancel = new AbortController();
    const stopped = take(path, {
      signal: cancel.signal,
      onProgress: ({ imported }) => {
        if (imported > 25_000) cancel.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    const part = await totals('long');
    expect(part.count).toBeGreaterThan(0);
    expect(part.count).toBeLessThan(lines);
    const last = (await eventsOf(world.platform, 'acme')).at(-1)!;
    expect(last.event).toMatchObject({ action: 'metric.import', outcome: 'failure' });
    expect(await take(path)).toMatchObject({ replayed: false, imported: lines, rejected: 0 });
    expect(await totals('long')).toEqual({ count: lines, errors: lines / 10 });
  });

  it('counts and names every line it cannot take', async () => {
    const rejected: [number, string][] = [];
    const future = clf(1).replace('2026', '2099');
    const text = `\ufeff${clf(1)}\r\nnonsense\r\n\r\n${'x'.repeat(300_000)}\n${future}\n${clf(2)}`;
    const summary = await take(file('bad.log', text), {
      onRejected: async (line, reason) => void rejected.push([line, reason]),
    });
    expect(summary).toMatchObject({ read: 5, imported: 2, rejected: 3 });
    expect(rejected.map(([line]) => line)).toEqual([2, 4, 5]);
    expect(rejected[1]![1]).toBe('longer than 262144 characters');
    expect(rejected[2]![1]).toMatch(/ahead of the clock/);
    expect(summary.refusals).toEqual(rejected.map(([line, reason]) => ({ line, reason })));
  });

  it('takes what there is of a gzip that breaks off', async () => {
    const whole = gzipSync(log(3_000));
    const summary = await take(file('broken.log.gz', whole.subarray(0, whole.length / 2)));
    expect(summary.imported).toBeGreaterThan(0);
    expect(summary.imported).toBeLessThan(3_000);
    expect(summary.refusals.at(-1)!.reason).toMatch(/^the gzip stream is broken here/);
  });

  it('reads rows over several lines, and loses no line to a quote that does not end', async () => {
    const rows = [
      'time,slug,status,subject',
      '2026-01-01T00:00:00Z,a,up,"one\ntwo, ""three"""',
      '2026-01-01T00:01:00Z,a,up,"never ends',
    ];
    const rest = Array.from({ length: 60 }, (_, n) => `2026-01-01T01:${String(n).padStart(2, '0')}:00Z,b,down,x`);
    const summary = await take(file('rows.csv', [...rows, ...rest].join('\n')));
    expect(summary).toMatchObject({ read: 62, imported: 61, rejected: 1, services: { a: 1, b: 60 } });
    expect(summary.refusals).toMatchObject([{ line: 4 }]);
  });

  it('refuses what it cannot know or do', async () => {
    await expect(take(file('prose.txt', 'Call me Ishmael.\n'))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(take(join(folder, 'absent.log'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await expect(take(file('x.log', log(3)), { workspace: 'nowhere' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    await expect(take(file('y.log', log(3)), { service: 'a b' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(take(file('z.log', log(3)), { service: 'mission-control-api' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
  });
});

describe('platform import on the command line', () => {
  const data = join(folder, 'store');
  const cli = (...args: string[]) =>
    spawnSync(process.execPath, ['platform/cli.ts', ...args, '--data', data], {
      cwd: join(import.meta.dirname, '../../..'),
      env: { ...process.env, MC_PLATFORM_PASSWORD: 'correct horse battery staple', DATABASE_URL: '' },
      encoding: 'utf8',
    });

  it('recognizes each file, says what became of it, and tells what it did not know', () => {
    expect(cli('create-admin', '--email', 'a@acme.test', '--org', 'acme').status).toBe(0);
    const access = file('shop.log', `${log(20)}broken\n`);
    const checks = file('status.csv', 'time,status\n2026-01-01 00:00:00,up\n2026-01-01 01:00:00,down\n');
    const rejects = join(folder, 'rejects.jsonl');
    const first = cli('import', access, checks, '--org', 'acme', '--zone', 'Europe/Berlin', '--reject-file', rejects);
    expect([first.status, first.stderr]).toEqual([0, expect.any(String)]);
    expect(first.stdout).toContain(`${access}: 21 records read, 20 imported (access-log), 1 rejected`);
    expect(first.stdout).toContain(`${access}:21: not a line of an access log`);
    expect(first.stdout).toContain(`${checks}: 2 records read, 2 imported (checks-csv), 0 rejected`);
    expect(JSON.parse(readFileSync(rejects, 'utf8'))).toMatchObject({ file: access, line: 21, text: 'broken' });
    const again = cli('import', 'access-log', access, '--org', 'acme', '--json', '--zone', 'Europe/Berlin');
    expect([again.status, JSON.parse(again.stdout)]).toMatchObject([0, [{ replayed: true, imported: 0 }]]);
    appendFileSync(access, `${clf(3)}\n`);
    expect(cli('import', 'no-such-format', access, '--org', 'acme').status).not.toBe(0);
    expect(cli('import', access, '--org', 'acme', '--zone', 'Mars/Olympus').status).toBe(2);
    expect(cli('import', access, '--org', 'acme', '--request-time', 'hours').status).toBe(2);
  }, 120_000);
});
