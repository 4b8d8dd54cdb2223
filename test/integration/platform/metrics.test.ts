/** Metrics: what is ingested is what is stored, streamed and read by the arithmetic, in whatever order it came. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockOrg } from '../../../platform/log/append.ts';
import { observe } from '../../../platform/metrics/checks.ts';
import { ingest } from '../../../platform/metrics/ingest.ts';
import { SERIES_MAX } from '../../../platform/metrics/series.ts';
import { mergeInto, mergeRollup, noSums } from '../../../shared/sla/chunk.ts';
import { HOUR, MINUTE } from '../../../shared/sla/model.ts';
import { joinStates } from '../../../shared/sla/spans.ts';
import { MetricMirror } from '../../support/metricMirror.ts';
import { backends, type Call, caller, eventsOf, openWorld, type World } from '../../support/platform.ts';
import { storedMetrics } from '../../support/storedMetrics.ts';

const INGEST = '/v1/orgs/acme/metrics/ingest';
const T0 = Date.parse('2026-03-01T00:00:00.000Z');

interface Told {
  readonly at: number;
  readonly up: boolean;
}

/** Up (1), down (0) or unknown at each second, by looking at each second for the observation that stands then. */
function states(told: readonly Told[], holdMs: number | null, seconds: number): string {
  const sorted = [...told].sort((a, b) => a.at - b.at);
  return Array.from({ length: seconds }, (_, s) => {
    const at = T0 + s * 1_000;
    const i = sorted.findLastIndex((one) => one.at <= at);
    const one = sorted[i];
    if (one === undefined) return '.';
    const stands = holdMs === null ? sorted[i + 1] !== undefined : at < one.at + holdMs;
    return stands ? (one.up ? '1' : '0') : '.';
  }).join('');
}
const painted = (spans: readonly { from: number; to: number; up: boolean }[], seconds: number): string => {
  const text = Array.from({ length: seconds }, () => '.');
  for (const { from, to, up } of spans)
    for (let s = (from - T0) / 1_000; s < (to - T0) / 1_000 && s < seconds; s++) text[s] = up ? '1' : '0';
  return text.join('');
};

