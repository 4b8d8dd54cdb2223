/**
 * Splits any input into records with their positions, as a stream: JSON lines; documents of one array or of an object that holds
 * one (`{"Records": [...]}`); JSON values one after another, on one line or over many. The text of a record is kept as it was.
 */
import { BYTE, isSpace, ValueScanner } from './scanner.ts';

/** A record longer than this is refused: it would not fit a disclosure. */
export const RECORD_BYTES_MAX = 1024 * 1024;

/** Keys under which products deliver their records as an array. */
const ARRAY_KEYS = new Set(['Records', 'records', 'value', 'items', 'entries', 'events', 'logEvents', 'Events', 'data']);
/** What may stand beside an empty array for the object to be a delivery without records rather than a record. */
const DELIVERY_KEY = /^(@odata\..*|@context|kind|apiVersion|metadata|next.*|total.*|count|took|self|messageType|owner|logGroup|logStream)$/i;

export interface Position {
  /** Counts all records, also refused ones, from 0. */
  readonly index: number;
  /** Line of its first byte, from 1. */
  readonly line: number;
  /** Bytes before it, in the unpacked input. */
  readonly offset: number;
}
export type RawRecord = Position & ({ readonly text: string } | { readonly refused: string; readonly text?: string });

type Mode = 'start' | 'lines' | 'values' | 'array';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Push-style splitter; `records` gives the same as an async generator. Chunk borders never matter. */
export class RecordSplitter {
  private held: Buffer = Buffer.alloc(0);
  private heldOffset = 0;
  private at = 0;
  private mode: Mode = 'start';
  private line = 1;
  private index = 0;
  private begin: { offset: number; line: number } | null = null;
  private scanner = new ValueScanner();
  private skipping = false;
  /** Depth-1 string being read in an object that may be a delivery: its begin, or the key it turned out to be. */
  private key: { from: number } | string | null = null;
  private arrayKey = false;
  private out: RawRecord[] = [];
  private readonly max: number;

  constructor(recordBytesMax = RECORD_BYTES_MAX) {
    this.max = recordBytesMax;
  }

  push(chunk: Uint8Array): RawRecord[] {
    this.held = this.held.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.held, chunk]);
    this.scan();
    this.release();
    return this.take();
  }

  /** The end of the input: what is unfinished is refused, with its position. */
  end(): RawRecord[] {
    if (this.begin !== null) {
      if (this.mode === 'lines') this.finish(this.position());
      else this.refuse(this.skipping ? this.tooLong() : 'the input ends inside this record');
    } else if (this.mode === 'array') {
      this.begin = { offset: this.position(), line: this.line };
      this.refuse('the input ends before its array is closed');
    }
    return this.take();
  }

  private take(): RawRecord[] {
    const out = this.out;
    this.out = [];
    return out;
  }

  private position(): number {
    return this.heldOffset + this.at;
  }

  /** Drops what is behind the begin of the record under way. */
  private release(): void {
    const keep = this.begin === null || this.skipping ? this.at : this.begin.offset - this.heldOffset;
    this.held = this.held.subarray(keep);
    this.heldOffset += keep;
    this.at -= keep;
  }

  private scan(): void {
    for (; this.at < this.held.length; this.at++) {
      const byte = this.held[this.at]!;
      if (this.begin === null) this.between(byte);
      else if (this.mode === 'lines') this.inLine(byte);
      else this.inValue(byte);
      if (byte === BYTE.newline) this.line++;
      if (this.begin !== null && !this.skipping && this.position() - this.begin.offset >= this.max + 1) this.skipping = true;
    }
  }

  private open(): void {
    this.begin = { offset: this.position(), line: this.line };
    this.scanner = new ValueScanner();
    this.skipping = false;
    this.key = null;
    this.arrayKey = false;
  }

  private between(byte: number): void {
    if (isSpace(byte)) return;
    if (this.mode === 'array') {
      if (byte === BYTE.comma) return;
      if (byte === BYTE.closeBracket) {
        this.mode = 'start';
        this.tail = this.enclosed;
        return;
      }
    }
    // The rest of the object that held the array: `, "nextToken": null }`.
    if (this.tail) {
      if (this.tailScanner.push(byte)) this.tail = false;
      return;
    }
    this.open();
    if (this.mode === 'start' && byte === BYTE.openBracket) {
      this.begin = null;
      this.mode = 'array';
      this.enclosed = false;
      return;
    }
    if (this.mode === 'start' && byte !== BYTE.openBrace) this.mode = 'lines';
    if (this.mode !== 'lines') this.inValue(byte);
  }
}
