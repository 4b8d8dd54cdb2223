import { describe, expect, it } from 'vitest';
import { changesAccess, stepsOf } from './index.ts';

const INSTANT = '2026-01-01T00:00:00.000Z';
const member = (id: string, role: string) => ({
  ...{
    id,
    org_id: 'acme',
    user_id: `u-${id}`,
    email: 'a@x.test',
    name: 'A',
    role,
    permissions: [],
    catalog_version: 1,
  },
  ...{ workspaces: null, status: 'active', mfa: false, external_id: null, invited_at: INSTANT, joined_at: null },
  ...{ suspended_at: null, version: 3 },
});
const role = (id: string) => ({
  ...{ id, org_id: 'acme', name: id, description: '', inherits: null, permissions: ['threads:read'] },
  ...{ catalog_version: 1, source: null, created_at: INSTANT, updated_at: INSTANT, version: 4 },
});
const target = { type: 'member', id: 'm1' };
const facts = (action: string, change: unknown, complete = true) => ({ action, target, change, complete });

describe('changes of access told by an event', () => {
  it('are looked for in what changes, not in what reads', () => {
    const all = ['member.create', 'member.role.update', 'role.import', 'service_account.key.revoke', 'thread.share'];
    expect(all.every(changesAccess)).toBe(true);
    expect(
      ['member.list', 'role.read', 'thread.create', 'auth.login', 'access_review.create'].some(changesAccess),
    ).toBe(false);
  });

  it('hold whole entities before and after', () => {
    const change = { before: member('m1', 'viewer'), after: member('m1', 'admin') };
    expect(stepsOf(facts('member.role.update', change))).toEqual([
      { kind: 'member', id: 'm1', state: 'put', after: change.after, before: change.before },
    ]);
    expect(stepsOf(facts('member.delete', { before: change.before, after: null }))).toEqual([
      { kind: 'member', id: 'm1', state: 'delete', after: null, before: change.before },
    ]);
  });

  it('may be of several entities under the names of their kinds', () => {
    const change = {
      before: null,
      after: { member: member('m1', 'admin'), roles: [role('a'), role('b')], notes: ['x'] },
    };
    const steps = stepsOf({
      action: 'access_review.close',
      target: { type: 'access_review', id: 'r' },
      change,
      complete: true,
    });
    expect(steps.map(({ kind, id, state }) => `${kind} ${id} ${state}`)).toEqual([
      'member m1 put',
      'role a put',
      'role b put',
    ]);
  });

  it('are those of the organization and of its first member in the event that founds it', () => {
    const organization = {
      ...{ id: 'acme', name: 'Acme', owner_id: 'u-m1', subscription_tier: 'free', region: 'eu', time_zone: 'UTC' },
      ...{ created_at: INSTANT, updated_at: INSTANT, version: 1, mfa_required: false },
    };
    const founding = (after: object) => ({
      ...{ action: 'organization.create', target: { type: 'organization', id: 'acme' }, complete: true },
      change: { before: null, after },
    });
    const founder = member('m1', 'admin');
    const told = (kind: string, data: { id: string }) => ({
      ...{ kind, id: data.id, state: 'put', after: data, before: null },
    });
    expect(stepsOf(founding({ organizations: [organization], members: [founder] }))).toEqual([
      told('organization', organization),
      told('member', founder),
    ]);
    // Logs begun before told the organization alone.
    expect(stepsOf(founding(organization))).toEqual([told('organization', organization)]);
  });

  it('are unknown when withheld, erased or told in part, and nothing when there was none', () => {
    const unknown = [{ kind: 'member', id: 'm1', state: 'unknown', after: null, before: null }];
    expect(stepsOf(facts('member.role.update', undefined, false))).toEqual(unknown);
    expect(stepsOf(facts('member.role.update', { before: { role: 'viewer' }, after: { role: 'admin' } }))).toEqual(
      unknown,
    );
    const half = stepsOf(facts('member.role.update', { before: member('m1', 'viewer'), after: { role: 'admin' } }));
    expect(half).toMatchObject([{ kind: 'member', id: 'm1', state: 'unknown' }]);
    expect(stepsOf(facts('member.invite', undefined, true))).toEqual([]);
  });

  it('tell a removal without its content', () => {
    expect(stepsOf(facts('member.delete', undefined, false))).toEqual([
      { kind: 'member', id: 'm1', state: 'delete', after: null, before: null },
    ]);
  });

  it('keep of a thread only with whom it is shared', () => {
    const change = { before: null, after: { id: 't1', name: 'secret', shared_with: ['m1'] } };
    expect(stepsOf({ action: 'thread.share', target: { type: 'thread', id: 't1' }, change, complete: true })).toEqual([
      { kind: 'thread', id: 't1', state: 'put', after: { id: 't1', shared_with: ['m1'] }, before: null },
    ]);
  });
});
