import { ListChecks } from 'lucide-react';
import { useState } from 'react';
import type { OutboxEntry } from '../../shared/contract/outbox.ts';
import type { AccessReviewItem, Member } from '../../shared/entities/index.ts';
import { NotDone } from '../access/Anyway.tsx';
import { useEntities } from '../access/entities.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { PendingMark } from '../access/PendingMark.tsx';
import { askFor } from '../access/pending.ts';
import { type Me, refusalOf } from '../access/rights.ts';
import { SidePanel } from '../access/SidePanel.tsx';
import { useAction } from '../app/query.ts';
import { setParams } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { ConfirmByTyping } from '../ui/Dialog.tsx';
import { count } from '../ui/numbers.ts';
import { Instant, RelativeTime } from '../ui/RelativeTime.tsx';
import { KeyValue, KeyValues, Section } from '../ui/Section.tsx';
import { ErrorState } from '../ui/States.tsx';
import { Verdict } from '../ui/Verdict.tsx';
import { ResultSection } from './ResultSection.tsx';
import { closeRefusal, closingEffect, reviewerNames, tally } from './reviews.ts';
import { Progress, type ReviewRow, STATE_TONE } from './reviewTable.tsx';

interface ReviewPanelProps {
  readonly orgId: string;
  readonly row: ReviewRow;
  readonly members: readonly Member[] | null;
  readonly pending: readonly OutboxEntry[] | undefined;
  readonly me: Me | null;
}

const openWork = (): void => setParams({ work: '1', act: null });

/** One campaign: how far it is, its close, and its signed result. */
export function ReviewPanel({ orgId, row, members, pending, me }: ReviewPanelProps) {
  const { review, state, reviewers } = row;
  const items = useEntities(orgId, 'access_review_item', { field: 'review_id', value: review.id });
  const [closing, setClosing] = useState(false);
  const refusal =
    refusalOf('access_review.close', me) ??
    (items.rows === null ? 'The items are being read.' : closeRefusal(items.rows, me?.permissions ?? []));
  const open = review.closed_at === null;
  return (
    <SidePanel
      title={
        <>
          {review.name} <Verdict tone={STATE_TONE[state]}>{state}</Verdict>
        </>
      }
      onClose={() => setParams({ open: null })}
      footer={
        <>
          <Button kind={open ? 'primary' : 'plain'} icon={ListChecks} onClick={openWork}>
            {open ? 'Open worklist' : 'Show items'}
          </Button>
          <span className="flex-1" />
          {open && (
            <GatedButton kind="danger" refusal={refusal} onClick={() => setClosing(true)}>
              Close review
            </GatedButton>
          )}
        </>
      }
    >
      <PendingMark orgId={orgId} entries={pending} />
      <Facts
        row={row}
        decided={items.rows === null ? review.decided : tally(items.rows).decided}
        closedBy={review.closed_by === null ? '' : (reviewerNames([review.closed_by], members)[0] ?? '')}
      />
      {items.error && (
        <ErrorState compact error={items.error} kept="The mirror was not changed." onRetry={items.reload} />
      )}
      {items.rows !== null && <Counts items={items.rows} />}
      <Section title="Reviewers">{reviewers.join(', ')}</Section>
      {review.instructions !== '' && (
        <Section title="Instructions">
          <p className="whitespace-pre-line">{review.instructions}</p>
        </Section>
      )}
      {review.result !== null && <ResultSection orgId={orgId} review={review} members={members} />}
      <CloseDialog orgId={orgId} row={row} items={items.rows ?? []} open={closing} onClose={() => setClosing(false)} />
    </SidePanel>
  );
}

interface FactsProps {
  readonly row: ReviewRow;
  readonly decided: number;
  readonly closedBy: string;
}

function Facts({ row, decided, closedBy }: FactsProps) {
  const { review } = row;
  const due = Date.parse(review.due_at);
  return (
    <Section title="Campaign">
      <KeyValues>
        <KeyValue name="Decided">
          <Progress decided={decided} items={review.items} />
        </KeyValue>
        <KeyValue name="Started">
          <Instant at={Date.parse(review.created_at)} />
        </KeyValue>
        <KeyValue name="Due">
          <Instant at={due} />
          <span className="text-dim">
            , <RelativeTime at={due} ahead />
          </span>
        </KeyValue>
        {review.closed_at !== null && (
          <KeyValue name="Closed">
            <Instant at={Date.parse(review.closed_at)} />
            {closedBy !== '' && <span className="text-dim"> by {closedBy}</span>}
          </KeyValue>
        )}
      </KeyValues>
    </Section>
  );
}

function Counts({ items }: { readonly items: readonly AccessReviewItem[] }) {
  const { confirmed, revoked, undecided } = tally(items);
  return (
    <Section title="Decisions">
      <p className="tnum">
        {count(confirmed)} confirmed, {count(revoked)} revoked, {count(undecided)} undecided.
      </p>
      <p className="mt-1 text-12 text-dim">{closingEffect(items)}</p>
    </Section>
  );
}

interface CloseProps {
  readonly orgId: string;
  readonly row: ReviewRow;
  readonly items: readonly AccessReviewItem[];
  readonly open: boolean;
  readonly onClose: () => void;
}

function CloseDialog({ orgId, row, items, open, onClose }: CloseProps) {
  const { review } = row;
  const close = useAction<[anyway?: boolean]>(async (anyway = false) => {
    await askFor(
      orgId,
      [{ command: { type: 'access_review.close', id: review.id }, before: { ...review } }],
      `${review.name} closed`,
      anyway,
    );
    onClose();
  });
  return (
    <ConfirmByTyping
      open={open}
      onClose={onClose}
      title={`Close ${review.name}?`}
      effect={
        <>
          <p>{closingEffect(items)}</p>
          <p className="mt-2 text-dim">
            The result is signed by the organization’s review key. A closed review cannot be opened again.
          </p>
          <NotDone action={close} kept="The review stays open." />
        </>
      }
      name={review.name}
      action="Close review"
      busy={close.busy}
      onConfirm={() => void close.run()}
    />
  );
}
