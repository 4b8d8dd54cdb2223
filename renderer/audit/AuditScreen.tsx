import { PackageCheck } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import { useOrgs } from '../app/orgs.ts';
import { navigate, useRoute } from '../app/router.ts';
import { on } from '../bridge.ts';
import { Button } from '../ui/Button.tsx';
import { isTyping, type KeyHint, useKeys } from '../ui/keys.ts';
import { count } from '../ui/numbers.ts';
import { PageFrame } from '../ui/PageFrame.tsx';
import { INTEGRITY, Verdict } from '../ui/Verdict.tsx';
import '../ui/table/table.css';
import { selectedCount } from '../ui/table/selection.ts';
import { AuditBody } from './AuditBody.tsx';
import { type ColumnSpec, filterByCell } from './cells.ts';
import { copyFromGrid } from './copyRows.ts';
import { closeExplorer, moveTo, refresh, rowAt, selectAll, showView, toggleRow, useExplorer } from './explorer.ts';
import { forgetLabels } from './labels.ts';
import { SavedFilters } from './SavedFilters.tsx';
import { type AuditView, decodeView, encodeView } from './view.ts';

const KEYS: readonly KeyHint[] = [
  { keys: ['J', 'K'], label: 'move' },
  { keys: ['Enter'], label: 'open' },
  { keys: ['F'], label: 'filter by value' },
  { keys: ['V'], label: 'verify' },
  { keys: ['C'], label: 'copy' },
  { keys: ['X'], label: 'select' },
  { keys: ['H'], label: 'histogram' },
  { keys: ['/'], label: 'search' },
];

/** The explorer of one organization's mirrored audit log. All it shows follows from the address. */
export function AuditScreen({ orgId }: { readonly orgId: string }) {
  const org = useOrgs((state) => state.orgs?.find((one) => one.orgId === orgId) ?? null);
  const params = useRoute((route) => route.params);
  const { view, problems } = useMemo(() => decodeView(params.toString()), [params]);
  const gridRef = useRef<HTMLDivElement>(null);
  const searchRef = useRef<HTMLInputElement>(null);
  const columns = useRef<readonly ColumnSpec[]>([]);
  const [proofAsked, setProofAsked] = useState<number | null>(null);
  const [asTable, setAsTable] = useState(false);
  useExplorerLife(orgId, view);
  // The list is what the hands are for, unless something else has the focus already.
  useEffect(() => {
    if (document.activeElement === document.body) gridRef.current?.focus({ preventScroll: true });
  }, []);
  const go = useGo(view);
  const openRow = useCallback(
    (row: number, replace = false) => {
      const found = rowAt(row);
      if (found) go.seq(found.seq, replace);
    },
    [go],
  );
  const step = useCallback(
    (by: 1 | -1) => {
      const { active } = useExplorer.getState();
      const row = moveTo(active.row + by, active.col, false);
      if (go.view().seq !== null && row >= 0) openRow(row, true);
    },
    [go, openRow],
  );
  const verify = useCallback(() => {
    if (go.view().seq === null) openRow(useExplorer.getState().active.row);
    setProofAsked(go.view().seq);
  }, [go, openRow]);
  useScreenCommands({
    go,
    open: openRow,
    step,
    verify,
    gridRef,
    searchRef,
    columns,
    onTable: () => setAsTable((on_) => !on_),
  });
  return (
    <PageFrame
      title="Audit log"
      scope={org && `${org.name} · all workspaces`}
      keys={KEYS}
      provenance={
        org &&
        `From the mirror, ${org.integrity.state === 'proven' ? `proven to ${count(org.integrity.size)}` : 'not proven now'}`
      }
      verdict={org && <LogVerdict org={org} />}
      actions={
        <>
          <SavedFilters orgId={orgId} filter={view.filter} onApply={(filter) => go.filter(filter)} />
          <Button
            kind="primary"
            icon={PackageCheck}
            onClick={() => navigate({ screen: 'bundles', org: orgId, params: { new: '1' } })}
          >
            Export bundle
          </Button>
        </>
      }
    >
      <AuditBody
        org={org}
        orgId={orgId}
        view={view}
        problems={problems}
        go={go}
        gridRef={gridRef}
        searchRef={searchRef}
        asTable={asTable}
        onTable={setAsTable}
        proofAsked={proofAsked}
        onVerify={verify}
        onOpen={openRow}
        onStep={step}
        columns={columns}
      />
    </PageFrame>
  );
}

