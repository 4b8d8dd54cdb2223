/** State of the explorer's list: the pages on show, the active cell, the selected rows. Filters live in the address (view.ts). */
import { create } from 'zustand';
import type { AuditRow } from '../../shared/contract/audit.ts';
import type { ErrorEnvelope } from '../../shared/errors.ts';
import { asCallError, call } from '../bridge.ts';
import { HEAD_ROW } from '../ui/table/gridKeys.ts';
import { NOTHING, type Selection, toggled, withRange } from '../ui/table/selection.ts';
import { PageCache, type Totals } from './pageCache.ts';
import { type AuditView, DEFAULT_VIEW, rowsKey } from './view.ts';

/** Rows asked for before the window's height is known. */
const FIRST_ROWS = 60;

export interface ActiveCell {
  readonly row: number;
  readonly col: number;
}

interface ExplorerState {
  readonly orgId: string | null;
  readonly view: AuditView;
  /** Counts up whenever the cache has something new to show. */
  readonly version: number;
  /** Counts up when the rows are those of another question: the list starts at its top. */
  readonly epoch: number;
  /** Counts up when the active row must be brought into sight. */
  readonly reveal: number;
  /** How many rows came in above those in sight at the last refresh; a new object each time. */
  readonly shift: { readonly rows: number };
  /** Rows on show answer a former question; the new one is under way. */
  readonly stale: boolean;
  readonly totals: Totals | null;
  readonly error: ErrorEnvelope | null;
  readonly active: ActiveCell;
  /** Where a Shift selection starts. */
  readonly anchor: number;
  readonly selection: Selection;
}

const CLOSED: ExplorerState = {
  orgId: null,
  view: DEFAULT_VIEW,
  version: 0,
  epoch: 0,
  reveal: 0,
  shift: { rows: 0 },
  stale: false,
  totals: null,
  error: null,
  active: { row: 0, col: 0 },
  anchor: 0,
  selection: NOTHING,
};

export const useExplorer = create<ExplorerState>()(() => CLOSED);

let shown: PageCache | null = null;
let coming: PageCache | null = null;
let sight: readonly [number, number] = [0, FIRST_ROWS];

/** The row at a position; undefined while it is not here. */
export function rowAt(index: number): AuditRow | undefined {
  return shown?.row(index);
}

/** Show the log of an organization under a view. The former rows stay until the first page of the new ones is here. */
export function showView(orgId: string, view: AuditView): void {
  const now = useExplorer.getState();
  const same = now.orgId === orgId && rowsKey(now.view) === rowsKey(view) && (shown ?? coming) !== null;
  useExplorer.setState({ orgId, view });
  if (!same) ask([0, FIRST_ROWS], false);
}

/** Ask for the same rows again, because the mirror changed. Place and selection stay where they were. */
export function refresh(): void {
  if (useExplorer.getState().orgId !== null) ask(sight, true);
}

/** Ask again for what failed. */
export function retry(): void {
  if (shown === null) refresh();
  else shown.retry();
}

/** Forget everything: nothing read while unlocked stays behind. */
export function closeExplorer(): void {
  shown?.close();
  coming?.close();
  shown = null;
  coming = null;
  sight = [0, FIRST_ROWS];
  useExplorer.setState(CLOSED, true);
}

/** Rows first..last are in sight, reached by moving down (1) or up (-1). */
export function inSight(first: number, last: number, direction: 1 | -1): void {
  sight = [first, last];
  shown?.want(first, last, direction);
}

function ask(range: readonly [number, number], keepPlace: boolean): void {
  const { orgId, view } = useExplorer.getState();
  if (orgId === null) return;
  coming?.close();
  const { filter, sort, direction } = view;
  const cache: PageCache = new PageCache(
    async (offset, limit) => {
      try {
        return { ok: true, value: await call('audit.query', { orgId, filter, sort, direction, offset, limit }) };
      } catch (thrown) {
        const { code, message, details } = asCallError(thrown);
        return { ok: false, error: { code, message, ...(details ? { details } : {}) } };
      }
    },
    () => (cache === coming ? void arrive(cache, keepPlace) : notice(cache)),
  );
  coming = cache;
  useExplorer.setState({ stale: shown !== null });
  cache.want(range[0], range[1], 1);
}

