/** Automated checks over a real platform and a console that mirrors it: one set of rules, two worlds, the same results. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlatform, type Platform } from '../../platform/app.ts';
import { checksRound, evaluateNow } from '../../platform/compliance/checks/keeper.ts';
import { publishCheckpoint } from '../../platform/log/checkpoints.ts';
import { CHECKS } from '../../shared/compliance/checks/catalog.ts';
import { RULES } from '../../shared/compliance/checks/rules/index.ts';
import type { CheckRun } from '../../shared/contract/checks.ts';
import { openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from '../support/app.ts';
import {
  asPerson,
  CheckScene,
  DAY,
  HOUR,
  SCENE_DAYS,
  SCENE_ORG as ORG,
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
});
