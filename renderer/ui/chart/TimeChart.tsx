import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import {
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { axisMarks, zoneOffset } from '../timeAxis.ts';
import { useTime } from '../zone.ts';
import { TimeTable } from './TimeTable.tsx';
import { type ChartPoint, type ChartTarget, cursorTarget, type Domain, domainOf } from './timeChart.ts';

const HEIGHT = 132;
const AXIS_WIDTH = 56;
const MARKS = 6;

export type BandKind = 'breach' | 'excluded' | 'unobserved';
export interface ChartBand {
  readonly from: number;
  readonly to: number;
  readonly kind: BandKind;
}

export interface TimeChartProps {
  /** What is drawn, as a heading and for assistive technology. */
  readonly label: string;
  /** Unit in the axis head, such as `ms`. */
  readonly unit: string;
  readonly from: number;
  readonly to: number;
  /** IANA zone in which days begin. */
  readonly points: readonly ChartPoint[];
  readonly targets: readonly ChartTarget[];
  readonly bands: readonly ChartBand[];
  readonly axis: 'floor' | 'ceiling';
  /** Exact, with its unit. */
  readonly format: (value: number) => string;
  /** Short, for the axis. */
  readonly tick: (value: number) => string;
  /** More of one point for the readout, such as its requests. */
  readonly more?: (index: number) => string;
  readonly asTable: boolean;
}

const KINDS: readonly BandKind[] = ['breach', 'excluded', 'unobserved'];
const BANDS: Readonly<Record<BandKind, string>> = {
  breach: 'in breach',
  excluded: 'excluded',
  unobserved: 'not observed',
};

/**
 * One measure over time with its target at the line and what happened behind it. The pointer or the arrow keys move a cursor whose figures stand
 * below; the same figures as a table are one key away.
 */
export function TimeChart(props: TimeChartProps) {
  const { label, unit, points, targets, axis, asTable, bands } = props;
  const domain = useMemo(() => domainOf(points, targets, axis), [points, targets, axis]);
  const kinds = KINDS.filter((kind) => bands.some((band) => band.kind === kind));
  return (
    <figure className="min-w-0">
      <figcaption className="flex items-baseline justify-between gap-3 text-12">
        <span className="font-medium">
          {label} <span className="font-normal text-dim">({unit})</span>
        </span>
        <span className="flex gap-3 text-11 text-dim">
          {!domain.fromZero && !asTable && <span>axis begins at {props.tick(domain.low)}</span>}
          {!asTable && kinds.map((kind) => <BandKey key={kind} kind={kind} />)}
        </span>
      </figcaption>
      {asTable ? <TimeTable {...props} /> : <Plot {...props} domain={domain} />}
    </figure>
  );
}

function BandKey({ kind }: { readonly kind: BandKind }) {
  const id = useId();
  return (
    <span className="flex items-center gap-1">
      <svg width="10" height="10" aria-hidden="true">
        <defs>
          <BandPattern id={id} kind={kind} />
        </defs>
        <rect width="10" height="10" fill={`url(#${id})`} />
      </svg>
      {BANDS[kind]}
    </span>
  );
}

/** Told apart by form, not by colour: solid lines, wide hatching, dots. */
function BandPattern({ id, kind }: { readonly id: string; readonly kind: BandKind }) {
  if (kind === 'unobserved') {
    return (
      <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse">
        <circle cx="1.5" cy="1.5" r="0.9" className="fill-dim" />
      </pattern>
    );
  }
  const breach = kind === 'breach';
  return (
    <pattern
      id={id}
      width={breach ? 4 : 7}
      height={breach ? 4 : 7}
      patternUnits="userSpaceOnUse"
      patternTransform={breach ? 'rotate(45)' : 'rotate(-45)'}
    >
      {breach && <rect width="4" height="4" className="fill-bad-tint" />}
      <rect width={breach ? 1.5 : 1} height="8" className={breach ? 'fill-bad' : 'fill-dim'} />
    </pattern>
  );
}

type PlotProps = TimeChartProps & { readonly domain: Domain };

function Plot(props: PlotProps) {
  const { points, label, format, more } = props;
  const time = useTime();
  const [cursor, setCursor] = useState<number | null>(null);
  const last = points.length - 1;
  const readout = (index: number): string => {
    const point = points[index];
    if (point === undefined) return 'no data';
    const value = point.value === null ? 'no data' : format(point.value);
    const detail = more?.(index) ?? '';
    return `${time.minute(point.at)} ${time.label}: ${value}${detail === '' ? '' : ` · ${detail}`}`;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = cursorTarget(event.key, cursor ?? last, last);
    if (next === null || last < 0) return;
    event.preventDefault();
    event.stopPropagation();
    setCursor(next);
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last)}
      aria-valuenow={cursor ?? Math.max(0, last)}
      aria-valuetext={readout(cursor ?? last)}
      onKeyDown={onKeyDown}
      onBlur={() => setCursor(null)}
    >
      <Drawing {...props} cursor={cursor} onCursor={setCursor} />
      <p className="tnum h-4 truncate text-11 text-dim" aria-hidden>
        {cursor !== null && readout(Math.min(cursor, last))}
      </p>
    </div>
  );
}

