/** Monthly reports: recomputed from the mirror, held against what the platform issued, and sent out as a signed bundle that anybody checks. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyBundleFile } from '../../main/bundle/read.ts';
import type { BundleResult } from '../../shared/contract/bundles.ts';
import { openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from '../support/app.ts';
import { makeBatch, makeLog, makeRows } from '../support/mirrorBatches.ts';
import { makeVault, plantMirror } from '../support/plantMirror.ts';
import { hourLines, putEntities, putMetrics, SLA_ID, seriesOf, slaOf, terms } from '../support/slaMirror.ts';

const ORG = 'acme';
const QUIET = 'a0000000-0000-4000-8000-000000000002';
const BEGIN = Date.UTC(2026, 0, 1);
const END = Date.UTC(2026, 2, 2);
const one = { orgId: ORG, id: SLA_ID };
const log = makeLog(makeRows(300));

let folder: ReturnType<typeof temporaryFolder>;
let dataDir: string;
let console_: TestConsole;
let trust: string[];

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const issue = (month: string, report: string, n = 1, digest = digestOf(report)) => ({
  ...{ id: `${SLA_ID}.${month}`, org_id: ORG, sla_id: SLA_ID, month, issue: n, issued_at: '2026-03-01T02:00:00.000Z' },
  ...{ report, digest, supersedes: null },
});

/** Changes the mirror past the console. */
async function change(fill: Parameters<typeof plantMirror>[2]): Promise<void> {
  await console_?.app.close();
  await plantMirror(dataDir, ORG, fill);
  console_ = openConsoleApp(dataDir, {}, { clock: { now: () => END } });
  await console_.call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
}

/** RFC 8785 text, as the answer's digest is over it. */
async function textOf(month: string): Promise<string> {
  const { report, digest } = await console_.call('sla.report', { ...one, month });
  const sorted = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(sorted)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([k, v]) => [k, sorted(v)]),
          )
        : value;
  const text = JSON.stringify(sorted(report));
  expect(digestOf(text)).toBe(digest);
  return text;
}

/** What the platform issued: January as it is, and four months that are not. */
async function issueAll(): Promise<void> {
  const [january, february, december, november] = await Promise.all(
    ['2026-01', '2026-02', '2025-12', '2025-11'].map(textOf),
  );
  const other = JSON.parse(february!) as {
    failed_requests: number;
    availability: string;
    credit: { creditMinor: string };
  };
  other.failed_requests = 1;
  other.availability = '0.999999';
  other.credit.creditMinor = '1';
  const issues = [
    ...[issue('2026-01', january!, 2), issue('2026-02', JSON.stringify(other))],
    ...[issue('2025-12', december!, 1, 'f'.repeat(64)), issue('2025-11', `${november!} `), issue('2025-10', 'nothing')],
  ];
  await change((mirror) =>
    putEntities(
      mirror,
      issues.map((data) => ['sla_report', data] as const),
    ),
  );
}

beforeAll(async () => {
  folder = temporaryFolder();
  dataDir = join(folder.path, 'console');
  await makeVault(dataDir);
  await change(async (mirror) => {
    await mirror.writer.setPin(log.pin);
    await mirror.writer.apply(makeBatch(log, 0, 300));
    await mirror.writer.noteSync(END, null);
    await putEntities(mirror, [
      [
        'organization',
        { id: ORG, name: 'Acme & Söhne', subscription_tier: 'enterprise', region: 'eu', time_zone: 'UTC' },
      ],
      ['sla', slaOf(SLA_ID, {}, terms({ time_zone: 'UTC' }))],
      [
        'sla',
        slaOf(
          QUIET,
          { service: 'idle', name: '=Quiet, "idle"' },
          terms({ availability_basis: 'time', time_zone: 'UTC' }),
        ),
      ],
      ['metric_series', seriesOf('1')],
    ]);
    await putMetrics(mirror, [...hourLines(1, BEGIN, END, 2, (hour) => (new Date(hour).getUTCDate() === 5 ? 7 : 0))]);
  });
  await issueAll();
  const { pem } = await console_.call('bundles.signer', {});
  trust = [pem, log.pin.vkey];
}, 60_000);
afterAll(async () => {
  await console_?.app.close();
  folder?.remove();
});

describe('sla.report', () => {
  it('says that it equals what the platform issued, to the byte', async () => {
    const platformDigest = digestOf(await textOf('2026-01'));
    expect(await console_.call('sla.report', { ...one, month: '2026-01' })).toMatchObject({
      ...{ comparison: 'equal', platformDigest, issue: 2, differences: [] },
    });
  });

  it('names the fields in which another report was issued', async () => {
    const answer = await console_.call('sla.report', { ...one, month: '2026-02' });
    expect(answer.comparison).toBe('differs');
    expect(answer.differences).toEqual([
      { field: 'availability', here: '0.997916', platform: '0.999999' },
      { field: 'credit.creditMinor', here: '12505', platform: '1' },
      { field: 'failed_requests', here: '168', platform: '1' },
    ]);
  });

  it.each([
    [
      'a text that is not of its own digest',
      '2025-12',
      { field: 'digest of the issued text', platform: 'f'.repeat(64) },
    ],
    ['the same values in another text', '2025-11', { field: 'report', platform: 'the same values in another text' }],
    ['what is no report at all', '2025-10', { field: 'report', platform: 'not readable as JSON' }],
  ])('tells of %s', async (_what, month, difference) => {
    const answer = await console_.call('sla.report', { ...one, month });
    expect(answer).toMatchObject({ comparison: 'differs', differences: [difference] });
  });
});

