/** A burst of refused requests: the log grows by a bound, and no refusal is lost from the counts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUser } from '../../../platform/auth/users.ts';
import {
  logRefusals,
  REFUSALS_ACTION,
  REFUSALS_EACH_MAX,
  REFUSALS_STRANGERS_MAX,
  REFUSALS_WINDOW_MS,
} from '../../../platform/tenancy/refusals.ts';
import { readDisclosure } from '../../../shared/audit/index.ts';
import { backends, type Call, caller, openWorld, PASSWORD, type World } from '../../support/platform.ts';

const STRANGERS = 7;
const EACH = 90;

describe.each(backends())('refusals on $name', ({ options }) => {
  let world: World;
  let time = Date.UTC(2026, 5, 1);

  beforeAll(async () => {
    world = await openWorld({ ...(await options()), now: () => time });
  });
  afterAll(() => world.platform.close());

  interface Refusal {
    readonly action: string;
    readonly actor: string;
    readonly target: string;
    readonly refused: number | null;
  }

  /** The denied events of the log. */
  async function denied(): Promise<Refusal[]> {
    return await world.platform.core.tenant('acme', async (tx) => {
      const rows = await tx.query<{ entry: string; disclosures: string }>(
        'SELECT entry, disclosures FROM audit_events ORDER BY seq',
      );
      return rows.flatMap(({ entry, disclosures }) => {
        const event = JSON.parse(entry) as {
          action: string;
          outcome: string;
          actor: { id: string };
          target: { id: string };
        };
        if (event.outcome !== 'denied') return [];
        const details = disclosures
          .split('~')
          .map(readDisclosure)
          .filter(({ name }) => name === 'detail');
        const refused = (details[0]?.value as { refused?: number } | undefined)?.refused ?? null;
        return [{ action: event.action, actor: event.actor.id, target: event.target.id, refused }];
      });
    });
  }
  const strangers = (): Promise<{ id: string; call: Call }[]> =>
    Promise.all(
      Array.from({ length: STRANGERS }, async (_, i) => {
        const email = `stranger${i}@nowhere.test`;
        const { id } = await createUser(world.platform.core, { email, name: 'Stranger', password: PASSWORD });
        return { id, call: caller(world.platform, await world.login(email)) };
      }),
    );

  it('stand one by one up to a bound, and beyond it as one event with their count', async () => {
    const all = await strangers();
    for (const { call } of all) {
      // Several at once, as a burst comes.
      for (let at = 0; at < EACH; at += 15) {
        const answers = await Promise.all(Array.from({ length: 15 }, () => call('GET', '/v1/orgs/acme')));
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]));
      }
    }
    const burst = await denied();
    expect(burst.length).toBe(REFUSALS_STRANGERS_MAX);
    for (const { id } of all)
      expect(burst.filter(({ actor }) => actor === id).length).toBeLessThanOrEqual(REFUSALS_EACH_MAX);

    // A member is told apart from strangers: the bound they have used up is not the member's.
    const guest = await world.member('guest@acme.test', 'acme');
    expect((await guest('POST', '/v1/orgs/acme/workspaces', { name: 'x' })).status).toBe(403);
    expect((await denied()).length).toBe(REFUSALS_STRANGERS_MAX + 1);

    await logRefusals(world.platform.core, 'acme');
    expect((await denied()).length).toBe(REFUSALS_STRANGERS_MAX + 1);
    time += REFUSALS_WINDOW_MS;
    await logRefusals(world.platform.core, 'acme');
    const after = await denied();
    const summaries = after.filter(({ action }) => action === REFUSALS_ACTION);
    const counted = summaries.reduce((sum, { refused }) => sum + (refused ?? 0), 0);
    // None is lost: what stands alone and what is counted are all that was refused.
    expect(counted + after.length - summaries.length).toBe(STRANGERS * EACH + 1);
    expect(summaries.length).toBeLessThanOrEqual(REFUSALS_STRANGERS_MAX / REFUSALS_EACH_MAX + 1);
    expect(summaries.at(0)).toMatchObject({ actor: 'platform', target: 'acme' });
    await logRefusals(world.platform.core, 'acme');
    expect((await denied()).length).toBe(after.length);
  });

  it('stand alone again in the next window, whose first one logs the counts of the last', async () => {
    const before = (await denied()).length;
    const call = caller(world.platform, await world.login('stranger0@nowhere.test'));
    for (let i = 0; i < REFUSALS_EACH_MAX + 3; i++) await call('GET', '/v1/orgs/acme');
    expect((await denied()).length).toBe(before + REFUSALS_EACH_MAX);
    time += REFUSALS_WINDOW_MS;
    const again = caller(world.platform, await world.login('stranger0@nowhere.test'));
    await again('GET', '/v1/orgs/acme');
    const all = await denied();
    expect(
      all.slice(before + REFUSALS_EACH_MAX).map(({ action, refused }) => [action === REFUSALS_ACTION, refused]),
    ).toEqual([
      [true, 3],
      [false, null],
    ]);
  });
});
