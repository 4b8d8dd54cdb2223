/**
 * Which rows hold a word, read out of the index's own pages. FTS5 hands out one row a step, and merges the lists of all words with a common
 * beginning first: 50 ms for a word that stands in 1,000,000 rows, 300 ms for a beginning of 3,000 words. Setting one mark a row straight from
 * the lists takes a tenth of it. The lists are those of an index without positions (`detail = none`) from which nothing is ever deleted;
 * where a page is of another form, null is answered and the caller asks FTS5.
 *
 * The form is described at the head of SQLite's fts5_index.c and is part of its file format: a structure record names the segments, each a
 * run of leaf pages with its words in byte order, each word followed by its rows as differences.
 */
import type { Connection, Statement } from '../connect.ts';

/** Row of the structure record in the data table. */
const STRUCTURE_ID = 10;
const COOKIE_BYTES = 4;
/** First byte behind the cookie in the second version of the structure, which an index without deletions does not have. */
const SECOND_VERSION = 0xff;
const PAGE_HEAD_BYTES = 4;
/** Marks the words of the main index, before each. */
const MAIN_INDEX = '0';

interface Segment {
  readonly id: number;
  readonly firstPage: number;
  readonly lastPage: number;
}

class OtherForm extends Error {}

/** Reads SQLite's variable-length integers: big-endian groups of seven bits. */
class Bytes {
  at: number;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  varint(): number {
    let value = 0;
    for (let i = 0; i < 8; i++) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new OtherForm();
      if (byte < 0x80) return value * 128 + byte;
      value = value * 128 + (byte & 0x7f);
    }
    throw new OtherForm();
  }
}

/** Marks the rows of one list, or of the part of it that stands on one page. */
function markRows(page: Uint8Array, from: number, to: number, mask: Uint8Array): void {
  const list = new Bytes(page, from);
  let row = 0;
  while (list.at < to) {
    const step = list.varint();
    // A nought behind a row would say that it was deleted.
    if (step === 0 && list.at - 1 !== from) throw new OtherForm();
    row += step;
    if (row < mask.length) mask[row] = 1;
  }
  if (list.at !== to) throw new OtherForm();
}

function startsWith(word: Uint8Array, length: number, key: Uint8Array): boolean {
  if (length < key.length) return false;
  for (let i = 0; i < key.length; i++) if (word[i] !== key[i]) return false;
  return true;
}

/** One pass over the pages of a segment from the one on which the word, or its beginning, would stand. */
class Scan {
  private readonly key: Uint8Array;
  private readonly prefix: boolean;
  private readonly mask: Uint8Array;
  private word = Buffer.alloc(256);
  /** Whether the list that goes on at the head of the next page is wanted. */
  private inside = false;

  constructor(key: Uint8Array, prefix: boolean, mask: Uint8Array) {
    this.key = key;
    this.prefix = prefix;
    this.mask = mask;
  }

  /** False when no later page can hold anything wanted. */
  page(page: Buffer): boolean {
    const end = page.readUInt16BE(2);
    if (end < PAGE_HEAD_BYTES || end > page.length) throw new OtherForm();
    const offsets = new Bytes(page, end);
    let at = end < page.length ? offsets.varint() : end;
    if (this.inside) markRows(page, PAGE_HEAD_BYTES, at, this.mask);
    for (let first = true; at < end; first = false) {
      const next = offsets.at < page.length ? at + offsets.varint() : end;
      if (next <= at || next > end) throw new OtherForm();
      const { length, list } = this.read(page, at, first);
      const begins = startsWith(this.word, length, this.key);
      this.inside = begins && (this.prefix || length === this.key.length);
      if (this.inside) markRows(page, list, next, this.mask);
      else if (!begins && Buffer.compare(this.word.subarray(0, length), this.key) > 0) return false;
      else if (begins && !this.prefix) return false;
      at = next;
    }
    return true;
  }

