import { ChevronsDownUp, ChevronsUpDown, Shapes } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { setParams, useRoute } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { Chip } from '../ui/Chip.tsx';
import { isTyping, useKeys } from '../ui/keys.ts';
import { count, plural } from '../ui/numbers.ts';
import { SplitPane } from '../ui/SplitPane.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../ui/States.tsx';
import { useDebounced } from '../ui/useDebounced.ts';
import { ImportPanel } from './ImportPanel.tsx';
import { MatrixExplain } from './MatrixExplain.tsx';
import { MatrixGrid } from './MatrixGrid.tsx';
import type { Matrix } from './matrix.ts';
import { permissionsMatching, rolesShown, rowsShown } from './matrixRows.ts';
import { PendingMark } from './PendingMark.tsx';
import { usePendingOf } from './pending.ts';
import { RolePanel } from './RolePanel.tsx';
import type { Me } from './rights.ts';
import { SearchInput } from './SearchInput.tsx';
import type { CatalogState } from './useCatalog.ts';
import { type Differing, useDiffering } from './useDiffering.ts';

interface RolesTabProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly state: CatalogState;
}

/** Roles against permissions, and beside it the role looked at. */
export function RolesTab({ orgId, me, state }: RolesTabProps) {
  const { matrix, catalog, query } = state;
  const params = useRoute((route) => route.params);
  const open = params.get('open');
  const role = catalog?.roles.find(({ id }) => id === open) ?? null;
  if (matrix === null || catalog === null) {
    if (query.error)
      return <ErrorState error={query.error} kept="The mirror was not changed." onRetry={query.reload} />;
    return query.slow ? <SkeletonRows rows={16} /> : null;
  }
  const detail =
    params.get('import') === '1' ? (
      <ImportPanel orgId={orgId} me={me} />
    ) : role === null ? null : (
      <RolePanel key={role.id} orgId={orgId} role={role} matrix={matrix} catalog={catalog} me={me} />
    );
  return (
    <SplitPane
      id="roles"
      detailSize={36}
      list={
        <div className="flex h-full min-h-0 flex-col">
          <RolesToCome orgId={orgId} />
          <div className="min-h-0 flex-1">
            <RoleMatrix matrix={matrix} open={open} />
          </div>
        </div>
      }
      detail={detail}
    />
  );
}

/** Roles asked for that the platform has not made yet: they have no column. */
function RolesToCome({ orgId }: { readonly orgId: string }) {
  const entries = [...usePendingOf(orgId).values()]
    .flat()
    .filter(({ target }) => target.kind === 'role' && target.op === 'create');
  if (entries.length === 0) return null;
  return (
    <section aria-label="Roles to be created" className="shrink-0 border-b border-line bg-panel px-[18px] pb-3">
      <PendingMark orgId={orgId} entries={entries} named />
    </section>
  );
}

/** Above so many permissions resources start folded: their heads say how many are held. */
const FOLD_FROM = 400;

function RoleMatrix({ matrix, open }: { readonly matrix: Matrix; readonly open: string | null }) {
  const params = useRoute((route) => route.params);
  const gridRef = useRef<HTMLDivElement>(null);
  const findRef = useRef<HTMLInputElement>(null);
  const text = params.get('q') ?? '';
  const roleText = params.get('roles') ?? '';
  const onlyDiffering = params.get('differing') === '1';
  const roles = useMemo(() => rolesShown(matrix, roleText), [matrix, roleText]);
  const differing = useDiffering(matrix, roles, onlyDiffering);
  const fold = useFolding(matrix, text !== '');
  const found = useMemo(() => permissionsMatching(matrix, text), [matrix, text]);
  const rows = useMemo(
    () => rowsShown(matrix, [found, onlyDiffering ? differing.mask : null], fold.folded),
    [matrix, found, onlyDiffering, differing.mask, fold.folded],
  );
  useEffect(() => {
    if (document.activeElement === document.body) gridRef.current?.focus({ preventScroll: true });
  }, []);
  useKeys({
    '/': () => findRef.current?.focus(),
    d: () => setParams({ differing: onlyDiffering ? null : '1' }),
    z: fold.all,
    escape: (event) => {
      if (isTyping(event.target) || open === null) gridRef.current?.focus();
      else setParams({ open: null });
    },
  });
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div
        role="toolbar"
        aria-label="Filters"
        className="flex shrink-0 flex-wrap items-center gap-x-1.5 gap-y-2 border-b border-line bg-bg px-[18px] py-2"
      >
        <RestingSearch label="Filter permissions" param="q" listRef={gridRef} inputRef={findRef} hotkey="/" />
        <RestingSearch label="Filter roles: viewer, editor" param="roles" listRef={gridRef} className="w-[208px]" />
        <Chip
          label="Rows"
          value={onlyDiffering ? 'only where roles differ' : 'all'}
          active={onlyDiffering}
          aria-pressed={onlyDiffering}
          onClick={() => setParams({ differing: onlyDiffering ? null : '1' })}
          {...(onlyDiffering ? { onRemove: () => setParams({ differing: null }) } : {})}
        />
        <div className="ml-auto flex items-center gap-1">
          <MatrixCount matrix={matrix} rows={rows} roles={roles.length} differing={onlyDiffering ? differing : null} />
          <Button small kind="quiet" icon={fold.closed ? ChevronsUpDown : ChevronsDownUp} onClick={fold.all}>
            {fold.closed ? 'Unfold all' : 'Fold all'}
          </Button>
        </div>
      </div>
      <div className="relative min-h-0 flex-1">
        <MatrixGrid
          matrix={matrix}
          rows={rows}
          roles={roles}
          folded={fold.folded}
          onFold={fold.toggle}
          onOpenRole={({ id }) => setParams({ open: id, import: null }, { replace: open !== null })}
          openRole={open}
          gridRef={gridRef}
        />
        {(rows.length === 0 || roles.length === 0) && <NothingShown />}
      </div>
      <MatrixExplain matrix={matrix} rows={rows} roles={roles} />
    </div>
  );
}

