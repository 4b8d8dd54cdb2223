import { describe, expect, it } from 'vitest';
import type { AccessChange, EffectiveGrant, Holder } from '../../shared/contract/access.ts';
import type { Member } from '../../shared/entities/index.ts';
import { commandOf } from './acts.ts';
import { effectOf, effectSentence } from './effect.ts';
import { narrowed } from './effective.ts';
import { inverseOf } from './inverse.ts';
import { EMPTY_INVITE, memberDraft, memberPatch, readInvite } from './memberDraft.ts';
import { facetCounts, filterMembers, type MemberFilter, memberRows, readFilter } from './members.ts';
import { type Me, memberRefusal, organizationRefusals, refusalOf } from './rights.ts';

const member = (id: string, changes: Partial<Member> = {}): Member => ({
  ...{ id, org_id: 'o', user_id: `u-${id}`, email: `${id}@example.com`, name: id, role: 'viewer', permissions: [] },
  ...{ catalog_version: 1, workspaces: null, status: 'active', mfa: true, external_id: null, suspended_at: null },
  ...{ invited_at: '2026-01-01T00:00:00Z', joined_at: '2026-01-02T00:00:00Z', version: 1 },
  ...changes,
});

const people = [
  member('a', { role: 'admin' }),
  member('b', { mfa: false, workspaces: ['w1'] }),
  member('c', { status: 'suspended', permissions: ['logs:*'], workspaces: ['w1', 'w2'] }),
  member('d', { role: 'r1', name: '' }),
];
const rows = memberRows(people, null, null);
const none: MemberFilter = { role: [], status: [], workspace: [], mfa: [], extra: [] };
const ids = (filter: Partial<MemberFilter>) =>
  filterMembers(rows, { ...none, ...filter }).map(({ member: { id } }) => id);

describe('filters over members', () => {
  it('takes any of the values of a field and every field', () => {
    expect(ids({})).toEqual(['a', 'b', 'c', 'd']);
    expect(ids({ role: ['admin', 'r1'] })).toEqual(['a', 'd']);
    expect(ids({ role: ['viewer'], mfa: ['no'] })).toEqual(['b']);
    expect(ids({ extra: ['yes'] })).toEqual(['c']);
  });

  it('counts a member with every workspace for any workspace', () => {
    expect(ids({ workspace: ['w2'] })).toEqual(['a', 'c', 'd']);
  });

  it('counts the choices of a field under the other fields only', () => {
    const filter = { ...none, role: ['admin'], mfa: ['yes'] };
    expect(Object.fromEntries(facetCounts(rows, filter, 'role'))).toEqual({ admin: 1, viewer: 1, r1: 1 });
    expect(Object.fromEntries(facetCounts(rows, filter, 'mfa'))).toEqual({ yes: 1 });
  });

  it('reads the address, and calls people without a name by their address', () => {
    expect(readFilter(new URLSearchParams('role=a,b&mfa='))).toEqual({ ...none, role: ['a', 'b'] });
    expect(rows[3]!.name).toBe('d@example.com');
  });
});

describe('acts and their inverse', () => {
  const [a, , suspended] = people as [Member, Member, Member];
  it('leaves out who stays as they are', () => {
    expect(commandOf('role', a, 'admin')).toBeNull();
    expect(commandOf('suspend', suspended, '')).toBeNull();
    expect(commandOf('reactivate', a, '')).toBeNull();
    expect(commandOf('role', a, 'guest')).toEqual({ type: 'member.update', id: 'a', patch: { role: 'guest' } });
  });

  it('goes back to what was', () => {
    expect(inverseOf({ type: 'member.update', id: 'a', patch: { role: 'guest' } }, { ...a })).toEqual({
      ...{ type: 'member.update', id: 'a', patch: { role: 'admin' } },
    });
    expect(inverseOf({ type: 'member.suspend', id: 'a' }, { ...a })).toEqual({ type: 'member.reactivate', id: 'a' });
    expect(inverseOf({ type: 'member.delete', id: 'a' }, { ...a })).toBeNull();
    expect(inverseOf({ type: 'organization.update', patch: { owner_id: 'x' } }, { owner_id: 'y' })).toBeNull();
    // A workspace may be null (every one), which is a value to go back to.
    expect(inverseOf({ type: 'member.update', id: 'a', patch: { workspaces: ['w1'] } }, { ...a })).toEqual({
      ...{ type: 'member.update', id: 'a', patch: { workspaces: null } },
    });
  });
});