describe('sla.exportReport', () => {
  let zip: string;
  let bag: string;

  async function unpack(path: string, name: string): Promise<string> {
    const to = join(folder.path, name);
    mkdirSync(to);
    execFileSync('unzip', ['-q', path, '-d', to]);
    return join(to, readdirSync(to)[0]!);
  }

  beforeAll(async () => {
    zip = join(folder.path, 'reports.mcbundle.zip');
    const job = await console_.run('sla.exportReport', {
      orgId: ORG,
      ids: [QUIET, SLA_ID],
      month: '2026-01',
      path: zip,
    });
    expect((job.result as BundleResult).events).toBe(0);
    bag = await unpack(zip, 'reports');
  });

  it('verifies in the console, and under pinned keys alone', async () => {
    const own = await console_.run('bundles.verify', { path: zip, trust: [log.pin.vkey] });
    expect(own.result).toMatchObject({ exit: 0, verdict: 'valid', bundle: { kind: 'sla-report', events: 0 } });
    const verdict = await verifyBundleFile(zip, { trust });
    expect(
      verdict.checks.map(({ id, verdict: one }) => `${id} ${one}`).filter((line) => !line.endsWith('pass')),
    ).toEqual([]);
    expect(verdict.checks.find(({ id }) => id === 'sla')?.detail).toBe(
      '2 reports recomputed from their figures, 1 equal to what was issued',
    );
    const [record] = await console_.call('bundles.list', {});
    expect(record?.sections).toEqual(['log', 'sla', 'report']);
  });

  it('holds report.json as it was issued, CSV and a readable PDF', () => {
    const at = join(bag, 'data/sla', SLA_ID, '2026-01');
    expect(readdirSync(at).sort()).toEqual(['report.csv', 'report.json', 'report.pdf']);
    const text = readFileSync(join(at, 'report.json'), 'utf8');
    const index = JSON.parse(readFileSync(join(bag, 'data/sla/reports.json'), 'utf8')) as object[];
    expect(index).toMatchObject([
      { sla: SLA_ID, comparison: 'equal', issue: 2, digest: digestOf(text), issued_digest: digestOf(text) },
      { sla: QUIET, comparison: 'not_issued', issue: null, issued_digest: null },
    ]);
    const csv = readFileSync(join(at, 'report.csv'), 'utf8').split('\r\n');
    expect(csv[0]).toBe('kind,name,verdict,target,value,from,to,minutes,note');
    expect(csv).toContain('metric,availability,breached,0.999000,0.998118,,,,');
    expect(csv.find((line) => line.startsWith('credit,'))).toBe(
      'credit,10 percent of the fee,,0.999,12505 EUR minor units,,,,',
    );
    const quiet = readFileSync(join(bag, 'data/sla', QUIET, '2026-01', 'report.csv'), 'utf8');
    expect(quiet).toContain(`"'=Quiet, ""idle"""`);
    expect(readFileSync(join(bag, 'data/report.html'), 'utf8')).toContain('=Quiet, &quot;idle&quot;');
  });

  it('blames the file that was changed', async () => {
    for (const file of ['report.csv', 'report.json', 'report.pdf']) {
      const attacked = join(folder.path, `attacked-${file}`);
      cpSync(bag, attacked, { recursive: true });
      const name = `data/sla/${SLA_ID}/2026-01/${file}`;
      const bytes = readFileSync(join(attacked, name));
      bytes[bytes.length - 30]! ^= 1;
      writeFileSync(join(attacked, name), bytes);
      const verdict = await verifyBundleFile(attacked, { trust });
      expect([
        verdict.exit,
        verdict.checks.filter((check) => check.verdict === 'fail').some(({ subject }) => subject === name),
      ]).toEqual([1, true]);
    }
  });

  it('refuses a month that is not over, and an SLA that was not judged in it', async () => {
    const ask = (month: string, id = SLA_ID) =>
      console_.raw('sla.exportReport', { orgId: ORG, ids: [id], month, path: null });
    expect(await ask('2026-03')).toMatchObject({ error: { code: 'BUNDLE_INCOMPLETE' } });
    expect(await ask('2024-12')).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect(await ask('2026-01', 'none')).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  it('goes with the audit log where a compliance bundle has the section', async () => {
    const path = join(folder.path, 'whole.mcbundle.zip');
    const period = { from: Date.UTC(2025, 11, 1), to: END };
    await console_.run('bundles.export', { orgId: ORG, ...period, sections: ['log', 'sla'], withhold: [], path });
    const verdict = await verifyBundleFile(path, { trust });
    expect([verdict.exit, verdict.bundle?.kind]).toEqual([0, 'audit']);
    const whole = await unpack(path, 'whole');
    const index = JSON.parse(readFileSync(join(whole, 'data/sla/reports.json'), 'utf8')) as {
      month: string;
      sla: string;
    }[];
    expect(index.map(({ month, sla }) => `${sla.slice(-1)} ${month}`)).toEqual([
      ...['1 2025-12', '1 2026-01', '1 2026-02', '2 2025-12', '2 2026-01', '2 2026-02'],
    ]);
  });
});