function LogVerdict({ org }: { readonly org: OrgSummary }) {
  const { tone, icon, word } = INTEGRITY[org.integrity.state];
  return (
    <Verdict tone={tone} icon={icon}>
      {org.integrity.state === 'proven' ? `proven to ${count(org.integrity.size)}` : word}
    </Verdict>
  );
}

/** Follows the address, reloads when the mirror changed, and forgets everything when the screen goes. */
function useExplorerLife(orgId: string, view: AuditView): void {
  useEffect(() => showView(orgId, view), [orgId, view]);
  useEffect(() => on('orgs.changed', ({ orgIds }) => orgIds.includes(orgId) && refresh()), [orgId]);
  useEffect(
    () => () => {
      closeExplorer();
      forgetLabels();
    },
    [],
  );
}

export interface Go {
  readonly view: () => AuditView;
  readonly to: (changes: Partial<AuditView>, options?: { replace?: boolean }) => void;
  readonly filter: (filter: AuditView['filter'], options?: { replace?: boolean }) => void;
  readonly seq: (seq: number | null, replace?: boolean) => void;
}

/** Changes of the view, written to the address; stable, so that rows need not render anew. */
function useGo(view: AuditView): Go {
  const latest = useRef(view);
  const seen = useRef(view);
  // Only a new address counts: between a change and its address a render must not bring the former view back.
  if (seen.current !== view) {
    seen.current = view;
    latest.current = view;
  }
  return useMemo(() => {
    const to: Go['to'] = (changes, options) => {
      const next = { ...latest.current, ...changes };
      latest.current = next;
      navigate({ params: new URLSearchParams(encodeView(next)) }, options);
    };
    return {
      view: () => latest.current,
      to,
      filter: (filter, options) => to({ filter }, options),
      // Moving from event to event leaves no trail for Back; opening and closing do.
      seq: (seq, replace = false) => to({ seq }, { replace: replace || (seq !== null && latest.current.seq !== null) }),
    };
  }, []);
}

interface Commands {
  readonly go: Go;
  readonly open: (row: number) => void;
  readonly step: (by: 1 | -1) => void;
  readonly verify: () => void;
  readonly gridRef: React.RefObject<HTMLDivElement | null>;
  readonly searchRef: React.RefObject<HTMLInputElement | null>;
  readonly columns: React.RefObject<readonly ColumnSpec[]>;
  readonly onTable: () => void;
}

/** The keys of the screen, wherever the focus is (but not while typing). */
function useScreenCommands({ go, open, step, verify, gridRef, searchRef, columns, onTable }: Commands): void {
  const extend = (by: 1 | -1): void => {
    const { active } = useExplorer.getState();
    moveTo(active.row + by, active.col, true);
  };
  const openActive = (): void => open(useExplorer.getState().active.row);
  const filterHere = (): void => {
    const { active } = useExplorer.getState();
    const row = rowAt(active.row);
    const column = columns.current[Math.min(active.col, columns.current.length - 1)];
    const filter = row && column && filterByCell(go.view().filter, row, column.id);
    if (filter) go.filter(filter);
  };
  // One step back: out of a field, out of a selection, out of the detail.
  const leave = (event: KeyboardEvent): void => {
    if (isTyping(event.target)) gridRef.current?.focus();
    else if (selectedCount(useExplorer.getState().selection) > 0) selectAll(false);
    else {
      if (go.view().seq !== null) go.seq(null);
      gridRef.current?.focus();
    }
  };
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    'Shift+j': () => extend(1),
    'Shift+k': () => extend(-1),
    x: () => toggleRow(useExplorer.getState().active.row),
    f: filterHere,
    v: verify,
    Enter: openActive,
    c: () => void copyFromGrid(columns.current, 'table'),
    'Shift+c': () => void copyFromGrid(columns.current, 'json'),
    h: onTable,
    '/': () => {
      searchRef.current?.focus();
      searchRef.current?.select();
    },
    Escape: leave,
  });
}
