/** What the platform's keeper would have computed of the checks, and large frameworks, for tests of the checklist. */
import { keepRecord } from '../../platform/compliance/records.ts';
import type { Core } from '../../platform/core.ts';
import { lockOrg } from '../../platform/log/append.ts';
import type { Framework } from '../../shared/compliance/framework.ts';
import type { CheckResultState } from '../../shared/entities/index.ts';

type Results = Readonly<Record<string, CheckResultState>>;
const DAY = 86_400_000;
const DIGEST = '0'.repeat(64);

/** Results as of now, and those kept of a past day. */
export async function plantResults(
  core: Core,
  orgId: string,
  latest: Results,
  days: Readonly<Record<string, Results>> = {},
) {
  const now = core.now();
  const iso = (at: number): string => new Date(at).toISOString();
  await core.tenant(orgId, async (tx) => {
    await lockOrg(tx);
    for (const [id, state] of Object.entries(latest)) {
      const failing = state === 'fail' ? ['member m_1', 'member m_2'] : [];
      await keepRecord(tx, 'check_result', {
        ...{ id, org_id: orgId, rule: 1, from: iso(now - 90 * DAY), to: iso(now), computed_at: iso(now), state },
        summary: state === 'fail' ? '2 of 12 have none.' : 'All 12 looked at.',
        ...{ population: 12, failing: failing.length, excepted: state === 'exception' ? 1 : 0, failing_ids: failing },
        ...{ digest: DIGEST, since: iso(now - 3 * DAY) },
      });
    }
    for (const [day, results] of Object.entries(days)) {
      await keepRecord(tx, 'check_day', {
        ...{ id: day, org_id: orgId, computed_at: `${day}T23:59:00.000Z` },
        results: Object.entries(results).map(([check, state]) => ({
          ...{ check, rule: 1, state, population: 12, failing: state === 'fail' ? 2 : 0, digest: DIGEST },
        })),
      });
    }
  });
}

/** A framework of as many controls in groups of twenty. */
export function largeFramework(id: string, controls: number): Framework {
  const node = { obligation: null, citation: null };
  return {
    ...{
      id,
      title: `Framework of ${controls} controls`,
      edition: '1',
      revision: 1,
      issuer: '',
      source: 'made for a test',
    },
    controls: Array.from({ length: Math.ceil(controls / 20) }, (_, g) => [
      { ...node, id: `${id}-g${g}`, ref: `G${g}`, title: `Group ${g}`, parent: null, kind: 'group' as const },
      ...Array.from({ length: Math.min(20, controls - g * 20) }, (_, c) => ({
        ...{ ...node, id: `${id}-g${g}-c${c}`, ref: `G${g}.${c}`, title: `Control ${c} of group ${g}` },
        ...{ parent: `${id}-g${g}`, kind: 'control' as const },
      })),
    ]).flat(),
  };
}

/** A state of each control: every second one with its design assessed. */
export async function plantStates(core: Core, orgId: string, ids: readonly string[]): Promise<void> {
  const at = new Date(core.now()).toISOString();
  const design = { state: 'effective', reason: 'Seen.', period: null, at, by: 'somebody' };
  await core.tenant(orgId, async (tx) => {
    await lockOrg(tx);
    for (const [i, id] of ids.entries()) {
      await keepRecord(tx, 'control_state', {
        ...{ id, org_id: orgId, created_at: at, created_by: 'somebody', updated_at: at, updated_by: 'somebody' },
        ...{ owner_id: null, due_on: null, applicable: true, applicability_reason: '', operating: null },
        ...{ design: i % 2 === 0 ? design : null, description: '' },
      });
    }
  });
}
