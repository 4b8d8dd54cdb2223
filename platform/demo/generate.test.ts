import { describe, expect, it } from 'vitest';
import { type Core, openCore } from '../core.ts';
import { demoTimes } from './events.ts';
import { generateDemo } from './generate.ts';
import { DEMO_ORGANIZATIONS, demoPerson } from './organizations.ts';
import { SeededRandom } from './random.ts';

const END = Date.UTC(2026, 10, 24, 12);

async function leavesOf(core: Core, orgId: string): Promise<{ entry: string; disclosures: string }[]> {
  return await core.tenant(orgId, (tx) =>
    tx.query<{ entry: string; disclosures: string }>(
      `SELECT entry, disclosures FROM audit_events WHERE entry LIKE '%"request":"req_%' ORDER BY seq`,
    ),
  );
}

async function generated(seed: string) {
  const clock = { now: END };
  const core = await openCore({ now: () => clock.now });
  try {
    const result = await generateDemo(core, clock, { seed, scale: 0.02, end: END });
    return { result, leaves: await leavesOf(core, 'northwind-health') };
  } finally {
    await core.close();
  }
}

describe('the demo', () => {
  it('comes out the same for the same seed, byte for byte, and differs for another', async () => {
    const [first, again, other] = [await generated('a'), await generated('a'), await generated('b')];
    expect(first.result).toMatchObject({ organizations: 12, events: 1000 });
    // Its share of the thousand, and the steps of access.
    expect(first.leaves.length).toBe(420 + 20);
    expect(again.leaves).toEqual(first.leaves);
    expect(other.leaves.map(({ disclosures }) => disclosures)).not.toEqual(
      first.leaves.map(({ disclosures }) => disclosures),
    );
  }, 300_000);

  it('spans ninety days, rising, and rests at weekends', () => {
    const scene = { end: END, utcOffset: 0 };
    const times = demoTimes(new SeededRandom('a'), scene, 20_000);
    expect(times[0]).toBeGreaterThan(END - 90 * 86_400_000);
    expect(times.at(-1)).toBeLessThanOrEqual(END);
    expect(times.every((time, i) => i === 0 || time >= times[i - 1]!)).toBe(true);
    const byDay = [0, 0, 0, 0, 0, 0, 0];
    for (const time of times) byDay[new Date(time).getUTCDay()]!++;
    expect(byDay[3]).toBeGreaterThan(2 * byDay[0]!);
  });

  it('names every person once', () => {
    const count = DEMO_ORGANIZATIONS.reduce((sum, { people }) => sum + people, 1);
    expect(new Set(Array.from({ length: count }, (_, n) => demoPerson(n).email)).size).toBe(count);
  });
});
