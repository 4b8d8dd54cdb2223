/** From real ingestion to breaches and alerts that open once and close once, and what is said where there is no data. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Sla, SlaAlert, SlaBreach } from '../../../shared/entities/index.ts';
import { DAY, HOUR, MINUTE } from '../../../shared/sla/model.ts';
import { backends, eventsOf, logSize } from '../../support/platform.ts';
import { openSlaScene, SLA_START, type SlaScene } from '../../support/slaScene.ts';

const SLAS = '/v1/orgs/acme/slas';
const EXCLUSIONS = '/v1/orgs/acme/sla-exclusions';
const iso = (at: number): string => new Date(at).toISOString();

describe.each(backends())('judging on $name', ({ options }) => {
  let scene: SlaScene;
  let from: number;
  let serial = 0;
  beforeAll(async () => {
    scene = await openSlaScene(await options());
  });
  afterAll(() => scene?.close());
  // Each test has services and an SLA of its own; those before are over.
  afterEach(async () => {
    for (const { id, ended_at } of (await scene.admin('GET', `${SLAS}?limit=200`)).json.items as Sla[]) {
      if (ended_at === null) await scene.admin('POST', `${SLAS}/${id}/end`, {});
    }
    await scene.round();
  });

  const begin = async (terms: Parameters<SlaScene['makeSla']>[1] = {}): Promise<{ sla: Sla; service: string }> => {
    const service = `s${serial++}`;
    const sla = await scene.makeSla({ name: service, service }, terms);
    from = await logSize(scene.world.platform, 'acme');
    return { sla, service };
  };
  const breaches = async ({ id }: Sla): Promise<SlaBreach[]> =>
    (await scene.feed('sla_breach')).map(({ data }) => SlaBreach.parse(data)).filter(({ sla_id }) => sla_id === id);
  const alerts = async ({ id }: Sla): Promise<SlaAlert[]> =>
    (await scene.feed('sla_alert')).map(({ data }) => SlaAlert.parse(data)).filter(({ sla_id }) => sla_id === id);
  const logged = async (): Promise<string[]> =>
    (await eventsOf(scene.world.platform, 'acme', from))
      .map(({ event }) => event)
      .filter(({ actor, action }) => actor.type === 'system' && action.startsWith('sla.'))
      .map(({ action }) => action);

  it('opens one breach for each metric and scope, worsens it, and closes it when the promise holds again', async () => {
    const { clock, world } = scene;
    const { sla, service } = await begin({ window: { kind: 'rolling', days: 1 }, burn_rules: [] });
    const at = clock.now;
    await scene.traffic({ service, from: at, minutes: 10, requests: 100 });
    await scene.roundsUntil(at + 10 * MINUTE);
    expect(await breaches(sla)).toEqual([]);
    // 30 of 1,300 failed: 97.69 %, and an error rate above 1 %.
    await scene.traffic({ service, from: clock.now, minutes: 3, requests: 100, failed: 10 });
    await scene.roundsUntil(clock.now + 3 * MINUTE);
    const open = await breaches(sla);
    expect(open.map(({ metric, scope, closed_at }) => `${metric} ${scope} ${closed_at}`).sort()).toEqual([
      'availability day null',
      'availability window null',
      'error_rate day null',
      'error_rate window null',
    ]);
    const availability = open.find(({ metric, scope }) => metric === 'availability' && scope === 'day')!;
    expect(availability).toMatchObject({ revision: 1, target: 0.99, actual: 0.976923076 });
    expect(availability.breach_percent).toBeCloseTo((0.99 - 0.976923076) / 0.99, 9);
    expect(await logged()).toEqual(Array.from({ length: 4 }, () => 'sla.breach.open'));
    // It gets worse, then goes on: no further one, the worst value stays.
    await scene.traffic({ service, from: clock.now, minutes: 1, requests: 100, failed: 100 });
    await scene.roundsUntil(clock.now + 20 * MINUTE);
    await scene.traffic({ service, from: clock.now - 10 * MINUTE, minutes: 10, requests: 100 });
    await scene.roundsUntil(clock.now + 2 * MINUTE);
    const worse = await breaches(sla);
    expect(worse).toHaveLength(4);
    expect(worse.find(({ id }) => id === availability.id)).toMatchObject({ actual: 0.907142857, closed_at: null });
    // Good traffic until it holds again: 130 of 14,500 and less.
    clock.now += 131 * MINUTE;
    await scene.traffic({ service, from: clock.now - 131 * MINUTE, minutes: 130, requests: 100 });
    await scene.round();
    const closed = await breaches(sla);
    expect(closed.map(({ id }) => id).sort()).toEqual(open.map(({ id }) => id).sort());
    expect(closed.every(({ closed_at }) => closed_at !== null)).toBe(true);
    expect(closed.find(({ id }) => id === availability.id)?.actual).toBe(0.907142857);
    expect(await logged()).toEqual([
      ...Array.from({ length: 4 }, () => 'sla.breach.open'),
      ...Array.from({ length: 4 }, () => 'sla.breach.close'),
    ]);
    const story = (await eventsOf(world.platform, 'acme', from)).filter(
      ({ event }) => event.action === 'sla.breach.close',
    );
    expect(story[0]).toMatchObject({
      event: { target: { type: 'sla', id: sla.id }, outcome: 'success' },
      story: { target: { name: sla.name }, change: { before: { closed_at: null }, after: { sla_id: sla.id } } },
    });
  });

  it('fires a burn alert once in both windows, by severity, and closes it when the short one is quiet', async () => {
    const { clock } = scene;
    const { sla, service } = await begin({
      target_availability: 0.999,
      max_error_rate: 1,
      window: { kind: 'rolling', days: 30 },
    });
    const at = clock.now;
    await scene.traffic({ service, from: at, minutes: 60, requests: 50 });
    await scene.roundsUntil(at + 60 * MINUTE, 10 * MINUTE);
    expect(await alerts(sla)).toEqual([]);
    // 14.4 times 0.1 % of an hour's 3,000 requests are 43: 45 failed within two minutes.
    await scene.traffic({ service, from: clock.now, minutes: 3, requests: 50, failed: 15 });
    await scene.roundsUntil(clock.now + 3 * MINUTE);
    const fired = await alerts(sla);
    const page = fired.find(({ severity, long_minutes }) => severity === 'page' && long_minutes === 60);
    expect(page).toMatchObject({ short_minutes: 5, threshold: 14.4, closed_at: null, revision: 1 });
    expect(page!.burn_rate).toBeCloseTo(45 / 3_000 / 0.001, 9);
    await scene.traffic({ service, from: clock.now, minutes: 6, requests: 50 });
    await scene.roundsUntil(clock.now + 7 * MINUTE);
    expect((await alerts(sla)).filter(({ long_minutes }) => long_minutes === 60)).toEqual([
      expect.objectContaining({ id: page!.id, closed_at: expect.any(String) }),
    ]);
    expect((await logged()).filter((action) => action.startsWith('sla.alert'))).toContain('sla.alert.close');
  });

  it('keeps still with little traffic: one failure is no trend', async () => {
    const { clock } = scene;
    const { sla, service } = await begin();
    await scene.traffic({ service, from: clock.now, minutes: 2, requests: 3, failed: 1 });
    await scene.roundsUntil(clock.now + 3 * MINUTE);
    expect(await alerts(sla)).toEqual([]);
    expect((await breaches(sla)).map(({ metric }) => metric)).not.toContain('error_rate');
  });

  it('neither opens nor closes anything without data', async () => {
    const { clock } = scene;
    const { sla, service } = await begin({ window: { kind: 'rolling', days: 1 }, burn_rules: [] });
    await scene.roundsUntil(clock.now + 5 * MINUTE);
    expect(await breaches(sla)).toEqual([]);
    await scene.traffic({ service, from: clock.now, minutes: 1, requests: 100, failed: 50 });
    await scene.roundsUntil(clock.now + 2 * MINUTE);
    expect(await breaches(sla)).toHaveLength(4);
    // A day and more of silence: the failures have left every window, and nothing is known.
    await scene.roundsUntil(clock.now + 26 * HOUR, HOUR);
    expect((await breaches(sla)).filter(({ closed_at }) => closed_at === null)).toHaveLength(4);
    await scene.traffic({ service, from: clock.now, minutes: 1, requests: 100 });
    await scene.roundsUntil(clock.now + 2 * MINUTE);
    expect((await breaches(sla)).filter(({ closed_at }) => closed_at === null)).toEqual([]);
  });

  it('judges by time the union of what was seen down, and leaves maintenance out', async () => {
    const { clock, admin } = scene;
    const { sla, service } = await begin({
      availability_basis: 'time',
      window: { kind: 'rolling', days: 1 },
      burn_rules: [],
      max_error_rate: 1,
    });
    const at = clock.now;
    clock.now += 3 * HOUR;
    await scene.checks(service, [
      { at, up: true },
      { at: at + HOUR, up: false },
      { at: at + HOUR + 6 * MINUTE, up: true },
      { at: at + 2 * HOUR, up: true },
    ]);
    await scene.round();
    expect(await breaches(sla)).toMatchObject([
      { metric: 'availability', closed_at: null },
      { metric: 'availability', closed_at: null },
    ]);
    // Six minutes of three hours.
    expect((await breaches(sla))[0]?.actual).toBe(0.966666666);
    const body = { sla_id: sla.id, from: iso(at + HOUR), to: iso(at + HOUR + 6 * MINUTE), reason: 'Planned' };
    expect((await admin('POST', EXCLUSIONS, body)).status).toBe(201);
    await scene.round();
    expect((await breaches(sla)).every(({ closed_at }) => closed_at === iso(clock.now))).toBe(true);
  });

  it('closes what is open when the SLA ends', async () => {
    const { clock, admin } = scene;
    const { sla, service } = await begin({ burn_rules: [] });
    await scene.traffic({ service, from: clock.now, minutes: 1, requests: 100, failed: 50 });
    await scene.roundsUntil(clock.now + 2 * MINUTE);
    expect(await breaches(sla)).toHaveLength(4);
    await admin('POST', `${SLAS}/${sla.id}/end`, {});
    await scene.round();
    expect((await breaches(sla)).every(({ closed_at }) => closed_at === iso(clock.now))).toBe(true);
  });

  it('counts what comes late, and says at ingestion that it was', async () => {
    const { clock, admin } = scene;
    const { sla, service } = await begin({ burn_rules: [], window: { kind: 'rolling', days: 1 } });
    const at = clock.now;
    await scene.traffic({ service, from: at, minutes: 5, requests: 100 });
    await scene.roundsUntil(at + 10 * MINUTE);
    const late = await admin('POST', '/v1/orgs/acme/metrics/ingest', {
      ...{ source: 'test', batch: `late-${service}`, service },
      samples: { at: Array.from({ length: 20 }, (_, i) => at + i), us: Array(20).fill(1), failed: Array(20).fill(1) },
    });
    expect(late.json).toEqual({ accepted: 20, late: 20, replayed: false });
    await scene.round();
    expect((await breaches(sla)).map(({ metric }) => metric).sort()).toEqual([
      ...['availability', 'availability', 'error_rate', 'error_rate'],
    ]);
  });

  it('judges only what can have changed', async () => {
    const { clock, world } = scene;
    const { sla } = await begin();
    const { thread } = world.platform.sla;
    const tasks: string[][] = [];
    const real = thread.judge.bind(thread);
    thread.judge = (task) => {
      tasks.push(task.slas.map(({ id }) => id));
      return real(task);
    };
    const other = await scene.makeSla({ name: `${sla.name}-other`, service: 'other' });
    await scene.round();
    // At first both; then nothing, as nothing is known of either.
    expect(tasks).toEqual([[sla.id, other.id]]);
    await scene.roundsUntil(clock.now + 10 * MINUTE);
    expect(tasks).toHaveLength(1);
    await scene.traffic({ service: 'other', from: clock.now, minutes: 1, requests: 1 });
    clock.now += MINUTE;
    await scene.round();
    expect(tasks.slice(1).flat()).toEqual([other.id, other.id]);
    thread.judge = real;
  });

  it('ends a breach of a calendar month with the month', async () => {
    const { clock } = scene;
    const { sla, service } = await begin({ burn_rules: [], time_zone: 'Asia/Tokyo' });
    await scene.traffic({ service, from: clock.now, minutes: 1, requests: 100, failed: 50 });
    await scene.roundsUntil(clock.now + 2 * MINUTE);
    const midnight = Date.parse('2026-03-31T15:00:00.000Z');
    await scene.roundsUntil(midnight - MINUTE, 12 * HOUR);
    const window = async () => (await breaches(sla)).filter(({ scope }) => scope === 'window');
    expect((await window()).map(({ closed_at }) => closed_at)).toEqual([null, null]);
    await scene.roundsUntil(midnight + 10 * MINUTE, 5 * MINUTE);
    expect((await window()).map(({ closed_at }) => closed_at)).toEqual([iso(midnight), iso(midnight)]);
  });

  it('takes no harm from a thread that dies', async () => {
    const { clock, world } = scene;
    const { sla, service } = await begin({ burn_rules: [] });
    await world.platform.sla.thread.close();
    await scene.traffic({ service, from: clock.now, minutes: 1, requests: 100, failed: 50 });
    await scene.roundsUntil(clock.now + 2 * MINUTE);
    expect(await breaches(sla)).toHaveLength(4);
    expect(clock.now).toBeGreaterThan(SLA_START + DAY);
  });
});
