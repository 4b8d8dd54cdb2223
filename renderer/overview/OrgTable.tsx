import { useVirtualizer } from '@tanstack/react-virtual';
import { clsx } from 'clsx';
import { ArrowDown, ArrowUp, Search } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import { navigate, setParams, useRoute } from '../app/router.ts';
import { useKeys } from '../ui/keys.ts';
import { EmptyState } from '../ui/States.tsx';
import { COLUMNS, type Column } from './columns.tsx';
import { OrgRow } from './OrgRow.tsx';
import { startSync } from './startSync.ts';

const ROW = 31;

/** The organizations found and sorted as the address says; sort and search are in the address. */
function useView(orgs: readonly OrgSummary[]) {
  const params = useRoute((route) => route.params);
  const text = params.get('q') ?? '';
  const sort = params.get('sort') ?? 'name';
  return useMemo(() => {
    const down = sort.startsWith('-');
    const id = down ? sort.slice(1) : sort;
    const compare = COLUMNS.find((column) => column.id === id)?.compare;
    const needle = text.toLocaleLowerCase('en');
    const found = orgs.filter((org) => `${org.name} ${org.orgId}`.toLocaleLowerCase('en').includes(needle));
    const rows = compare ? found.toSorted((a, b) => (down ? -compare(a, b) : compare(a, b))) : found;
    return { rows, text, sortId: id, down };
  }, [orgs, text, sort]);
}

export function OrgTable({ orgs }: { readonly orgs: readonly OrgSummary[] }) {
  const { rows, text, sortId, down } = useView(orgs);
  const [at, setAt] = useState(0);
  const scroll = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const index = Math.min(at, rows.length - 1);
  const move = (to: number): void => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setAt(next);
    virtual.scrollToIndex(next);
  };
  const withRow = (work: (org: OrgSummary) => void) => () => {
    const org = rows[index];
    if (org) work(org);
  };
  useKeys({
    j: () => move(index + 1),
    arrowdown: () => move(index + 1),
    k: () => move(index - 1),
    arrowup: () => move(index - 1),
    home: () => move(0),
    end: () => move(rows.length - 1),
    enter: withRow((org) => navigate({ screen: 'audit', org: org.orgId })),
    i: withRow((org) => navigate({ screen: 'integrity', org: org.orgId })),
    s: withRow((org) => startSync(org)),
    '/': () => search.current?.focus(),
    escape: () => search.current?.blur(),
  });
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <>
      <SearchRow text={text} found={rows.length} all={orgs.length} inputRef={search} />
      <section
        ref={scroll}
        aria-label="Organizations"
        className="focus-inset min-h-0 flex-1 overflow-auto bg-panel"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (WCAG 2.1.1)
        tabIndex={0}
      >
        <table
          aria-rowcount={rows.length + 1}
          className="w-full min-w-[1040px] table-fixed border-separate border-spacing-0"
        >
          <Head sortId={sortId} down={down} />
          <tbody>
            {above > 0 && <tr aria-hidden style={{ height: above }} />}
            {items.map((item) => (
              <OrgRow
                key={rows[item.index]!.orgId}
                org={rows[item.index]!}
                index={item.index}
                current={item.index === index}
                onPoint={() => setAt(item.index)}
              />
            ))}
            {below > 0 && <tr aria-hidden style={{ height: below }} />}
          </tbody>
        </table>
        {rows.length === 0 && <EmptyState icon={Search}>No organization is called “{text}”.</EmptyState>}
      </section>
    </>
  );
}

interface SearchRowProps {
  readonly text: string;
  readonly found: number;
  readonly all: number;
  readonly inputRef: React.Ref<HTMLInputElement>;
}

function SearchRow({ text, found, all, inputRef }: SearchRowProps) {
  return (
    <div className="flex h-[42px] shrink-0 items-center gap-3 border-b border-line bg-panel px-[18px]">
      <label className="flex h-[26px] w-64 items-center gap-2 rounded border border-line px-2 focus-within:border-accent">
        <Search size={14} strokeWidth={1.75} className="text-dim" aria-hidden />
        <span className="sr-only">Find an organization</span>
        <input
          ref={inputRef}
          value={text}
          onChange={(event) => setParams({ q: event.target.value || null }, { replace: true })}
          placeholder="Find an organization"
          className="min-w-0 flex-1 bg-transparent outline-none"
        />
      </label>
      {text !== '' && (
        <span className="tnum text-dim">
          {found} of {all}
        </span>
      )}
    </div>
  );
}

function Head({ sortId, down }: { readonly sortId: string; readonly down: boolean }) {
  return (
    <>
      <colgroup>
        {COLUMNS.map((column) => (
          <col key={column.id} style={{ width: column.width }} />
        ))}
        <col style={{ width: 46 }} />
      </colgroup>
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <HeadCell key={column.id} column={column} sorted={column.id === sortId} down={down} />
          ))}
          <th className="sticky top-0 z-10 h-8 border-b border-line bg-panel">
            <span className="sr-only">Sync</span>
          </th>
        </tr>
      </thead>
    </>
  );
}

interface HeadCellProps {
  readonly column: Column;
  readonly sorted: boolean;
  readonly down: boolean;
}

function HeadCell({ column, sorted, down }: HeadCellProps) {
  const Arrow = down ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={sorted ? (down ? 'descending' : 'ascending') : undefined}
      className={clsx(
        'sticky top-0 z-10 h-8 border-b border-line bg-panel px-2 text-12 font-medium whitespace-nowrap text-dim first:pl-[18px]',
        column.right ? 'text-right' : 'text-left',
      )}
    >
      {column.compare ? (
        <button
          type="button"
          className="inline-flex items-center gap-1 rounded font-medium hover:text-text"
          onClick={() => setParams({ sort: sorted && !down ? `-${column.id}` : column.id }, { replace: true })}
        >
          {column.title}
          {sorted && <Arrow size={12} strokeWidth={2} aria-hidden />}
        </button>
      ) : (
        column.title
      )}
    </th>
  );
}
