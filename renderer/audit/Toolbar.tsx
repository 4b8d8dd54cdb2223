import { clsx } from 'clsx';
import { Plus, Search } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useState } from 'react';
import type { AuditFilter } from '../../shared/contract/audit.ts';
import { Button } from '../ui/Button.tsx';
import { Kbd } from '../ui/Kbd.tsx';
import { Menu, MenuItem } from '../ui/Menu.tsx';
import { count, duration } from '../ui/numbers.ts';
import { selectedCount } from '../ui/table/selection.ts';
import { useTime } from '../ui/zone.ts';
import { useExplorer } from './explorer.ts';
import { FacetChip } from './FacetChip.tsx';
import { TimeChip } from './TimeChip.tsx';
import { EMPTY_FILTER, type ListField } from './view.ts';
import { FIELDS } from './words.ts';

interface ToolbarProps {
  readonly orgId: string;
  readonly filter: AuditFilter;
  readonly searchRef: RefObject<HTMLInputElement | null>;
  readonly gridRef: RefObject<HTMLElement | null>;
  readonly onFilter: (filter: AuditFilter, options?: { replace?: boolean }) => void;
  /** Small tools at the right end. */
  readonly tools: ReactNode;
}

/** Chips that are always there; Target and Workspace join when wanted. */
const STANDING: readonly ListField[] = ['outcomes', 'actors', 'actions'];

/** Search, the filters as sentences, and how many events they leave. */
export function Toolbar({ orgId, filter, searchRef, gridRef, onFilter, tools }: ToolbarProps) {
  const time = useTime();
  const [added, setAdded] = useState<ListField | null>(null);
  const fields = (Object.keys(FIELDS) as ListField[]).filter(
    (field) => STANDING.includes(field) || filter[field].length > 0 || field === added,
  );
  const more = (Object.keys(FIELDS) as ListField[]).filter((field) => !fields.includes(field));
  return (
    <div
      role="toolbar"
      aria-label="Filters"
      className="flex flex-wrap items-center gap-x-1.5 gap-y-2 px-[18px] pt-2.5 pb-2"
    >
      <SearchBox
        text={filter.text}
        inputRef={searchRef}
        gridRef={gridRef}
        onText={(text) => onFilter({ ...filter, text }, { replace: filter.text !== '' })}
      />
      <TimeChip filter={filter} time={time} onChange={(changes) => onFilter({ ...filter, ...changes })} />
      {fields.map((field) => (
        <FacetChip
          key={field}
          orgId={orgId}
          filter={filter}
          field={field}
          startOpen={field === added}
          onChange={(values) => onFilter({ ...filter, [field]: values })}
          onClosed={() => setAdded(null)}
        />
      ))}
      {more.length > 0 && (
        <Menu
          trigger={
            <button
              type="button"
              className="flex h-[26px] items-center gap-1.5 rounded border border-dashed border-line-strong px-2 text-dim hover:bg-hover"
            >
              <Plus size={14} strokeWidth={1.75} aria-hidden /> Filter
            </button>
          }
        >
          {more.map((field) => (
            <MenuItem key={field} onSelect={() => setTimeout(() => setAdded(field))}>
              {FIELDS[field].label}
            </MenuItem>
          ))}
        </Menu>
      )}
      <div className="ml-auto flex items-center gap-1">
        {activeFilters(filter) > 1 && (
          <Button small kind="quiet" onClick={() => onFilter({ ...EMPTY_FILTER, basis: filter.basis })}>
            Clear all
          </Button>
        )}
        <ResultCount />
        {tools}
      </div>
    </div>
  );
}

/** How many chips narrow the log; one alone is cleared by its own cross. */
function activeFilters(filter: AuditFilter): number {
  const lists = (Object.keys(FIELDS) as ListField[]).filter((field) => filter[field].length > 0).length;
  return lists + (filter.from !== null || filter.to !== null ? 1 : 0) + (filter.text.trim() === '' ? 0 : 1);
}

function ResultCount() {
  const totals = useExplorer((state) => state.totals);
  const failed = useExplorer((state) => state.error !== null);
  const selection = useExplorer((state) => state.selection);
  const selected = selectedCount(selection);
  return (
    <p role="status" className="tnum mr-1 whitespace-nowrap text-dim">
      {selected > 0 && <span className="text-accent">{count(selected)} selected · </span>}
      {totals === null ? (
        failed ? (
          'not counted'
        ) : (
          'counting'
        )
      ) : (
        <>
          <b className="font-bold text-text">{count(totals.matched)}</b> of {count(totals.mirrored)} events ·{' '}
          {duration(totals.elapsedMs)}
        </>
      )}
    </p>
  );
}

interface SearchProps {
  readonly text: string;
  readonly inputRef: RefObject<HTMLInputElement | null>;
  readonly gridRef: RefObject<HTMLElement | null>;
  readonly onText: (text: string) => void;
}

const REST_MS = 180;

/** Free text over every field and disclosed value; asks when the typing rests. */
function SearchBox({ text, inputRef, gridRef, onText }: SearchProps) {
  const [typed, setTyped] = useState(text);
  // The address changed by other means (back, clear all, a saved filter).
  useEffect(() => setTyped(text), [text]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts the wait
  useEffect(() => {
    if (typed === text) return undefined;
    const timer = setTimeout(() => onText(typed), REST_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label
      className={clsx(
        'flex h-[26px] items-center gap-1.5 rounded border px-2 focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-accent hover:bg-hover',
        typed === '' ? 'w-[133px] border-line bg-panel focus-within:w-56' : 'w-56 border-accent bg-accent-tint',
      )}
    >
      <Search size={15} strokeWidth={1.75} className="shrink-0 text-dim" aria-hidden />
      <input
        ref={inputRef}
        type="search"
        aria-label="Search events"
        placeholder="Search"
        value={typed}
        maxLength={500}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && typed !== text) onText(typed);
          if (event.key === 'Enter' || event.key === 'ArrowDown') gridRef.current?.focus();
          else if (event.key === 'Escape' && typed !== '') setTyped('');
          else if (event.key === 'Escape') gridRef.current?.focus();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
        className="min-w-0 flex-1 bg-transparent outline-none [&::-webkit-search-cancel-button]:hidden"
      />
      <Kbd>/</Kbd>
    </label>
  );
}
