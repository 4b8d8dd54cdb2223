// biome-ignore-all lint/a11y/useFocusableInteractive: focus rests on the list, whose active descendant is the option
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the list takes the keys of all its options
import { clsx } from 'clsx';
import { Bot, Check, CircleDashed, Lock, User, X } from 'lucide-react';
import { memo } from 'react';
import type { AccessReviewItem } from '../../shared/entities/index.ts';
import { plural } from '../ui/numbers.ts';
import { Verdict } from '../ui/Verdict.tsx';
import type { WorkRow } from './worklistView.ts';

export const ROW_PX = 31;

interface HeadProps {
  readonly row: Extract<WorkRow, { kind: 'head' }>;
}

/** A holder over its items. */
export function HolderHead({ row }: HeadProps) {
  const { holder, left, items } = row;
  const Icon = holder.type === 'member' ? User : Bot;
  return (
    <div className="flex h-full items-center gap-2 border-b border-line bg-side px-[18px]">
      <Icon size={14} strokeWidth={1.75} className="shrink-0 text-dim" aria-hidden />
      <span className="truncate font-medium">{holder.name}</span>
      <span className="text-12 text-dim">{holder.type === 'member' ? 'member' : 'service account'}</span>
      <span className="tnum ml-auto shrink-0 text-12 text-dim">
        {left === 0 ? `${plural(items, 'item')} decided` : items === 1 ? '' : `${left} of ${items} left`}
      </span>
    </div>
  );
}

interface ItemProps {
  readonly id: string;
  readonly item: AccessReviewItem;
  readonly title: string;
  readonly active: boolean;
  /** Why it cannot be decided; null where it can. */
  readonly locked: string | null;
  readonly pending: boolean;
  readonly onPress: (id: string) => void;
}

function ItemRowView({ id, item, title, active, locked, pending, onPress }: ItemProps) {
  return (
    <div
      id={id}
      role="option"
      aria-selected={active}
      onClick={() => onPress(item.id)}
      className={clsx(
        'flex h-full items-center gap-2 border-b border-line pr-[18px] pl-10',
        active
          ? 'bg-accent-tint outline-2 -outline-offset-2 outline-transparent group-focus-visible/work:outline-accent'
          : 'hover:bg-hover',
        pending && 'dt-pending',
      )}
    >
      <span className="sr-only">{item.holder.name}: </span>
      <span className="min-w-0 flex-1 truncate">{title}</span>
      {item.reason !== '' && <span className="max-w-[40%] truncate text-12 text-dim">{item.reason}</span>}
      {pending && <span className="text-12 text-warn">waits</span>}
      {locked !== null && item.decision === null ? (
        <span className="flex items-center gap-1.5 text-12 text-dim">
          <Lock size={13} strokeWidth={1.75} aria-hidden /> not yours to decide
        </span>
      ) : (
        <DecisionVerdict decision={item.decision} />
      )}
    </div>
  );
}

/** A decision by icon and word. */
export function DecisionVerdict({ decision }: Pick<AccessReviewItem, 'decision'>) {
  if (decision === null) {
    return (
      <Verdict tone="none" icon={CircleDashed}>
        undecided
      </Verdict>
    );
  }
  return decision === 'confirm' ? (
    <Verdict tone="ok" icon={Check}>
      confirmed
    </Verdict>
  ) : (
    <Verdict tone="bad" icon={X}>
      revoked
    </Verdict>
  );
}

/** One item; renders anew only when something of it changed. */
export const ItemRow = memo(ItemRowView);
