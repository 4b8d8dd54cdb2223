import { useVirtualizer } from '@tanstack/react-virtual';
import { ListChecks } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { AccessReviewItem } from '../../shared/entities/index.ts';
import { EmptyState } from '../ui/States.tsx';
import type { Show } from './reviews.ts';
import { HolderHead, ItemRow, ROW_PX } from './WorkRowView.tsx';
import type { WorkRow } from './worklistView.ts';

interface WorkItemsProps {
  readonly rows: readonly WorkRow[];
  /** Id of the item the keys act on. */
  readonly active: string | null;
  readonly show: Show;
  readonly titleOf: (item: AccessReviewItem) => string;
  readonly lockOf: (item: AccessReviewItem) => string | null;
  readonly isPending: (id: string) => boolean;
  readonly onActive: (id: string) => void;
  readonly onStep: (by: number) => void;
}

const EMPTY: Readonly<Record<Show, string>> = {
  undecided: 'Every item is decided. Close the review to carry the decisions out.',
  revoked: 'No item is revoked.',
  all: 'The review has no item.',
};

/** The list of items under their holders; only what is in sight is drawn. */
export function WorkItems(props: WorkItemsProps) {
  const { rows, active, show, titleOf, lockOf, isPending, onActive, onStep } = props;
  const listRef = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => listRef.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const at = rows.findIndex((row) => row.kind === 'item' && row.item.id === active);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at === 1 ? 0 : at);
  }, [at, virtual]);
  useEffect(() => listRef.current?.focus({ preventScroll: true }), []);
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -rows.length, End: rows.length }[
      event.key
    ];
    if (by === undefined) return;
    event.preventDefault();
    onStep(by);
  };
  if (rows.length === 0) return <EmptyState icon={ListChecks}>{EMPTY[show]}</EmptyState>;
  return (
    <div
      ref={listRef}
      role="listbox"
      tabIndex={0}
      aria-label="Items of the review"
      aria-activedescendant={active === null ? undefined : `item-${active}`}
      onKeyDown={onKeyDown}
      className="group/work h-full overflow-y-auto bg-panel focus-visible:outline-none"
    >
      <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <div
              key={row.kind === 'head' ? `head ${row.holder.type} ${row.holder.id}` : row.item.id}
              role="presentation"
              className="absolute inset-x-0"
              style={{ height: ROW_PX, transform: `translateY(${start}px)` }}
            >
              {row.kind === 'head' ? (
                <HolderHead row={row} />
              ) : (
                <ItemRow
                  id={`item-${row.item.id}`}
                  item={row.item}
                  title={titleOf(row.item)}
                  active={row.item.id === active}
                  locked={lockOf(row.item)}
                  pending={isPending(row.item.id)}
                  onPress={onActive}
                />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
