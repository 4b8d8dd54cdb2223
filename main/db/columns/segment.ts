/** A run of rows packed column by column: what the explorer filters, sorts and counts by, 33 bytes a row, little-endian. */

export interface ColumnValues {
  /** Milliseconds since 1970. */
  readonly occurred: Float64Array;
  readonly recorded: Float64Array;
  /** Dictionary codes. */
  readonly actor: Uint32Array;
  readonly action: Uint32Array;
  readonly target: Uint32Array;
  readonly workspace: Uint32Array;
  /** Index into OUTCOMES. */
  readonly outcome: Uint8Array;
}

/** Widths sum to this: two doubles, four words, one byte. */
export const ROW_BYTES = 33;
/** A segment grows up to this many rows before the next one is begun. */
export const SEGMENT_ROWS_MAX = 65_536;
/** A tail this short is rewritten with the rows that follow it, so that many small syncs do not leave many small segments. */
export const SEGMENT_MERGE_ROWS = 4_096;

const CODES = ['actor', 'action', 'target', 'workspace'] as const;

function bytesOf(array: Float64Array | Uint32Array | Uint8Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Packs all rows of the columns. */
export function packSegment(values: ColumnValues): Uint8Array {
  const count = values.outcome.length;
  const out = new Uint8Array(count * ROW_BYTES);
  let at = 0;
  for (const column of [values.occurred, values.recorded, ...CODES.map((name) => values[name]), values.outcome]) {
    const bytes = bytesOf(column);
    out.set(bytes, at);
    at += bytes.length;
  }
  return out;
}

/** Reads a packed segment, where it can as views of it. Throws RangeError when its length does not fit its count. */
export function unpackSegment(data: Uint8Array, count: number): ColumnValues {
  if (data.length !== count * ROW_BYTES) throw new RangeError('A column segment has the wrong length.');
  // A typed array needs an aligned buffer: a copy where the one at hand is not.
  const { buffer, byteOffset } = data.byteOffset % 8 === 0 ? data : Uint8Array.from(data);
  const words = (i: number): Uint32Array => new Uint32Array(buffer, byteOffset + count * (16 + 4 * i), count);
  return {
    occurred: new Float64Array(buffer, byteOffset, count),
    recorded: new Float64Array(buffer, byteOffset + count * 8, count),
    actor: words(0),
    action: words(1),
    target: words(2),
    workspace: words(3),
    outcome: new Uint8Array(buffer, byteOffset + count * 32, count),
  };
}

/** The rows from `from` on. */
export function sliceColumns(values: ColumnValues, from: number): ColumnValues {
  return {
    occurred: values.occurred.slice(from),
    recorded: values.recorded.slice(from),
    actor: values.actor.slice(from),
    action: values.action.slice(from),
    target: values.target.slice(from),
    workspace: values.workspace.slice(from),
    outcome: values.outcome.slice(from),
  };
}

/** The rows of `a`, then those of `b`. */
export function joinColumns(a: ColumnValues, b: ColumnValues): ColumnValues {
  const join = <T extends Float64Array | Uint32Array | Uint8Array>(x: T, y: T): T => {
    const out = new (x.constructor as new (n: number) => T)(x.length + y.length);
    out.set(x);
    out.set(y, x.length);
    return out;
  };
  return {
    occurred: join(a.occurred, b.occurred),
    recorded: join(a.recorded, b.recorded),
    actor: join(a.actor, b.actor),
    action: join(a.action, b.action),
    target: join(a.target, b.target),
    workspace: join(a.workspace, b.workspace),
    outcome: join(a.outcome, b.outcome),
  };
}
