import { describe, expect, it } from 'vitest';
import type { EffectiveGrant } from '../../shared/contract/access.ts';
import type { AccessReview, AccessReviewItem } from '../../shared/entities/index.ts';
import { evidence } from './evidence.ts';
import { verdictOf } from './result.ts';
import {
  closeRefusal,
  closingEffect,
  groupItems,
  itemTitle,
  nextAt,
  reviewState,
  tally,
  undecidable,
} from './reviews.ts';
import { itemIds, withDecisions, workRows } from './worklistView.ts';

const NOW = Date.UTC(2026, 10, 25);
const member = (id: string, name = id): AccessReviewItem['holder'] => ({ type: 'member', id, name });
const robot = (id: string): AccessReviewItem['holder'] => ({ type: 'service_account', id, name: id });
const item = (id: string, given: Partial<AccessReviewItem> = {}): AccessReviewItem => ({
  ...{ id, org_id: 'acme', review_id: 'r', holder: member('m1'), source: 'role', grant: 'viewer', decision: null },
  ...{ reason: '', decided_at: null, decided_by: null, refused: null, version: 1 },
  ...given,
});
const review: AccessReview = {
  ...{ id: 'r', org_id: 'acme', name: 'Q4', instructions: '', reviewers: ['u1'], due_at: '2026-12-01T00:00:00.000Z' },
  ...{ created_at: '2026-11-01T00:00:00.000Z', created_by: 'u1', closed_at: null, closed_by: null },
  ...{ items: 0, decided: 0, revoked: 0, result: null, version: 1 },
};

describe('a campaign', () => {
  it.each([
    ['2026-12-03T00:00:00.000Z', null, 'open'],
    ['2026-12-02T00:00:00.000Z', null, 'due soon'],
    ['2026-11-24T23:59:59.000Z', null, 'overdue'],
    ['2026-11-24T23:59:59.000Z', '2026-11-20T00:00:00.000Z', 'closed'],
  ])('due %s, closed %s, is %s', (due_at, closed_at, state) => {
    expect(reviewState({ due_at, closed_at }, NOW)).toBe(state);
  });

  it('says what closing carries out', () => {
    const items = [
      item('1', { decision: 'revoke' }),
      // Whoever is removed has no grant left to take.
      item('2', { decision: 'revoke', source: 'extra', grant: 'a:b' }),
      item('3', { decision: 'revoke', holder: robot('s1'), source: 'key', grant: 'a:b' }),
      item('4', { decision: 'revoke', holder: robot('s1'), source: 'key', grant: 'c:d' }),
      item('5', { decision: 'confirm', holder: member('m2') }),
      item('6', { holder: member('m3') }),
    ];
    expect(closingEffect(items)).toBe(
      '1 member loses its role and is removed, 2 grants taken from 1 holder. 1 undecided item changes nothing.',
    );
    expect(closingEffect([item('5', { decision: 'confirm' })])).toBe('Nothing is revoked. Every item is decided.');
    expect(tally(items)).toEqual({ items: 6, decided: 5, confirmed: 1, revoked: 4, undecided: 1 });
  });

  it('takes the right to take away what it revokes', () => {
    const extra = item('1', { decision: 'revoke', source: 'extra' });
    const key = item('2', { decision: 'revoke', source: 'key', holder: robot('s1') });
    expect(closeRefusal([item('3', { decision: 'confirm' })], [])).toBeNull();
    expect(closeRefusal([extra], ['accounts:manage'])).toMatch(/users:manage/);
    expect(closeRefusal([key], ['users:manage'])).toMatch(/accounts:manage/);
    expect(closeRefusal([extra, key], ['accounts:manage', 'users:manage'])).toBeNull();
  });
});

