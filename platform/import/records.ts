/**
 * Splits any input into records with their positions, as a stream: JSON lines; documents of one array or of an object that holds
 * one (`{"Records": [...]}`); JSON values one after another, on one line or over many. The text of a record is kept as it was.
 */
import { BYTE, isSpace, ValueScanner } from './scanner.ts';

/** A record longer than this is refused: it would not fit a disclosure. */
export const RECORD_BYTES_MAX = 1024 * 1024;

/** Keys under which products deliver their records as an array. */
const ARRAY_KEYS = new Set(['Records', 'records', 'value', 'items', 'entries', 'logEvents']);
/** What may stand beside an empty array for the object to be a delivery without records rather than a record. */
const DELIVERY_KEY = /^(@odata\..*|@context|kind|apiVersion|metadata|next.*|total.*|count|took|self)$/i;
const BOM = [0xef, 0xbb, 0xbf];

export interface Position {
  /** Counts everything reported, also what was refused, from 0. */
  readonly index: number;
  /** Line of its first byte, from 1. */
  readonly line: number;
  /** Bytes before it, in the unpacked input. */
  readonly offset: number;
}
/** A record's text as it was, or why there is none (with the text where it could be read). */
export type RawRecord = Position & { readonly text?: string; readonly refused?: string };

/**
 * `start`: nothing known, or a document just ended; `first`: one record on one line was read; `lines`: each line is a record;
 * `values`: values one after another; `array`: inside an array; `tail`: in what follows it in its object.
 */
type Mode = 'start' | 'first' | 'lines' | 'values' | 'array' | 'tail';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Splits pushed bytes into records. Where one chunk ends and the next begins never matters. */
export class RecordSplitter {
  private held: Buffer = Buffer.alloc(0);
  private heldOffset = 0;
  private at = 0;
  private line = 1;
  private index = 0;
  private mode: Mode = 'start';
  private begin: { offset: number; line: number } | null = null;
  private scanner = new ValueScanner();
  /** The record under way runs to the end of its line, whatever is in it. */
  private wholeLine = false;
  /** The element under way is no object or array: it ends before a comma or bracket. */
  private scalar = false;
  private tooLong = false;
  /** The array stands in an object, whose end is still to come. */
  private enclosed = false;
  /** Comma seen since the last element; null before the first. */
  private comma: boolean | null = null;
  private keyBegin = -1;
  private key = '';
  /** The array of a delivery key was opened and its first byte is awaited. */
  private arrayOpened = false;
  private emptyDelivery = false;
  private out: RawRecord[] = [];
  private readonly max: number;

  constructor(recordBytesMax = RECORD_BYTES_MAX) {
    this.max = recordBytesMax;
  }

