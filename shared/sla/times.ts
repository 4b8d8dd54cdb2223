/** Up, down and not observed, as stretches of time. */
import type { SlaTerms } from '../entities/sla.ts';
import type { Span } from './calendar.ts';
import { MINUTE, type WindowData } from './model.ts';
import { downOf, intersect, observedOf, subtract, union } from './spans.ts';

export interface Times {
  /** The window without what is excluded. */
  readonly judged: Span[];
  /** Of it: observed; and down, which is observed. */
  readonly observed: Span[];
  readonly down: Span[];
}

/** Whole minutes that had requests, or in which every request failed; over all series. */
export function minuteSpans(data: Pick<WindowData, 'hours'>, which: 'active' | 'failed'): Span[] {
  const spans: { from: number; to: number }[] = [];
  for (const { hour, marks } of data.hours)
    for (let minute = 0; minute < 60; minute++) {
      if (!(which === 'active' ? marks.isActive(minute) : marks.isFailed(minute))) continue;
      const from = hour + minute * MINUTE;
      const last = spans.at(-1);
      // Joined as they come, in order: a busy month has 44,640 of them.
      if (last?.to === from) last.to = from + MINUTE;
      else spans.push({ from, to: from + MINUTE });
    }
  return spans;
}

/**
 * By time: what the state spans say, their union over the series. By requests, where it is told beside availability and decides nothing: also a
 * minute in which requests came is observed, and down where every one failed, over all series together ("a minute is unavailable if all
 * attempts within the minute fail": Microsoft, Service Level Agreement for Online Services, Downtime of Azure SQL Database).
 */
export function timesOf(data: WindowData, basis: SlaTerms['availability_basis']): Times {
  const judged = subtract([data.window], data.excluded);
  const seen = observedOf(data.states);
  const down = downOf(data.states);
  if (basis === 'time') return { judged, observed: intersect(seen, judged), down: intersect(down, judged) };
  // Minutes were gathered from judged time alone, and whole.
  return {
    judged,
    observed: union([...intersect(seen, judged), ...minuteSpans(data, 'active')]),
    down: union([...intersect(down, judged), ...minuteSpans(data, 'failed')]),
  };
}
