// biome-ignore-all lint/a11y/useFocusableInteractive: focus rests on the tree, whose active descendant is the item
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the tree takes the keys of all its items
// biome-ignore-all lint/a11y/noStaticElementInteractions: the parts of an item are the mouse's way; the keyboard has Space, S and the arrows
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type RefObject, useMemo, useState } from 'react';
import { plural } from '../ui/numbers.ts';
import type { Matrix } from './matrix.ts';
import { type Held, heldOf, nextScope, type Stem, type TreeRow, treeRows, withHeld } from './permissionTree.ts';
import { TreeItem } from './TreeItem.tsx';

interface PermissionTreeProps {
  readonly matrix: Matrix;
  readonly grants: ReadonlySet<string>;
  readonly onChange: (grants: ReadonlySet<string>) => void;
  /** Ways besides the draft's own names: wildcards of it, and what is inherited. */
  readonly otherWays: ReadonlyMap<string, string>;
  readonly text: string;
  readonly treeRef: RefObject<HTMLDivElement | null>;
}

const ROW = 27;

export function treeItemId(stem: Stem): string {
  return `tree-${stem}`;
}

/** Everything, resources, actions: checked with Space, scoped with S, unfolded with the arrows. */
export function PermissionTree({ matrix, grants, onChange, otherWays, text, treeRef }: PermissionTreeProps) {
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(
    () => new Set(matrix.permissions.length <= 60 ? matrix.resources.map(({ name }) => name) : []),
  );
  const rows = useMemo(() => treeRows(matrix, grants, unfolded, text), [matrix, grants, unfolded, text]);
  const [wanted, setAt] = useState(0);
  const at = Math.min(wanted, rows.length - 1);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => treeRef.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  const set = (stem: Stem, held: Held): void => onChange(withHeld(grants, stem, held));
  const fold = (row: TreeRow, open: boolean): void => {
    const name = row.stem.slice(0, -2);
    const next = new Set(unfolded);
    if (open) next.add(name);
    else next.delete(name);
    setUnfolded(next);
  };
  const go = (to: number): void => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setAt(next);
    virtual.scrollToIndex(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[at];
    if (row === undefined || event.ctrlKey || event.metaKey) return;
    if (!treeKey(event.key, row, { rows, at, go, fold, grants, set })) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const active = rows[at];
  return (
    <div
      ref={treeRef}
      role="tree"
      tabIndex={0}
      aria-label={`Permissions, ${plural(matrix.resources.length, 'resource')}`}
      aria-activedescendant={active ? treeItemId(active.stem) : undefined}
      onKeyDown={onKeyDown}
      className="group/tree h-full overflow-y-auto bg-panel focus-visible:outline-none"
    >
      <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]!;
          return (
            <TreeItem
              key={row.stem}
              row={row}
              top={start}
              active={index === at}
              held={heldOf(grants, row.stem)}
              other={otherWays.get(row.stem)}
              onSet={(held) => {
                setAt(index);
                set(row.stem, held);
              }}
              onFold={() => {
                setAt(index);
                if (row.expanded !== null) fold(row, !row.expanded);
              }}
            />
          );
        })}
      </div>
      {rows.length === 0 && <p className="px-[18px] py-3 text-dim">No permission matches “{text}”.</p>}
    </div>
  );
}

interface TreeHands {
  readonly rows: readonly TreeRow[];
  readonly at: number;
  readonly go: (to: number) => void;
  readonly fold: (row: TreeRow, open: boolean) => void;
  readonly grants: ReadonlySet<string>;
  readonly set: (stem: Stem, held: Held) => void;
}

/** What a key does at a row; false where the tree leaves it to others. */
function treeKey(key: string, row: TreeRow, { rows, at, go, fold, grants, set }: TreeHands): boolean {
  const held = heldOf(grants, row.stem);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + 12,
    PageUp: at - 12,
    Home: 0,
    End: rows.length - 1,
  };
  const to = steps[key];
  if (to !== undefined) go(to);
  else if (key === 'ArrowRight' && row.expanded === false) fold(row, true);
  else if (key === 'ArrowRight' && row.expanded) go(at + 1);
  else if (key === 'ArrowLeft' && row.expanded) fold(row, false);
  else if (key === 'ArrowLeft') go(rows.findLastIndex((each, i) => i < at && each.level < row.level));
  else if (key === ' ' || key === 'Enter') set(row.stem, held === 'none' ? 'all' : 'none');
  else if (key.toLowerCase() === 's') set(row.stem, nextScope(held));
  else return false;
  return true;
}
