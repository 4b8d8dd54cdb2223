import { Download, Play } from 'lucide-react';
import { type RefObject, useMemo, useRef } from 'react';
import type { OrgSummary } from '../../../shared/contract/connections.ts';
import type { CheckResultState } from '../../../shared/entities/index.ts';
import { useRevision } from '../../access/revision.ts';
import { SearchInput } from '../../access/SearchInput.tsx';
import { useEnded, useJobs, useRunning } from '../../app/jobs.ts';
import { useAction, useQuery } from '../../app/query.ts';
import { setParams, useRoute } from '../../app/router.ts';
import { useSettings } from '../../app/settings.ts';
import { call } from '../../bridge.ts';
import { pickSave } from '../../files.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { type KeyHint, useKeys } from '../../ui/keys.ts';
import { count, plural } from '../../ui/numbers.ts';
import { Progress } from '../../ui/Progress.tsx';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { ErrorState } from '../../ui/States.tsx';
import { useTime } from '../../ui/zone.ts';
import { CheckList } from './CheckList.tsx';
import { CheckPanel } from './CheckPanel.tsx';
import { CheckTrend } from './CheckTrend.tsx';
import { type CheckRow, rowsOf, STATES, shownRows, stateCounts } from './checkWords.ts';
import { PeriodPicker } from './PeriodPicker.tsx';
import { boundsOf, type Chosen, periodParams, readPeriod, stepPeriod } from './period.ts';

/** For the bar at the foot of the screen. */
export const CHECKS_KEYS: readonly KeyHint[] = [
  { keys: ['J', 'K'], label: 'move' },
  { keys: ['R'], label: 'evaluate' },
  { keys: ['[', ']'], label: 'earlier, later' },
  { keys: ['V'], label: 'trend' },
  { keys: ['H'], label: 'trend as table' },
  { keys: ['/'], label: 'find' },
];

interface KeysAsked {
  readonly rows: readonly CheckRow[] | null;
  readonly open: string | null;
  readonly chosen: Chosen;
  readonly trend: boolean;
  readonly evaluate: () => Promise<void>;
  readonly findRef: RefObject<HTMLInputElement | null>;
}

