/**
 * Places of dictionary codes in the order of what is shown, kept from one sync to the next: sorting all values of a large column anew costs
 * more than the sort of its rows. What changed is told by comparing the texts of all values, which is one read; only that is placed anew.
 */
import type { Connection, Statement } from '../connect.ts';
import { DICT_KIND, type DictField } from '../dictionary.ts';

/** What is shown: the name, else the id (in actors and targets, what follows the type). */
const SHOWN = 'coalesce(name, substr(key, instr(key, ?) + 1))';
/** Of more changed values than this share, SQLite sorts all. */
const CHANGED_SHARE_MAX = 1 / 16;

/** Shown texts of all codes, one after the other in UTF-8. */
interface Texts {
  readonly bytes: Uint8Array;
  /** Where each text ends, by code. */
  readonly ends: Uint32Array;
}

const COMMA = 0x2c;
const NOTHING: Texts = { bytes: new Uint8Array(0), ends: new Uint32Array(0) };

const lower = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte);

/** SQLite's NOCASE: bytes, with A to Z as a to z; nothing behind a NUL is looked at but the length. */
function compareNoCase(a: Uint8Array, b: Uint8Array): number {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) {
    const [x, y] = [lower(a[i]!), lower(b[i]!)];
    if (x !== y) return x - y;
    if (x === 0) break;
  }
  return a.length - b.length;
}

/** The numbers of a list `3,14,...`; it comes as one value, because a step through SQLite for each costs more. */
function numbersOf(list: Uint8Array | null): Uint32Array {
  if (list === null) return new Uint32Array(0);
  let count = 1;
  for (let i = 0; i < list.length; i++) if (list[i] === COMMA) count++;
  const numbers = new Uint32Array(count);
  for (let i = 0, at = 0; i < list.length; i++) {
    const c = list[i]!;
    if (c === COMMA) at++;
    else numbers[at] = numbers[at]! * 10 + c - 0x30;
  }
  return numbers;
}

/** Where each text ends, of their lengths. */
function endsOf(lengths: Uint32Array): Uint32Array {
  let end = 0;
  return lengths.map((length) => (end += length));
}

function textOf({ bytes, ends }: Texts, code: number): Uint8Array {
  return bytes.subarray(code === 0 ? 0 : ends[code - 1]!, ends[code]!);
}

/** Whether the text of a code is the same in both; byte by byte, as a view of each text would cost more than the comparison. */
function same(a: Texts, b: Texts, code: number): boolean {
  const from = code === 0 ? 0 : a.ends[code - 1]!;
  const shift = (code === 0 ? 0 : b.ends[code - 1]!) - from;
  const end = a.ends[code]!;
  if (b.ends[code]! - shift !== end) return false;
  for (let i = from; i < end; i++) if (a.bytes[i] !== b.bytes[i + shift]) return false;
  return true;
}

/** Codes whose text is another than it was, or that were not there. */
function changedCodes(before: Texts, after: Texts): number[] {
  const changed: number[] = [];
  for (let code = 0; code < after.ends.length; code++) {
    if (code >= before.ends.length || !same(before, after, code)) changed.push(code);
  }
  return changed;
}

export class Ranks {
  private readonly kind: number;
  /** Ends the type before a key; actions and workspaces have none: nothing is cut at a character they never hold. */
  private readonly typeEnd: string;
  private readonly read: Statement;
  private readonly sorted: Statement;
  private readonly keyOf: Statement;
  private texts: Texts = NOTHING;
  private order: Uint32Array = new Uint32Array(0);
  private ranks: Uint32Array = new Uint32Array(0);

  constructor(db: Connection, field: DictField) {
    this.kind = DICT_KIND[field];
    this.typeEnd = field === 'actor' || field === 'target' ? ':' : '\n';
    this.read = db
      .prepare(
        `SELECT CAST(group_concat(shown, '') AS BLOB), CAST(group_concat(octet_length(shown)) AS BLOB)
         FROM (SELECT ${SHOWN} AS shown FROM dict WHERE kind = ? ORDER BY code)`,
      )
      .raw();
    this.sorted = db
      .prepare(
        `SELECT CAST(group_concat(code) AS BLOB)
         FROM (SELECT code FROM dict WHERE kind = ? ORDER BY ${SHOWN} COLLATE NOCASE, key)`,
      )
      .pluck();
    this.keyOf = db.prepare('SELECT CAST(key AS BLOB) FROM dict WHERE kind = ? AND code = ?').pluck();
  }

  /** Place of each code among all codes, as the dictionary stands now: by shown text (NOCASE), then by key. */
  of(): Uint32Array {
    const [bytes, lengths] = this.read.get(this.typeEnd, this.kind) as [Uint8Array | null, Uint8Array | null];
    const texts = bytes === null ? NOTHING : { bytes, ends: endsOf(numbersOf(lengths)) };
    // Codes are never taken out: fewer than before is another dictionary.
    const changed = texts.ends.length < this.texts.ends.length ? null : changedCodes(this.texts, texts);
    if (changed?.length === 0) return this.ranks;
    this.texts = texts;
    const few = changed !== null && changed.length <= texts.ends.length * CHANGED_SHARE_MAX;
    this.order = few ? this.placed(changed) : this.sortedAll();
    this.ranks = new Uint32Array(this.order.length);
    for (let rank = 0; rank < this.order.length; rank++) this.ranks[this.order[rank]!] = rank;
    return this.ranks;
  }

  private sortedAll(): Uint32Array {
    return numbersOf(this.sorted.get(this.kind, this.typeEnd) as Uint8Array | null);
  }

  /** The order so far with these codes at the places they have now. */
  private placed(changed: readonly number[]): Uint32Array {
    const keys = new Map<number, Uint8Array>();
    const key = (code: number): Uint8Array => {
      const known = keys.get(code) ?? (this.keyOf.get(this.kind, code) as Uint8Array);
      keys.set(code, known);
      return known;
    };
    const compare = (a: number, b: number): number =>
      compareNoCase(textOf(this.texts, a), textOf(this.texts, b)) || Buffer.compare(key(a), key(b));
    const moved = new Uint8Array(this.texts.ends.length);
    for (const code of changed) moved[code] = 1;
    const rest = this.order.filter((code) => moved[code] === 0);
    const order = new Uint32Array(rest.length + changed.length);
    let [from, at] = [0, 0];
    for (const code of changed.toSorted(compare)) {
      let [low, high] = [from, rest.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (compare(rest[middle]!, code) < 0) low = middle + 1;
        else high = middle;
      }
      order.set(rest.subarray(from, low), at);
      at += low - from;
      order[at++] = code;
      from = low;
    }
    order.set(rest.subarray(from), at);
    return order;
  }
}
