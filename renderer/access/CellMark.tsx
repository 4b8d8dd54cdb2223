import { DIRECT, HELD, NAMED, scopesOf } from './matrix.ts';

type Way = 'direct' | 'wildcard' | 'inherited';

export function wayOf(cell: number): Way | null {
  if ((cell & HELD) === 0) return null;
  return (cell & DIRECT) === 0 ? 'inherited' : (cell & NAMED) === 0 ? 'wildcard' : 'direct';
}

/** Shapes that stay apart without colour: a filled dot, a star, an arrow up. Drawn, not written, so that every font shows the same. */
const SHAPES: Readonly<Record<Way, React.ReactNode>> = {
  direct: <circle cx="6" cy="6" r="3.6" fill="currentColor" />,
  wildcard: (
    <path
      d="M6 1.6v8.8M2.2 3.8l7.6 4.4M9.8 3.8 2.2 8.2"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
    />
  ),
  inherited: (
    <path
      d="M6 10.2V2.4M2.8 5.4 6 2.2l3.2 3.2"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  ),
};

export function WayIcon({ way }: { readonly way: Way }) {
  return (
    <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden className="shrink-0">
      {SHAPES[way]}
    </svg>
  );
}

/** What a cell of the matrix draws: how it is held as a shape, its scope as a word; nothing where it is not held. `short`: narrow columns. */
export function CellMark({ cell, short }: { readonly cell: number; readonly short: boolean }) {
  const way = wayOf(cell);
  if (way === null) return null;
  const scopes = scopesOf(cell);
  if (scopes.length === 0) {
    return (
      <span className="mx-mark">
        <WayIcon way={way} />
      </span>
    );
  }
  return (
    <span className="mx-mark mx-scoped">
      {!short && <WayIcon way={way} />}
      {short ? scopes.map((scope) => scope.slice(0, 3)).join(' ') : scopes.join(' ')}
    </span>
  );
}