  /** Reads the word at `at`: the first one of a page is whole, any other keeps a beginning of the one before. */
  private read(page: Buffer, at: number, first: boolean): { length: number; list: number } {
    const head = new Bytes(page, at);
    const kept = first ? 0 : head.varint();
    const added = head.varint();
    const length = kept + added;
    if (head.at + added > page.length) throw new OtherForm();
    if (length > this.word.length) this.word = Buffer.concat([this.word], 2 * length);
    page.copy(this.word, kept, head.at, head.at + added);
    return { length, list: head.at + added };
  }
}

export class SearchIndex {
  private readonly structure: Statement;
  private readonly leaf: Statement;
  private readonly leaves: Statement;
  private readonly tokens: Statement;
  private readonly tell: Statement;
  private readonly forget: Statement;
  private readonly inOneState: (read: () => void) => void;

  constructor(db: Connection) {
    // The index's own tokenizer says what word it would store; in memory, as all temporary tables.
    db.exec(`CREATE VIRTUAL TABLE temp.spoken USING fts5 (text, tokenize = 'unicode61');
      CREATE VIRTUAL TABLE temp.spoken_word USING fts5vocab (temp, spoken, instance)`);
    this.tell = db.prepare('INSERT INTO temp.spoken (text) VALUES (?)');
    this.tokens = db.prepare('SELECT term FROM temp.spoken_word').pluck();
    this.forget = db.prepare('DELETE FROM temp.spoken');
    this.structure = db.prepare('SELECT block FROM search_data WHERE id = ?').pluck();
    this.leaf = db
      .prepare('SELECT pgno >> 1 FROM search_idx WHERE segid = ? AND term <= ? ORDER BY term DESC LIMIT 1')
      .pluck();
    this.leaves = db
      .prepare('SELECT block FROM search_data WHERE id BETWEEN (? << 37) + ? AND (? << 37) + ? ORDER BY id')
      .pluck();
    this.inOneState = db.transaction((read: () => void) => read());
  }

  /** The word as the index would store it: several words where its tokenizer knows a letter less than we do, none where it knows none. */
  stored(word: string): string[] {
    this.tell.run(word);
    const tokens = this.tokens.all() as string[];
    this.forget.run();
    return tokens;
  }

  /** 1 at each of `rows` rows that holds the stored word, or with `prefix` one that begins with it. Null when FTS5 has to be asked. */
  find(word: string, prefix: boolean, rows: number): Uint8Array | null {
    const mask = new Uint8Array(rows);
    const key = Buffer.from(MAIN_INDEX + word);
    try {
      // One state of the file: the writer may merge segments between two statements.
      this.inOneState(() => {
        for (const segment of this.segments()) this.scan(segment, key, prefix, mask);
      });
      return mask;
    } catch (error) {
      if (error instanceof OtherForm) return null;
      throw error;
    }
  }

  private scan({ id, firstPage, lastPage }: Segment, key: Buffer, prefix: boolean, mask: Uint8Array): void {
    const begin = Math.max(firstPage, (this.leaf.get(id, key) as number | undefined) ?? firstPage);
    const scan = new Scan(key, prefix, mask);
    for (const page of this.leaves.iterate(id, begin, id, lastPage) as Iterable<Buffer>) if (!scan.page(page)) return;
  }

  private segments(): Segment[] {
    const record = this.structure.get(STRUCTURE_ID) as Buffer | undefined;
    if (record === undefined || record[COOKIE_BYTES] === SECOND_VERSION) throw new OtherForm();
    const fields = new Bytes(record, COOKIE_BYTES);
    const levels = fields.varint();
    const count = fields.varint();
    // How often it was written; of no use here.
    fields.varint();
    const out: Segment[] = [];
    for (let level = 0; level < levels; level++) {
      // How many segments of the level are being merged: they stay readable meanwhile.
      fields.varint();
      for (let left = fields.varint(); left > 0; left--) {
        out.push({ id: fields.varint(), firstPage: fields.varint(), lastPage: fields.varint() });
      }
    }
    if (out.length !== count) throw new OtherForm();
    return out;
  }
}
