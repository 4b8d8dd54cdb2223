/** Sets of time as half-open spans. Every answer is sorted, without overlap, touching neighbours joined, nothing empty. */
import type { Span } from './calendar.ts';
import type { StateSpan } from './model.ts';

/** Whatever lies in any of them, in any order. */
export function union(spans: Iterable<Span>): Span[] {
  const sorted = [...spans].filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}

/** What lies in both. Each argument as `union` answers. */
export function intersect(a: readonly Span[], b: readonly Span[]): Span[] {
  const both: Span[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const from = Math.max(a[i]!.from, b[j]!.from);
    const to = Math.min(a[i]!.to, b[j]!.to);
    if (from < to) both.push({ from, to });
    if (a[i]!.to < b[j]!.to) i += 1;
    else j += 1;
  }
  return both;
}

/** What lies in `a` and not in `b`. Each argument as `union` answers. */
export function subtract(a: readonly Span[], b: readonly Span[]): Span[] {
  const left: Span[] = [];
  let j = 0;
  for (const { from, to } of a) {
    let at = from;
    while (j < b.length && b[j]!.to <= at) j += 1;
    for (let k = j; k < b.length && b[k]!.from < to; k++) {
      if (at < b[k]!.from) left.push({ from: at, to: b[k]!.from });
      at = Math.max(at, b[k]!.to);
    }
    if (at < to) left.push({ from: at, to });
  }
  return left;
}

/** Milliseconds in all; of spans that do not overlap. */
export function lengthOf(spans: Iterable<Span>): number {
  let length = 0;
  for (const { from, to } of spans) length += to - from;
  return length;
}

/** The part of spans within a window, order and kind kept, nothing empty. */
export function clip<S extends Span>(spans: Iterable<S>, window: Span): S[] {
  const inside: S[] = [];
  for (const span of spans) {
    const from = Math.max(span.from, window.from);
    const to = Math.min(span.to, window.to);
    if (from < to) inside.push({ ...span, from, to });
  }
  return inside;
}

/** Stretches in which at least one series was seen down. */
export function downOf(states: readonly (readonly StateSpan[])[]): Span[] {
  return union(states.flat().filter(({ up }) => !up));
}

/**
 * Stretches in which at least one series was observed. A series nobody observes says nothing: if all had to be, a service that was retired,
 * or is new, would make the whole month unobserved.
 */
export function observedOf(states: readonly (readonly StateSpan[])[]): Span[] {
  return union(states.flat());
}

/** One series' spans by rising time, neighbours of one state joined: what was seen, however it was cut when stored. */
export function joinStates(spans: readonly StateSpan[]): StateSpan[] {
  const joined: { from: number; to: number; up: boolean }[] = [];
  for (const { from, to, up } of spans) {
    const last = joined.at(-1);
    if (last !== undefined && last.up === up && last.to === from) last.to = to;
    else joined.push({ from, to, up });
  }
  return joined;
}
