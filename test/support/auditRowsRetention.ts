/** What the routes of retention leave in the audit log. */
import { appendEvents } from '../../platform/log/append.ts';
import type { AuditRow, Stage } from './auditRows.ts';

const ACME = '/v1/orgs/acme';
const BUNDLE = 256;
const YEAR_MS = 366 * 86_400_000;

/** A whole bundle that has expired, right behind what counts as pruned; the events of this run before it are no part of the matter. */
async function expired({ world, admin }: Stage): Promise<string> {
  await admin('POST', `${ACME}/retention-policies`, { name: 'All', keep: 'P1D', purpose: 'p' });
  const draft = { action: 'thread.update', actor: { type: 'user', id: 'u' } } as const;
  const then = Date.now() - YEAR_MS;
  await world.platform.core.tenant('acme', async (tx) => {
    const state = await tx.query<{ size: number; at: number }>(
      'SELECT log_size AS size, log_recorded_at AS at FROM org_state',
    );
    const { size, at } = state[0]!;
    const filler = BUNDLE - (size % BUNDLE);
    await appendEvents(
      tx,
      'acme',
      Array.from({ length: filler }, () => draft),
      at,
    );
    await tx.query('UPDATE org_state SET log_pruned_to = $1, log_recorded_at = 0', [size + filler]);
    await appendEvents(
      tx,
      'acme',
      Array.from({ length: BUNDLE }, () => ({ ...draft, recordedAt: then })),
      then,
    );
    await tx.query('UPDATE org_state SET log_recorded_at = $1', [at]);
  });
  return (await admin('GET', `${ACME}/retention/plan`)).json.digest;
}

export const retentionRows: Readonly<Record<string, AuditRow>> = {
  'GET /v1/orgs/{org}/retention/plan': {
    leaves: { none: 'counts of events; nothing personal' },
    action: 'retention.plan',
    prepare: async () => ({ url: `${ACME}/retention/plan` }),
  },
  'POST /v1/orgs/{org}/retention/prune': {
    leaves: 'event',
    action: 'retention.prune',
    status: 201,
    prepare: async (stage) => ({
      url: `${ACME}/retention/prune`,
      body: { plan_digest: await expired(stage), reason: 'due' },
    }),
  },
};
