import { clsx } from 'clsx';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import type { Output } from '../../shared/contract/index.ts';
import { count, duration } from '../ui/numbers.ts';
import { formatDate } from '../ui/time.ts';

type Days = Output<'sla.days'>;
type Day = Days['days'][number];

const MARK = { compliant: '', breached: '✕', no_data: '·' } as const;
const WORD = { compliant: 'kept', breached: 'missed', no_data: 'no data' } as const;
const LOOK = { compliant: 'bg-ok-tint text-ok', breached: 'bg-bad text-on-accent', no_data: 'text-dim' } as const;

interface HeatMapProps {
  readonly days: Days;
  readonly onDay: (day: Day) => void;
}

/** Months as rows, days as cells: kept, missed (a cross) or without data (a dot). Arrows move, Enter opens the day's incidents. */
export function HeatMap({ days: { days, timeZone }, onDay }: HeatMapProps) {
  const months = useMemo(() => [...Map.groupBy(days, ({ day }) => day.slice(0, 7))].toReversed(), [days]);
  const [at, setAt] = useState(days.length - 1);
  const grid = useRef<HTMLTableElement>(null);
  const chosen = days[at] ?? null;
  const move = (to: number): void => {
    const index = Math.max(0, Math.min(days.length - 1, to));
    setAt(index);
    grid.current?.querySelector<HTMLElement>(`[data-day="${days[index]?.day}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: 30, ArrowDown: -30 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    move(at + step);
  };
  return (
    <div>
      <table ref={grid} className="border-separate border-spacing-[2px] text-11" onKeyDown={onKeyDown}>
        <caption className="sr-only">Days of the last months, in {timeZone}</caption>
        <tbody>
          {months.map(([month, list]) => (
            <tr key={month}>
              <th scope="row" className="pr-2 text-left font-normal whitespace-nowrap text-dim">
                {monthName(month)}
              </th>
              {list.map((day) => (
                <td key={day.day} className="p-0">
                  <button
                    type="button"
                    data-day={day.day}
                    tabIndex={day === chosen ? 0 : -1}
                    aria-label={words(day, timeZone)}
                    onFocus={() => setAt(days.indexOf(day))}
                    onMouseEnter={() => setAt(days.indexOf(day))}
                    onClick={() => onDay(day)}
                    className={clsx(
                      'flex h-3.5 w-3.5 items-center justify-center rounded-[3px] leading-none',
                      LOOK[day.verdict],
                    )}
                  >
                    {MARK[day.verdict]}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="tnum mt-1 flex h-4 gap-4 text-11 text-dim">
        <span className="truncate" aria-hidden>
          {chosen === null ? '' : words(chosen, timeZone)}
        </span>
        <span className="ml-auto flex shrink-0 gap-2">
          <Key verdict="compliant" /> <Key verdict="breached" /> <Key verdict="no_data" />
        </span>
      </p>
    </div>
  );
}

function Key({ verdict }: { readonly verdict: keyof typeof MARK }) {
  return (
    <span className="flex items-center gap-1">
      <span
        aria-hidden
        className={clsx('flex h-3 w-3 items-center justify-center rounded-[3px] leading-none', LOOK[verdict])}
      >
        {MARK[verdict]}
      </span>
      {WORD[verdict]}
    </span>
  );
}

function monthName(month: string): string {
  return formatDate(Date.parse(`${month}-15T00:00:00Z`), 'UTC').replace(/^\d+ /, '');
}

/** `12 Oct 2026: missed, 99.871 %, 12,040 requests, down 3 min 05 s` */
function words({ day, verdict, availability, requests, downMs }: Day, zone: string): string {
  const date = formatDate(Date.parse(`${day}T12:00:00Z`), 'UTC');
  const parts = [
    WORD[verdict],
    ...(availability === null ? [] : [availability]),
    ...(requests === 0 ? [] : [`${count(requests)} requests`]),
    ...(downMs === 0 ? [] : [`down ${duration(downMs)}`]),
  ];
  return `${date} (${zone}): ${parts.join(', ')}`;
}
