/**
 * The dashboard of service levels from the mirrors of 12 organizations with 13 months of minutes each, through the dispatcher as a screen asks. Beside
 * it the plain way: one row a minute in an unencrypted SQLite file of its own, summed by SQL over the same windows (last day, month so far,
 * 30 days), without percentiles, budgets or maintenance. Median of 5 where it is asked again.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { ChunkBuilder } from '../../shared/sla/chunk.ts';
import { DAY, HOUR, MINUTE } from '../../shared/sla/model.ts';
import { openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from '../support/app.ts';
import { type Line, pageOf } from '../support/metricPages.ts';
import { makeVault, plantMirror } from '../support/plantMirror.ts';
import { putEntities, SLA_ID, seriesOf, slaOf, terms } from '../support/slaMirror.ts';
import type { BenchRow } from './main.ts';

const ORGS = Array.from({ length: 12 }, (_, i) => `org-${i}`);
const END = Date.UTC(2026, 2, 15, 10);
const BEGIN = Date.UTC(2025, 1, 1);
const REQUESTS_A_MINUTE = 40;
const HOURS_A_PAGE = 500;
const LIMIT_MS = 200;

let seed = 7;
const random = (): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return (seed + 1) / 2 ** 32;
};

interface Week {
  readonly lines: readonly Omit<Line, 'version'>[];
  /** Per minute of the week: count, errors, sum of microseconds. */
  readonly minutes: readonly (readonly [number, number, number])[];
}

/** The hours of one week with times as services have them (log-normal about 40 ms), one request in 2,000 failed. */
function week(): Week {
  const minutes: [number, number, number][] = [];
  const lines = Array.from({ length: 168 }, () => {
    const builder = new ChunkBuilder();
    for (let minute = 0; minute < 60; minute++) {
      const sums: [number, number, number] = [REQUESTS_A_MINUTE, 0, 0];
      for (let i = 0; i < REQUESTS_A_MINUTE; i++) {
        const us = Math.round(
          40_000 * Math.exp(0.6 * Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random())),
        );
        const failed = random() < 0.0005;
        builder.addSample(minute, us, failed);
        sums[1] += failed ? 1 : 0;
        sums[2] += us;
      }
      minutes.push(sums);
    }
    const bytes = Buffer.from(builder.encode()).toString('base64url');
    return { kind: 'chunk', series: 1, totals: builder.totals(), bytes };
  });
  return { lines, minutes };
}

function pagesOf({ lines }: Week): Uint8Array[] {
  const hours = Array.from({ length: (END - BEGIN) / HOUR }, (_, i) => ({
    ...lines[i % 168]!,
    ...{ version: i + 1, hour: BEGIN + i * HOUR },
  }));
  const pages: Uint8Array[] = [];
  for (let at = 0; at < hours.length; at += HOURS_A_PAGE) pages.push(pageOf(hours.slice(at, at + HOURS_A_PAGE), at));
  return pages;
}

/** Milliseconds to take the metrics of one organization over. */
async function plant(dataDir: string, orgId: string, pages: readonly Uint8Array[]): Promise<number> {
  let ms = 0;
  await plantMirror(dataDir, orgId, async (mirror) => {
    await putEntities(mirror, [
      ['sla', slaOf(SLA_ID)],
      ['metric_series', seriesOf('1')],
    ]);
    const began = performance.now();
    let cursor = 0;
    for (const page of pages) ({ next: cursor } = await mirror.writer.applyMetrics(page.slice(), cursor, END));
    ms = performance.now() - began;
  });
  return ms;
}

type Plain = () => void;

