/** What the routes of retention leave in the audit log. */
import { selectRecords } from '../../platform/compliance/records.ts';
import { appendEvents } from '../../platform/log/append.ts';
import type { AuditRow, Stage } from './auditRows.ts';

const ACME = '/v1/orgs/acme';
const BUNDLE = 256;
const EIGHT_YEARS_MS = 8 * 366 * 86_400_000;

/** Ends every hold, so that what other rows made keeps nothing here. */
export async function releaseHolds({ world, admin }: Stage): Promise<void> {
  const holds = await world.platform.core.tenant('acme', (tx) => selectRecords(tx, 'legal_hold'));
  for (const { id, released_at } of holds) {
    if (released_at === null) await admin('POST', `${ACME}/legal-holds/${id}/release`, { reason: 'Settled.' });
  }
}

/** A whole bundle that has expired, right behind what counts as pruned; the events of this run before it are no part of the matter. */
async function expired(stage: Stage): Promise<string> {
  const { world, admin } = stage;
  await releaseHolds(stage);
  const policies = await world.platform.core.tenant('acme', (tx) => selectRecords(tx, 'retention_policy'));
  for (const { id } of policies) await admin('DELETE', `${ACME}/retention-policies/${id}`);
  const made = await admin('POST', `${ACME}/retention-policies`, { name: 'All', keep: 'P7Y', purpose: 'p' });
  if (made.status !== 201) throw new Error(made.text);
  const draft = { action: 'thread.update', actor: { type: 'user', id: 'u' } } as const;
  const then = Date.now() - EIGHT_YEARS_MS;
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