interface DrawingProps extends PlotProps {
  readonly cursor: number | null;
  readonly onCursor: (index: number | null) => void;
}

const TICK = { fill: 'var(--dim)', fontSize: 11 };

function Drawing({ points, targets, bands, domain, axis, from, to, tick, cursor, onCursor }: DrawingProps) {
  const id = useId().replaceAll(':', '');
  const time = useTime();
  const marks = useMemo(() => axisMarks(from, to, MARKS, zoneOffset(time.zone)), [from, to, time.zone]);
  const dayLong = to - from > 2 * 86_400_000;
  const shown = cursor === null ? undefined : points[cursor];
  return (
    <ResponsiveContainer width="100%" height={HEIGHT}>
      <ComposedChart
        data={points as ChartPoint[]}
        accessibilityLayer={false}
        margin={{ top: 8, right: 12, bottom: 0, left: 0 }}
        onMouseMove={(state) => onCursor(state.activeTooltipIndex == null ? null : Number(state.activeTooltipIndex))}
        onMouseLeave={() => onCursor(null)}
      >
        <defs>
          {KINDS.map((kind) => (
            <BandPattern key={kind} id={`${id}-${kind}`} kind={kind} />
          ))}
        </defs>
        <CartesianGrid stroke="var(--line)" vertical={false} />
        {bands.map((band) => (
          <ReferenceArea
            key={`${band.kind} ${band.from}`}
            x1={Math.max(from, band.from)}
            x2={Math.min(to, band.to)}
            fill={`url(#${id}-${band.kind})`}
            fillOpacity={0.55}
            ifOverflow="hidden"
          />
        ))}
        <XAxis
          dataKey="at"
          type="number"
          domain={[from, to]}
          ticks={marks}
          tickFormatter={(at: number) => (dayLong ? time.date(at).replace(/ \d+$/, '') : time.hourMinute(at))}
          tick={TICK}
          stroke="var(--line)"
          tickLine={false}
          height={20}
        />
        <YAxis
          type="number"
          domain={[domain.low, domain.high]}
          tickFormatter={tick}
          tick={TICK}
          stroke="none"
          tickCount={4}
          width={AXIS_WIDTH}
          allowDataOverflow
        />
        {targets.map(({ from: begin, to: end, value }) => (
          <ReferenceLine
            key={begin}
            segment={[
              { x: Math.max(from, begin), y: value },
              { x: Math.min(to, end), y: value },
            ]}
            stroke="var(--text)"
            strokeDasharray="5 3"
            label={{
              value: `target ${tick(value)}`,
              // Under a line near the top, above one near the foot: where there is room.
              position: axis === 'ceiling' ? 'insideTopLeft' : 'insideBottomLeft',
              fill: 'var(--text)',
              fontSize: 11,
            }}
            ifOverflow="extendDomain"
          />
        ))}
        <Line
          dataKey="value"
          type="linear"
          stroke="var(--accent)"
          strokeWidth={1.5}
          dot={false}
          activeDot={false}
          connectNulls={false}
          isAnimationActive={false}
        />
        {shown !== undefined && <ReferenceLine x={shown.at} stroke="var(--dim)" />}
        <Tooltip content={() => null} cursor={false} isAnimationActive={false} />
      </ComposedChart>
    </ResponsiveContainer>
  );
}
