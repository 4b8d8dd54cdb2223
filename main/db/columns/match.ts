/** Which rows a filter keeps: one linear pass per condition over the packed columns. */
import type { ColumnTable } from './table.ts';

/** A filter whose values have been turned into codes. */
export interface CompiledFilter {
  readonly basis: 'occurred' | 'recorded';
  /** Half-open, milliseconds; infinite where open. */
  readonly from: number;
  readonly to: number;
  /** For each condition: 1 at the codes that are kept. Null keeps all. */
  readonly actor: Uint8Array | null;
  readonly action: Uint8Array | null;
  readonly target: Uint8Array | null;
  readonly workspace: Uint8Array | null;
  readonly outcome: Uint8Array | null;
  /** 1 at the rows found by free text; never written to. Null when there is no text. */
  readonly hits: Uint8Array | null;
}

export interface Matched {
  /** 1 for each row kept. */
  readonly mask: Uint8Array;
  readonly count: number;
}

function keepCodes(mask: Uint8Array, column: Uint32Array | Uint8Array, allowed: Uint8Array | null): void {
  if (allowed === null) return;
  // A code beyond the table reads as undefined, which the AND turns into 0.
  for (let i = 0; i < mask.length; i++) mask[i]! &= allowed[column[i]!]!;
}

function keepTime(mask: Uint8Array, column: Float64Array, from: number, to: number): void {
  if (from === -Infinity && to === Infinity) return;
  for (let i = 0; i < mask.length; i++) {
    const t = column[i]!;
    if (t < from || t >= to) mask[i] = 0;
  }
}

export function matchRows(table: ColumnTable, filter: CompiledFilter): Matched {
  const mask = filter.hits?.slice() ?? new Uint8Array(table.rows).fill(1);
  mask.fill(0, 0, table.first);
  keepTime(mask, table[filter.basis], filter.from, filter.to);
  keepCodes(mask, table.outcome, filter.outcome);
  keepCodes(mask, table.action, filter.action);
  keepCodes(mask, table.actor, filter.actor);
  keepCodes(mask, table.workspace, filter.workspace);
  keepCodes(mask, table.target, filter.target);
  let count = 0;
  for (let i = 0; i < mask.length; i++) count += mask[i]!;
  return { mask, count };
}
