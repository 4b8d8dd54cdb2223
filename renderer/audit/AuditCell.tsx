import { Cpu, KeyRound, type LucideIcon, User } from 'lucide-react';
import type { AuditFilter, AuditRow } from '../../shared/contract/audit.ts';
import type { ActorType } from '../../shared/contract/common.ts';
import { count } from '../ui/numbers.ts';
import { Verdict } from '../ui/Verdict.tsx';
import { type ColumnId, rowTime } from './cells.ts';
import { nameOf, OUTCOMES, targetShown, targetText } from './words.ts';

const ACTOR_ICONS: Readonly<Record<ActorType, { icon: LucideIcon; word: string }>> = {
  user: { icon: User, word: 'user' },
  service_account: { icon: KeyRound, word: 'service account' },
  system: { icon: Cpu, word: 'system' },
};

/** An actor's icon with its type for assistive technology. */
export function ActorIcon({ type }: { readonly type: ActorType }) {
  const { icon: Icon, word } = ACTOR_ICONS[type];
  return <Icon size={14} strokeWidth={1.75} className="shrink-0 text-dim" aria-label={word} />;
}

interface CellProps {
  readonly row: AuditRow;
  readonly column: ColumnId;
  readonly basis: AuditFilter['basis'];
  readonly at: (ms: number) => string;
}

/** The content of one cell; the exact text shows on hover where it may be cut. */
export function AuditCell({ row, column, basis, at }: CellProps) {
  switch (column) {
    case 'time':
      return <span className="mono">{at(rowTime(row, basis))}</span>;
    case 'recorded':
      return <span className="mono">{at(row.recordedAt)}</span>;
    case 'actor':
      return (
        <span className="flex min-w-0 items-center gap-1" title={`${row.actor.type}:${row.actor.id}`}>
          <ActorIcon type={row.actor.type} />
          <span className="truncate">{nameOf(row.actor)}</span>
        </span>
      );
    case 'action':
      return (
        <span className="mono block truncate" title={row.action}>
          {row.action}
        </span>
      );
    case 'target':
      return row.target === null ? null : (
        <span className="block truncate text-dim" title={`${row.target.type} ${targetText(row)}`}>
          {targetShown(row)}
        </span>
      );
    case 'outcome': {
      const { tone, word } = OUTCOMES[row.outcome];
      return (
        <Verdict tone={tone} icon={null}>
          {word}
        </Verdict>
      );
    }
    case 'workspace':
      return row.workspace === null ? null : <span className="block truncate text-dim">{nameOf(row.workspace)}</span>;
    case 'seq':
      return <span className="tnum text-dim">{count(row.seq)}</span>;
  }
}
