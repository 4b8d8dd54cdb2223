/** Time that counts for nothing, on either side of availability: OPERATIONS' X in `1 - |down ∖ X| / |[s, e) ∖ X|`. */
import type { ServiceHours, Sla, SlaExclusion, SlaRevision } from '../entities/sla.ts';
import { offsetsOf, type Span } from './calendar.ts';
import { DAY, MINUTE } from './model.ts';
import { clip, subtract, union } from './spans.ts';

/** Minutes since local midnight; `24:00` is 1,440. */
function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** ISO weekday of a day counted from 1970-01-01, a Thursday. */
function weekday(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/**
 * Instants of a window whose local clock shows service hours. By the clock: an hour that is skipped in spring is not there, one that comes twice
 * in autumn counts both times.
 */
export function serviceSpans(hours: readonly ServiceHours[], zone: string, window: Span): Span[] {
  const spans: Span[] = [];
  for (const { from, to, offset } of offsetsOf(window, zone)) {
    const local: Span[] = [];
    // From the day before, whose hours may reach past midnight.
    for (let day = Math.floor((from + offset) / DAY) - 1; day * DAY < to + offset; day++) {
      for (const rule of hours) {
        if (!rule.days.includes(weekday(day))) continue;
        const begins = minutesOf(rule.from);
        const ends = minutesOf(rule.to);
        local.push({
          from: day * DAY + begins * MINUTE,
          to: day * DAY + (ends > begins ? ends : ends + 24 * 60) * MINUTE,
        });
      }
    }
    for (const span of clip(local, { from: from + offset, to: to + offset }))
      spans.push({ from: span.from - offset, to: span.to - offset });
  }
  return union(spans);
}

/** Excluded stretches of a window: maintenance, outside service hours, before the SLA was made, after it ended. Sorted, merged. */
export function excludedOf(
  sla: Pick<Sla, 'id' | 'revisions' | 'ended_at'>,
  revision: Pick<SlaRevision, 'terms'>,
  exclusions: readonly Pick<SlaExclusion, 'sla_id' | 'from' | 'to'>[],
  window: Span,
): Span[] {
  const { service_hours, time_zone } = revision.terms;
  const spans: Span[] = exclusions
    .filter(({ sla_id }) => sla_id === null || sla_id === sla.id)
    .map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }));
  spans.push({ from: window.from, to: Date.parse(sla.revisions[0]!.effective_from) });
  if (sla.ended_at !== null) spans.push({ from: Date.parse(sla.ended_at), to: window.to });
  if (service_hours !== null) spans.push(...subtract([window], serviceSpans(service_hours, time_zone, window)));
  return union(clip(spans, window));
}
