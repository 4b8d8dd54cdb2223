import { Gauge, LayoutGrid, Plus, Table2 } from 'lucide-react';
import { useMemo } from 'react';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import type { SlaCard } from '../../shared/contract/sla.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { type Me, refusalOf } from '../access/rights.ts';
import { ScreenTabs } from '../access/ScreenTabs.tsx';
import { useMe } from '../access/useMe.ts';
import { useQuery } from '../app/query.ts';
import { setParams, useRoute } from '../app/router.ts';
import { useTableView } from '../app/tableView.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { type KeyHint, useKeys } from '../ui/keys.ts';
import { PageFrame } from '../ui/PageFrame.tsx';
import { SplitPane } from '../ui/SplitPane.tsx';
import { EmptyState, ErrorState, Skeleton } from '../ui/States.tsx';
import { DataTable } from '../ui/table/DataTable.tsx';
import { useTime } from '../ui/zone.ts';
import { SlaCardView } from './SlaCardView.tsx';
import { SlaFilters } from './SlaFilters.tsx';
import { useSlaPanel } from './SlaPanel.tsx';
import { readSlaFilter, shownCards } from './slas.ts';
import { SLAS } from './slaTable.tsx';

const KEYS: readonly KeyHint[] = [
  { keys: ['J', 'K'], label: 'move' },
  { keys: ['Enter'], label: 'open' },
  { keys: ['V'], label: 'cards or table' },
  { keys: ['H'], label: 'charts as tables' },
  { keys: ['N'], label: 'new SLA' },
  { keys: ['E'], label: 'revise' },
  { keys: ['/'], label: 'filter' },
];
const CLOSED = { open: null, act: null, month: null };

/** Service levels: a card for each SLA, and everything about one beside it. */
export function SlaScreen({ org }: { readonly org: OrgSummary }) {
  const { orgId } = org;
  const params = useRoute((route) => route.params);
  const me = useMe(orgId);
  const time = useTime();
  const ended = params.get('ended') === '1';
  const { data, error, slow, reload } = useQuery('sla.list', { orgId, includeEnded: ended });
  const filter = useMemo(() => readSlaFilter(params), [params]);
  const cards = useMemo(() => (data === null ? null : shownCards(data.cards, filter)), [data, filter]);
  const [view, setView] = useTableView(SLAS);
  const open = params.get('open');
  const table = params.get('view') === 'table';
  const create = refusalOf('sla.create', me);
  const onNew = (): void => setParams({ ...CLOSED, act: 'new' });
  const step = (by: number): void => moveCard(cards, open, by);
  useKeys({
    n: () => create === null && onNew(),
    v: () => setParams({ view: table ? null : 'table' }),
    h: () => setParams({ figures: params.get('figures') === 'table' ? null : 'table' }, { replace: true }),
    e: () => open !== null && setParams({ act: 'edit' }),
    ...(table ? {} : { j: () => step(1), k: () => step(-1) }),
    escape: () => setParams(params.get('act') === null || open === null ? CLOSED : { act: null }),
  });
  const asOf = data?.asOf ?? null;
  const detail = useSlaPanel({ orgId, me, cards: data?.cards ?? null, asOf });
  return (
    <PageFrame
      title="Service levels"
      scope={<ScreenTabs label="Service levels" tabs={[['slas', org.name]]} />}
      keys={KEYS}
      provenance={asOf === null ? 'From the mirror' : `Computed from the mirror's minutes up to ${time.minute(asOf)}`}
      actions={
        <>
          <IconButton
            icon={table ? LayoutGrid : Table2}
            label={table ? 'Show as cards (V)' : 'Show as table (V)'}
            onClick={() => setParams({ view: table ? null : 'table' })}
          />
          <GatedButton kind="primary" icon={Plus} refusal={create} onClick={onNew}>
            New SLA
          </GatedButton>
        </>
      }
    >
      <SplitPane
        id="sla"
        detailSize={50}
        list={
          table ? (
            <DataTable
              table={SLAS}
              label="SLAs"
              rows={cards}
              view={view}
              onView={setView}
              openKey={open}
              onOpen={({ id }) => setParams({ ...CLOSED, open: id }, { replace: open !== null })}
              chips={data && <SlaFilters cards={data.cards} filter={filter} ended={ended} />}
              error={error}
              onRetry={reload}
              empty={<NoSlas any={(data?.cards.length ?? 0) > 0} me={me} onNew={onNew} />}
            />
          ) : (
            <div className="h-full overflow-y-auto">
              {data !== null && (
                <div className="sticky top-0 z-10 flex min-h-[46px] flex-wrap items-center gap-2 bg-bg px-[18px] py-2">
                  <SlaFilters cards={data.cards} filter={filter} ended={ended} />
                </div>
              )}
              {error !== null && <ErrorState error={error} kept="Nothing was changed." onRetry={reload} />}
              {data === null && slow && <CardSkeletons />}
              {cards !== null && cards.length === 0 && <NoSlas any={data!.cards.length > 0} me={me} onNew={onNew} />}
              {cards !== null && (
                <div className="grid grid-cols-[repeat(auto-fill,minmax(330px,1fr))] gap-3 px-[18px] pb-5">
                  {cards.map((card) => (
                    <SlaCardView
                      key={card.id}
                      card={card}
                      open={card.id === open}
                      onOpen={() => setParams({ ...CLOSED, open: card.id }, { replace: open !== null })}
                    />
                  ))}
                </div>
              )}
            </div>
          )
        }
        detail={detail}
      />
    </PageFrame>
  );
}

/** Opens the next card in the order on show, and brings it into sight. */
function moveCard(cards: readonly SlaCard[] | null, open: string | null, by: number): void {
  if (cards === null || cards.length === 0) return;
  const at = cards.findIndex(({ id }) => id === open);
  const to = cards[Math.max(0, Math.min(cards.length - 1, at === -1 ? 0 : at + by))]!;
  setParams({ ...CLOSED, open: to.id }, { replace: open !== null });
  document.querySelector(`[data-sla="${CSS.escape(to.id)}"]`)?.scrollIntoView({ block: 'nearest' });
}

function CardSkeletons() {
  return (
    <div
      role="status"
      aria-label="Loading"
      className="grid grid-cols-[repeat(auto-fill,minmax(330px,1fr))] gap-3 px-[18px] pt-3"
    >
      {['a', 'b', 'c'].map((key) => (
        <div key={key} className="flex h-[188px] flex-col gap-3 rounded border border-line bg-panel p-3.5">
          <Skeleton className="w-40" />
          <Skeleton className="w-full" />
          <Skeleton className="w-full" />
          <Skeleton className="w-2/3" />
        </div>
      ))}
    </div>
  );
}

interface NoSlasProps {
  readonly any: boolean;
  readonly me: Me | null;
  readonly onNew: () => void;
}

function NoSlas({ any, me, onNew }: NoSlasProps) {
  if (any) {
    return (
      <EmptyState
        icon={Gauge}
        action={<Button onClick={() => setParams({ q: null, status: null, workspace: null })}>Clear filters</Button>}
      >
        No SLA passes these filters.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={Gauge}
      action={
        <GatedButton refusal={refusalOf('sla.create', me)} onClick={onNew}>
          Define an SLA
        </GatedButton>
      }
    >
      Service levels appear here once one is defined: a target for availability, response time and errors of a service.
    </EmptyState>
  );
}