async function arrive(cache: PageCache, keepPlace: boolean): Promise<void> {
  if (cache.totals === null && cache.error === null) return;
  const [top] = sight;
  const held = keepPlace ? shown?.row(top) : undefined;
  const now = held === undefined ? top : ((await indexIn(cache, held.seq)) ?? top);
  // Another question, or another page of this one, may have arrived while this one was looked up.
  if (cache !== coming) return;
  shown?.close();
  shown = cache;
  coming = null;
  const { epoch, view, active } = useExplorer.getState();
  const lastRow = Math.max(0, (cache.totals?.matched ?? 0) - 1);
  useExplorer.setState({
    stale: false,
    selection: NOTHING,
    ...(keepPlace
      ? {
          active: { ...active, row: Math.min(Math.max(active.row, active.row + now - top), lastRow) },
          shift: { rows: now - top },
        }
      : { epoch: epoch + 1, active: { row: active.row === HEAD_ROW ? HEAD_ROW : 0, col: active.col }, anchor: 0 }),
  });
  notice(cache);
  if (view.seq !== null) void locate(cache, view.seq, !keepPlace);
}

function notice(cache: PageCache): void {
  if (cache !== shown) return;
  const { version } = useExplorer.getState();
  useExplorer.setState({ version: version + 1, totals: cache.totals, error: cache.error });
}

/** Position of an event in the log of a cache under the present view; null where the filter leaves it out. */
async function indexIn(cache: PageCache, seq: number): Promise<number | null> {
  const { orgId, view } = useExplorer.getState();
  const { filter, sort, direction } = view;
  const near = cache.indexOf(seq);
  if (near !== null || orgId === null) return near;
  return await call('audit.locate', { orgId, filter, sort, direction, seq }).then(
    (found) => found.index,
    () => null,
  );
}

/** Makes the open event the active row, wherever it lies in the log; nothing where the filter leaves it out. */
async function locate(cache: PageCache, seq: number, show: boolean): Promise<void> {
  const index = await indexIn(cache, seq);
  if (index !== null && cache === shown) {
    const { active, reveal } = useExplorer.getState();
    useExplorer.setState({ active: { ...active, row: index }, anchor: index, reveal: show ? reveal + 1 : reveal });
  }
}

/** Move the active cell, clamped to the list; with `extend` the rows passed over are selected. Answers the row it came to. */
export function moveTo(row: number, col: number, extend: boolean): number {
  const { totals, anchor, reveal, selection } = useExplorer.getState();
  const last = (totals?.matched ?? 0) - 1;
  const to = Math.max(last < 0 ? HEAD_ROW : Math.min(HEAD_ROW, 0), Math.min(row, last));
  useExplorer.setState({
    active: { row: to, col },
    reveal: reveal + 1,
    ...(extend && to >= 0 ? { selection: withRange(NOTHING, anchor, to) } : {}),
    ...(extend ? {} : { anchor: Math.max(0, to) }),
    ...(extend || selection === NOTHING ? {} : { selection: NOTHING }),
  });
  return to;
}

/** Take the active row in or out of the selection. */
export function toggleRow(row: number): void {
  const { selection } = useExplorer.getState();
  if (row >= 0) useExplorer.setState({ selection: toggled(selection, row), anchor: row });
}

/** Select every row of the answer, or none. */
export function selectAll(all: boolean): void {
  const { totals } = useExplorer.getState();
  const matched = totals?.matched ?? 0;
  useExplorer.setState({ selection: all && matched > 0 ? withRange(NOTHING, 0, matched - 1) : NOTHING });
}

/** Select from the anchor to a row (Shift and click). */
export function selectTo(row: number): void {
  const { anchor, active } = useExplorer.getState();
  useExplorer.setState({ selection: withRange(NOTHING, anchor, row), active: { ...active, row } });
}
