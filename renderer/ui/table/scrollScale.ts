/**
 * Scrolling past the tallest element a browser can lay out (Chromium: 33,554,428 px, and float positions get coarse well
 * before). The scroller's content is capped; a small move scrolls the list pixel by pixel, a large one (dragging the
 * scrollbar) maps the place in the scroller to the place in the list by proportion.
 */

/** Tallest content given to the browser, px. Under 2^23, where a 32-bit float still holds half pixels. */
export const MAX_CONTENT = 8_000_000;
/** How far the scroller may stray from its proportional place before it is set right, px. */
const DRIFT = 100_000;

export interface Geometry {
  /** Height of the whole list, px. */
  readonly content: number;
  /** Height of the window onto it, px. */
  readonly viewport: number;
}

export interface ScrollState {
  /** `scrollTop` of the element. */
  readonly physical: number;
  /** Offset into the whole list, px. */
  readonly virtual: number;
}

export function physicalHeight({ content }: Geometry): number {
  return Math.min(content, MAX_CONTENT);
}

export function maxVirtual({ content, viewport }: Geometry): number {
  return Math.max(0, content - viewport);
}

/** Where the element must stand to show the list at an offset. */
export function toPhysical(geometry: Geometry, virtual: number): number {
  const range = Math.max(0, physicalHeight(geometry) - geometry.viewport);
  const max = maxVirtual(geometry);
  if (max <= range) return clamp(virtual, 0, max);
  return Math.round((clamp(virtual, 0, max) / max) * range);
}

function toVirtual(geometry: Geometry, physical: number): number {
  const range = Math.max(0, physicalHeight(geometry) - geometry.viewport);
  const max = maxVirtual(geometry);
  if (max <= range) return clamp(physical, 0, max);
  return (clamp(physical, 0, range) / range) * max;
}

/** State that shows the list at an offset exactly. */
export function placeAt(geometry: Geometry, virtual: number): ScrollState {
  const v = clamp(virtual, 0, maxVirtual(geometry));
  return { physical: toPhysical(geometry, v), virtual: v };
}

/**
 * The state after the element moved to `physical`. If the answer's `physical` differs, the element must be set to it:
 * that leaves the rows where they are on screen.
 */
export function afterScroll(geometry: Geometry, before: ScrollState, physical: number): ScrollState {
  const range = Math.max(0, physicalHeight(geometry) - geometry.viewport);
  const max = maxVirtual(geometry);
  if (max <= range) return { physical, virtual: clamp(physical, 0, max) };
  const delta = physical - before.physical;
  if (Math.abs(delta) > geometry.viewport * 2) return { physical, virtual: toVirtual(geometry, physical) };
  const virtual = clamp(before.virtual + delta, 0, max);
  const due = toPhysical(geometry, virtual);
  const atEnd = physical <= 0 || physical >= range || virtual === 0 || virtual === max;
  if (atEnd || Math.abs(due - physical) > DRIFT) return { physical: due, virtual };
  return { physical, virtual };
}

/**
 * Offset that brings the stretch [start, end) into the window [offset, offset + window): the smallest move where it is near,
 * the middle of the window where it is more than a window away.
 */
export function offsetToShow(offset: number, window: number, start: number, end: number): number {
  if (start < offset - window || end > offset + 2 * window) return Math.max(0, start - (window - (end - start)) / 2);
  if (start < offset) return start;
  if (end > offset + window) return Math.max(start - Math.max(0, window - (end - start)), 0);
  return offset;
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