describe('drafts of a member', () => {
  it('names only what changed, whatever the order of grants', () => {
    const it_ = member('x', { permissions: ['b:c', 'a:b'], workspaces: ['w2', 'w1'] });
    expect(memberPatch(memberDraft(it_), it_)).toEqual({});
    expect(memberPatch({ ...memberDraft(it_), workspaces: null }, it_)).toEqual({ workspaces: null });
  });

  it.each([
    ['', 'An e-mail address, such as kofi@example.com.'],
    ['not an address', 'An e-mail address, such as kofi@example.com.'],
    [' A@EXAMPLE.com ', 'There is a member with this address.'],
    ['new@example.com', null],
  ])('reads the invitation of “%s”', (email, problem) => {
    const read = readInvite({ ...EMPTY_INVITE, email }, 'id-1', people);
    expect(read.emailProblem).toBe(problem);
    expect(read.command === null).toBe(problem !== null);
  });
});

describe('rights', () => {
  const me: Me = { memberId: 'a', role: 'manager', permissions: ['users:invite', 'users:remove'], online: true };
  it('offers what the demand of an action covers, and says why not', () => {
    expect(refusalOf('member.create', me)).toBeNull();
    expect(refusalOf('member.delete', me)).toBeNull();
    expect(refusalOf('role.update', me)).toBe('Needs roles:manage, which your role manager does not hold.');
    expect(refusalOf('role.update', { ...me, memberId: null })).toBe('You are not a member of this organization.');
    expect(refusalOf('role.update', null)).toBe('Your rights are being read.');
  });

  it('offers nobody their own access', () => {
    expect(memberRefusal('member.delete', { id: 'a' }, me)).toBe('Nobody changes their own access.');
    expect(memberRefusal('member.delete', { id: 'b' }, me)).toBeNull();
  });

  it('parts billing, management and ownership', () => {
    const billing = { ...me, permissions: ['billing:manage'] };
    const refusals = organizationRefusals({ owner_id: 'u-1' }, { user_id: 'u-1' }, billing);
    expect([refusals.subscription_tier, refusals.owner_id]).toEqual([null, null]);
    expect(refusals.name).toBe('Needs org:manage, which your role manager does not hold.');
    expect(organizationRefusals({ owner_id: 'u-1' }, { user_id: 'u-2' }, me).owner_id).toBe(
      'Only the present owner hands the organization over.',
    );
  });
});

describe('effects', () => {
  const holder = (id: string): Holder => ({ type: 'member', id, name: id, detail: '', status: 'active' });
  const change = (id: string, permission: string, kind: AccessChange['change']): AccessChange => ({
    ...{ holder: holder(id), permission, change: kind, before: [], after: [] },
  });
  const preview = (changes: AccessChange[], refusals: string[] = []) => ({ changes, wildcardDelta: ['x:y'], refusals });

  it('gathers several previews by holder, the largest loss first', () => {
    const effect = effectOf([
      preview([change('a', 'p:1', 'gained'), change('b', 'p:1', 'lost'), change('b', 'p:2', 'lost')], ['no']),
      preview([change('a', 'p:2', 'path'), change('c', 'p:9', 'gained')], ['no']),
    ]);
    expect(effect.holders.map(({ holder: { id } }) => id)).toEqual(['b', 'a', 'c']);
    expect(effect).toMatchObject({ gained: 2, lost: 2, moved: 1, wildcardDelta: ['x:y'], refusals: ['no'] });
    expect(effectSentence(effect)).toBe('2 holders gain 2 permissions, 1 holder loses 2 permissions');
  });

  it('names a single holder, and says when nobody is touched', () => {
    const one = effectOf([preview([change('Kofi', 'p:1', 'gained'), change('Kofi', 'p:2', 'lost')])]);
    expect(effectSentence(one)).toBe('Kofi gains 1 permission and loses 1 permission');
    expect(effectSentence(effectOf([preview([change('a', 'p:1', 'path')])]))).toBe(
      'Nobody gains or loses a permission',
    );
  });
});

it('narrows effective permissions', () => {
  const path = (text: string, by: 'name' | 'wildcard', source: 'role' | 'extra') => ({
    ...{ text, source, sourceId: 's', grant: 'g', by, scope: null, inherited: false, since: null },
  });
  const grants: EffectiveGrant[] = [
    {
      permission: 'logs:read',
      scopes: 'all',
      paths: [path('role a · logs:*', 'wildcard', 'role')],
      lastUsedAt: 1,
      uses: 3,
    },
    {
      permission: 'logs:delete',
      scopes: 'all',
      paths: [path('extra · logs:delete', 'name', 'extra')],
      lastUsedAt: null,
      uses: 0,
    },
  ];
  const found = (text: string, narrow: Parameters<typeof narrowed>[2]) =>
    narrowed(grants, text, narrow).map(({ permission }) => permission);
  expect(found('', 'unused')).toEqual(['logs:delete']);
  expect(found('', 'wildcard')).toEqual(['logs:read']);
  expect(found('extra', 'all')).toEqual(['logs:delete']);
  expect(found('logs', 'all')).toHaveLength(2);
});
