const WIDTH = 140;
const HEIGHT = 22;

interface SparklineProps {
  /** Availability of each day, 0..1; null without data. */
  readonly values: readonly (number | null)[];
  readonly target: number | null;
}

/** Thirty days of availability: a bar hangs from 100 % as far as was lost, so that a perfect day shows nothing. */
export function Sparkline({ values, target }: SparklineProps) {
  const budget = 1 - (target ?? 0.99);
  const scale = Math.max(1e-6, 3 * budget);
  const step = WIDTH / Math.max(1, values.length);
  const known = values.filter((value) => value !== null).length;
  const worst = values.reduce<number>((low, value) => Math.min(low, value ?? 1), 1);
  const bars = values.map((value, day) => ({ value, x: day * step }));
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={
        known === 0
          ? 'No data in the last 30 days'
          : `Last ${values.length} days: ${known} with data, worst ${(Math.floor(worst * 1e5) / 1e3).toString()} %`
      }
    >
      <line x1="0" x2={WIDTH} y1="0.5" y2="0.5" className="stroke-line-strong" strokeOpacity={0.5} />
      {target !== null && (
        <line
          x1="0"
          x2={WIDTH}
          y1={HEIGHT / 3}
          y2={HEIGHT / 3}
          className="stroke-dim"
          strokeDasharray="2 3"
          strokeOpacity={0.7}
        />
      )}
      {bars.map(({ value, x }) =>
        value === null ? (
          <circle key={x} cx={x + step / 2} cy="3.5" r="0.8" className="fill-dim" />
        ) : (
          <rect
            key={x}
            x={x + 0.5}
            y="1"
            width={Math.max(1, step - 1)}
            height={value >= 1 ? 0 : Math.max(1.5, Math.min(1, (1 - value) / scale) * (HEIGHT - 1))}
            className={target !== null && value < target ? 'fill-bad' : 'fill-accent'}
          />
        ),
      )}
    </svg>
  );
}
