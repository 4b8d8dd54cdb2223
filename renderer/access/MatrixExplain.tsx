import type { ReactNode } from 'react';
import { count, plural } from '../ui/numbers.ts';
import { WayIcon, wayOf } from './CellMark.tsx';
import { columnOf, heldIn, type Matrix, scopesOf, waysOf } from './matrix.ts';
import type { Cell } from './matrixGeometry.ts';
import { headOf, isHead } from './matrixRows.ts';
import { useMatrixState } from './matrixState.ts';
import { pathText } from './pathWords.ts';
import type { CatalogRole } from './people.ts';

interface ExplainProps {
  readonly matrix: Matrix;
  readonly rows: Int32Array;
  readonly roles: readonly CatalogRole[];
}

/** Under the matrix: in words what the cell under the pointer or the keyboard says, and what the marks mean. */
export function MatrixExplain({ matrix, rows, roles }: ExplainProps) {
  const active = useMatrixState((state) => state.active);
  const hover = useMatrixState((state) => state.hover);
  return (
    <div className="@container flex h-[50px] shrink-0 items-center gap-6 border-t border-line bg-panel px-[18px]">
      <div aria-live="polite" className="min-w-0 flex-1">
        <Explanation cell={hover ?? active} matrix={matrix} rows={rows} roles={roles} />
      </div>
      <Legend />
    </div>
  );
}

function Explanation({ cell, matrix, rows, roles }: ExplainProps & { readonly cell: Cell }): ReactNode {
  const role = roles[cell.col];
  const code = rows[cell.row];
  if (role === undefined && code === undefined)
    return <Lines first="Move over a cell, or go to one with the arrow keys" />;
  if (code === undefined) {
    return (
      <Lines
        first={role!.name}
        second={`Holds ${plural(role!.reaches, 'permission')}; ${plural(role!.holders, 'holder')}`}
      />
    );
  }
  if (isHead(code)) {
    const resource = matrix.resources[headOf(code)]!;
    const size = resource.end - resource.start;
    if (role === undefined) return <Lines first={resource.name} second={plural(size, 'permission')} />;
    const held = heldIn(columnOf(matrix, role.id), resource);
    return <Lines first={`${role.name} holds ${count(held)} of ${plural(size, 'permission')} of ${resource.name}`} />;
  }
  const permission = matrix.permissions[code]!;
  if (role === undefined) return <Lines first={permission} second={since(matrix, permission)} />;
  const held = columnOf(matrix, role.id)[code]!;
  const way = wayOf(held);
  if (way === null) return <Lines first={`${role.name} does not hold ${permission}`} />;
  const scopes = scopesOf(held);
  const paths = [
    ...new Set((waysOf(matrix.book, role.id).get(permission) ?? []).map((path) => pathText(path, matrix.roles))),
  ];
  return (
    <Lines
      first={
        <>
          <WayIcon way={way} /> {role.name} holds {permission}
          {scopes.length > 0 && `, only what is ${scopes.join(' or ')}`}
        </>
      }
      second={`${way}: ${paths.join('; ')}`}
    />
  );
}

function since(matrix: Matrix, permission: string): string {
  return `In the catalog since version ${count(matrix.book.catalog.entries.get(permission)?.since)}`;
}

function Lines({ first, second }: { readonly first: ReactNode; readonly second?: string }) {
  return (
    <>
      {typeof first === 'string' ? (
        <p className="truncate font-medium" title={first}>
          {first}
        </p>
      ) : (
        <p className="flex items-center gap-1.5 truncate font-medium">{first}</p>
      )}
      {second !== undefined && (
        <p className="truncate text-12 text-dim" title={second}>
          {second}
        </p>
      )}
    </>
  );
}

const LEGEND = [
  ['direct', 'direct'],
  ['wildcard', 'by wildcard'],
  ['inherited', 'inherited'],
] as const;

function Legend() {
  return (
    <ul
      aria-label="Marks"
      className="flex shrink-0 flex-wrap items-center gap-x-4 text-12 text-dim @max-[860px]:hidden"
    >
      {LEGEND.map(([way, word]) => (
        <li key={way} className="flex items-center gap-1.5">
          <span className="text-accent">
            <WayIcon way={way} />
          </span>
          {word}
        </li>
      ))}
      <li>
        <b className="font-medium text-text">own</b>, <b className="font-medium text-text">shared</b>: only such things
      </li>
      <li className="flex items-center gap-1.5">
        <span className="mx-none" aria-hidden /> not held
      </li>
    </ul>
  );
}