function NothingShown() {
  return (
    <div className="absolute inset-x-0 top-14 bottom-0">
      <EmptyState
        icon={Shapes}
        action={<Button onClick={() => setParams({ q: null, roles: null, differing: null })}>Clear filters</Button>}
      >
        No role and permission match these filters.
      </EmptyState>
    </div>
  );
}

interface RestingProps {
  readonly label: string;
  readonly param: string;
  readonly listRef: React.RefObject<HTMLElement | null>;
  readonly inputRef?: React.RefObject<HTMLInputElement | null>;
  readonly hotkey?: string;
  readonly className?: string;
}

/** A filter in the address, which follows when the typing rests: a large matrix is not filtered at every key. */
function RestingSearch({ param, ...rest }: RestingProps) {
  const text = useRoute((route) => route.params.get(param) ?? '');
  const [typed, setTyped] = useState(text);
  const rested = useDebounced(typed, 120);
  useEffect(() => setTyped(text), [text]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing that rested changes the address
  useEffect(() => {
    if (rested !== text && rested === typed) setParams({ [param]: rested || null }, { replace: true });
  }, [rested]);
  return <SearchInput {...rest} value={typed} onChange={setTyped} />;
}

interface CountProps {
  readonly matrix: Matrix;
  readonly rows: Int32Array;
  readonly roles: number;
  readonly differing: Differing | null;
}

function MatrixCount({ matrix, rows, roles, differing }: CountProps) {
  const shown = useMemo(() => rows.reduce((sum, code) => sum + (code >= 0 ? 1 : 0), 0), [rows]);
  const heads = rows.length - shown;
  return (
    <p role="status" className="tnum mr-1 whitespace-nowrap text-dim">
      {differing !== null && differing.mask === null ? (
        `comparing ${count(differing.done)} of ${plural(differing.total, 'role')}`
      ) : (
        <>
          <b className="font-bold text-text">{shown === 0 ? plural(heads, 'resource') : count(shown)}</b>
          {shown > 0 && ` of ${count(matrix.permissions.length)} permissions`} ×{' '}
          <b className="font-bold text-text">{count(roles)}</b> of {plural(matrix.roles.length, 'role')}
        </>
      )}
    </p>
  );
}

/** Which resources are folded: all or none to begin with, then those turned over by hand. A search unfolds what it finds. */
function useFolding(matrix: Matrix, searching: boolean) {
  const asked = useRoute((route) => route.params.get('fold'));
  const closed = !searching && (asked === null ? matrix.permissions.length > FOLD_FROM : asked === '1');
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const folded = useCallback((resource: string) => turned.has(resource) !== closed, [turned, closed]);
  const toggle = useCallback((resource: string) => {
    setTurned((old) => {
      const next = new Set(old);
      if (!next.delete(resource)) next.add(resource);
      return next;
    });
  }, []);
  const all = (): void => {
    setTurned(new Set());
    setParams({ fold: closed ? '0' : '1' }, { replace: true });
  };
  return { folded, toggle, closed, all };
}
