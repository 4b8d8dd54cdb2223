import { ChartNoAxesColumn, Table2, ZoomOut } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { AuditHistogram } from '../../shared/contract/audit.ts';
import { IconButton } from '../ui/Button.tsx';
import { count } from '../ui/numbers.ts';
import { axisMarks, zoneOffset } from '../ui/timeAxis.ts';
import { type Bucket, barPaths, bucketAt, lengthWords, rangeOf, summed } from './buckets.ts';
import { HistogramTable } from './HistogramTable.tsx';

const HEIGHT = 60;

export interface HistogramClock {
  readonly zone: string;
  readonly label: string;
  readonly date: (at: number) => string;
  readonly hourMinute: (at: number) => string;
  readonly clock: (at: number) => string;
}

interface HistogramProps {
  readonly histogram: AuditHistogram;
  readonly clock: HistogramClock;
  readonly stale: boolean;
  readonly asTable: boolean;
  readonly onTable: (on: boolean) => void;
  readonly onZoom: (from: number, to: number) => void;
  /** Null where the whole log is shown already. */
  readonly onZoomOut: (() => void) | null;
}

/** Events over time, stacked by outcome, bars from zero. Drag to zoom; by keyboard arrows move a cursor, Shift extends, Enter zooms, Backspace zooms out. */
export function Histogram(props: HistogramProps) {
  const { asTable, onTable, onZoomOut } = props;
  return (
    <div className="group relative px-[18px] pb-1.5">
      {asTable ? (
        <HistogramTable histogram={props.histogram} clock={props.clock} onZoom={props.onZoom} />
      ) : (
        <Chart {...props} />
      )}
      <div className="absolute right-[18px] -bottom-px flex gap-0.5 rounded bg-bg opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
        {onZoomOut && <IconButton small icon={ZoomOut} label="Zoom out" onClick={onZoomOut} />}
        <IconButton
          small
          icon={asTable ? ChartNoAxesColumn : Table2}
          label={asTable ? 'Show as chart (H)' : 'Show as table (H)'}
          onClick={() => onTable(!asTable)}
        />
      </div>
    </div>
  );
}

function Chart({ histogram, clock, stale, onZoom, onZoomOut }: HistogramProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const bars = useMemo(() => barPaths(histogram, width, HEIGHT), [histogram, width]);
  const buckets = histogram.success.length;
  const cursor = useCursor(histogram, onZoom, onZoomOut);
  const step = buckets === 0 ? 0 : width / buckets;
  const bucketUnder = (event: PointerEvent): number => {
    const left = box.current?.getBoundingClientRect().left ?? 0;
    return Math.max(0, Math.min(buckets - 1, Math.floor((event.clientX - left) / Math.max(step, 0.001))));
  };
  const shown = cursor.hover ?? cursor.at;
  const bucket = shown === null || buckets === 0 ? null : bucketAt(histogram, Math.min(shown, buckets - 1));
  const exact = cursor.stretch ? summed(histogram, ...cursor.stretch) : bucket;
  const now = bucketAt(histogram, Math.min(cursor.at ?? 0, Math.max(0, buckets - 1)));
  return (
    <div
      ref={box}
      role="slider"
      tabIndex={0}
      aria-label="Events over time by outcome"
      aria-roledescription="histogram"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, buckets - 1)}
      aria-valuenow={now.index}
      aria-valuetext={bucketText(now, clock)}
      className={`relative touch-none select-none ${stale ? 'opacity-60' : ''}`}
      onKeyDown={cursor.onKeyDown}
      onBlur={cursor.leave}
      onPointerDown={(event) => {
        if (event.button !== 0 || buckets === 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        cursor.start(bucketUnder(event));
      }}
      onPointerMove={(event) => buckets > 0 && cursor.move(bucketUnder(event))}
      onPointerUp={(event) => buckets > 0 && cursor.finish(bucketUnder(event))}
      onPointerCancel={cursor.cancel}
      onPointerLeave={cursor.leaveHover}
    >
      <svg width="100%" height={HEIGHT} className="block overflow-visible" aria-hidden="true" focusable="false">
        <defs>
          <pattern id="audit-hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="4" height="4" className="fill-warn-tint" />
            <rect width="2" height="4" className="fill-warn" />
          </pattern>
        </defs>
        <path d={bars.success} className="fill-accent" fillOpacity={0.6} />
        <path d={bars.failure} fill="url(#audit-hatch)" />
        <path d={bars.denied} className="fill-bad" />
        <line x1="0" x2="100%" y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} className="stroke-line" />
        {cursor.stretch && (
          <rect
            x={cursor.stretch[0] * step}
            width={(cursor.stretch[1] - cursor.stretch[0] + 1) * step}
            height={HEIGHT}
            className="fill-accent stroke-accent"
            fillOpacity={0.18}
          />
        )}
        {shown !== null && (
          <rect x={shown * step} width={step} height={HEIGHT} className="fill-text" fillOpacity={0.08} />
        )}
      </svg>
      <Axis histogram={histogram} width={width} clock={clock} max={bars.max} />
      {bucket && exact && <Exact bucket={exact} clock={clock} left={(bucket.index + 0.5) * step} width={width} />}
    </div>
  );
}

