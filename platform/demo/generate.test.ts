import { describe, expect, it } from 'vitest';
import { AccessReview, ServiceAccount } from '../../shared/entities/index.ts';
import { type Core, openCore } from '../core.ts';
import { demoTimes } from './events.ts';
import { generateDemo } from './generate.ts';
import { DEMO_ORGANIZATIONS, demoPerson } from './organizations.ts';
import { SeededRandom } from './random.ts';

const END = Date.UTC(2026, 10, 24, 12);
/** One whole generation and two of one organization. */
const TIME_MS_MAX = 240_000;

async function leavesOf(core: Core, orgId: string): Promise<{ entry: string; disclosures: string }[]> {
  return await core.tenant(orgId, (tx) =>
    tx.query<{ entry: string; disclosures: string }>(
      `SELECT entry, disclosures FROM audit_events WHERE entry LIKE '%"request":"req_%' ORDER BY seq`,
    ),
  );
}

/** Accounts and reviews of an organization as its feed shows them. */
async function governance(core: Core, orgId: string) {
  const rows = await core.tenant(orgId, (tx) =>
    tx.query<{ kind: string; data: unknown }>(
      `SELECT kind, data FROM changes WHERE kind IN ('service_account', 'access_review') ORDER BY kind, id`,
    ),
  );
  const of = (kind: string): unknown[] => rows.filter((row) => row.kind === kind).map(({ data }) => data);
  return {
    accounts: of('service_account').map((data) => ServiceAccount.parse(data)),
    reviews: of('access_review').map((data) => AccessReview.parse(data)),
  };
}

async function generated(seed: string, organizations?: number) {
  const clock = { now: END };
  const core = await openCore({ now: () => clock.now });
  try {
    const result = await generateDemo(core, clock, {
      seed,
      scale: 0.02,
      end: END,
      ...(organizations === undefined ? {} : { organizations }),
    });
    const last = DEMO_ORGANIZATIONS[(organizations ?? DEMO_ORGANIZATIONS.length) - 1]!;
    const [first, small] = [await governance(core, 'northwind-health'), await governance(core, last.id)];
    const [chunks] = await core.tenant('northwind-health', (tx) =>
      tx.query<{ md5: string }>(
        `SELECT md5(string_agg(md5(bytes) || hour, ',' ORDER BY series, hour) || (SELECT string_agg(s::text, ',' ORDER BY version)
           FROM metric_spans s)) FROM metric_chunks`,
      ),
    );
    return { result, leaves: await leavesOf(core, 'northwind-health'), first, small, metrics: chunks!.md5 };
  } finally {
    await core.close();
  }
}

describe('the demo', () => {
  it(
    'comes out the same for the same seed, byte for byte, and differs for another',
    async () => {
      const [first, again, other] = [await generated('a'), await generated('a', 1), await generated('b', 1)];
      expect(first.result).toMatchObject({ organizations: 12, events: 1000 });
      // Its share of the thousand, and the steps of access.
      expect(first.leaves.length).toBe(420 + 20);
      expect(again.leaves).toEqual(first.leaves);
      expect(again.metrics).toBe(first.metrics);
      expect(other.metrics).not.toBe(first.metrics);
      expect(other.leaves.map(({ disclosures }) => disclosures)).not.toEqual(
        first.leaves.map(({ disclosures }) => disclosures),
      );

      const { accounts, reviews } = first.first;
      const keys = accounts.flatMap((account) => account.keys.map((key) => ({ account: account.name, ...key })));
      const ages = keys.map(({ created_at }) => Math.floor((END - Date.parse(created_at)) / 86_400_000));
      expect(accounts.length).toBe(7);
      expect(ages.toSorted((a, b) => a - b)).toEqual([31, 45, 69, 77, 86, 89, 89, 89, 89]);
      const named = (is: (key: (typeof keys)[number]) => boolean): string[] =>
        keys.filter(is).map(({ account }) => account);
      expect(named(({ expires_at }) => expires_at !== null && Date.parse(expires_at) < END)).toEqual([
        'billing-sync',
        'ehr-import',
      ]);
      expect(named(({ last_used_at }) => last_used_at === null)).toEqual(['status-page']);
      expect(
        accounts.filter(({ permissions }) => permissions.some((grant) => grant.includes('*'))).map(({ name }) => name),
      ).toEqual(['migration-2025']);
      expect(
        reviews.map(({ items, decided, revoked, closed_at }) => [decided === items, revoked, closed_at !== null]),
      ).toEqual([
        [true, 2, true],
        [false, 0, false],
      ]);
      expect(first.small.accounts.map(({ name }) => name)).toEqual([
        'billing-sync',
        'ci-deploy',
        'ehr-import',
        'report-runner',
      ]);
    },
    TIME_MS_MAX,
  );

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
