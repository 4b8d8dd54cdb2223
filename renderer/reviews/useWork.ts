import { useCallback, useContext, useMemo, useState } from 'react';
import type { AccessReview, AccessReviewItem, Member } from '../../shared/entities/index.ts';
import { useEntities } from '../access/entities.ts';
import { roleName } from '../access/people.ts';
import type { Me } from '../access/rights.ts';
import { RoleNames } from '../access/roleNames.ts';
import { setParams } from '../app/router.ts';
import { useKeys } from '../ui/keys.ts';
import { itemTitle, nextAt, type Show, undecidable } from './reviews.ts';
import { useDecide } from './useDecide.ts';
import { itemIds, workRows } from './worklistView.ts';

export interface WorklistProps {
  readonly orgId: string;
  readonly review: AccessReview;
  readonly me: Me | null;
  readonly members: readonly Member[];
}

type Decision = AccessReviewItem['decision'];

/** The state of a worklist: its rows, the item the keys act on, and the decisions. */
export function useWork({ orgId, review, me, members }: WorklistProps) {
  const read = useEntities(orgId, 'access_review_item', { field: 'review_id', value: review.id });
  const { items, decide } = useDecide(orgId, read.rows);
  const { lockOf, titleOf } = useRules(orgId, review, me, members);
  const [show, setShow] = useState<Show>(review.closed_at === null ? 'undecided' : 'all');
  const [at, setAt] = useState<string | null>(null);
  const [revoking, setRevoking] = useState(false);
  /** What was decided here, the last at the end: what an undo takes back. */
  const [done, setDone] = useState<readonly (readonly string[])[]>([]);
  const rows = useMemo(() => (items === null ? null : workRows(items, show)), [items, show]);
  const ids = useMemo(() => (rows === null ? [] : itemIds(rows)), [rows]);
  const first = useMemo(
    () => items?.find((one) => ids.includes(one.id) && lockOf(one) === null)?.id ?? ids[0] ?? null,
    [items, ids, lockOf],
  );
  const active = at !== null && ids.includes(at) ? at : first;
  const item = items?.find(({ id }) => id === active) ?? null;
  const lock = item === null ? 'No item is chosen.' : lockOf(item);
  const goTo = (id: string): void => {
    setRevoking(false);
    setAt(id);
  };
  const step = (by: number): void => {
    const next = ids[Math.max(0, Math.min(ids.length - 1, ids.indexOf(active ?? '') + by))];
    if (next !== undefined) goTo(next);
  };
  const choose = (which: readonly string[], decision: Decision, reason: string): void => {
    const [first] = which;
    if (first === undefined) return;
    // Where the list loses what was decided, the next one takes its place.
    const place = ids.indexOf(which.at(-1) ?? '');
    const after = show === 'undecided' ? ids.filter((id) => !which.includes(id)) : ids;
    const next = decision === null ? first : after[nextAt(place, ids, after)];
    if (next !== undefined) goTo(next);
    setDone(decision === null ? done.filter((made) => made !== which) : [...done, which]);
    void decide(which, { decision, reason });
  };
  const confirmAll = (): void => {
    const open = (items ?? []).filter(
      (one) => one.holder.id === item?.holder.id && one.decision === null && lockOf(one) === null,
    );
    choose(
      open.map(({ id }) => id),
      'confirm',
      '',
    );
  };
  const undo = (): void => {
    if (item !== null && lock === null && item.decision !== null) choose([item.id], null, '');
    else if (done.length > 0) choose(done.at(-1)!, null, '');
  };
  useWorkKeys({ item, lock, revoking, step, choose, confirmAll, undo, setRevoking });
  return { rows, items, item, lock, read, show, setShow, revoking, setRevoking, titleOf, lockOf, goTo, step, choose };
}

/** What the person may decide, and how items are called. */
function useRules(orgId: string, review: AccessReview, me: Me | null, members: readonly Member[]) {
  const accounts = useEntities(orgId, 'service_account');
  const roles = useContext(RoleNames);
  const decider = useMemo(() => {
    const userId = members.find(({ id }) => id === me?.memberId)?.user_id ?? null;
    return { userId, memberId: me?.memberId ?? null };
  }, [members, me]);
  const lockOf = useCallback(
    (item: AccessReviewItem) => undecidable(item, review, decider, accounts.rows ?? []),
    [review, decider, accounts.rows],
  );
  const titleOf = useCallback((item: AccessReviewItem) => itemTitle(item, (id) => roleName(id, roles)), [roles]);
  return { lockOf, titleOf };
}

interface WorkHands {
  readonly item: AccessReviewItem | null;
  readonly lock: string | null;
  readonly revoking: boolean;
  readonly step: (by: number) => void;
  readonly choose: (which: readonly string[], decision: Decision, reason: string) => void;
  readonly confirmAll: () => void;
  readonly undo: () => void;
  readonly setRevoking: (revoking: boolean) => void;
}

function useWorkKeys({ item, lock, revoking, step, choose, confirmAll, undo, setRevoking }: WorkHands): void {
  const may = item !== null && lock === null;
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    c: () => may && choose([item.id], 'confirm', ''),
    'Shift+c': () => may && confirmAll(),
    r: () => may && setRevoking(true),
    u: undo,
    escape: () => (revoking ? setRevoking(false) : setParams({ work: null })),
  });
}
