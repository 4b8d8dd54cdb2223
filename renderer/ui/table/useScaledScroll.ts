/** TanStack Virtual over a list taller than the browser can lay out (see scrollScale.ts). */
import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { afterScroll, type Geometry, offsetToShow, physicalHeight, placeAt, type ScrollState } from './scrollScale.ts';

/** Pitch of a row, px: 29 and its line. */
export const ROW = 30;
/** Height of the sticky head, px. */
export const HEAD = 33;
const OVERSCAN = 12;

export interface ScaledScroll {
  readonly virtualizer: Virtualizer<HTMLDivElement, Element>;
  /** Height of the element that holds the rows, px. */
  readonly bodyHeight: number;
  /** Where the first rendered row stands in that element, px. */
  readonly top: number;
  /** Rows that fit whole. */
  readonly pageRows: number;
  readonly width: number;
  /** Bring a row into sight with the smallest move. */
  readonly show: (row: number) => void;
  readonly toTop: () => void;
  /** Move on by so many rows, as rows came in above; a list that stands at its top stays there. */
  readonly shiftBy: (rows: number) => void;
}

/** `count` rows of {@link ROW} px in the scroller, under a sticky head of {@link HEAD} px. */
export function useScaledScroll(scroller: RefObject<HTMLDivElement | null>, count: number): ScaledScroll {
  const size = useSize(scroller);
  const state = useRef<ScrollState>({ physical: 0, virtual: 0 });
  const geometry = useRef<Geometry>({ content: 0, viewport: 0 });
  geometry.current = { content: HEAD + count * ROW, viewport: size.height };
  const report = useRef<(offset: number) => void>(() => {});

  const virtualizer = useVirtualizer<HTMLDivElement, Element>({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: OVERSCAN,
    // This file alone moves the element; the virtualizer only computes which rows are in sight.
    scrollToFn: () => {},
    observeElementOffset: (_instance, notify) => {
      const element = scroller.current;
      if (element === null) return undefined;
      report.current = (offset) => notify(offset, false);
      const follow = (): void => {
        const next = afterScroll(geometry.current, state.current, element.scrollTop);
        const moved = next.virtual !== state.current.virtual || next.physical !== state.current.physical;
        state.current = next;
        if (Math.abs(next.physical - element.scrollTop) >= 1) element.scrollTop = next.physical;
        // Rendered before the frame is painted: a fast scroll must not show an empty band.
        if (moved) flushSync(() => report.current(next.virtual));
      };
      element.addEventListener('scroll', follow, { passive: true });
      report.current(state.current.virtual);
      return () => element.removeEventListener('scroll', follow);
    },
  });

  const place = useCallback(
    (offset: number) => {
      const element = scroller.current;
      if (element === null) return;
      state.current = placeAt(geometry.current, offset);
      element.scrollTop = state.current.physical;
      report.current(state.current.virtual);
    },
    [scroller],
  );
  const show = useCallback(
    (row: number) => {
      if (row < 0) return;
      const window = geometry.current.viewport - HEAD;
      const to = offsetToShow(state.current.virtual, window, row * ROW, (row + 1) * ROW);
      if (to !== state.current.virtual) place(to);
    },
    [place],
  );
  // The list got shorter or the window taller: the place must stay within it.
  useLayoutEffect(() => {
    const max = Math.max(0, HEAD + count * ROW - size.height);
    if (state.current.virtual > max) place(max);
  }, [count, size.height, place]);

  const first = virtualizer.getVirtualItems()[0]?.start ?? 0;
  return {
    virtualizer,
    bodyHeight: Math.max(0, physicalHeight(geometry.current) - HEAD),
    top: state.current.physical - state.current.virtual + first,
    pageRows: Math.max(1, Math.floor((size.height - HEAD) / ROW)),
    width: size.width,
    show,
    toTop: useCallback(() => place(0), [place]),
    shiftBy: useCallback(
      (rows) => {
        if (state.current.virtual > 0 && rows !== 0) place(state.current.virtual + rows * ROW);
      },
      [place],
    ),
  };
}

function useSize(ref: RefObject<HTMLElement | null>): { readonly width: number; readonly height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const measure = (): void =>
      setSize((old) =>
        old.width === element.clientWidth && old.height === element.clientHeight
          ? old
          : { width: element.clientWidth, height: element.clientHeight },
      );
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}
