import { Info, X } from 'lucide-react';
import { useCallback, useState } from 'react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import { useOrgs } from '../app/orgs.ts';
import { useQuery } from '../app/query.ts';
import { formatHash } from '../app/router.ts';
import { CallError } from '../bridge.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { plural } from '../ui/numbers.ts';
import { useWide } from '../ui/SplitPane.tsx';
import { ErrorState, Skeleton } from '../ui/States.tsx';
import { ColumnsMenu } from '../ui/table/ColumnsMenu.tsx';
import { useTime } from '../ui/zone.ts';
import { AuditGrid, NoRows } from './AuditGrid.tsx';
import type { Go } from './AuditScreen.tsx';
import { memory, type TimeStyle } from './auditColumns.ts';
import { widened } from './buckets.ts';
import { COLUMNS, type ColumnSpec } from './cells.ts';
import { copyFromGrid } from './copyRows.ts';
import { DetailPanel } from './DetailPanel.tsx';
import { ExportMenu, ExportProgress } from './ExportRows.tsx';
import { retry, useExplorer } from './explorer.ts';
import { Histogram } from './Histogram.tsx';
import { Toolbar } from './Toolbar.tsx';
import { type AuditView, EMPTY_FILTER, isUnfiltered } from './view.ts';

interface BodyProps {
  readonly org: OrgSummary | null;
  readonly orgId: string;
  readonly view: AuditView;
  readonly problems: readonly string[];
  readonly go: Go;
  readonly gridRef: React.RefObject<HTMLDivElement | null>;
  readonly searchRef: React.RefObject<HTMLInputElement | null>;
  readonly asTable: boolean;
  readonly onTable: (on: boolean) => void;
  readonly proofAsked: number | null;
  readonly onVerify: () => void;
  readonly onOpen: (row: number, replace?: boolean) => void;
  readonly onStep: (by: 1 | -1) => void;
  readonly columns: React.RefObject<readonly ColumnSpec[]>;
}

/** Filters, histogram, list and detail. */
export function AuditBody(props: BodyProps) {
  const { org, orgId, view, go } = props;
  const [shown, setShown] = useState<readonly ColumnSpec[]>([]);
  const [exporting, setExporting] = useState<string | null>(null);
  const matched = useExplorer((state) => state.totals?.matched ?? 0);
  const { columns } = props;
  const onColumns = useCallback(
    (next: readonly ColumnSpec[]) => {
      columns.current = next;
      setShown(next);
    },
    [columns],
  );
  return (
    <div className="flex h-full flex-col overflow-y-auto">
      {org && <IntegrityBanner org={org} />}
      <Problems problems={props.problems} />
      <Toolbar
        orgId={orgId}
        filter={view.filter}
        searchRef={props.searchRef}
        gridRef={props.gridRef}
        onFilter={go.filter}
        tools={
          <>
            <ExportMenu orgId={orgId} view={view} matched={matched} onStarted={setExporting} />
            <ColumnsMenu columns={COLUMNS} shown={shown} memory={memory} />
          </>
        }
      />
      {exporting && <ExportProgress jobId={exporting} onEnd={() => setExporting(null)} />}
      <Overview {...props} onColumns={onColumns} />
    </div>
  );
}

type OverviewProps = BodyProps & { readonly onColumns: (columns: readonly ColumnSpec[]) => void };

function Overview(props: OverviewProps) {
  const { orgId, view, go } = props;
  const time = useTime();
  const version = useExplorer((state) => state.totals?.mirrored ?? 0);
  const histogram = useQuery('audit.histogram', { orgId, filter: view.filter, buckets: 96 }, version);
  const { filter } = view;
  const span = histogram.data;
  const zoomOut =
    filter.from === null && filter.to === null
      ? null
      : () => {
          const range = widened(filter.from ?? span?.from ?? 0, filter.to ?? span?.to ?? 1);
          go.filter({ ...filter, ...range });
        };
  const style = timeStyle(time, filter.from ?? span?.from ?? null, filter.to ?? span?.to ?? null);
  return (
    <>
      {span && span.success.length > 0 ? (
        <Histogram
          histogram={span}
          clock={time}
          stale={histogram.stale}
          asTable={props.asTable}
          onTable={props.onTable}
          onZoom={(from, to) => go.filter({ ...filter, from, to })}
          onZoomOut={zoomOut}
        />
      ) : (
        <div className="min-h-[86px] shrink-0 px-[18px]">
          {histogram.slow && <Skeleton className="h-[59px] opacity-50" />}
          {histogram.error && <ErrorState compact error={histogram.error} onRetry={histogram.reload} />}
        </div>
      )}
      <div className="relative min-h-72 flex-1 border-t border-line">
        <Panes {...props} style={style} />
      </div>
    </>
  );
}

