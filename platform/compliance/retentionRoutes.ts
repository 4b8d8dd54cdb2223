/** Retention: the plan of a pruning, and the pruning. Nothing is ever pruned by itself: somebody looks at the plan first, and names it. */
import type { FastifyInstance } from 'fastify';
import { v7 } from 'uuid';
import { z } from 'zod';
import { toHex } from '../../shared/bytes.ts';
import type { RetentionPlan } from '../../shared/compliance/retention.ts';
import { EVENT_CLASSES, Pruning } from '../../shared/entities/privacy.ts';
import type { Json } from '../../shared/json/index.ts';
import { foldNodes } from '../../shared/log/index.ts';
import { sha256 } from '../crypto.ts';
import { only } from '../db/database.ts';
import { Problem } from '../http/problems.ts';
import { defineMutation, defineRead, OrgParams } from '../http/route.ts';
import { rangeTo } from '../log/prefix.ts';
import type { Env, OrgContext } from '../tenancy/context.ts';
import { planPruning } from './prunePlan.ts';
import { keepRecord } from './records.ts';

const tags = ['compliance'];
const Count = z.int().min(0);
const PlanAnswer = z.object({
  digest: z.string(),
  as_of: z.string(),
  from: Count,
  to: Count,
  shredded: z.array(z.tuple([Count, Count])),
  shredded_events: Count,
  bytes: Count,
  policies: z.array(z.object({ id: z.string(), keep: z.string(), events: Count })),
  classes: z.array(
    z.object({
      event_class: z.enum(EVENT_CLASSES),
      ...{ pruned: Count, shredded: Count, bytes: Count },
      ...{ first_day: z.string(), last_day: z.string() },
    }),
  ),
  held: z.array(z.object({ id: z.string(), events: Count })),
  holds: z.array(z.string()),
  more: z.boolean(),
});
const PruneInput = z.strictObject({
  plan_digest: z.string().regex(/^[0-9a-f]{64}$/),
  reason: z.string().min(1).max(2_000),
});

const isEmpty = ({ from, to, shredded }: RetentionPlan): boolean => to === from && shredded.length === 0;

/** Carries out what the plan says. The event that tells it is written by the route, in the same transaction, as the next of the log. */
async function prune({ core, tx, orgId, principal }: OrgContext, plan: RetentionPlan, digest: string, reason: string) {
  const { from, to, shredded } = plan;
  const root = toHex(foldNodes((await rangeTo(tx, to)).hashes, sha256));
  const { seq } = only(await tx.query<{ seq: number }>('SELECT log_size AS seq FROM org_state'));
  await tx.query('SELECT empty_events($1, $2)', [from, to]);
  const begins = shredded.map(([begin]) => begin);
  const ends = shredded.map(([, end]) => end);
  await tx.query('SELECT empty_disclosures($1::bigint[], $2::bigint[])', [begins, ends]);
  await tx.query('UPDATE org_state SET log_pruned_to = $1', [to]);
  const policies = plan.policies.map(({ id, keep }) => ({ id, keep }));
  const record = await keepRecord(tx, 'pruning', {
    ...{ id: v7(), org_id: orgId, from, to, root, event_seq: seq },
    shredded: plan.shredded_events,
    policies: policies.map(({ id }) => id),
    at: new Date(core.now()).toISOString(),
    by: principal.type === 'user' ? principal.user.id : principal.accountId,
  });
  const detail = {
    ...{ from, to, root, plan: digest, reason, policies },
    holds: [...plan.holds],
    shredded: shredded.map((run) => [...run]),
  } as Json;
  return { body: record, event: { target: { type: 'retention', id: record.id }, disclosures: { detail } } };
}

export function retentionRoutes(app: FastifyInstance, env: Env): void {
  defineRead(app, env, {
    url: '/v1/orgs/:org/retention/plan',
    summary: 'What a pruning of the audit log would take today; changes nothing',
    tags,
    action: 'retention.plan',
    params: OrgParams,
    query: z.strictObject({}),
    response: PlanAnswer,
    run: async ({ core, tx }) => {
      const { plan, digest } = await planPruning(tx, core.now());
      return { ...plan, digest };
    },
  });
  defineMutation(app, env, {
    method: 'POST',
    url: '/v1/orgs/:org/retention/prune',
    summary: 'Prune what the plan of this digest names',
    tags,
    action: 'retention.prune',
    params: OrgParams,
    body: PruneInput,
    status: 201,
    response: Pruning,
    run: async (context, { body: { plan_digest, reason } }) => {
      const { plan, digest } = await planPruning(context.tx, context.core.now());
      // A refusal for a hold is an event of its own, as every refusal of a right is.
      if (isEmpty(plan) && plan.held.length > 0) {
        throw new Problem('forbidden', 'A legal hold keeps everything that has expired.');
      }
      if (digest !== plan_digest) throw new Problem('conflict', 'What would go is not what this plan names any more.');
      if (isEmpty(plan)) throw new Problem('conflict', 'Nothing has expired.');
      return await prune(context, plan, digest, reason);
    },
  });
}
