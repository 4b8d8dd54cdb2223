/** Takes a batch of metrics: requests one by one or by minutes, and observations of up and down. */

import type { z } from 'zod';
import type { IngestAnswer, IngestBody } from '../../shared/sla/ingest.ts';
import { MINUTE } from '../../shared/sla/model.ts';
import { US_MAX } from '../../shared/sla/sketch.ts';
import { OWN_SERVICE } from '../../shared/sla/source.ts';
import type { Core } from '../core.ts';
import { only, type Tx } from '../db/database.ts';
import { invalidField } from '../http/problems.ts';
import { digestOf, takeBatch } from './batches.ts';
import { observe } from './checks.ts';
import { addToHours, HourAdditions } from './chunks.ts';
import { type Series, seriesFor } from './series.ts';

/** A clock may be ahead of ours; what is said of a later time is a fault of the sender. */
export const AHEAD_MS_MAX = 3_600_000;

export type Ingested = z.infer<typeof IngestAnswer>;

type Bucket = NonNullable<IngestBody['buckets']>[number];

/** What is wrong with a minute counted elsewhere; null when it can be. */
function faultOf({ count, errors, timed, sum_us, bins }: Bucket): string | null {
  if (errors > count) return 'more failed than counted';
  if (timed > count) return 'more timed than counted';
  if (bins.reduce((sum, [, n]) => sum + n, 0) !== timed) return 'the bins do not add up to the timed requests';
  return sum_us > timed * US_MAX ? 'a request takes an hour at most' : null;
}

function checkBody({ service, samples, buckets = [], checks = [] }: IngestBody, now: number): void {
  if (service === OWN_SERVICE) throw invalidField('/service', `${OWN_SERVICE} is measured by the platform itself.`);
  const limit = now + AHEAD_MS_MAX;
  const ahead = (path: string) => invalidField(path, 'is more than an hour ahead of the clock here');
  const sample = samples?.at.findIndex((at) => at > limit) ?? -1;
  if (sample >= 0) throw ahead(`/samples/at/${sample}`);
  const check = checks.findIndex(({ at }) => at > limit);
  if (check >= 0) throw ahead(`/checks/${check}/at`);
  for (const [i, bucket] of buckets.entries()) {
    if (bucket.at > limit) throw ahead(`/buckets/${i}/at`);
    const fault = faultOf(bucket);
    if (fault !== null) throw invalidField(`/buckets/${i}`, fault);
  }
}

class Late {
  count = 0;
  private readonly judgedTo: number;

  constructor(judgedTo: number) {
    this.judgedTo = judgedTo;
  }

  see(at: number): void {
    if (at < this.judgedTo) this.count += 1;
  }
}

function addSamples(additions: HourAdditions, samples: NonNullable<IngestBody['samples']>, late: Late): void {
  const { at, us, failed } = samples;
  for (let i = 0; i < at.length; i++) {
    additions.sample(at[i]!, us[i]!, failed[i] === 1);
    late.see(at[i]!);
  }
}

/** A probe is a request as well: one, failed when it found the service down. One told again counts once. */
async function addChecks(
  tx: Tx,
  series: Series,
  additions: HourAdditions,
  checks: NonNullable<IngestBody['checks']>,
  now: number,
): Promise<number[]> {
  const news = await observe(tx, series, checks, now);
  const timeOf = new Map<string, number | null>();
  for (const { at, up, us } of checks) if (!timeOf.has(`${at}${up}`)) timeOf.set(`${at}${up}`, us);
  for (const { at, up } of news) additions.sample(at, timeOf.get(`${at}${up}`) ?? null, !up);
  return news.map(({ at }) => at);
}

/**
 * Takes a batch into its series, which is made where there is none; once, whatever number of times it is sent. The caller holds the
 * organization's lock and records the event. `told` is what the series says it was last told by.
 * Throws Problem invalid-request, limit-reached, idempotency-mismatch for a name that another content had; INPUT_INVALID where a minute would be beyond what it can hold.
 */
export async function ingest(core: Core, tx: Tx, orgId: string, body: IngestBody, told = 'ingest'): Promise<Ingested> {
  const now = core.now();
  checkBody(body, now);
  if (!(await takeBatch(tx, body, digestOf(body), now))) return { accepted: 0, late: 0, replayed: true };
  const { samples, buckets = [], checks = [], workspace_id, service, hold_ms } = body;
  const series = await seriesFor(core, tx, orgId, { workspace_id, service, source: told, hold_ms });
  const { judgedTo } = only(await tx.query<{ judgedTo: number }>('SELECT judged_to AS "judgedTo" FROM org_state'));
  const late = new Late(judgedTo);
  const additions = new HourAdditions();
  if (samples !== undefined) addSamples(additions, samples, late);
  for (const bucket of buckets) {
    additions.bucket(bucket);
    late.see(bucket.at + MINUTE - 1);
  }
  for (const at of await addChecks(tx, series, additions, checks, now)) late.see(at);
  await addToHours(tx, series.id, additions);
  return { accepted: (samples?.at.length ?? 0) + buckets.length + checks.length, late: late.count, replayed: false };
}
