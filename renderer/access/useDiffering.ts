import { useEffect, useState } from 'react';
import type { Matrix } from './matrix.ts';
import { markDiffering } from './matrixRows.ts';
import type { CatalogRole } from './people.ts';

export interface Differing {
  /** 1 for each permission the roles do not hold alike; null while unknown, or not asked for. */
  readonly mask: Uint8Array | null;
  readonly done: number;
  readonly total: number;
}

/** Work between two frames, ms. */
const SLICE_MS = 12;

/** Which permissions the roles hold differently. Computed in slices, so that the screen stays usable meanwhile. */
export function useDiffering(matrix: Matrix, roles: readonly CatalogRole[], wanted: boolean): Differing {
  const [state, setState] = useState<Differing>({ mask: null, done: 0, total: 0 });
  useEffect(() => {
    const [first] = roles;
    if (!wanted || first === undefined) {
      setState({ mask: null, done: 0, total: 0 });
      return undefined;
    }
    const mask = new Uint8Array(matrix.permissions.length);
    let at = 1;
    let timer: ReturnType<typeof setTimeout>;
    const slice = (): void => {
      const until = performance.now() + SLICE_MS;
      for (; at < roles.length && performance.now() < until; at++) markDiffering(matrix, first.id, roles[at]!.id, mask);
      const over = at >= roles.length;
      setState({ mask: over ? mask : null, done: Math.min(at, roles.length), total: roles.length });
      if (!over) timer = setTimeout(slice);
    };
    slice();
    return () => clearTimeout(timer);
  }, [matrix, roles, wanted]);
  return state;
}
