import { ListChecks } from 'lucide-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { OrgSummary } from '../../../shared/contract/connections.ts';
import { useRevision } from '../../access/revision.ts';
import { useQuery } from '../../app/query.ts';
import { setParams, useRoute } from '../../app/router.ts';
import { useTableView } from '../../app/tableView.ts';
import { Button } from '../../ui/Button.tsx';
import type { KeyHint } from '../../ui/keys.ts';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { EmptyState, ErrorState } from '../../ui/States.tsx';
import { DataTable } from '../../ui/table/DataTable.tsx';
import { PastBanner } from './AsOf.tsx';
import { Bar } from './Bar.tsx';
import { Beside } from './Beside.tsx';
import { Coverage } from './Coverage.tsx';
import { useClosed } from './closed.ts';
import { CONTROLS, TREE } from './controlTable.tsx';
import { Figures } from './Figures.tsx';
import { Filters } from './Filters.tsx';
import { type ControlLine, controlsOf, isFiltered, readFilter, shownLines } from './rows.ts';
import { useScene } from './scene.ts';
import { useShowLine } from './useShowLine.ts';

/** For the bar at the foot of the screen. */
export const CHECKLIST_KEYS: readonly KeyHint[] = [
  { keys: ['J', 'K'], label: 'move' },
  { keys: ['Enter'], label: 'open' },
  { keys: ['Space'], label: 'select' },
  { keys: ['A'], label: 'assess' },
  { keys: ['O'], label: 'owner, due' },
  { keys: ['F'], label: 'finding' },
  { keys: ['C'], label: 'comment' },
  { keys: ['V'], label: 'coverage' },
  { keys: ['H'], label: 'chart or table' },
  { keys: ['/'], label: 'find' },
];

/** Forms that are about the selection or the framework, where no control is open. */
const OF_LIST: ReadonlySet<string> = new Set(['assess', 'assign', 'apply', 'export']);

const act = (name: string) => (line: ControlLine) => {
  if (line.view.control === null && name !== 'assess' && name !== 'assign') return;
  setParams({ control: line.view.node.id, act: name, on: null });
};

/** Controls of a framework with their state: what is asked, who answers for it, what shows it. */
export function ChecklistTab({ org }: { readonly org: OrgSummary }) {
  const { orgId } = org;
  const params = useRoute((route) => route.params);
  const revision = useRevision(orgId);
  const at = params.get('at');
  const scene = useScene(orgId, at);
  const overview = useQuery('compliance.overview', { orgId, at }, revision);
  const frameworks = overview.data?.frameworks ?? null;
  const asked = params.get('framework');
  const chosen =
    frameworks?.find(({ id }) => id === asked) ?? frameworks?.find(({ mode }) => mode) ?? frameworks?.[0] ?? null;
  const list = useQuery('compliance.checklist', chosen === null ? null : { orgId, at, framework: chosen.id }, revision);
  const rows = list.data !== null && list.data.id === chosen?.id ? list.data.rows : null;
  const [view, setView] = useTableView(CONTROLS);
  const filter = useMemo(() => readFilter(params), [params]);
  const closed = useClosed(({ ids }) => ids);
  const lines = useMemo(
    () =>
      rows === null
        ? null
        : shownLines(rows, {
            ...{ filter, closed, nameOf: scene.nameOf },
            ...{ flat: view.sort.id !== TREE, searched: view.text !== '' },
          }),
    [rows, filter, closed, scene.nameOf, view],
  );
  const [selected, setSelected] = useState<readonly ControlLine[]>([]);
  const select = useCallback((next: readonly ControlLine[]) => setSelected(next), []);
  const targets = useMemo(() => (rows === null ? [] : controlsOf(selected, rows)), [selected, rows]);
  const box = useRef<HTMLDivElement>(null);
  const show = useShowLine(box, lines, view);
  const open = params.get('control');
  const beside = open !== null || OF_LIST.has(params.get('act') ?? '');
  const error = overview.error ?? list.error;
  if (error !== null && rows === null) {
    return (
      <ErrorState
        error={error}
        kept="Nothing was changed."
        onRetry={error === overview.error ? overview.reload : list.reload}
      />
    );
  }
  return (
    <SplitPane
      id="controls"
      detailSize={44}
      list={
        <div className="flex h-full min-h-0 flex-col">
          {at !== null && <PastBanner at={at} basis={overview.data?.basis ?? null} />}
          <Bar scene={scene} frameworks={frameworks} chosen={chosen} targets={targets.length} />
          {list.data !== null && rows !== null && <Figures list={list.data} />}
          {rows !== null && <Coverage rows={rows} onGroup={show} />}
          <div ref={box} className="min-h-0 flex-1">
            <DataTable
              table={CONTROLS}
              label="Controls"
              rows={lines}
              view={view}
              onView={setView}
              openKey={open}
              onOpen={(line) => openLine(line, open)}
              onSelection={select}
              isPending={({ view: row }) => row.pending !== null}
              commands={{ a: act('assess'), o: act('assign'), f: act('finding'), c: act('comment') }}
              chips={rows === null ? null : <Filters rows={rows} filter={filter} scene={scene} />}
              error={list.error}
              onRetry={list.reload}
              empty={<NoControls filtered={isFiltered(filter) || view.text !== ''} />}
            />
          </div>
        </div>
      }
      detail={
        beside ? (
          <Beside
            {...{ scene, rows, revision, selected: targets, framework: chosen }}
            pending={overview.data?.basis.pending ?? 0}
          />
        ) : null
      }
    />
  );
}

/** A group opens and closes; a control shows what stands on it. */
function openLine({ view, closed }: ControlLine, open: string | null): void {
  if (view.control === null) {
    if (closed !== null) useClosed.getState().toggle(view.node.id);
    return;
  }
  setParams({ control: view.node.id, act: null, on: null }, { replace: open !== null });
}

function NoControls({ filtered }: { readonly filtered: boolean }) {
  if (!filtered) return <EmptyState icon={ListChecks}>This framework has no controls.</EmptyState>;
  const cleared = { q: null, status: null, owner: null, due: null, checks: null, evidence: null, has: null };
  return (
    <EmptyState icon={ListChecks} action={<Button onClick={() => setParams(cleared)}>Clear filters</Button>}>
      No control passes these filters.
    </EmptyState>
  );
}
