/** Service levels of the demo, made through the services the routes use. */

import type { z } from 'zod';
import { type SlaInput, SlaTerms } from '../../shared/entities/index.ts';
import { DAY, HOUR } from '../../shared/sla/model.ts';
import type { EventDraft } from '../audit/draft.ts';
import type { Core } from '../core.ts';
import type { Tx } from '../db/database.ts';
import { appendEvents, lockOrg } from '../log/append.ts';
import { addExclusion, addSla, exclusionStory, slaStory } from '../sla/definitions.ts';
import { API, addDemoMetrics, JOBS, type MetricScene, type Outage, PORTAL } from './metrics.ts';
import { DEMO_ORGANIZATIONS, type DemoOrganization, type DemoPerson } from './organizations.ts';
import type { SeededRandom } from './random.ts';
import type { TrafficStock } from './traffic.ts';

/** The first organization brings thirteen months with it, the others what they had since they are here. */
const LONG_DAYS = 395;

type Definition = z.output<typeof SlaInput>;

function definitions({ id, timeZone, tier }: DemoOrganization, workspace: string): Definition[] {
  const base = { description: '', workspace_id: null, service: null };
  const terms = (more: z.input<typeof SlaTerms> extends infer T ? Partial<T> : never): SlaTerms =>
    SlaTerms.parse({ time_zone: timeZone, ...more });
  const api: Definition = {
    ...{ ...base, id: `sla_${id}_api`, name: 'API', service: API },
    terms: terms({
      target_availability: 0.995,
      max_response_time_ms: 600,
      max_error_rate: 0.005,
      response_measure: { kind: 'percentile', percentile: 0.99 },
    }),
  };
  const portal: Definition = {
    ...{ ...base, id: `sla_${id}_portal`, name: 'Customer portal', service: PORTAL },
    terms: terms({
      availability_basis: 'time',
      target_availability: 0.999,
      service_hours: tier === 'free' ? null : [{ days: [1, 2, 3, 4, 5], from: '07:00', to: '20:00' }],
      credits:
        tier === 'enterprise'
          ? {
              currency: 'EUR',
              monthly_fee_minor: '480000',
              minimum_minor: '100',
              tiers: [
                { below: 0.999, percent: 10 },
                { below: 0.99, percent: 25 },
                { below: 0.95, percent: 100 },
              ],
            }
          : null,
    }),
  };
  if (tier === 'free') return [api, portal];
  const jobs: Definition = {
    ...{ ...base, id: `sla_${id}_jobs`, name: 'Background jobs', workspace_id: workspace, service: JOBS },
    terms: terms({ target_availability: 0.99, max_response_time_ms: 2_000, window: { kind: 'rolling', days: 30 } }),
  };
  const quiet: Definition = {
    ...{ ...base, id: `sla_${id}_exports`, name: 'Data exports', service: 'exports' },
    description: 'Nothing has been measured of it yet.',
    terms: terms({ target_availability: 0.99 }),
  };
  return tier === 'enterprise' ? [api, portal, jobs, quiet] : [api, portal, jobs];
}

export interface LevelScene {
  readonly organization: DemoOrganization;
  readonly workspace: string;
  /** Who makes them. */
  readonly by: DemoPerson;
  readonly seed: string;
  /** First and last instant of the demo's events. */
  readonly start: number;
  readonly end: number;
  readonly random: SeededRandom;
}

/** Announced three days before, in the night to a Sunday ten days before the end. */
function maintenanceOf(end: number): Outage {
  const from = Math.floor((end - 10 * DAY) / DAY) * DAY + 2 * HOUR;
  return { from, to: from + 2 * HOUR };
}

async function addLevels(core: Core, tx: Tx, scene: LevelScene, from: number, maintenance: Outage): Promise<void> {
  const { organization, workspace, by, random } = scene;
  const { id: orgId } = organization;
  const actor = { actor: { type: 'user', id: by.id } } as const;
  const drafts: EventDraft[] = [];
  const disclosed = { name: by.name, email: by.email };
  for (const [i, definition] of definitions(organization, workspace).entries()) {
    // Nothing was measured of the last one: it is as old as its organization.
    const sla = await addSla(tx, orgId, definition, { at: i < 2 ? from : Math.max(from, scene.start), by: by.id });
    const { disclosures, ...story } = slaStory(null, sla);
    drafts.push({ ...actor, ...story, action: 'sla.create', disclosures: { actor: disclosed, ...disclosures } });
  }
  const window = { from: new Date(maintenance.from).toISOString(), to: new Date(maintenance.to).toISOString() };
  const exclusion = await addExclusion(
    tx,
    orgId,
    { id: `exc_${orgId}_1`, sla_id: null, ...window, reason: 'Database upgrade' },
    { at: Math.min(core.now(), maintenance.from - 3 * DAY), by: by.id },
  );
  const { disclosures, ...story } = exclusionStory(null, exclusion);
  drafts.push({
    ...actor,
    ...story,
    action: 'sla_exclusion.create',
    disclosures: { actor: disclosed, ...disclosures },
  });
  await appendEvents(tx, orgId, drafts, core.now(), random.bytes);
}

/** Definitions, maintenance and metrics of one organization, at the store's time. */
export async function addDemoLevels(core: Core, stock: TrafficStock, scene: LevelScene): Promise<void> {
  const { organization, workspace, seed, start, end } = scene;
  const first = organization === DEMO_ORGANIZATIONS[0];
  const from = first ? Math.floor((end - LONG_DAYS * DAY) / HOUR) * HOUR : Math.floor(start / HOUR) * HOUR;
  const maintenance = maintenanceOf(end);
  await core.tenant(organization.id, async (tx) => {
    await lockOrg(tx);
    await addLevels(core, tx, scene, from, maintenance);
  });
  const metrics: MetricScene = { organization, workspace, seed, from, end, maintenance, burning: first };
  await addDemoMetrics(core, stock, metrics);
}
