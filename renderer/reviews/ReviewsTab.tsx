import { ClipboardCheck, Plus } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import { useEntities } from '../access/entities.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { pendingKey, usePendingOf } from '../access/pending.ts';
import { type Me, refusalOf } from '../access/rights.ts';
import { setParams, useRoute } from '../app/router.ts';
import { useTableView } from '../app/tableView.ts';
import { useBeside } from '../app/useBeside.ts';
import { useKeys } from '../ui/keys.ts';
import { SplitPane } from '../ui/SplitPane.tsx';
import { EmptyState } from '../ui/States.tsx';
import { DataTable } from '../ui/table/DataTable.tsx';
import { useNow } from '../ui/zone.ts';
import { ReviewForm } from './ReviewForm.tsx';
import { ReviewPanel } from './ReviewPanel.tsx';
import { reviewerNames, reviewState } from './reviews.ts';
import { REVIEWS } from './reviewTable.tsx';
import { Worklist } from './Worklist.tsx';

interface ReviewsTabProps {
  readonly orgId: string;
  readonly me: Me | null;
}

const openNew = (): void => setParams({ open: null, act: 'new' });

/** The primary action of the tab. */
export function ReviewAction({ me }: Pick<ReviewsTabProps, 'me'>) {
  const working = useRoute((route) => route.params.get('work') === '1');
  const refusal = refusalOf('access_review.create', me);
  useKeys({ n: () => refusal === null && openNew() }, !working);
  const beside = useBeside();
  if (working) return null;
  return (
    <GatedButton kind={beside ? 'plain' : 'primary'} icon={Plus} refusal={refusal} onClick={openNew}>
      New review
    </GatedButton>
  );
}

/** Access review campaigns, one of them beside the list, or its worklist alone. */
export function ReviewsTab({ orgId, me }: ReviewsTabProps) {
  const params = useRoute((route) => route.params);
  const reviews = useEntities(orgId, 'access_review');
  const members = useEntities(orgId, 'member');
  const now = useNow();
  const pending = usePendingOf(orgId);
  const [view, setView] = useTableView(REVIEWS);
  const rows = useMemo(
    () =>
      reviews.rows?.map((review) => ({
        review,
        state: reviewState(review, now),
        reviewers: reviewerNames(review.reviewers, members.rows),
      })) ?? null,
    [reviews.rows, members.rows, now],
  );
  const open = params.get('open');
  const row = rows?.find(({ review }) => review.id === open);
  const working = params.get('work') === '1' && row !== undefined;
  useKeys(
    {
      w: () => open !== null && setParams({ work: '1', act: null }),
      escape: () => setParams(params.get('act') === null ? { open: null } : { act: null }),
    },
    !working,
  );
  if (working) {
    return <Worklist key={row.review.id} orgId={orgId} review={row.review} me={me} members={members.rows ?? []} />;
  }
  let detail: ReactNode | null = null;
  if (params.get('act') === 'new') {
    detail = <ReviewForm orgId={orgId} me={me} members={members.rows ?? []} />;
  } else if (row !== undefined) {
    detail = (
      <ReviewPanel
        key={row.review.id}
        orgId={orgId}
        row={row}
        members={members.rows}
        pending={pending.get(pendingKey('access_review', row.review.id))}
        me={me}
      />
    );
  }
  return (
    <SplitPane
      id="reviews"
      detailSize={40}
      list={
        <DataTable
          table={REVIEWS}
          label="Access reviews"
          rows={rows}
          view={view}
          onView={setView}
          openKey={open}
          onOpen={({ review }) => setParams({ act: null, open: review.id }, { replace: open !== null })}
          isPending={({ review }) => pending.has(pendingKey('access_review', review.id))}
          error={reviews.error}
          onRetry={reviews.reload}
          empty={
            <EmptyState
              icon={ClipboardCheck}
              action={
                <GatedButton refusal={refusalOf('access_review.create', me)} onClick={openNew}>
                  Start a review
                </GatedButton>
              }
            >
              Reviews of every grant appear here once one is started.
            </EmptyState>
          }
        />
      }
      detail={detail}
    />
  );
}
