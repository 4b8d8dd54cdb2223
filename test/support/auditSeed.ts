/** A small deterministic log for the end-to-end tests: every expected figure can be counted from it. */
import type { EventDraft } from '../../platform/audit/draft.ts';

export const SEED_ORG = { id: 'northwind', name: 'Northwind Health' } as const;
export const SEED_SIZE = 2600;
/** First event; one follows every two minutes. */
export const SEED_START = Date.UTC(2026, 9, 1, 8);
export const SEED_STEP_MS = 120_000;

const ACTORS = [
  { type: 'user', id: 'u_1', name: 'maria.lopez' },
  { type: 'service_account', id: 'sa_1', name: 'ci-deploy' },
  { type: 'user', id: 'u_2', name: 'k.adeyemi' },
  { type: 'system', id: 'scheduler', name: 'scheduler' },
  { type: 'user', id: 'u_3', name: 't.okafor' },
] as const;
const ACTIONS = [
  'member.role.update',
  'thread.create',
  'logs.delete',
  'auth.login',
  'thread.read',
  'auth.logout',
  'usage.read',
] as const;

/** The seeded events, oldest first; their place is their distance from the first. */
export const SEED_EVENTS: readonly EventDraft[] = Array.from({ length: SEED_SIZE }, (_, i) => {
  const { name, ...actor } = ACTORS[i % ACTORS.length]!;
  const action = ACTIONS[i % ACTIONS.length]!;
  const role = action === 'member.role.update';
  return {
    action,
    actor,
    outcome: i % 11 === 0 ? 'denied' : i % 13 === 0 ? 'failure' : 'success',
    target: role ? { type: 'member', id: 'm_81' } : { type: 'thread', id: `thr_${i % 300}` },
    request: `req_${String(i).padStart(8, '0')}`,
    occurredAt: new Date(SEED_START + i * SEED_STEP_MS).toISOString(),
    disclosures: {
      actor: { name, email: `${actor.id}@northwind.example` },
      source: { ip: '203.0.113.24', user_agent: 'Firefox 143' },
      ...(role ? { change: { before: { role: 'viewer' }, after: { role: 'admin' } } } : {}),
      ...(action === 'usage.read'
        ? { detail: { format: 'cloudtrail', original: `{"eventVersion":"1.08","readings":[1.0,${i}]}` } }
        : {}),
    },
  };
});

/** How many seeded events satisfy a condition. */
export function seedCount(keep: (event: EventDraft) => boolean): number {
  return SEED_EVENTS.filter(keep).length;
}