describe('the worklist', () => {
  const items = [
    item('b', { holder: member('m2', 'Zoe'), source: 'extra', grant: 'x:y' }),
    item('a', { holder: member('m2', 'Zoe') }),
    item('c', { holder: robot('bot') }),
    item('d', { holder: member('m1', 'Ann'), decision: 'confirm' }),
  ];

  it('keeps the items of a holder together, the role first, members before accounts', () => {
    expect(groupItems(items).map(({ holder, items: own }) => [holder.name, own.map(({ id }) => id)])).toEqual([
      ['Ann', ['d']],
      ['Zoe', ['a', 'b']],
      ['bot', ['c']],
    ]);
    expect(itemIds(workRows(items, 'undecided'))).toEqual(['a', 'b', 'c']);
    expect(workRows(items, 'undecided')[0]).toMatchObject({ kind: 'head', left: 2, items: 2 });
    expect(itemIds(workRows(items, 'all'))).toEqual(['d', 'a', 'b', 'c']);
    expect(workRows(items, 'revoked')).toEqual([]);
  });

  it('shows a decision before the mirror does', () => {
    const decided = new Map([['b', { decision: 'revoke', reason: 'why' } as const]]);
    expect(itemIds(workRows(withDecisions(items, decided), 'revoked'))).toEqual(['b']);
  });

  it('goes on to the next item that is left', () => {
    expect(nextAt(1, ['a', 'b', 'c'], ['a', 'c'])).toBe(1);
    expect(nextAt(2, ['a', 'b', 'c'], ['a', 'b'])).toBe(1);
    expect(nextAt(0, ['a'], [])).toBe(0);
  });

  it('lets nobody decide on their own access, nor who is no reviewer, nor when it is over', () => {
    const me = { userId: 'u1', memberId: 'm1' };
    const accounts = [{ id: 'bot', owner_id: 'u1' }];
    expect(undecidable(item('1', { holder: member('m2') }), review, me, accounts)).toBeNull();
    expect(undecidable(item('1'), review, me, accounts)).toMatch(/own access/);
    expect(undecidable(item('1', { holder: robot('bot') }), review, me, accounts)).toMatch(/own this service account/);
    expect(undecidable(item('1', { holder: robot('other') }), review, me, accounts)).toBeNull();
    expect(undecidable(item('1'), { ...review, reviewers: ['u2'] }, me, [])).toMatch(/not a reviewer/);
    expect(undecidable(item('1'), { ...review, closed_at: 'x' }, me, [])).toMatch(/closed/);
  });

  it('names an item, and finds what it gives among all that is held', () => {
    expect(itemTitle(item('1'), () => 'Viewer')).toBe('Role Viewer');
    expect(itemTitle(item('1', { source: 'extra', grant: 'a:b' }), String)).toBe('Extra grant a:b');
    const grant = (permission: string, source: 'role' | 'extra', written: string, lastUsedAt: number | null) =>
      ({
        ...{ permission, scopes: 'all', lastUsedAt, uses: 0 },
        paths: [
          { text: '', source, sourceId: 'x', grant: written, by: 'name', scope: null, inherited: false, since: null },
        ],
      }) satisfies EffectiveGrant;
    const held = [grant('a:b', 'role', 'a:b', 5), grant('c:d', 'extra', 'c:*', null), grant('c:e', 'extra', 'c:*', 9)];
    expect(evidence({ source: 'role', grant: 'viewer' }, held)).toMatchObject({ used: 1, lastUsedAt: 5 });
    const extra = evidence({ source: 'extra', grant: 'c:*' }, held);
    expect(extra.through.map(({ permission }) => permission)).toEqual(['c:e', 'c:d']);
    expect(evidence({ source: 'extra', grant: 'c:e' }, held)).toEqual({ through: [], used: 0, lastUsedAt: null });
  });
});

describe('the signed result', () => {
  const signedBy = { fingerprint: 'ab', firstSeenAt: 1, pinned: true };
  const says = {
    ...{ closedAt: '', closedBy: '', itemsSha256: '', digest: '' },
    counts: { items: 1, confirmed: 1, revoked: 0, refused: 0, undecided: 0 },
  };
  const valid = {
    state: 'valid' as const,
    signedBy,
    says,
    campaign: true,
    items: { count: 1, sha256: '', same: true },
  };

  it('is shown as valid only where the pinned key signed what the mirror holds', () => {
    expect(verdictOf(valid)).toMatchObject({ tone: 'ok', word: 'signature valid' });
    expect(verdictOf({ ...valid, signedBy: { ...signedBy, pinned: false } })).toMatchObject({ tone: 'warn' });
    expect(verdictOf({ ...valid, state: 'unchecked', signedBy: null })).toMatchObject({ tone: 'none' });
  });

  it('says what is wrong with one that does not hold', () => {
    const other = { ...valid, state: 'differs' as const, items: { ...valid.items, same: false } };
    expect(verdictOf(other)).toMatchObject({
      tone: 'bad',
      why: expect.stringContaining('the items in this mirror are'),
    });
    expect(verdictOf({ ...valid, state: 'differs', campaign: false }).why).toContain('the campaign in this mirror is');
    const invalid = { ...valid, state: 'invalid' as const, signedBy: null };
    expect(verdictOf(invalid)).toMatchObject({ tone: 'bad', why: expect.stringContaining('changed after') });
    expect(verdictOf({ ...invalid, says: null }).why).toContain('form');
  });
});
