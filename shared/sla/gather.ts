/** Reads what a window is judged by: whole hours from roll-ups, minutes only where a window, or what is excluded from it, cuts an hour. */
import type { Sla, SlaExclusion, SlaRevision } from '../entities/sla.ts';
import type { Span } from './calendar.ts';
import { mergeInto, mergeRollup, noSums } from './chunk.ts';
import { excludedOf } from './excluded.ts';
import { HourMarks } from './marks.ts';
import { HOUR, MINUTE, type WindowData } from './model.ts';
import { type MetricSource, seriesOf } from './source.ts';
import { clip, joinStates, subtract } from './spans.ts';

/** What of an SLA decides which data it is judged by. */
export type Measured = Pick<Sla, 'id' | 'workspace_id' | 'service' | 'revisions' | 'ended_at'>;
export type Maintenance = Pick<SlaExclusion, 'sla_id' | 'from' | 'to'>;

/** Whole hours to read from roll-ups, and parts of hours to read from minutes. */
interface Plan {
  readonly whole: Span[];
  readonly parts: Span[];
}

/** A minute any part of which is not in `judged` is left out: its requests cannot be told apart. */
function planOf(judged: readonly Span[]): Plan {
  const whole: Span[] = [];
  const parts: Span[] = [];
  for (const span of judged) {
    const end = Math.floor(span.to / MINUTE) * MINUTE;
    for (let at = Math.ceil(span.from / MINUTE) * MINUTE; at < end; ) {
      const hours = at % HOUR === 0 ? Math.floor((end - at) / HOUR) : 0;
      const to = hours > 0 ? at + hours * HOUR : Math.min(Math.floor(at / HOUR) * HOUR + HOUR, end);
      (hours > 0 ? whole : parts).push({ from: at, to });
      at = to;
    }
  }
  return { whole, parts };
}

/** The data of `window`, which is what is judged: for a window not over it ends now. Throws INPUT_INVALID where the source holds no chunk. */
export function gather(
  source: MetricSource,
  sla: Measured,
  revision: Pick<SlaRevision, 'terms'>,
  exclusions: readonly Maintenance[],
  window: Span,
): WindowData {
  const excluded = excludedOf(sla, revision, exclusions, window);
  const { whole, parts } = planOf(subtract([window], excluded));
  const { totals, sketch } = noSums();
  const hours = new Map<number, HourMarks>();
  let sumUs = 0n;
  const add = (
    hour: number,
    merge: (sums: { totals: typeof totals; sketch: typeof sketch; marks: HourMarks }) => void,
  ) => {
    let marks = hours.get(hour);
    if (marks === undefined) {
      marks = new HourMarks();
      hours.set(hour, marks);
    }
    merge({ totals, sketch, marks });
    // One hour is exact as a double, a busy month is not.
    sumUs += BigInt(totals.sumUs);
    totals.sumUs = 0;
  };
  const series = seriesOf(source, sla);
  for (const { id } of series) {
    for (const { from, to } of whole)
      for (const { hour, bytes } of source.hourTotals(id, from, to)) add(hour, (sums) => mergeRollup(bytes, sums));
    for (const { from, to } of parts) {
      const first = Math.floor(from / HOUR) * HOUR;
      for (const { hour, bytes } of source.hours(id, first, first + HOUR))
        add(hour, (sums) => mergeInto(bytes, sums, (from - hour) / MINUTE, (to - hour) / MINUTE));
    }
  }
  totals.sumUs = Number(sumUs);
  const active = [...hours].map(([hour, marks]) => ({ hour, marks })).filter(({ marks }) => marks.active > 0);
  return {
    window,
    totals,
    sumUs,
    sketch,
    minutesWithRequests: active.reduce((sum, { marks }) => sum + marks.active, 0),
    hours: active.sort((a, b) => a.hour - b.hour),
    states: series.map(({ id }) => joinStates(clip(source.states(id, window.from, window.to), window))),
    excluded,
  };
}
