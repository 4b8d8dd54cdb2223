/** What the platform measures of itself, and what is purged of metrics. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createPlatform, type Platform } from '../../../platform/app.ts';
import { sha256 } from '../../../platform/crypto.ts';
import { KEPT_MS, purgeMetrics } from '../../../platform/metrics/retention.ts';
import { SlaTerms } from '../../../shared/entities/index.ts';
import { HOUR, MINUTE } from '../../../shared/sla/model.ts';
import { monthReport } from '../../../shared/sla/report.ts';
import { joinStates } from '../../../shared/sla/spans.ts';
import { backends, logSize, openWorld } from '../../support/platform.ts';
import { storedMetrics } from '../../support/storedMetrics.ts';

const T0 = Date.parse('2026-05-10T10:00:00.000Z');
const folder = mkdtempSync(join(tmpdir(), 'mc-own-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const until = async (done: () => Promise<boolean>): Promise<void> => {
  for (let i = 0; i < 200; i++) {
    if (await done()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not come to be');
};

describe.each(backends())('the platform’s own traffic on $name', ({ options }) => {
  it('counts requests of proven callers, is up while it serves and down between a stop and the next start', async () => {
    const given = await options();
    const clock = { now: T0 };
    const store = { ...given, now: () => clock.now, checkpointMsMin: 3_600_000, heartbeatMs: 3_600_000 };
    const dataDir = given.databaseUrl === undefined ? { dataDir: join(folder, 'store') } : {};
    const world = await openWorld({ ...store, ...dataDir });
    let { platform } = world;
    const source = async (of: Platform = platform) => await of.core.tenant('acme', storedMetrics);
    const totals = async () => {
      const rows = await platform.core.tenant('acme', (tx) =>
        tx.query('SELECT count, errors, timed FROM metric_chunks ORDER BY hour'),
      );
      return rows;
    };
    const spans = async () => {
      const one = await source();
      const [series] = one.series();
      return joinStates(series === undefined ? [] : one.states(series.id, T0 - HOUR, T0 + 24 * HOUR));
    };
    await platform.app.listen({ host: '127.0.0.1', port: 0 });
    await until(async () => (await source()).series().length === 1);
    const admin = await world.member('admin@acme.test', 'acme');
    const size = await logSize(platform, 'acme');
    for (let i = 0; i < 3; i++) expect((await admin('GET', '/v1/orgs/acme')).status).toBe(200);
    expect((await admin('GET', '/v1/orgs/acme/workspaces/none')).status).toBe(404);
    expect((await admin('GET', '/v1/orgs/globex')).status).toBe(403);
    expect((await world.anonymous('GET', '/v1/orgs/acme')).status).toBe(401);
    const { db } = platform.core;
    const { transaction } = db;
    db.transaction = () => Promise.reject(new Error('the database is away'));
    expect((await admin('GET', '/v1/orgs/acme')).status).toBe(500);
    db.transaction = transaction;
    clock.now += MINUTE;
    // Of the refused request to another organization nobody knows whose it was.
    await until(async () => (await totals()).length > 0);
    expect(await totals()).toEqual([{ count: 5, errors: 1, timed: 5 }]);
    await until(async () => (await spans()).length > 0);
    expect(await spans()).toEqual([{ from: T0, to: T0 + MINUTE, up: true }]);
    expect(await logSize(platform, 'acme')).toBe(size);
    clock.now += 30_000;
    await platform.close();

    clock.now += 10 * MINUTE;
    platform = await createPlatform({ ...store, ...dataDir });
    try {
      await platform.app.listen({ host: '127.0.0.1', port: 0 });
      await until(async () => (await spans()).length > 1);
      const stop = T0 + MINUTE + 30_000;
      expect(await spans()).toEqual([
        { from: T0, to: stop + 1, up: true },
        { from: stop + 1, to: stop + 10 * MINUTE, up: false },
      ]);
      // A machine that slept says nothing of the time it slept.
      clock.now += HOUR;
      await until(async () => (await spans()).at(-1)!.to > stop + 11 * MINUTE);
      const woke = stop + 10 * MINUTE + HOUR;
      expect((await spans()).at(-1)).toEqual({ from: stop + 10 * MINUTE + 1, to: woke, up: false });
      await ownReport(await source());
    } finally {
      await platform.close();
    }
  });

  it('purges observations and names of batches in their time, never the newest observation', async () => {
    const clock = { now: T0 };
    const world = await openWorld({ ...(await options()), now: () => clock.now });
    try {
      const admin = await world.member('admin@acme.test', 'acme');
      const body = {
        source: 'probe',
        batch: '1',
        service: 'site',
        checks: [0, 1, 2].map((n) => ({ at: T0 + n * MINUTE, up: n !== 1 })),
      };
      expect((await admin('POST', '/v1/orgs/acme/metrics/ingest', body)).status).toBe(200);
      const { core } = world.platform;
      const held = async () =>
        await core.tenant('acme', async (tx) => ({
          checks: await tx.query('SELECT at FROM metric_checks ORDER BY at'),
          batches: await tx.query('SELECT batch FROM metric_batches'),
          series: await tx.query('SELECT thinned_to FROM metric_series'),
          spans: await tx.query('SELECT from_ms, to_ms, up FROM metric_spans ORDER BY from_ms'),
        }));
      const before = await held();
      clock.now = T0 + KEPT_MS;
      await purgeMetrics(core, 'acme');
      expect(await held()).toEqual(before);
      clock.now += 1;
      await purgeMetrics(core, 'acme');
      const after = await held();
      expect(after).toEqual({
        checks: [{ at: T0 + 2 * MINUTE }],
        batches: [],
        series: [{ thinned_to: T0 + MINUTE }],
        spans: before.spans,
      });
      expect(before.spans).toHaveLength(2);
    } finally {
      await world.platform.close();
    }
  });
});

/** The figure of itself is one of the same arithmetic: cut off, never rounded up. */
async function ownReport(source: Awaited<ReturnType<typeof storedMetrics>>): Promise<void> {
  const terms = SlaTerms.parse({ availability_basis: 'time', target_availability: 0.999, time_zone: 'UTC' });
  const at = new Date(T0).toISOString();
  const revision = { revision: 1, terms, effective_from: at, made_at: at, made_by: 'u', reason: '' };
  const sla = {
    id: 's',
    name: 'Own',
    workspace_id: null,
    service: 'mission-control-api',
    revisions: [revision],
    ended_at: null,
  };
  const report = monthReport(source, sla, '2026-05', [], 'acme', sha256)!;
  expect(report).toMatchObject({ verdict: 'breached', total_requests: 5, failed_requests: 1, uptime_minutes: '1.500' });
  expect(report.downtime_minutes).toBe('69.999');
}
