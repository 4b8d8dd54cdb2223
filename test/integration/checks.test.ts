/** Automated checks over a real platform and a console that mirrors it: one set of rules, two worlds, the same results. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlatform, type Platform } from '../../platform/app.ts';
import { checksRound, evaluateNow } from '../../platform/compliance/checks/keeper.ts';
import { lockOrg } from '../../platform/log/append.ts';
import { publishCheckpoint } from '../../platform/log/checkpoints.ts';
import { addChannel } from '../../platform/sla/channels.ts';
import { CHECKS } from '../../shared/compliance/checks/catalog.ts';
import { RULES } from '../../shared/compliance/checks/rules/index.ts';
import type { CheckRun } from '../../shared/contract/checks.ts';
import { SlaChannelInput } from '../../shared/entities/index.ts';
import { endOf, openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from '../support/app.ts';
import {
  asPerson,
  CheckScene,
  DAY,
  HOUR,
  SCENE_ORG as ORG,
  SCENE_DAYS,
  SCENE_START,
  type SceneClock,
} from '../support/checkScene.ts';
import { backends, eventsOf, PASSWORD } from '../support/platform.ts';

/** What the platform says of no mirror, and what rests on the time of a recomputation of its own. */
const APART = new Set(['MIR-01', 'LOG-01']);
const ADMIN = 'admin@acme.test';
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const DAYS = Array.from({ length: SCENE_DAYS }, (_, n) => SCENE_START + n * DAY);

