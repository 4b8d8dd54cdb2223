/** Service levels with a past, planted on the platform of a test console. */
import type { Core } from '../../platform/core.ts';
import { lockOrg } from '../../platform/log/append.ts';
import { ingest } from '../../platform/metrics/ingest.ts';
import { addSla } from '../../platform/sla/definitions.ts';
import { SlaInput } from '../../shared/entities/index.ts';
import { IngestBody } from '../../shared/sla/ingest.ts';
import { DAY, HOUR, MINUTE } from '../../shared/sla/model.ts';
import { binOf } from '../../shared/sla/sketch.ts';

const DAYS = 75;
const STEP = 10 * MINUTE;

/** What a minute of the API had: 20 requests of 80 ms; half of them failed for two hours twenty days ago, and for the last half hour. */
function minuteOf(at: number, end: number) {
  const age = end - at;
  const broken = (age > 20 * DAY && age < 20 * DAY + 2 * HOUR) || age < HOUR / 2;
  const us = broken ? 400_000 : 80_000;
  return {
    at,
    count: 20,
    errors: broken ? 10 : 0,
    timed: 20,
    sum_us: 20 * us,
    bins: [[binOf(us), 20]] as [number, number][],
  };
}

/** An API that misses its promise, a portal that keeps it, and a service nobody measures; made `DAYS` days ago. */
export async function plantServiceLevels(core: Core, orgId: string): Promise<void> {
  const end = Math.floor(Date.now() / MINUTE) * MINUTE;
  const began = end - DAYS * DAY;
  const tenant = (work: Parameters<typeof core.tenant<unknown>>[1]) =>
    core.tenant(orgId, async (tx) => {
      await lockOrg(tx);
      await work(tx);
    });
  const credits = {
    ...{ currency: 'EUR', monthly_fee_minor: '1250000' },
    tiers: [{ below: 0.999, percent: 10 }],
  };
  for (const [name, service, more] of [
    ['Public API', 'api', { target_availability: 0.999, max_error_rate: 0.001, credits }],
    ['Portal', 'portal', { availability_basis: 'time', target_availability: 0.99 }],
    ['Imports', 'imports', {}],
  ] as const) {
    const input = SlaInput.parse({ id: service, name, service, terms: { time_zone: 'Europe/Berlin', ...more } });
    await tenant((tx) => addSla(tx, orgId, input, { at: began, by: 'somebody' }));
  }
  const take = (body: object) =>
    tenant((tx) => ingest(core, tx, orgId, IngestBody.parse({ source: 'planted', ...body })));
  for (let from = began; from < end; from += 30 * DAY) {
    const to = Math.min(end, from + 30 * DAY);
    const buckets = Array.from({ length: Math.ceil((to - from) / STEP) }, (_, i) => minuteOf(from + i * STEP, end));
    await take({ batch: `api ${from}`, service: 'api', buckets });
  }
  const checks = Array.from({ length: DAYS * 24 }, (_, i) => ({ at: began + i * HOUR, up: i !== 400 }));
  await take({ batch: 'portal', service: 'portal', checks, hold_ms: 2 * HOUR });
}