describe.each(backends())('metrics on $name', ({ options }) => {
  let world: World;
  let admin: Call;
  let now = T0 + 400 * 86_400_000;
  let serial = 0;
  beforeAll(async () => {
    world = await openWorld({ ...(await options()), now: () => now });
    admin = await world.member('admin@acme.test', 'acme');
  });
  afterAll(() => world?.platform.close());

  const send = async (body: object) => {
    serial += 1;
    return await admin('POST', INGEST, { source: 'test', batch: `b${serial}`, ...body });
  };
  const seriesId = async (service: string): Promise<number> => {
    const rows = await world.platform.core.tenant('acme', (tx) =>
      tx.query<{ id: number }>('SELECT id FROM metric_series WHERE service = $1', [service]),
    );
    return rows[0]!.id;
  };
  const stored = async () => await world.platform.core.tenant('acme', storedMetrics);
  const totalsOf = async (service: string, from: number, to: number) => {
    const id = await seriesId(service);
    const source = await stored();
    const exact = noSums();
    for (const { bytes } of source.hours(id, from, to)) mergeInto(bytes, exact);
    const rolled = noSums();
    for (const { bytes } of source.hourTotals(id, from, to)) mergeRollup(bytes, rolled);
    expect(rolled.totals).toEqual(exact.totals);
    expect([...rolled.sketch.bins()]).toEqual([...exact.sketch.bins()]);
    return exact;
  };

  it('adds requests, minutes and checks up, late ones too, and a batch once', async () => {
    const one = {
      service: 'api',
      batch: 'one',
      samples: { at: [T0 + 1, T0 + 2, T0 + HOUR], us: [1_000, null, 3_000], failed: [0, 1, 0] },
      buckets: [{ at: T0 + MINUTE, count: 5, errors: 2, timed: 2, sum_us: 500, bins: [[250, 2]] }],
      checks: [
        { at: T0 + 2 * MINUTE, up: false },
        { at: T0 + 3 * MINUTE, up: true, us: 20_000 },
      ],
    };
    const first = await send(one);
    expect([first.status, first.json]).toEqual([200, { accepted: 6, late: 0, replayed: false }]);
    expect((await send(one)).json).toEqual({ accepted: 0, late: 0, replayed: true });
    const other = await send({ service: 'api', batch: 'one', samples: { at: [T0], us: [1], failed: [0] } });
    expect([other.status, other.json.type]).toEqual([
      422,
      'https://missioncontrol.invalid/problems/idempotency-mismatch',
    ]);
    const late = await send({ service: 'api', samples: { at: [T0 + 59_999], us: [7], failed: [1] } });
    expect(late.json).toEqual({ accepted: 1, late: 0, replayed: false });
    const { totals, sketch } = await totalsOf('api', T0, T0 + 2 * HOUR);
    expect(totals).toEqual({ count: 11, errors: 5, timed: 6, sumUs: 1_000 + 3_000 + 500 + 20_000 + 7 });
    expect(sketch.count).toBe(6);
    await world.platform.core.tenant('acme', (tx) => tx.query('UPDATE org_state SET judged_to = $1', [T0 + MINUTE]));
    const judged = await send({ service: 'api', samples: { at: [T0, T0 + MINUTE], us: [1, 1], failed: [0, 0] } });
    expect(judged.json).toEqual({ accepted: 2, late: 1, replayed: false });
    await world.platform.core.tenant('acme', (tx) => tx.query('UPDATE org_state SET judged_to = 0'));
  });

  it('keeps the names of batches apart by workspace: nobody uses up those of another', async () => {
    const { id } = (await admin('POST', '/v1/orgs/acme/workspaces', { name: 'Apart' })).json;
    const body = { service: 'apart', batch: 'same', samples: { at: [T0], us: [1], failed: [0] } };
    const answers = [
      await send(body),
      await send({ ...body, workspace_id: id }),
      await send({ ...body, workspace_id: id }),
    ];
    expect(answers.map(({ json }) => json.replayed)).toEqual([false, false, true]);
  });

  it('tells of a batch in one event without what was in it, and of a series in the feed', async () => {
    const size = (await eventsOf(world.platform, 'acme')).length;
    await send({ service: 'told', batch: 'told', samples: { at: [T0], us: [123_457], failed: [0] } });
    const [event, ...more] = await eventsOf(world.platform, 'acme', size);
    expect(more).toEqual([]);
    expect(event!.event).toMatchObject({ action: 'metric.ingest', target: { type: 'metric_series', id: 'told' } });
    const detail = { source: 'test', batch: 'told', samples: 1, buckets: 0, checks: 0 };
    expect(event!.story.detail).toEqual({ ...detail, accepted: 1, late: 0, replayed: false });
    const { text } = await admin('GET', '/v1/orgs/acme/changes?limit=1000');
    const line = text.split('\n').find((one) => one.includes('"service":"told"'))!;
    expect(JSON.parse(line).data).toMatchObject({
      org_id: 'acme',
      workspace_id: null,
      source: 'ingest',
      hold_ms: null,
    });
  });

  it('refuses what cannot be, naming the field, and takes nothing of it', async () => {
    const bucket = { at: T0, count: 1, errors: 0, timed: 1, sum_us: 5, bins: [[5, 1]] };
    const refused = async (body: object, path: string): Promise<void> => {
      const answer = await send({ service: 'refused', ...body });
      expect([answer.status, answer.json.errors?.[0]?.path]).toEqual([400, path]);
    };
    await refused({ buckets: [bucket, { ...bucket, errors: 2 }] }, '/buckets/1');
    await refused({ buckets: [{ ...bucket, timed: 2, bins: [[5, 2]] }] }, '/buckets/0');
    await refused({ buckets: [{ ...bucket, bins: [[5, 2]] }] }, '/buckets/0');
    await refused({ buckets: [{ ...bucket, sum_us: 3_600_000_001 }] }, '/buckets/0');
    await refused({ samples: { at: [now, now + 2 * HOUR], us: [1, 1], failed: [0, 0] } }, '/samples/at/1');
    await refused({ checks: [{ at: now + 2 * HOUR, up: true }] }, '/checks/0/at');
    await refused({ service: 'mission-control-api' }, '/service');
    await refused({ workspace_id: 'nowhere' }, '/workspace_id');
    const many = { ...bucket, count: 1_000_000_000, timed: 0, sum_us: 0, bins: [] };
    const over = await send({ service: 'refused', buckets: Array.from({ length: 5 }, () => many) });
    expect(over.status).toBe(400);
    const { text } = await admin('GET', '/v1/orgs/acme/changes?limit=1000');
    expect(text).not.toContain('"service":"refused"');
  });

  it('lets a key of one workspace tell of that workspace alone', async () => {
    const workspaces = await Promise.all(
      ['W one', 'W two'].map(async (name) => (await admin('POST', '/v1/orgs/acme/workspaces', { name })).json.id),
    );
    const account = await admin('POST', '/v1/orgs/acme/service-accounts', {
      name: 'prober',
      permissions: ['metrics:write'],
      workspace_id: workspaces[0],
    });
    const key = await admin('POST', `/v1/orgs/acme/service-accounts/${account.json.id}/keys`, {});
    const prober = caller(world.platform, key.json.secret);
    const body = { source: 'prober', service: 'site', checks: [{ at: T0, up: true }] };
    const own = await prober('POST', INGEST, { ...body, batch: '1' });
    expect([own.status, own.json.accepted]).toEqual([200, 1]);
    expect((await prober('POST', INGEST, { ...body, batch: '2', workspace_id: workspaces[1] })).status).toBe(400);
    expect((await prober('GET', '/v1/orgs/acme/metrics/changes')).status).toBe(403);
    const rows = await world.platform.core.tenant('acme', (tx) =>
      tx.query('SELECT workspace_id FROM metric_series WHERE service = $1', ['site']),
    );
    expect(rows).toEqual([{ workspace_id: workspaces[0] }]);
    expect(
      (await (await world.member('viewer@acme.test', 'acme'))('POST', INGEST, { ...body, batch: '3' })).status,
    ).toBe(403);
  });

  it('derives the same spans whatever order observations come in, and a mirror follows exactly', async () => {
    const Scene = fc.record({
      hold: fc.constantFrom(null, 1_000, 3_000, 10_000),
      batches: fc.array(fc.array(fc.record({ s: fc.nat(40), up: fc.boolean() }), { minLength: 1, maxLength: 6 }), {
        minLength: 1,
        maxLength: 8,
      }),
      pages: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 8 }),
    });
    let seen = 0;
    await fc.assert(
      fc.asyncProperty(Scene, async ({ hold, batches, pages }) => {
        serial += 1;
        const service = `spans-${serial}`;
        const told = new Map<number, Told>();
        const mirror = new MetricMirror();
        mirror.cursor = seen;
        for (const [i, batch] of batches.entries()) {
          // Around midnight, where spans are cut.
          const checks = batch.map(({ s, up }) => ({ at: T0 + s * 1_000, up }));
          expect((await send({ service, hold_ms: hold, checks })).status).toBe(200);
          for (const check of [...checks].sort((a, b) => Number(a.up) - Number(b.up)))
            if (!told.has(check.at)) told.set(check.at, check);
          if (pages[i] !== undefined) await mirror.page(admin, 'acme', pages[i]!);
        }
        await mirror.follow(admin, 'acme', 3);
        seen = mirror.cursor;
        const spans = mirror.spans.get(await seriesId(service)) ?? [];
        expect(painted(spans, 60)).toBe(states([...told.values()], hold, 60));
        const joined = joinStates(spans);
        const held = (await stored()).states(await seriesId(service), T0, T0 + HOUR);
        expect(joinStates(held)).toEqual(joined);
        expect(spans).toHaveLength(joined.length);
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it('cuts a state that goes on at midnight, and rewrites no day before the present one', async () => {
    const day = 86_400_000;
    const service = 'steady';
    await send({
      service,
      checks: [
        { at: T0 + 1_000, up: true },
        { at: T0 + 2 * day + 5_000, up: true },
      ],
    });
    const mirror = new MetricMirror();
    await mirror.follow(admin, 'acme');
    const id = await seriesId(service);
    expect(mirror.spans.get(id)).toEqual([
      { from: T0 + 1_000, to: T0 + day, up: true },
      { from: T0 + day, to: T0 + 2 * day, up: true },
      { from: T0 + 2 * day, to: T0 + 2 * day + 5_000, up: true },
    ]);
    const cursor = mirror.cursor;
    await send({ service, checks: [{ at: T0 + 2 * day + 65_000, up: true }] });
    const { text } = await admin('GET', `/v1/orgs/acme/metrics/changes?after=${cursor}`);
    const stretch = { series: id, from: T0 + 2 * day };
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
        .filter(({ kind }) => kind !== 'chunk'),
    ).toEqual([
      { version: cursor + 1, kind: 'cut', ...stretch, to: T0 + 2 * day + 5_000 },
      { version: cursor + 2, kind: 'span', ...stretch, to: T0 + 2 * day + 65_000, up: true },
      { next: cursor + 3, more: false },
    ]);
  });

  it.each([null, 3 * 86_400_000])(
    'derives late observations far apart as if all had come in order (held %s)',
    async (hold_ms) => {
      const day = 86_400_000;
      const daily = Array.from({ length: 60 }, (_, n) => ({ at: T0 + n * day, up: n % 7 !== 3 }));
      const late = [2.5, 2.75, 30.5, 45.25, 70].map((n, i) => ({ at: T0 + n * day, up: i % 2 === 1 }));
      const name = `far-${hold_ms}`;
      await send({ service: `${name}-late`, hold_ms, checks: daily });
      await send({ service: `${name}-late`, hold_ms, checks: late });
      await send({ service: `${name}-all`, hold_ms, checks: [...daily, ...late] });
      const mirror = new MetricMirror();
      await mirror.follow(admin, 'acme');
      const spans = async (service: string) => mirror.spans.get(await seriesId(service));
      expect(await spans(`${name}-late`)).toEqual(await spans(`${name}-all`));
      expect((await spans(`${name}-all`))!.length).toBeGreaterThan(60);
    },
  );

  it('keeps one cut for a stretch that is rewritten again and again', async () => {
    const service = 'rewritten';
    for (let i = 0; i < 20; i++) await send({ service, hold_ms: 90_000, checks: [{ at: T0 + i * 60_000, up: true }] });
    const id = await seriesId(service);
    const rows = await world.platform.core.tenant('acme', (tx) =>
      tx.query('SELECT from_ms, to_ms FROM metric_cuts WHERE series = $1', [id]),
    );
    expect(rows).toEqual([{ from_ms: T0, to_ms: T0 + 18 * 60_000 + 90_000 }]);
  });

  it('puts late observations right where the old ones are kept no more', async () => {
    const service = 'thinned';
    const checks = Array.from({ length: 10 }, (_, i) => ({ at: T0 + i * 10_000, up: i !== 5 }));
    await send({ service, checks });
    const id = await seriesId(service);
    const { core } = world.platform;
    await core.tenant('acme', (tx) =>
      tx.query('DELETE FROM metric_checks WHERE series = $1 AND at < $2', [id, T0 + 85_000]),
    );
    const seen = async () => painted((await stored()).states(id, T0, T0 + HOUR), 100);
    const before = await seen();
    expect(before).toBe(`${'1'.repeat(50)}${'0'.repeat(10)}${'1'.repeat(30)}${'.'.repeat(10)}`);
    const thinned = { id, hold_ms: null, thinned_to: T0 + 80_000 };
    await core.tenant('acme', async (tx) => {
      await lockOrg(tx);
      await observe(
        tx,
        thinned,
        [
          { at: T0 + 20_000, up: true },
          { at: T0 + 45_000, up: false },
          { at: T0 + 95_000, up: true },
        ],
        now,
      );
    });
    expect(await seen()).toBe(`${'1'.repeat(45)}${'0'.repeat(15)}${'1'.repeat(35)}${'.'.repeat(5)}`);
  });

  it('pages by lines and by bytes, each line once', async () => {
    const whole = new MetricMirror();
    await whole.follow(admin, 'acme', 5_000);
    const small = new MetricMirror();
    await small.follow(admin, 'acme', 23);
    expect(small).toEqual(whole);
    const bins = Array.from({ length: 900 }, (_, i) => [i, 1_000_000 + i] as const);
    const timed = bins.reduce((sum, [, n]) => sum + n, 0);
    const buckets = Array.from({ length: 2_400 }, (_, i) => ({
      ...{
        at: T0 + i * MINUTE,
        count: timed,
        errors: 0,
        timed,
        sum_us: timed,
        bins: bins.map(([bin, n]) => [bin, n] as [number, number]),
      },
    }));
    await world.platform.core.tenant('acme', async (tx) => {
      await lockOrg(tx);
      const body = { source: 'big', batch: 'big', service: 'big', workspace_id: null, buckets };
      await ingest(world.platform.core, tx, 'acme', body);
    });
    const answer = await admin('GET', `/v1/orgs/acme/metrics/changes?after=${whole.cursor}&limit=5000`);
    expect(answer.bytes.length).toBeLessThan(4 * 1024 * 1024);
    expect(JSON.parse(answer.text.trimEnd().split('\n').at(-1)!).more).toBe(true);
    await whole.follow(admin, 'acme', 5_000);
    const id = await seriesId('big');
    expect([...whole.chunks.keys()].filter((key) => key.startsWith(`${id}/`))).toHaveLength(40);
  }, 60_000);

  it('bounds the series of an organization', async () => {
    await world.platform.core.tenant('acme', (tx) =>
      tx.query(
        `INSERT INTO metric_series (id, workspace_id, service, source, created_at, version)
         SELECT n, NULL, 'filler-' || n, 'test', now(), 1 FROM generate_series(5001, 5001 + $1::int - 1 - (SELECT count(*)::int FROM metric_series)) n`,
        [SERIES_MAX],
      ),
    );
    const answer = await send({ service: 'one-more', checks: [{ at: T0, up: true }] });
    expect([answer.status, answer.json.type]).toEqual([409, 'https://missioncontrol.invalid/problems/limit-reached']);
    expect(answer.json.details).toEqual({ limit: 'metric_series', max: SERIES_MAX, used: SERIES_MAX });
    expect((await send({ service: 'api', checks: [{ at: T0 + 5 * MINUTE, up: true }] })).status).toBe(200);
    now += 1;
  });
});