describe.each(backends())('automated checks on $name', ({ options }) => {
  const clock: SceneClock = { now: SCENE_START };
  const shown: string[] = [];
  let folder: ReturnType<typeof temporaryFolder>;
  let platform: Platform;
  let console_: TestConsole;

  async function sync(): Promise<void> {
    await publishCheckpoint(platform.core, ORG);
    const [connection] = await console_.call('connections.list', {});
    await console_.call('connections.signIn', { id: connection!.id, password: PASSWORD, totp: null });
    await console_.run('sync.start', { orgId: ORG });
  }
  const run = async (from: number, to: number): Promise<CheckRun> =>
    (await console_.run('checks.run', { orgId: ORG, from, to })).result as CheckRun;

  beforeAll(async () => {
    folder = temporaryFolder();
    platform = await createPlatform({ ...(await options()), checkpointMsMin: 0, now: () => clock.now, checksMs: 1e9 });
    const scene = new CheckScene(platform, clock);
    await scene.found();
    for (let n = 1; n < SCENE_DAYS; n++) await scene.live(n);
    clock.now = SCENE_START + SCENE_DAYS * DAY + HOUR;
    await platform.app.listen({ host: '127.0.0.1', port: 0 });
    const url = `http://127.0.0.1:${(platform.app.server.address() as AddressInfo).port}`;
    const notifications = { show: (title: string, body: string) => void shown.push(`${title} | ${body}`) };
    console_ = openConsoleApp(join(folder.path, 'console'), {}, { clock: { now: () => clock.now }, notifications });
    await console_.call('vault.create', { useKeychain: false, passphrase: PASSPHRASE });
    const draft = await console_.call('connections.begin', { url, email: ADMIN, password: PASSWORD, totp: null });
    const pins = draft.organizations.map(({ orgId, logKey }) => ({ orgId, fingerprint: logKey.fingerprint }));
    await console_.call('connections.confirm', { draftId: draft.draftId, pins });
    await evaluateNow(platform.core, platform.checks, ORG, DAYS);
    await sync();
  }, 120_000);
  afterAll(async () => {
    await console_?.app.close();
    await platform?.close();
    folder?.remove();
  });

  it('evaluates every check that has a rule, some of them each way', async () => {
    const { checks, events, stale } = await run(SCENE_START, SCENE_START + SCENE_DAYS * DAY);
    expect(checks.map(({ check }) => check)).toEqual(CHECKS.filter(({ id }) => RULES.has(id)).map(({ id }) => id));
    expect(checks).toHaveLength(40);
    expect(events).toBeGreaterThan(50);
    expect(stale).toBe(false);
    expect(new Set(checks.map(({ state }) => state)).size).toBeGreaterThanOrEqual(4);
  });

  it('finds the same as the platform, day by day', async () => {
    for (const from of DAYS) {
      const ours = await run(from, from + DAY);
      const compared = await console_.call('checks.compare', { orgId: ORG, from, to: from + DAY });
      const differing = compared.filter(({ check, verdict }) => verdict !== 'equal' && !APART.has(check));
      expect({ day: dayOf(from), differing }).toEqual({ day: dayOf(from), differing: [] });
      expect(compared).toHaveLength(ours.checks.length);
    }
  });

  it('finds the same as the platform over the whole period', async () => {
    const period = { from: SCENE_START, to: SCENE_START + SCENE_DAYS * DAY };
    const ours = await run(period.from, period.to);
    const { outcomes } = await platform.checks.evaluator.evaluate(ORG, [period]);
    const facts = ({ check, rule, state, population, failing, excepted, digest }: CheckRun['checks'][number]) => ({
      ...{ check, rule, state, population, failing, excepted, digest },
    });
    const theirs = outcomes[0]!.filter(({ check }) => !APART.has(check)).map((one) => facts(one as never));
    expect(ours.checks.filter(({ check }) => !APART.has(check)).map(facts)).toEqual(theirs);
    // Of the log itself: the platform hashed every leaf again.
    expect(outcomes[0]!.find(({ check }) => check === 'LOG-01')).toMatchObject({ state: 'pass' });
  });

  it('tells one check whole: rule, parameters, items, exceptions, controls, and what the platform found', async () => {
    const [from, to] = [DAYS[3]!, DAYS[3]! + DAY];
    const asked = { orgId: ORG, from, to, check: 'ACC-10' };
    const detail = await console_.call('checks.detail', asked);
    expect(detail.parameters.own_domains).toEqual(['acme.test']);
    expect(detail.explanation.length).toBeGreaterThan(40);
    expect(detail.exceptions).toMatchObject([{ title: 'A partner', approved_by: expect.any(String) }]);
    expect(detail.summary).toMatchObject({ state: 'fail', failing: 1, excepted: 1 });
    expect(detail.items.map(({ exception }) => exception)).toContain(detail.exceptions[0]!.id);
    expect(detail.items[0]!.link).toMatchObject({ kind: 'member' });
    expect(detail.controls.map(({ framework }) => framework)).toEqual(['soc2', 'hipaa', 'gdpr', 'pci-dss', 'ccpa']);
    expect(detail.comparison).toMatchObject({ verdict: 'equal', differs: [] });
    const page = await console_.call('checks.detail', { ...asked, offset: 1, limit: 1 });
    expect([page.total, page.items]).toEqual([2, detail.items.slice(1)]);
    expect(await console_.raw('checks.detail', { ...asked, check: 'NIL-01' })).toMatchObject({
      error: { code: 'INPUT_INVALID' },
    });
    // A period nobody asked for before is evaluated now, and compared with nothing.
    const fresh = await console_.call('checks.detail', { ...asked, from: from + HOUR });
    expect(fresh.comparison).toEqual({ check: 'ACC-10', platform: null, verdict: 'not_evaluated', differs: [] });
    expect(await console_.call('checks.results', { orgId: ORG, from: from + HOUR, to })).toBeNull();
    expect(await console_.raw('checks.compare', { orgId: ORG, from: from + HOUR, to })).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
  });

  it('evaluates some alone, and refuses a period that ends before it begins', async () => {
    const from = DAYS[2]! + HOUR;
    const job = await console_.run('checks.run', { orgId: ORG, from, to: from + DAY, ids: ['ACC-07', 'SVC-06'] });
    expect((job.result as CheckRun).checks.map(({ check, state }) => [check, state])).toEqual([
      ['ACC-07', 'pass'],
      ['SVC-06', 'fail'],
    ]);
    expect(await console_.raw('checks.run', { orgId: ORG, from, to: from })).toMatchObject({
      error: { code: 'INPUT_INVALID' },
    });
  });

  it('shows the days as the platform evaluated them, with what the share is of', async () => {
    const { days, basis } = await console_.call('checks.trend', {
      ...{ orgId: ORG, from: dayOf(DAYS[1]!), to: dayOf(DAYS[4]!) },
    });
    expect(days.map(({ day }) => day)).toEqual(DAYS.slice(1, 5).map(dayOf));
    for (const { states, numerator, denominator, excluded, percent, failing } of days) {
      expect(numerator).toBe(states.pass);
      expect(denominator + excluded).toBe(Object.values(states).reduce((sum, n) => sum + n));
      expect(percent).toBe((100 * numerator) / denominator);
      expect(failing).toHaveLength(denominator - numerator);
    }
    expect(basis).toContain('left out');
    const one = await console_.call('checks.trend', {
      orgId: ORG,
      from: '2026-01-01',
      to: '2026-12-31',
      ids: ['SVC-06'],
    });
    expect(one.days.at(-1)).toMatchObject({ denominator: expect.any(Number) });
  });

  it('writes a run as CSV, evaluated where it was not', async () => {
    const path = join(folder.path, 'checks.csv');
    const from = DAYS[1]!;
    const { result } = await console_.run('checks.csv', { orgId: ORG, from, to: from + 2 * DAY, path });
    const lines = readFileSync(path, 'utf8').trimEnd().split('\r\n');
    expect(lines[0]).toMatch(/^check,title,from,to,state,.*digest,item,/);
    expect(result).toEqual({ path, rows: lines.length - 1 });
    expect(lines.filter((line) => line.startsWith('SVC-06')).length).toBeGreaterThan(1);
  });

  it('stops when asked to, and goes on from the beginning', async () => {
    const period = { orgId: ORG, from: DAYS[0]! + 2 * HOUR, to: DAYS[5]! };
    const { jobId } = await console_.call('checks.run', period);
    await console_.call('jobs.cancel', { jobId });
    expect((await endOf(console_.app, jobId)).state).toBe('cancelled');
    expect(await console_.call('checks.results', period)).toBeNull();
    expect((await run(period.from, period.to)).checks.length).toBeGreaterThan(0);
  });

  it('keeps a run and says when the mirror has changed since', async () => {
    const [from, to] = [DAYS[0]!, DAYS[1]!];
    await run(from, to);
    expect(await console_.call('checks.results', { orgId: ORG, from, to })).toMatchObject({ stale: false });
    await sync();
    expect(await console_.call('checks.results', { orgId: ORG, from, to })).toMatchObject({ stale: true });
  });

  it('is evaluated on a change and writes only what changed; what passed and fails is drift, told once', async () => {
    const { core, checks } = platform;
    const admin = asPerson(platform, ADMIN);
    const faults: unknown[] = [];
    const round = () => checksRound(core, checks, (error) => faults.push(error));
    const results = () => console_.call('checks.latest', { orgId: ORG });
    expect((await results()).find(({ id }) => id === 'ACC-07')).toMatchObject({ state: 'pass' });
    const channel = { name: 'Ops', kind: 'webhook', address: 'http://127.0.0.1:9/hook', events: ['breach'] };
    await core.tenant(ORG, async (tx) => {
      await lockOrg(tx);
      await addChannel(core, tx, ORG, SlaChannelInput.parse(channel), { loopback: true, smtp: null });
    });
    await sync();
    shown.length = 0;
    const before = new Map((await results()).map((one) => [one.id, one]));
    // Within five minutes of the last evaluation nothing is evaluated, whatever changes.
    const people = (await admin('GET', '/members')).json.items as { id: string; email: string }[];
    const second = people.find(({ email }) => email === 'second@acme.test')!;
    await admin('PATCH', `/members/${second.id}`, { role: 'viewer' });
    await round();
    await sync();
    expect((await results()).find(({ id }) => id === 'ACC-07')).toEqual(before.get('ACC-07'));
    clock.now += 5 * 60_000;
    const size = (await eventsOf(platform, ORG)).length;
    await round();
    const told = (await eventsOf(platform, ORG, size)).filter(({ event }) => event.action === 'check.drift');
    expect(told.map(({ event, story }) => [event.actor, event.target, story.detail])).toContainEqual([
      { type: 'system', id: 'platform' },
      { type: 'check', id: 'ACC-07' },
      { check: 'ACC-07', from: 'pass', to: 'fail' },
    ]);
    await sync();
    const after = await results();
    expect(after.find(({ id }) => id === 'ACC-07')).toMatchObject({
      state: 'fail',
      since: new Date(clock.now).toISOString(),
    });
    // SVC-01 had nothing to do with it: it stays the record it was.
    expect(after.find(({ id }) => id === 'SVC-01')).toEqual(before.get('SVC-01'));
    expect(shown.filter((line) => line.startsWith('ACC-07 fails'))).toHaveLength(1);
    const sent = await core.tenant(ORG, (tx) =>
      tx.query<{ event: string; subject: string }>(
        "SELECT event, subject FROM sla_deliveries WHERE event = 'check.drift'",
      ),
    );
    expect(sent.map(({ subject }) => subject)).toContainEqual(expect.stringContaining('ACC-07 fails'));
    // Its own results are no reason to evaluate again.
    clock.now += 10 * 60_000;
    const quiet = (await eventsOf(platform, ORG)).length;
    await core.tenant(ORG, (tx) =>
      tx.query('UPDATE check_state SET feed_version = (SELECT max(version) FROM changes)'),
    );
    await round();
    await sync();
    expect((await eventsOf(platform, ORG)).slice(quiet).filter(({ event }) => event.action === 'check.drift')).toEqual(
      [],
    );
    expect(shown.filter((line) => line.startsWith('ACC-07 fails'))).toHaveLength(1);
    expect(faults).toEqual([]);
  });

  it('evaluates the day that ended after midnight, and those that were missed', async () => {
    clock.now = SCENE_START + (SCENE_DAYS + 2) * DAY + HOUR;
    await checksRound(platform.core, platform.checks, (error) => {
      throw error;
    });
    await sync();
    const { days } = await console_.call('checks.trend', { orgId: ORG, from: '2026-01-01', to: '2026-12-31' });
    expect(days.map(({ day }) => day)).toEqual([...DAYS, DAYS.at(-1)! + DAY, DAYS.at(-1)! + 2 * DAY].map(dayOf));
  });

  it('is evaluated when asked to, by who manages compliance alone', async () => {
    const admin = asPerson(platform, ADMIN);
    const day = dayOf(DAYS[2]!);
    const answer = await admin('POST', '/checks/evaluate', { days: [day] });
    expect([answer.status, answer.json?.items?.length]).toEqual([200, RULES.size]);
    const last = (await eventsOf(platform, ORG)).findLast(({ event }) => event.action === 'check.evaluate');
    expect(last?.story.detail).toEqual({ days: [day] });
    expect((await asPerson(platform, 'viewer@acme.test')('POST', '/checks/evaluate', {})).status).toBe(403);
  });
});
