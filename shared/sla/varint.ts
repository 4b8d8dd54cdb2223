/** Unsigned LEB128 up to 2^53 - 1, each value in its one shortest form. */
import { AppError } from '../errors.ts';

/** Why stored or sent metrics are refused. */
export function malformed(reason: string): AppError {
  return new AppError('INPUT_INVALID', `Not a metrics chunk: ${reason}.`);
}

/** Appends whole numbers to a growing buffer. */
export class VarintWriter {
  private buffer = new Uint8Array(256);
  private length = 0;

  byte(value: number): void {
    if (this.length === this.buffer.length) {
      const grown = new Uint8Array(this.buffer.length * 2);
      grown.set(this.buffer);
      this.buffer = grown;
    }
    this.buffer[this.length++] = value;
  }

  /** Throws INPUT_INVALID for what is no whole number of 0 to 2^53 - 1. */
  varint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw malformed('a number is out of range');
    let rest = value;
    while (rest >= 128) {
      this.byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  bytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }
}

/** Reads them back. Everything throws INPUT_INVALID where bytes are missing, too many for one number, or not in the shortest form. */
export class VarintReader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw malformed('it ends early');
    return value;
  }

  varint(): number {
    const first = this.bytes[this.at++]!;
    // Past the end it is undefined, which no comparison holds for: the long way finds out.
    return first < 128 ? first : this.long(first);
  }

  private long(first: number | undefined): number {
    if (first === undefined) throw malformed('it ends early');
    let value = first & 127;
    for (let scale = 128; scale <= 2 ** 49; scale *= 128) {
      const next = this.byte();
      value += (next & 127) * scale;
      if (next < 128) {
        if (next === 0) throw malformed('a number is not in its shortest form');
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
    }
    throw malformed('a number is out of range');
  }
}
