import { Gauge } from 'lucide-react';
import { useMemo } from 'react';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import type { Output } from '../../shared/contract/index.ts';
import type { SlaCard } from '../../shared/contract/sla.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { type Me, refusalOf } from '../access/rights.ts';
import type { QueryState } from '../app/query.ts';
import { setParams, useRoute } from '../app/router.ts';
import { useTableView } from '../app/tableView.ts';
import { Button } from '../ui/Button.tsx';
import { useKeys } from '../ui/keys.ts';
import { SplitPane } from '../ui/SplitPane.tsx';
import { EmptyState, ErrorState, Skeleton } from '../ui/States.tsx';
import { DataTable } from '../ui/table/DataTable.tsx';
import { SlaCardView } from './SlaCardView.tsx';
import { SlaFilters } from './SlaFilters.tsx';
import { useSlaPanel } from './SlaPanel.tsx';
import { readSlaFilter, shownCards } from './slas.ts';
import { SLAS } from './slaTable.tsx';

const CLOSED = { open: null, act: null, month: null, job: null, from: null, to: null };

interface AgreementsProps {
  readonly org: OrgSummary;
  readonly me: Me | null;
  readonly list: QueryState<Output<'sla.list'>> & { readonly reload: () => void };
  /** As a table rather than as cards. */
  readonly table: boolean;
  readonly onNew: () => void;
}

/** A card for each SLA, most urgent first, and everything about one beside them. */
export function Agreements({ org, me, list, table, onNew }: AgreementsProps) {
  const { orgId } = org;
  const { data, error, slow, reload } = list;
  const params = useRoute((route) => route.params);
  const filter = useMemo(() => readSlaFilter(params), [params]);
  const cards = useMemo(() => (data === null ? null : shownCards(data.cards, filter)), [data, filter]);
  const [view, setView] = useTableView(SLAS);
  const open = params.get('open');
  const ended = params.get('ended') === '1';
  useKeys({ j: () => moveCard(cards, open, 1), k: () => moveCard(cards, open, -1) }, !table);
  const detail = useSlaPanel({ orgId, me, zone: org.timeZone, cards: data?.cards ?? null, asOf: data?.asOf ?? null });
  const choose = ({ id }: SlaCard): void => setParams({ ...CLOSED, open: id }, { replace: open !== null });
  const empty = <NoSlas filtered={(data?.cards.length ?? 0) > 0} me={me} onNew={onNew} />;
  const chips = data && <SlaFilters cards={data.cards} filter={filter} ended={ended} bare={table} />;
  return (
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
            onOpen={choose}
            chips={chips}
            error={error}
            onRetry={reload}
            empty={empty}
          />
        ) : (
          <div className="h-full overflow-y-auto">
            {chips && (
              <div className="sticky top-0 z-10 flex min-h-[46px] flex-wrap items-center gap-2 bg-bg px-[18px] py-2">
                {chips}
              </div>
            )}
            {error !== null && <ErrorState error={error} kept="Nothing was changed." onRetry={reload} />}
            {data === null && slow && <CardSkeletons />}
            {cards !== null && cards.length === 0 && empty}
            {cards !== null && (
              <div className={GRID}>
                {cards.map((card) => (
                  <SlaCardView key={card.id} card={card} open={card.id === open} onOpen={() => choose(card)} />
                ))}
              </div>
            )}
          </div>
        )
      }
      detail={detail}
    />
  );
}

const GRID = 'grid grid-cols-[repeat(auto-fill,minmax(348px,1fr))] gap-3 px-[18px] pb-5';

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
    <div role="status" aria-label="Loading" className={`${GRID} pt-3`}>
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
  readonly filtered: boolean;
  readonly me: Me | null;
  readonly onNew: () => void;
}

function NoSlas({ filtered, me, onNew }: NoSlasProps) {
  if (filtered) {
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
