import { clsx } from 'clsx';
import { useSlow } from '../useSlow.ts';
import type { HeadColumn } from './columns.ts';

const ROWS = 18;

/** Rows still on their way, in the tracks of the real ones; nothing for the first 150 ms. */
export function Placeholders({ columns }: { readonly columns: readonly HeadColumn[] }) {
  const slow = useSlow(true);
  if (!slow) return null;
  return (
    <div aria-hidden>
      {Array.from({ length: ROWS }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all alike and never move
        <div key={row} className="dt-row border-b border-line">
          {columns.map((column) => (
            <span key={column.id} className={clsx('dt-cell', column.numeric && 'text-right')}>
              <span className="dt-blank" />
            </span>
          ))}
        </div>
      ))}
    </div>
  );
}
