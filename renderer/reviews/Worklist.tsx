import { ArrowLeft } from 'lucide-react';
import type { AccessReview } from '../../shared/entities/index.ts';
import { pendingKey, usePendingOf } from '../access/pending.ts';
import { setParams } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { count } from '../ui/numbers.ts';
import { SplitPane } from '../ui/SplitPane.tsx';
import { ErrorState, SkeletonRows } from '../ui/States.tsx';
import { ItemPanel } from './ItemPanel.tsx';
import { type Show, tally } from './reviews.ts';
import { useWork, type WorklistProps } from './useWork.ts';
import { WorkItems } from './WorkItems.tsx';

const SHOWS: readonly { readonly value: Show; readonly label: string }[] = [
  { value: 'undecided', label: 'Undecided' },
  { value: 'revoked', label: 'Revoked' },
  { value: 'all', label: 'All' },
];
/** Items of a review to be decided by keyboard, one after the other, holder by holder. Give it the review's id as `key`. */
export function Worklist(props: WorklistProps) {
  const { orgId, review, members } = props;
  const work = useWork(props);
  const pending = usePendingOf(orgId);
  const { rows, items, item, read, show, revoking } = work;
  if (read.error !== null && rows === null) {
    return <ErrorState error={read.error} kept="The mirror was not changed." onRetry={read.reload} />;
  }
  if (rows === null || items === null) return <SkeletonRows rows={12} />;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <Bar review={review} items={items} show={show} onShow={work.setShow} />
      <div className="min-h-0 flex-1">
        <SplitPane
          id="worklist"
          detailSize={38}
          list={
            <WorkItems
              rows={rows}
              active={item?.id ?? null}
              titleOf={work.titleOf}
              lockOf={work.lockOf}
              isPending={(id) => pending.has(pendingKey('access_review_item', id))}
              onActive={work.goTo}
              onStep={work.step}
              show={show}
            />
          }
          detail={
            item === null ? null : (
              <ItemPanel
                key={item.id}
                orgId={orgId}
                item={item}
                title={work.titleOf(item)}
                instructions={review.instructions}
                members={members}
                lock={work.lock}
                revoking={revoking}
                onRevoking={work.setRevoking}
                onDecide={(decision, reason) => work.choose([item.id], decision, reason)}
              />
            )
          }
        />
      </div>
    </div>
  );
}

interface BarProps {
  readonly review: AccessReview;
  readonly items: Parameters<typeof tally>[0];
  readonly show: Show;
  readonly onShow: (show: Show) => void;
}

/** Back, the campaign, how far it is, and which items are shown. */
function Bar({ review, items, show, onShow }: BarProps) {
  const { decided, revoked } = tally(items);
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-bg px-[18px] py-2">
      <Button small icon={ArrowLeft} onClick={() => setParams({ work: null })}>
        Reviews
      </Button>
      <h2 className="truncate font-bold">{review.name}</h2>
      <fieldset aria-label="Which items" className="flex gap-1">
        {SHOWS.map(({ value, label }) => (
          <button
            key={value}
            type="button"
            aria-pressed={show === value}
            onClick={() => onShow(value)}
            className={`h-6 rounded px-2 text-12 font-medium ${show === value ? 'bg-accent-tint text-accent' : 'text-dim hover:bg-hover'}`}
          >
            {label}
          </button>
        ))}
      </fieldset>
      <p role="status" className="tnum ml-auto whitespace-nowrap text-dim">
        <b className="font-bold text-text">{count(decided)}</b> of {count(items.length)} decided, {count(revoked)}{' '}
        revoked
      </p>
    </div>
  );
}
