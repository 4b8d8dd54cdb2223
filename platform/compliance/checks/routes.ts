/** Evaluating the automated checks when asked to. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CheckResult, Day } from '../../../shared/entities/index.ts';
import { defineMutation, OrgParams } from '../../http/route.ts';
import type { Env } from '../../tenancy/context.ts';
import { type ChecksParts, evaluateNow } from './keeper.ts';

const DAYS_MAX = 31;
const Evaluate = z.strictObject({
  /** Days that have ended, to be evaluated (again) each by itself. */
  days: z.array(Day).max(DAYS_MAX).optional(),
});

export function checkRoutes(app: FastifyInstance, env: Env, parts: ChecksParts): void {
  defineMutation(app, env, {
    method: 'POST',
    url: '/v1/orgs/:org/checks/evaluate',
    summary: 'Evaluate the automated checks now, and the days named that have ended',
    tags: ['compliance'],
    action: 'check.evaluate',
    params: OrgParams,
    body: Evaluate.nullish(),
    status: 200,
    response: z.object({ items: z.array(CheckResult) }),
    run: async ({ core }, { body }) => {
      const today = new Date(core.now()).toISOString().slice(0, 10);
      const days = [...new Set(body?.days ?? [])].filter((day) => day < today).sort();
      return { body: { days }, event: { target: null, disclosures: { detail: { days } } } };
    },
    // After its commit: the evaluation takes many short transactions and rests on the event too.
    after: async (org, kept) => {
      const { days } = kept as { readonly days: readonly string[] };
      const items = await evaluateNow(
        env.core,
        parts,
        org,
        days.map((day) => Date.parse(`${day}T00:00:00Z`)),
      );
      return { items };
    },
  });
}
