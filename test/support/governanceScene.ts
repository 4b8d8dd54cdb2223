/** An organization to govern: a workspace, a service account, a custom role, three people invited, and a review of all their access. */
import { expect } from 'vitest';
import type { Command } from '../../shared/commands/index.ts';
import { SEED_ORG } from './auditSeed.ts';
import type { TestConsole } from './startConsole.ts';

const orgId = SEED_ORG.id;
export const ACCOUNT = 'a0000000-0000-4000-8000-000000000001';
export const CLINIC = 'a0000000-0000-4000-8000-000000000002';
export const REVIEW = 'a0000000-0000-4000-8000-000000000003';
export const LEAD = 'a0000000-0000-4000-8000-000000000004';
export const person = (n: number): string => `b0000000-0000-4000-8000-00000000000${n}`;

/** Asks the platform for all of it through the console, and syncs. */
export async function seedGovernance(console_: TestConsole): Promise<void> {
  const ask = (...commands: Command[]) => console_.call('outbox.add', { orgId, commands });
  const [maria] = (await console_.call('entities.list', { orgId, kind: 'member', text: null, offset: 0, limit: 1 }))
    .rows;
  await ask({
    type: 'workspace.create',
    id: CLINIC,
    input: { name: 'Clinical ops', description: '', max_threads: 10, max_users: 12, max_log_retention_days: 365 },
  });
  const account = { name: 'ci-deploy', description: '', workspace_id: null, permissions: ['threads:*'] };
  await ask({
    type: 'service_account.create',
    id: ACCOUNT,
    input: { ...account, rate_limit: 100, expires_at: null },
  });
  await ask({
    type: 'role.create',
    id: LEAD,
    input: { name: 'Lead', description: '', inherits: null, permissions: ['logs:read', 'threads:*'] },
  });
  for (const [i, role] of ['developer', 'viewer', 'manager'].entries()) {
    const input = { email: `p${i + 1}@northwind.example`, name: `Person ${i + 1}`, role };
    await ask({ type: 'member.create', id: person(i + 1), input: { ...input, permissions: [], workspaces: null } });
  }
  const reviewers = [String(maria!.data.user_id)];
  await ask({
    type: 'access_review.create',
    id: REVIEW,
    input: { name: 'Autumn', instructions: 'Look twice.', reviewers, due_at: '2099-01-01T00:00:00.000Z' },
  });
  await console_.sync();
  expect(await console_.call('outbox.list', { orgId })).toEqual([]);
}
