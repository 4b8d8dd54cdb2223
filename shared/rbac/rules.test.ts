import { describe, expect, it } from 'vitest';
import type { Command } from '../commands/index.ts';
import { Member, Organization, Role, ServiceAccount, Workspace } from '../entities/index.ts';
import { BUILT_IN, compilePolicy, grantsOfMember, type RuleContext, refusalsOf } from './index.ts';
import { applyCommand, stateOf, wildcardReach, writtenGrants } from './questions/index.ts';

const AT = '2026-01-01T00:00:00.000Z';
const NEW = '0192f3a4-0000-7000-8000-000000000001';
const member = (id: string, role: string, more: object = {}) =>
  Member.parse({
    ...{ id, org_id: 'acme', user_id: `u-${id}`, email: `${id}@x.test`, name: id, role, permissions: [] },
    ...{ catalog_version: BUILT_IN.version, invited_at: AT, joined_at: AT, version: 1, ...more },
  });
const role = (id: string, permissions: string[], inherits: string | null = null) =>
  Role.parse({
    ...{ id, org_id: 'acme', name: id, description: '', inherits, permissions, catalog_version: 1_000_000 },
    ...{ created_at: AT, updated_at: AT, version: 1 },
  });
const byId = <T extends { id: string }>(...list: T[]): Map<string, T> => new Map(list.map((one) => [one.id, one]));
const account = ServiceAccount.parse({
  ...{ id: 's', org_id: 'acme', workspace_id: null, name: 's', description: '', owner_id: 'u-a', permissions: [] },
  ...{
    catalog_version: 1,
    rate_limit: 1,
    created_at: AT,
    updated_at: AT,
    expires_at: null,
    revoked_at: AT,
    keys: [],
    version: 1,
  },
});
const workspace = Workspace.parse({
  ...{ id: 'w', org_id: 'acme', name: 'W', description: '', max_threads: 10, max_log_retention_days: 30, max_users: 3 },
  ...{ threads: 4, created_at: AT, updated_at: AT, version: 1 },
});
const entities = {
  organization: Organization.parse({
    ...{ id: 'acme', name: 'Acme', owner_id: 'u-a', subscription_tier: 'pro', region: 'any', time_zone: 'UTC' },
    ...{ created_at: AT, updated_at: AT, version: 1 },
  }),
  members: byId(
    member('a', 'admin'),
    member('m', 'manager'),
    member('v', 'ops', { workspaces: ['w'] }),
    member('s', 'viewer', { status: 'suspended' }),
  ),
  roles: byId(role('ops', ['threads:*'], 'base'), role('base', ['logs:read']), role('idle', [])),
  accounts: byId(account),
  sets: new Map(),
};
function asked(command: Command, memberId: string | null = null): string[] {
  const found = memberId === null ? undefined : entities.members.get(memberId);
  const book = { catalog: BUILT_IN, roles: entities.roles };
  const asker =
    found === undefined
      ? null
      : {
          ...{ memberId, userId: found.user_id, workspaces: found.workspaces },
          policy: compilePolicy(grantsOfMember(found, book), BUILT_IN),
        };
  const context: RuleContext = { entities, workspaces: byId(workspace), asker };
  return refusalsOf(command, context);
}
const update = (id: string, patch: object): Command => ({ type: 'member.update', id, patch }) as Command;

