import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { type Geometry, geometryFor, placeToShow, type Sight, type Window2D, windowOf } from './matrixGeometry.ts';

interface Scrolled {
  readonly geometry: Geometry;
  readonly window: Window2D;
  /** Rows that fit whole. */
  readonly pageRows: number;
  /** Bring a cell into sight. */
  readonly show: (row: number, col: number) => void;
}

const BLIND: Sight = { top: 0, left: 0, width: 0, height: 0 };

function same(a: Window2D, b: Window2D): boolean {
  return a.r0 === b.r0 && a.r1 === b.r1 && a.c0 === b.c0 && a.c1 === b.c1;
}

/** Which cells of a grid under a sticky head and beside a sticky first column are in sight, followed as it scrolls. */
export function useWindow2D(scroller: RefObject<HTMLDivElement | null>, rows: number, cols: number): Scrolled {
  const [size, setSize] = useState({ width: 0, height: 0 });
  const geometry = geometryFor(rows, cols, size.width);
  const sight = useRef<Sight>(BLIND);
  const [, render] = useState(0);
  const rendered = useRef<Window2D>({ r0: 0, r1: 0, c0: 0, c1: 0 });
  const latest = useRef(geometry);
  latest.current = geometry;

  const look = useCallback((): Sight => {
    const element = scroller.current;
    if (element === null) return BLIND;
    return {
      top: element.scrollTop,
      left: element.scrollLeft,
      width: element.clientWidth,
      height: element.clientHeight,
    };
  }, [scroller]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight });
    const follow = (): void => {
      sight.current = look();
      // Rendered before the frame is painted, so that a fast scroll shows no empty band.
      if (!same(windowOf(latest.current, sight.current), rendered.current)) flushSync(() => render((n) => n + 1));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', follow, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', follow);
    };
  }, [scroller, look]);

  const show = useCallback(
    (row: number, col: number) => {
      const to = placeToShow(latest.current, look(), row, col);
      scroller.current?.scrollTo(to);
    },
    [scroller, look],
  );
  rendered.current = windowOf(geometry, { ...sight.current, ...size });
  return {
    geometry,
    window: rendered.current,
    pageRows: Math.max(1, Math.floor((size.height - geometry.headHeight) / geometry.rowHeight) - 1),
    show,
  };
}
