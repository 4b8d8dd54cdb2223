import { useSlow } from '../useSlow.ts';

/** Rows still on their way, in the tracks of the real ones; nothing for the first 150 ms. */
export function Placeholders({ columns, rows = 18 }: { readonly columns: number; readonly rows?: number }) {
  const slow = useSlow(true);
  if (!slow) return null;
  return (
    <div aria-hidden>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all alike and never move
        <div key={row} className="dt-row border-b border-line">
          {Array.from({ length: columns }, (_, col) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all alike and never move
            <span key={col} className="dt-cell">
              <span className="dt-blank" />
            </span>
          ))}
        </div>
      ))}
    </div>
  );
}
