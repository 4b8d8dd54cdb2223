// biome-ignore-all lint/a11y/useFocusableInteractive: focus rests on the tree, whose active descendant is the item
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the tree takes the keys of all its items
// biome-ignore-all lint/a11y/noStaticElementInteractions: the parts of an item are the mouse's way; the keyboard has Space, S and the arrows
import { clsx } from 'clsx';
import { Check, ChevronDown, ChevronRight, Minus } from 'lucide-react';
import type { Scope } from '../../shared/rbac/index.ts';
import { count } from '../ui/numbers.ts';
import { treeItemId } from './PermissionTree.tsx';
import type { Held, TreeRow } from './permissionTree.ts';

interface TreeItemProps {
  readonly row: TreeRow;
  readonly top: number;
  readonly active: boolean;
  readonly held: Held;
  /** How it is held besides: `wildcard threads:*`, `inherited from viewer`. */
  readonly other: string | undefined;
  readonly onSet: (held: Held) => void;
  readonly onFold: () => void;
}

function scopeWords(held: Held): string {
  if (held === 'none') return 'not granted';
  return held === 'all' ? 'granted' : `granted, only ${held.join(' and ')}`;
}

/** One line of the permission tree. */
export function TreeItem({ row, top, active, held, other, onSet, onFold }: TreeItemProps) {
  const resource = row.level === 1;
  const few = resource && held === 'none' && row.named > 0 ? `${count(row.named)} of ${count(row.size)} by name` : null;
  // Begins with what is seen, so that whoever speaks to the screen can say what they read.
  const name = [resource ? `${row.label} ${row.stem}` : row.stem, other, few].filter(Boolean).join(' ');
  const checked = held !== 'none' ? true : row.named > 0 ? 'mixed' : false;
  return (
    <div
      id={treeItemId(row.stem)}
      role="treeitem"
      aria-level={row.level}
      aria-checked={checked}
      aria-expanded={row.expanded ?? undefined}
      aria-label={`${name}: ${scopeWords(held)}`}
      className={clsx(
        'absolute inset-x-0 flex h-[27px] items-center gap-2 border-b border-line pr-[18px] hover:bg-hover',
        resource ? 'pl-2' : 'pl-[54px]',
        active && 'tree-active bg-hover',
      )}
      style={{ transform: `translateY(${top}px)` }}
    >
      {resource && (
        <span className="flex size-6 shrink-0 items-center justify-center text-dim" onClick={onFold} aria-hidden>
          {row.expanded === null ? null : row.expanded ? (
            <ChevronDown size={14} strokeWidth={1.75} />
          ) : (
            <ChevronRight size={14} strokeWidth={1.75} />
          )}
        </span>
      )}
      <span className="flex min-w-0 items-center gap-2" onClick={() => onSet(held === 'none' ? 'all' : 'none')}>
        <Box checked={checked} covered={other !== undefined} />
        <span className={clsx('truncate', resource ? 'font-medium' : 'mono')}>{row.label}</span>{' '}
        {resource && <span className="mono text-dim">{row.stem}</span>}
      </span>
      <span className="min-w-2 flex-1" onClick={row.expanded === null ? undefined : onFold} />
      {/* Blanks between what is seen: without them it reads as one word where it is read as text. */}{' '}
      {other !== undefined && <span className="truncate text-12 text-dim">{other}</span>}{' '}
      {few !== null && <span className="tnum text-12 text-dim">{few}</span>}
      {held !== 'none' && <ScopeSwitch held={held} onSet={onSet} />}
    </div>
  );
}

/** `covered`: held besides, so that a check of its own would add nothing unscoped. */
function Box({ checked, covered }: { readonly checked: boolean | 'mixed'; readonly covered: boolean }) {
  return (
    <span
      className={clsx(
        'flex size-4 shrink-0 items-center justify-center rounded-[4px] border',
        checked === false
          ? covered
            ? 'border-line-strong bg-accent-tint text-accent'
            : 'border-line-strong'
          : 'border-accent bg-accent text-on-accent',
      )}
    >
      {checked === 'mixed' ? <Minus size={12} strokeWidth={2.5} aria-hidden /> : null}
      {checked === true || (checked === false && covered) ? <Check size={12} strokeWidth={2.5} aria-hidden /> : null}
    </span>
  );
}

const SCOPES: readonly { readonly word: string; readonly scope: Scope | null }[] = [
  { word: 'all', scope: null },
  { word: 'own', scope: 'own' },
  { word: 'shared', scope: 'shared' },
];

/** All things, or only own or shared ones; both may be chosen together. */
function ScopeSwitch({ held, onSet }: { readonly held: Exclude<Held, 'none'>; readonly onSet: (held: Held) => void }) {
  const press = (scope: Scope | null): void => {
    if (scope === null || held === 'all') {
      onSet(scope === null ? 'all' : [scope]);
      return;
    }
    const next = held.includes(scope) ? held.filter((each) => each !== scope) : [...held, scope];
    onSet(next.length === 0 ? 'all' : next);
  };
  return (
    <span aria-hidden className="flex shrink-0 overflow-hidden rounded-[4px] border border-line text-12">
      {SCOPES.map(({ word, scope }) => {
        const on = scope === null ? held === 'all' : held !== 'all' && held.includes(scope);
        return (
          <span
            key={word}
            // Drawn, not written: the item's own name says the scope already.
            data-word={word}
            onClick={() => press(scope)}
            className={clsx(
              'border-r border-line px-1.5 last:border-0 before:content-[attr(data-word)]',
              on ? 'bg-accent-tint font-medium text-accent' : 'text-dim hover:text-text',
            )}
          />
        );
      })}
    </span>
  );
}
