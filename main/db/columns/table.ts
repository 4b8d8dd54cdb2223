import type { ColumnValues } from './segment.ts';

const FIRST_CAPACITY = 65_536;

function grown<T extends Float64Array | Uint32Array | Uint8Array>(old: T, capacity: number): T {
  const out = new (old.constructor as new (n: number) => T)(capacity);
  out.set(old);
  return out;
}

/**
 * The columns of the whole mirror in memory (33 bytes a row), growing at the end only; a row is its event's sequence number. Rows beyond `rows` and
 * before `first` are not data: events before `first` were pruned, and their rows are pages of zeros that nothing touches.
 */
export class ColumnTable implements ColumnValues {
  rows = 0;
  first = 0;
  occurred = new Float64Array(0);
  recorded = new Float64Array(0);
  actor = new Uint32Array(0);
  action = new Uint32Array(0);
  target = new Uint32Array(0);
  workspace = new Uint32Array(0);
  outcome = new Uint8Array(0);

  /** Appends the rows of a segment from its row `skip` on. */
  append(values: ColumnValues, skip: number): void {
    const count = values.outcome.length - skip;
    this.reserve(this.rows + count);
    this.occurred.set(values.occurred.subarray(skip), this.rows);
    this.recorded.set(values.recorded.subarray(skip), this.rows);
    this.actor.set(values.actor.subarray(skip), this.rows);
    this.action.set(values.action.subarray(skip), this.rows);
    this.target.set(values.target.subarray(skip), this.rows);
    this.workspace.set(values.workspace.subarray(skip), this.rows);
    this.outcome.set(values.outcome.subarray(skip), this.rows);
    this.rows += count;
  }

  /** Leaves the rows before `first` out from now on. */
  begin(first: number): void {
    this.first = Math.max(this.first, first);
    this.rows = Math.max(this.rows, this.first);
  }

  /** Makes room for `rows` rows at once. */
  reserve(rows: number): void {
    if (rows <= this.outcome.length) return;
    const capacity = Math.max(rows, FIRST_CAPACITY, Math.ceil(this.outcome.length * 1.5));
    this.occurred = grown(this.occurred, capacity);
    this.recorded = grown(this.recorded, capacity);
    this.actor = grown(this.actor, capacity);
    this.action = grown(this.action, capacity);
    this.target = grown(this.target, capacity);
    this.workspace = grown(this.workspace, capacity);
    this.outcome = grown(this.outcome, capacity);
  }
}