/** List and detail side by side; in a narrow window the detail lies over the list's right part, so that the list stays in use. */
function Panes(props: OverviewProps & { readonly style: TimeStyle }) {
  const wide = useWide();
  const { view, go, orgId } = props;
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({ id: 'audit-panes', storage: localStorage });
  const close = (): void => {
    go.seq(null);
    props.gridRef.current?.focus();
  };
  const detail = view.seq !== null && (
    <DetailPanel
      orgId={orgId}
      seq={view.seq}
      proofAsked={props.proofAsked}
      onVerify={props.onVerify}
      onClose={close}
      onStep={props.onStep}
    />
  );
  return (
    <>
      <Group
        orientation="horizontal"
        className="h-full"
        {...(defaultLayout && wide && detail ? { defaultLayout } : {})}
        onLayoutChanged={(...layout) => wide && detail && onLayoutChanged(...layout)}
      >
        <Panel id="list" minSize="30%" className="min-h-0">
          <List {...props} />
        </Panel>
        {wide && detail && (
          <>
            <Separator
              aria-label="Width of the detail"
              className="w-px bg-line focus-visible:bg-accent data-[separator=active]:bg-accent data-[separator=hover]:bg-accent"
            />
            <Panel id="detail" defaultSize="32.5%" minSize="22%" className="min-h-0">
              {detail}
            </Panel>
          </>
        )}
      </Group>
      {!wide && detail && (
        <div className="absolute inset-y-0 right-0 z-20 w-[min(24rem,100%)] border-l border-line shadow-pop">
          {detail}
        </div>
      )}
    </>
  );
}

function List(props: OverviewProps & { readonly style: TimeStyle }) {
  const { view, go, onOpen, style } = props;
  const time = useTime();
  const error = useExplorer((state) => state.error);
  const counted = useExplorer((state) => state.totals !== null);
  const mirrored = useExplorer((state) => state.totals?.mirrored ?? 0);
  const at = useCallback(
    (ms: number) => {
      const clock = time.clock(ms);
      if (style === 'clock') return clock;
      const date = time.date(ms);
      return `${style === 'day' ? date.replace(/ \d+$/, '') : date} ${clock}`;
    },
    [time, style],
  );
  const onMove = useCallback(
    (row: number) => {
      if (go.view().seq !== null) onOpen(row, true);
    },
    [go, onOpen],
  );
  const open = useCallback((row: number) => onOpen(row), [onOpen]);
  const filtered = !isUnfiltered(view.filter);
  const sync = useOrgs((state) => state.sync);
  const action = filtered ? (
    <Button onClick={() => go.filter({ ...EMPTY_FILTER, basis: view.filter.basis })}>Clear filters</Button>
  ) : (
    <Button onClick={() => void sync(props.orgId)}>Sync now</Button>
  );
  // Without a first answer there is nothing to draw rows of: placeholders would promise what does not come.
  if (error && !counted) {
    return <ErrorState error={new CallError(error)} kept="The mirror was not changed." onRetry={retry} />;
  }
  return (
    <div className="flex h-full flex-col">
      {error && <ErrorState compact error={new CallError(error)} kept="The mirror was not changed." onRetry={retry} />}
      <div className="min-h-0 flex-1">
        <AuditGrid
          view={view}
          zone={time.label}
          timeStyle={style}
          at={at}
          gridRef={props.gridRef}
          onSort={(sort, direction) => go.to({ sort, direction })}
          onOpen={open}
          onMove={onMove}
          onColumns={props.onColumns}
          onCopy={() => void copyFromGrid(props.columns.current, 'table')}
          empty={<NoRows filtered={filtered} mirrored={mirrored} action={action} />}
        />
      </div>
    </div>
  );
}

function timeStyle(time: ReturnType<typeof useTime>, from: number | null, to: number | null): TimeStyle {
  if (from === null || to === null) return 'full';
  if (time.date(from) === time.date(to - 1)) return 'clock';
  return time.date(from).slice(-4) === time.date(to - 1).slice(-4) ? 'day' : 'full';
}

function IntegrityBanner({ org }: { readonly org: OrgSummary }) {
  const { state, openAlarms } = org.integrity;
  if (state !== 'alarm' && state !== 'unverified') return null;
  const alarm = state === 'alarm';
  return (
    <p
      role="alert"
      className={`flex items-center gap-2 px-[18px] py-1.5 ${alarm ? 'bg-bad-tint text-bad' : 'bg-warn-tint text-warn'}`}
    >
      <Info size={16} strokeWidth={1.75} aria-hidden />
      <span className="flex-1">
        {alarm
          ? `ALARM: ${plural(openAlarms, 'alarm')} ${openAlarms === 1 ? 'stands' : 'stand'} against this log. Rely on nothing here before the evidence was looked at.`
          : 'These events are not proven at present: nothing here should be relied on until the mirror is verified.'}
      </span>
      <a className="rounded font-medium underline" href={formatHash({ screen: 'integrity', org: org.orgId })}>
        {alarm ? 'Show the evidence' : 'Verify the mirror'}
      </a>
    </p>
  );
}

function Problems({ problems }: { readonly problems: readonly string[] }) {
  const text = problems.join(' ');
  const [dismissed, setDismissed] = useState('');
  if (text === '' || dismissed === text) return null;
  return (
    <div role="status" className="flex items-center gap-2 bg-warn-tint px-[18px] py-1 text-warn">
      <Info size={16} strokeWidth={1.75} aria-hidden />
      <p className="flex-1">Parts of the address were not used. {text}</p>
      <IconButton small icon={X} label="Dismiss" onClick={() => setDismissed(text)} />
    </div>
  );
}