function Axis({
  histogram,
  width,
  clock,
  max,
}: Pick<HistogramProps, 'histogram' | 'clock'> & { width: number; max: number }) {
  const { from, to } = histogram;
  const marks = useMemo(
    () => axisMarks(from, to, Math.max(2, Math.floor(width / 100)), zoneOffset(clock.zone)),
    [from, to, width, clock.zone],
  );
  const oneDay = clock.date(from) === clock.date(to - 1);
  const label = (at: number): string => {
    const time = clock.hourMinute(at);
    if (oneDay) return time;
    const day = clock.date(at).replace(/ \d+$/, '');
    return time === '00:00' ? day : `${day} ${time}`;
  };
  const end = `to ${label(to)} ${clock.label}`;
  if (max === 0) return <div className="mt-1 h-4" />;
  return (
    <div className="tnum relative mt-1 h-4 text-11 text-dim" aria-hidden>
      {marks
        .map((at) => ({ at, x: ((at - from) / (to - from)) * width }))
        .filter(({ x }) => x < width - 270)
        .map(({ at, x }) => (
          <span key={at} className="absolute whitespace-nowrap" style={{ left: x }}>
            {label(at)}
          </span>
        ))}
      <span className="absolute right-0 bg-bg pl-2 whitespace-nowrap group-focus-within:right-14 group-hover:right-14">
        tallest {count(max)} in {lengthWords(histogram.bucketMs)} · {end}
      </span>
    </div>
  );
}

interface ExactProps {
  readonly bucket: Bucket;
  readonly clock: HistogramClock;
  readonly left: number;
  readonly width: number;
}

function Exact({ bucket, clock, left, width }: ExactProps) {
  return (
    <div
      className="tnum pointer-events-none absolute top-full z-20 mt-1 rounded border border-line bg-panel px-2 py-1 text-12 whitespace-nowrap shadow-pop"
      style={left < width / 2 ? { left } : { right: width - left }}
    >
      <p className="text-dim">{bucketRange(bucket, clock)}</p>
      <p className="flex items-center gap-2.5">
        <b className="font-bold">{count(bucket.total)} events</b>
        <Swatch fill="fill-accent" opacity={0.6} text={`${count(bucket.success)} success`} />
        <Swatch fill="url(#audit-hatch)" text={`${count(bucket.failure)} failure`} />
        <Swatch fill="fill-bad" text={`${count(bucket.denied)} denied`} />
      </p>
    </div>
  );
}

function Swatch({
  fill,
  opacity = 1,
  text,
}: {
  readonly fill: string;
  readonly opacity?: number;
  readonly text: string;
}) {
  const paint = fill.startsWith('url') ? { fill } : { className: fill };
  return (
    <span className="flex items-center gap-1">
      <svg width="9" height="9" aria-hidden="true">
        <rect width="9" height="9" fillOpacity={opacity} {...paint} />
      </svg>
      {text}
    </span>
  );
}

/** `24 Nov 2026, 11:45:00 – 12:00:00 UTC` */
export function bucketRange({ from, to }: Bucket, clock: HistogramClock): string {
  const precise = to - from < 60_000;
  const time = (at: number) => (precise ? clock.clock(at) : clock.hourMinute(at));
  const end = clock.date(from) === clock.date(to) ? time(to) : `${clock.date(to)}, ${time(to)}`;
  return `${clock.date(from)}, ${time(from)} – ${end} ${clock.label}`;
}

function bucketText(bucket: Bucket, clock: HistogramClock): string {
  const { success, failure, denied } = bucket;
  return `${bucketRange(bucket, clock)}: ${count(success)} success, ${count(failure)} failure, ${count(denied)} denied`;
}

/** The bucket under pointer or cursor, and the stretch being chosen. */
function useCursor(
  histogram: AuditHistogram,
  onZoom: HistogramProps['onZoom'],
  onZoomOut: HistogramProps['onZoomOut'],
) {
  const [hover, setHover] = useState<number | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const [anchor, setAnchor] = useState<number | null>(null);
  const [dragged, setDragged] = useState<readonly [number, number] | null>(null);
  const last = histogram.success.length - 1;
  const zoom = (a: number, b: number): void => {
    const range = rangeOf(histogram, a, b);
    setAnchor(null);
    setDragged(null);
    onZoom(range.from, range.to);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const from = at ?? last;
    const to = keyTarget(event.key, from, last);
    if (to !== null) {
      setAt(to);
      setAnchor(event.shiftKey ? (anchor ?? from) : null);
    } else if (event.key === 'Enter' && last >= 0) {
      zoom(anchor ?? from, from);
    } else if ((event.key === 'Backspace' || event.key === '-') && onZoomOut) {
      onZoomOut();
    } else if (event.key === 'Escape' && anchor !== null) {
      setAnchor(null);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const ends = dragged ?? (anchor === null || at === null ? null : ([anchor, at] as const));
  return {
    at,
    hover,
    stretch: ends === null ? null : ([Math.min(...ends), Math.max(...ends)] as const),
    onKeyDown,
    start: (index: number) => setDragged([index, index]),
    move: (index: number) => {
      setHover(index);
      if (dragged) setDragged([dragged[0], index]);
    },
    finish: (index: number) => {
      // A press without a drag only shows figures; a zoom takes at least two buckets.
      if (dragged && dragged[0] !== index) zoom(dragged[0], index);
      else setDragged(null);
    },
    cancel: () => setDragged(null),
    leaveHover: () => setHover(null),
    leave: () => {
      setAt(null);
      setAnchor(null);
    },
  };
}

function keyTarget(key: string, from: number, last: number): number | null {
  const targets: Readonly<Record<string, number>> = {
    ArrowLeft: from - 1,
    ArrowDown: from - 1,
    ArrowRight: from + 1,
    ArrowUp: from + 1,
    PageUp: from - 10,
    PageDown: from + 10,
    Home: 0,
    End: last,
  };
  const to = targets[key];
  return to === undefined ? null : Math.max(0, Math.min(last, to));
}

function useWidth(ref: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(800);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.max(1, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}