function useCheckKeys({ rows, open, chosen, trend, evaluate, findRef }: KeysAsked): void {
  const step = (by: 1 | -1) => () => setParams(periodParams(stepPeriod(chosen, by)), { replace: true });
  const move = (by: number) => (): void => {
    if (rows === null || rows.length === 0) return;
    const at = rows.findIndex(({ check }) => check === open);
    const to = rows[Math.max(0, Math.min(rows.length - 1, at === -1 ? 0 : at + by))]!;
    setParams({ check: to.check }, { replace: open !== null });
    document.querySelector(`[data-check="${to.check}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  useKeys({
    ...{ j: move(1), k: move(-1), '[': step(-1), ']': step(1), r: () => void evaluate() },
    '/': () => findRef.current?.focus(),
    v: () => setParams({ trend: trend ? null : '1' }, { replace: true }),
  });
}

/** Automated checks, of any day or period. */
export function ChecksTab({ org }: { readonly org: OrgSummary }) {
  const { orgId } = org;
  const params = useRoute((route) => route.params);
  const chosen = readPeriod(params, Date.now());
  const bounds = boundsOf(chosen);
  const running = useRunning('run-checks', orgId);
  const cancel = useJobs((state) => state.cancel);
  const revision = `${useRevision(orgId)} ${useEnded('run-checks', orgId)}`;
  const kept = useQuery('checks.results', { orgId, ...bounds }, revision);
  const latest = useQuery('checks.latest', { orgId }, revision);
  const listRef = useRef<HTMLDivElement>(null);
  const findRef = useRef<HTMLInputElement>(null);
  const open = params.get('check');
  const text = params.get('q') ?? '';
  const state = (params.get('state') as CheckResultState | null) ?? null;
  const all = useMemo(
    () => (kept.stale || latest.data === null ? null : rowsOf(kept.data, latest.data)),
    [kept.stale, kept.data, latest.data],
  );
  const rows = useMemo(() => (all === null ? null : shownRows(all, text, state)), [all, text, state]);
  const start = useAction(async () => {
    await call('checks.run', { orgId, ...bounds, ids: null });
  });
  useCheckKeys({ rows, open, chosen, trend: params.get('trend') === '1', evaluate: start.run, findRef });
  const error = kept.error ?? latest.error;
  return (
    <SplitPane
      id="checks"
      detailSize={42}
      list={
        <div className="flex h-full min-h-0 flex-col">
          <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-panel px-[18px] py-2">
            <PeriodPicker chosen={chosen} />
            <span className="flex-1" />
            <Button
              icon={Play}
              kind={open === null ? 'primary' : 'plain'}
              busy={start.busy || running !== null}
              onClick={() => void start.run()}
            >
              Evaluate
            </Button>
            <ExportButton orgId={orgId} bounds={bounds} />
          </div>
          {running !== null && (
            <div className="border-b border-line px-[18px] py-2">
              <Progress label={running.title} progress={running.progress} onCancel={() => void cancel(running.id)} />
            </div>
          )}
          {(start.error ?? error) !== null && (
            <div className="px-[18px] py-2">
              <ErrorState
                compact
                error={(start.error ?? error)!}
                kept="Results that were there are kept."
                onRetry={kept.reload}
              />
            </div>
          )}
          <Basis run={kept.data} latest={latest.data?.[0]?.computed_at ?? null} />
          {params.get('trend') === '1' && <CheckTrend orgId={orgId} />}
          <Filters
            all={all}
            text={text}
            state={state}
            trend={params.get('trend') === '1'}
            listRef={listRef}
            findRef={findRef}
          />
          <div ref={listRef} tabIndex={-1} className="min-h-0 flex-1 focus:outline-none">
            <CheckList rows={rows} slow={latest.slow} open={open} onOpen={(check) => setParams({ check })} />
          </div>
        </div>
      }
      detail={
        open === null ? null : (
          <CheckPanel
            key={`${open} ${bounds.from} ${bounds.to}`}
            orgId={orgId}
            check={open}
            bounds={bounds}
            revision={revision}
          />
        )
      }
    />
  );
}

interface FiltersProps {
  readonly all: readonly CheckRow[] | null;
  readonly text: string;
  readonly state: CheckResultState | null;
  readonly trend: boolean;
  readonly listRef: RefObject<HTMLDivElement | null>;
  readonly findRef: RefObject<HTMLInputElement | null>;
}

function Filters({ all, text, state, trend, listRef, findRef }: FiltersProps) {
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-[18px] py-2">
      <SearchInput
        label="Find a check"
        value={text}
        onChange={(q) => setParams({ q: q || null }, { replace: true })}
        listRef={listRef}
        inputRef={findRef}
        hotkey="/"
      />
      {all !== null &&
        stateCounts(all).map(({ state: one, n }) => (
          <Button
            key={one}
            small
            kind={state === one ? 'plain' : 'quiet'}
            aria-pressed={state === one}
            onClick={() => setParams({ state: state === one ? null : one }, { replace: true })}
          >
            <span className="tnum">{count(n)}</span> {STATES[one].word}
          </Button>
        ))}
      <span className="flex-1" />
      <Button
        small
        kind="quiet"
        aria-pressed={trend}
        onClick={() => setParams({ trend: trend ? null : '1' }, { replace: true })}
      >
        Trend
      </Button>
    </div>
  );
}

interface BasisProps {
  readonly run: {
    readonly asOf: number;
    readonly events: number;
    readonly elapsedMs: number;
    readonly stale: boolean;
  } | null;
  readonly latest: string | null;
}

/** What the results on show rest on. */
function Basis({ run, latest }: BasisProps) {
  const time = useTime();
  const words =
    run === null
      ? latest === null
        ? 'Not evaluated yet for this period. The platform has told no result either; evaluate from the mirror, offline.'
        : `Not evaluated here for this period. On show is what the platform last found, ${time.minute(Date.parse(latest))} ${time.label}.`
      : `Evaluated from the mirror: ${plural(run.events, 'event')} and records up to ${time.minute(run.asOf)} ${time.label}, in ${count(Math.round(run.elapsedMs))} ms.${
          run.stale ? ' The mirror has changed since: evaluate again.' : ''
        }`;
  return <p className="shrink-0 border-b border-line px-[18px] py-1.5 text-12 text-dim">{words}</p>;
}

function ExportButton({
  orgId,
  bounds,
}: {
  readonly orgId: string;
  readonly bounds: { readonly from: number; readonly to: number };
}) {
  const native = useSettings((state) => state.info?.nativeDialogs ?? false);
  const save = useAction(async () => {
    const path = native ? await pickSave('rows', `${orgId}-checks.csv`) : null;
    if (native && path === null) return;
    await call('checks.csv', { orgId, ...bounds, path });
  });
  return (
    <IconButton
      icon={Download}
      label="Export the results as CSV"
      disabled={save.busy}
      onClick={() => void save.run()}
    />
  );
}