describe('what the platform would refuse', () => {
  it('needs the permission, and nothing else of an admin', () => {
    expect(asked({ type: 'role.delete', id: 'idle' }, 'm')).toEqual(['Needs roles:manage.']);
    expect(asked({ type: 'role.delete', id: 'idle' }, 'a')).toEqual([]);
    expect(asked({ type: 'organization.update', patch: { subscription_tier: 'free' } }, 'm')).toEqual([
      'Needs billing:manage.',
    ]);
    expect(asked({ type: 'organization.update', patch: { name: 'B' } }, 'm')).toEqual(['Needs org:manage.']);
  });

  it('lets nobody change their own access', () => {
    expect(asked(update('a', { permissions: ['logs:read'] }), 'a')).toEqual([
      'Nobody changes their own role, extra grants, workspaces or status.',
    ]);
    expect(asked({ type: 'member.suspend', id: 'm' }, 'a')).toEqual([]);
  });

  it('keeps the last admin and the owner', () => {
    const owner = ['The owner of an organization stays an active admin.'];
    expect(asked(update('a', { role: 'viewer' }))).toEqual(owner);
    expect(asked({ type: 'member.delete', id: 'a' })).toEqual(owner);
    const passed = { ...entities, organization: { ...entities.organization, owner_id: 'u-m' } };
    const context = { entities: passed, workspaces: new Map(), asker: null };
    expect(refusalsOf({ type: 'member.suspend', id: 'a' }, context)).toEqual([
      'The last active admin of an organization stays one.',
    ]);
    expect(asked({ type: 'member.delete', id: 'm' })).toEqual([]);
    expect(asked({ type: 'member.delete', id: 'a' }, 'm')).toContain(
      'Needs users:manage to remove a member who manages users.',
    );
    expect(asked({ type: 'organization.update', patch: { owner_id: 'u-m' } }, 'm')).toEqual([
      ...['Needs org:manage or billing:manage.', 'Only the owner passes ownership on.'],
      'The new owner must be an active admin.',
    ]);
  });

  it('lets nobody grant what they do not hold, by name, wildcard, role or inheritance', () => {
    const create = (input: object): Command =>
      ({
        type: 'member.create',
        id: NEW,
        input: { email: 'n@x.test', role: 'guest', permissions: [], workspaces: [], ...input },
      }) as Command;
    expect(asked(create({ permissions: ['threads:read:own'] }), 'm')).toEqual([]);
    expect(asked(create({ permissions: ['threads:*', 'logs:read'] }), 'm')).toEqual([
      'Goes beyond what the asker holds: threads:*.',
    ]);
    expect(asked(create({ role: 'developer' }), 'm')).toEqual([
      'Goes beyond what the asker holds: threads:create, threads:update.',
    ]);
    expect(asked(create({ role: 'admin' }), 'm')[0]).toMatch(/^Goes beyond what the asker holds: .* and 18 more\.$/);
    const inherits = { name: 'n', description: '', inherits: 'ops', permissions: [] };
    expect(asked({ type: 'role.create', id: NEW, input: inherits }, 'm')).toEqual([
      'Needs roles:manage.',
      'Goes beyond what the asker holds: threads:*.',
    ]);
    expect(asked(create({ permissions: ['threads:fly'] }))).toEqual(['Not a permission: threads:fly.']);
  });

  it('keeps chains of roles sound, those of heirs too', () => {
    expect(asked({ type: 'role.update', id: 'base', patch: { inherits: 'ops' } })).toEqual([
      expect.stringMatching(/inherits from itself/),
    ]);
    expect(asked({ type: 'role.update', id: 'idle', patch: { inherits: 'none' } })).toEqual(['There is no role none.']);
    expect(asked({ type: 'role.update', id: 'idle', patch: { inherits: 'viewer' } })).toEqual([]);
    const deep = new Map(
      ['1', '2', '3', '4', '5'].map((id) => [id, role(id, [], id === '5' ? null : String(Number(id) + 1))]),
    );
    const context = { entities: { ...entities, roles: deep }, workspaces: new Map(), asker: null };
    const longer: Command = { type: 'role.update', id: '5', patch: { inherits: 'viewer' } };
    expect(refusalsOf(longer, context)).toEqual([expect.stringMatching(/more than 5 roles/)]);
  });

  it('keeps roles in use, built-in roles, and the end of an account', () => {
    expect(asked({ type: 'role.delete', id: 'ops' })).toEqual(['The role is held by 1 member.']);
    expect(asked({ type: 'role.delete', id: 'base' })).toEqual(['1 role inherits from it.']);
    expect(asked({ type: 'role.delete', id: 'viewer' })).toContain('A built-in role cannot be changed.');
    expect(asked({ type: 'service_account.update', id: 's', patch: { name: 'x' } })).toEqual([
      'The service account is revoked for good.',
    ]);
    expect(asked({ type: 'member.suspend', id: 'nobody' })).toEqual(['There is no such member.']);
  });

  it('keeps the limits of workspaces', () => {
    const words = 'The workspace W has max_users 3; 3 used.';
    expect(asked({ type: 'member.reactivate', id: 's' })).toEqual([words]);
    expect(asked({ type: 'workspace.update', id: 'w', patch: { max_users: 2, max_threads: 4 } })).toEqual([
      'The workspace W has max_users 2; 3 used.',
    ]);
    expect(asked({ type: 'workspace.update', id: 'w', patch: { max_threads: 3 } })).toEqual([
      'The workspace W has max_threads 3; 4 used.',
    ]);
  });
});

describe('a change on a copy', () => {
  it('leaves the entities as they are and writes grants under the newest catalog', () => {
    const patch = { permissions: ['threads:*', 'users:*'] };
    const command: Command = { type: 'role.update', id: 'ops', patch };
    const after = applyCommand(entities, command, BUILT_IN);
    expect(after.roles.get('ops')).toMatchObject({ ...patch, catalog_version: BUILT_IN.version, inherits: 'base' });
    expect(entities.roles.get('ops')?.permissions).toEqual(['threads:*']);
    // threads:* was written before threads:share came; users:* is new altogether.
    expect(wildcardReach(writtenGrants(entities, command)!, BUILT_IN)).toEqual([
      ...['threads:share', 'users:invite', 'users:manage', 'users:remove', 'users:view'],
    ]);
  });

  it('carries out each command on who holds what', () => {
    const statusOf = (command: Command, key: string) =>
      stateOf(applyCommand(entities, command, BUILT_IN), 0).byKey.get(key)?.status ?? null;
    expect(statusOf({ type: 'member.suspend', id: 'm' }, 'member m')).toBe('suspended');
    expect(statusOf({ type: 'member.reactivate', id: 's' }, 'member s')).toBe('active');
    expect(statusOf({ type: 'member.delete', id: 'm' }, 'member m')).toBe(null);
    const input = { email: 'n@x.test', role: 'viewer', permissions: [], workspaces: null };
    expect(statusOf({ type: 'member.create', id: NEW, input }, `member ${NEW}`)).toBe('invited');
    const fresh = { name: 'n', description: '', workspace_id: null, permissions: [], rate_limit: 1, expires_at: null };
    expect(statusOf({ type: 'service_account.create', id: NEW, input: fresh }, `service_account ${NEW}`)).toBe(
      'active',
    );
    expect(statusOf({ type: 'service_account.revoke', id: 's' }, 'service_account s')).toBe('revoked');
    expect(applyCommand(entities, { type: 'role.delete', id: 'idle' }, BUILT_IN).roles.has('idle')).toBe(false);
  });
});
