/** What was up and down between observations: pure. A state stands until the next observation, no longer than it may be held. */
import type { Span } from '../../shared/sla/calendar.ts';
import { DAY, type StateSpan } from '../../shared/sla/model.ts';
import { joinStates } from '../../shared/sla/spans.ts';

export interface Observation {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly up: boolean;
}

/** Spans cut at UTC days, so that a state that goes on for months rewrites the present day only. */
export function cutAtDays(spans: readonly StateSpan[]): StateSpan[] {
  return spans.flatMap(({ from, to, up }) => {
    const parts: StateSpan[] = [];
    for (let at = from; at < to; ) {
      const end = Math.min(to, Math.floor(at / DAY) * DAY + DAY);
      parts.push({ from: at, to: end, up });
      at = end;
    }
    return parts;
  });
}

/**
 * Spans of observations in order of time, no two at one instant.
 * @param holdMs how long one stands at most; null: until the next.
 * @param next where something is known again after the last; null: nowhere, so that the last stands for `holdMs`, or not at all.
 */
export function spansOf(
  observations: readonly Observation[],
  holdMs: number | null,
  next: number | null = null,
): StateSpan[] {
  const spans = observations.map(({ at, up }, i) => {
    const end = observations[i + 1]?.at ?? next ?? at + (holdMs ?? 0);
    return { from: at, to: holdMs === null ? end : Math.min(end, at + holdMs), up };
  });
  return joinStates(spans.filter(({ from, to }) => from < to));
}

/** A stretch whose spans are void, and what takes their place. */
export interface Replacement {
  readonly removed: readonly StateSpan[];
  readonly added: readonly StateSpan[];
}

const same = (a: StateSpan | undefined, b: StateSpan | undefined): boolean =>
  a !== undefined && b !== undefined && a.from === b.from && a.to === b.to && a.up === b.up;

/**
 * What changes when `region` holds `derived` instead of what it held: `before` are the spans that touch or overlap it, of which what lies
 * outside stays. Spans that come out as they were are left alone.
 */
export function replaced(before: readonly StateSpan[], region: Span, derived: readonly StateSpan[]): Replacement {
  const left = before.map(({ from, to, up }) => ({ from, to: Math.min(to, region.from), up }));
  const right = before.map(({ from, to, up }) => ({ from: Math.max(from, region.to), to, up }));
  const all = [...left, ...derived, ...right].filter(({ from, to }) => from < to);
  const after = cutAtDays(joinStates(all));
  let head = 0;
  while (same(before[head], after[head])) head += 1;
  let tail = 0;
  while (tail < Math.min(before.length, after.length) - head && same(before.at(-1 - tail), after.at(-1 - tail)))
    tail += 1;
  return { removed: before.slice(head, before.length - tail), added: after.slice(head, after.length - tail) };
}
