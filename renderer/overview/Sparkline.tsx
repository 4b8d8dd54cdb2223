import { count, DASH } from '../ui/numbers.ts';
import { Tooltip } from '../ui/Tooltip.tsx';

const WIDTH = 80;
const HEIGHT = 18;

/** Events an hour over the newest day of the log, zero-based bars; exact figures on hover. */
export function Sparkline({ values }: { readonly values: readonly number[] }) {
  const top = Math.max(...values, 0);
  if (top === 0) return <span className="text-dim">{DASH}</span>;
  const sum = values.reduce((total, value) => total + value, 0);
  const step = WIDTH / values.length;
  const words = `${count(sum)} events in the newest 24 h, ${count(top)} in the busiest hour`;
  return (
    <Tooltip text={words}>
      <svg
        width={WIDTH}
        height={HEIGHT}
        role="img"
        aria-label={words}
        className="inline-block align-middle text-accent"
      >
        {values.map((value, hour) => {
          const height = value === 0 ? 0 : Math.max(1, (value / top) * HEIGHT);
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: the position is the hour; there is no other identity
              key={hour}
              x={hour * step}
              y={HEIGHT - height}
              width={Math.max(1, step - 1)}
              height={height}
              fill="currentColor"
              fillOpacity={0.65}
            />
          );
        })}
      </svg>
    </Tooltip>
  );
}