/** One row a minute, and the sums a dashboard needs. */
function plain(path: string, { minutes }: Week): { ask: Plain; year: Plain; close: () => void } {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE minute (at INTEGER PRIMARY KEY, count INTEGER, errors INTEGER, sum_us INTEGER) STRICT');
  const put = db.prepare('INSERT INTO minute VALUES (?, ?, ?, ?)');
  db.transaction(() => {
    for (let at = BEGIN, i = 0; at < END; at += MINUTE, i++) put.run(at, ...minutes[i % minutes.length]!);
  })();
  const sums = db.prepare('SELECT sum(count), sum(errors), sum(sum_us) FROM minute WHERE at >= ? AND at < ?');
  const days = db.prepare(
    'SELECT at / 86400000, sum(count), sum(errors), sum(sum_us) FROM minute WHERE at >= ? AND at < ? GROUP BY 1',
  );
  return {
    ask: () => {
      sums.get(END - DAY, END);
      sums.get(Date.UTC(2026, 2, 1), END);
      days.all(END - 30 * DAY, END);
    },
    year: () => days.all(BEGIN, END),
    close: () => db.close(),
  };
}

const askAll = (plains: readonly { ask: Plain }[]): void => {
  for (const { ask } of plains) ask();
};

async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
async function median(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) times.push(await timed(work));
  return times.sort((a, b) => a - b)[2]!;
}

const row = (figure: string, ours: number, baseline: number | null, unit = 'ms'): BenchRow => ({
  ...{ figure, ours, baseline, ratio: baseline === null ? null : baseline / ours, unit },
});

async function measure({ call }: TestConsole, plains: readonly { ask: Plain; year: Plain }[]): Promise<BenchRow[]> {
  // The overview has opened every mirror before a dashboard is asked for.
  await call('orgs.list', {});
  const list = (orgId: string) => call('sla.list', { orgId });
  const all = () => Promise.all(ORGS.map(list));
  const [first, ...rest] = ORGS;
  const begun = await timed(() => list(first!));
  const cold = await timed(() => Promise.all(rest.map(list)));
  const coldPlain = await timed(() => plains[0]!.ask());
  const coldPlains = await timed(() => askAll(plains.slice(1)));
  const one = { orgId: first!, id: SLA_ID };
  const other = {
    orgId: first!,
    id: SLA_ID,
    workspaceId: null,
    service: null,
    terms: terms({ target_availability: 0.9995 }),
  };
  const days = () => call('sla.days', { ...one, months: 13 });
  const daysCold = await timed(days);
  const year = await median(() => plains[0]!.year());
  return [
    row('sla.list, the very first: thread started, mirror opened in it', begun, coldPlain),
    row('sla.list of 11 organizations at once, each for the first time', cold, coldPlains),
    row('  limit for all', cold, LIMIT_MS, 'ms (limit)'),
    row('sla.list of one, again', await median(() => list(first!)), await median(() => plains[0]!.ask())),
    row('sla.list of all 12, again', await median(all), await median(() => askAll(plains))),
    row('sla.days of 13 months, first', daysCold, year),
    row('sla.days of 13 months, again', await median(days), year),
    row('sla.months of 12', await median(() => call('sla.months', { ...one, months: 12 })), year),
    row(
      'sla.whatIf over 13 months',
      await median(() => call('sla.whatIf', { ...other, months: 13 })),
      1_000,
      'ms (limit)',
    ),
    row(
      'sla.report of a month, with the digest of its minutes',
      await median(() => call('sla.report', { ...one, month: '2026-02' })),
      null,
    ),
  ];
}

export async function run(): Promise<BenchRow[]> {
  const folder = temporaryFolder();
  const dataDir = join(folder.path, 'console');
  const data = week();
  const pages = pagesOf(data);
  const plains = ORGS.map((orgId) => plain(join(folder.path, `${orgId}.sqlite`), data));
  try {
    await makeVault(dataDir);
    let taken = 0;
    for (const orgId of ORGS) taken += await plant(dataDir, orgId, pages);
    const console_ = openConsoleApp(dataDir, {}, { clock: { now: () => END + MINUTE } });
    try {
      await console_.call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
      const hours = ((END - BEGIN) / HOUR) * ORGS.length;
      const rows = await measure(console_, plains);
      return [...rows, row('hours of minutes taken over by a mirror', hours / (taken / 1_000), null, 'hours/s')];
    } finally {
      await console_.app.close();
    }
  } finally {
    for (const { close } of plains) close();
    folder.remove();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.table(await run());