  /** The records completed by these bytes. */
  push(chunk: Uint8Array): RawRecord[] {
    this.held = this.held.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.held, chunk]);
    for (; this.at < this.held.length; this.at++) this.next(this.held[this.at]!);
    const keep = this.begin === null || this.tooLong ? this.at : this.begin.offset - this.heldOffset;
    this.held = this.held.subarray(keep);
    this.heldOffset += keep;
    this.at -= keep;
    return this.take();
  }

  /** The end of the input: what is unfinished is refused, with its position. */
  end(): RawRecord[] {
    if (this.begin !== null) {
      if (this.wholeLine) this.finish();
      else this.finish('the input ends inside this record');
    } else if (this.mode === 'array') this.problem('the input ends before its array is closed');
    else if (this.mode === 'tail') this.problem('the input ends before the object around its array is closed');
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

  private next(byte: number): void {
    if (this.begin === null) this.between(byte);
    else if (this.wholeLine) {
      if (byte === BYTE.newline) this.finish();
    } else this.inside(byte);
    if (byte === BYTE.newline) this.line++;
    if (this.begin !== null && this.position() - this.begin.offset >= this.max) this.tooLong = true;
  }

  private between(byte: number): void {
    if (this.mode === 'tail') {
      if (this.scanner.push(byte)) this.mode = 'start';
      return;
    }
    if (isSpace(byte)) {
      if (byte === BYTE.newline && this.mode === 'first') this.mode = 'lines';
      return;
    }
    const offset = this.position();
    if (offset < BOM.length && byte === BOM[offset]) return;
    if (this.mode === 'array') this.betweenElements(byte);
    else if (this.mode === 'lines') this.open(true);
    else if (byte === BYTE.openBracket) this.enterArray(false);
    else if (byte === BYTE.openBrace) {
      if (this.mode === 'first') this.mode = 'values';
      this.open(false);
      this.inside(byte);
    } else {
      if (this.mode !== 'values') this.mode = 'lines';
      this.open(true);
    }
  }

  private betweenElements(byte: number): void {
    if (byte === BYTE.closeBracket) {
      if (this.comma === true) this.problem('a comma stands before the end of the array');
      this.leaveArray();
    } else if (byte === BYTE.comma) {
      if (this.comma !== false) this.problem('a comma stands where an element is due');
      this.comma = true;
    } else {
      if (this.comma === false) this.problem('a comma is missing before this element');
      this.comma = false;
      this.open(false);
      this.scalar = byte !== BYTE.openBrace && byte !== BYTE.openBracket;
      if (this.scalar) this.scanner.depth = 1;
      this.inside(byte);
    }
  }

  private enterArray(enclosed: boolean): void {
    this.mode = 'array';
    this.enclosed = enclosed;
    this.comma = null;
    this.begin = null;
  }

  private leaveArray(): void {
    this.mode = this.enclosed ? 'tail' : 'start';
    this.scanner = new ValueScanner();
    this.scanner.depth = 1;
  }

  private open(wholeLine: boolean): void {
    this.begin = { offset: this.position(), line: this.line };
    this.scanner = new ValueScanner();
    this.wholeLine = wholeLine;
    this.scalar = false;
    this.tooLong = false;
    this.key = '';
    this.keyBegin = -1;
    this.arrayOpened = false;
    this.emptyDelivery = false;
  }

  /** A byte of the record under way. */
  private inside(byte: number): void {
    if (
      this.scalar &&
      this.scanner.depth === 1 &&
      !this.scanner.text &&
      (byte === BYTE.comma || byte === BYTE.closeBracket)
    ) {
      this.finish('not an object');
      this.betweenElements(byte);
      return;
    }
    if (this.mode === 'start') {
      if (byte === BYTE.newline && this.cutOff()) {
        this.mode = 'lines';
        this.finish();
        return;
      }
      if (this.deliveryBegins(byte)) return;
    }
    if (!this.scanner.push(byte)) return;
    const oneLine = this.begin!.line === this.line;
    this.at++;
    this.finish();
    this.at--;
    if (this.mode === 'start') this.mode = oneLine ? 'first' : 'values';
  }

  /** The first line of the input ended where no JSON text can go on: it is a broken line, not a document over many lines. */
  private cutOff(): boolean {
    if (this.begin!.line !== this.line) return false;
    const { last, text } = this.scanner;
    return text || (last !== BYTE.openBrace && last !== BYTE.openBracket && last !== BYTE.comma && last !== BYTE.colon);
  }

  /** Watches for `"Records": [{` in an outermost object; true when this byte opened the first record of a delivery. */
  private deliveryBegins(byte: number): boolean {
    const { scanner } = this;
    if (this.arrayOpened && !isSpace(byte)) {
      this.arrayOpened = false;
      if (byte === BYTE.openBrace) {
        this.enterArray(true);
        this.betweenElements(byte);
        return true;
      }
      if (byte === BYTE.closeBracket) this.emptyDelivery = true;
    }
    if (scanner.depth !== 1 || this.tooLong) return false;
    const here = this.position() - this.heldOffset;
    if (scanner.text) {
      if (byte === BYTE.quote && this.keyBegin >= 0) {
        this.key = this.held.toString('utf8', this.keyBegin - this.heldOffset, here);
        this.keyBegin = -1;
      }
    } else if (byte === BYTE.quote) {
      this.keyBegin = scanner.last === BYTE.openBrace || scanner.last === BYTE.comma ? this.position() + 1 : -1;
    } else if (byte === BYTE.openBracket && scanner.last === BYTE.colon) this.arrayOpened = ARRAY_KEYS.has(this.key);
    return false;
  }

  /** Reports something that is no record at the present position. */
  private problem(refused: string): void {
    this.out.push({ index: this.index++, line: this.line, offset: this.position(), refused });
  }

  /** Ends the record under way before the present byte. */
  private finish(refused?: string): void {
    const { offset, line } = this.begin!;
    const bytes = this.position() - offset;
    this.begin = null;
    this.wholeLine = false;
    const at = { line, offset };
    if (this.tooLong && bytes > this.max) {
      this.out.push({ index: this.index++, ...at, refused: `longer than ${this.max} bytes (${bytes})` });
      return;
    }
    let text: string;
    try {
      text = decoder.decode(this.held.subarray(offset - this.heldOffset, this.at)).trimEnd();
    } catch {
      this.out.push({ index: this.index++, ...at, refused: refused ?? 'not UTF-8' });
      return;
    }
    if (this.emptyDelivery && refused === undefined && isEmptyDelivery(text)) return;
    this.out.push({ index: this.index++, ...at, text, ...(refused === undefined ? {} : { refused }) });
  }
}

function isEmptyDelivery(text: string): boolean {
  try {
    return Object.keys(JSON.parse(text) as object).every((key) => ARRAY_KEYS.has(key) || DELIVERY_KEY.test(key));
  } catch {
    return false;
  }
}
