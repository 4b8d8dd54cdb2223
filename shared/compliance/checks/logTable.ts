/** Columns of the log that grow at their end, and what the leaf and its disclosures say of an event's origin. */
import { readDisclosure } from '../../audit/index.ts';
import { type LogColumns, ORIGIN } from './world.ts';

const FIRST_CAPACITY = 4_096;

type Column = Uint32Array | Float64Array | Uint8Array;
/** A stretch of rows; arrays of one length. */
export type LogRows = Omit<LogColumns, 'count'>;

function grown<T extends Column>(old: T, capacity: number): T {
  const fresh = new (old.constructor as new (n: number) => T)(capacity);
  fresh.set(old as never);
  return fresh;
}

/** Rows beyond `count` are not data. */
export class LogTable implements LogColumns {
  count = 0;
  seq = new Uint32Array(0);
  recorded = new Float64Array(0);
  occurred = new Float64Array(0);
  actor = new Uint32Array(0);
  action = new Uint32Array(0);
  target = new Uint32Array(0);
  outcome = new Uint8Array(0);
  origin = new Uint8Array(0);

  /** Makes room for so many rows more. */
  reserve(more: number): void {
    const needed = this.count + more;
    if (needed <= this.seq.length) return;
    const capacity = Math.max(needed, FIRST_CAPACITY, Math.ceil(this.seq.length * 1.5));
    this.seq = grown(this.seq, capacity);
    this.recorded = grown(this.recorded, capacity);
    this.occurred = grown(this.occurred, capacity);
    this.actor = grown(this.actor, capacity);
    this.action = grown(this.action, capacity);
    this.target = grown(this.target, capacity);
    this.outcome = grown(this.outcome, capacity);
    this.origin = grown(this.origin, capacity);
  }

  append(rows: LogRows): void {
    this.reserve(rows.seq.length);
    const at = this.count;
    this.seq.set(rows.seq, at);
    this.recorded.set(rows.recorded, at);
    this.occurred.set(rows.occurred, at);
    this.actor.set(rows.actor, at);
    this.action.set(rows.action, at);
    this.target.set(rows.target, at);
    this.outcome.set(rows.outcome, at);
    this.origin.set(rows.origin, at);
    this.count += rows.seq.length;
  }

  /** The rows there are now; what comes later does not show in it. */
  snapshot(): LogColumns {
    const { count, seq, recorded, occurred, actor, action, target, outcome, origin } = this;
    return { count, seq, recorded, occurred, actor, action, target, outcome, origin };
  }

  /** Bytes it takes. */
  get size(): number {
    return this.seq.length * 34;
  }
}

/** A disclosure is base64url of `["<22 characters of salt>","<name>",...`: what follows the 24 bytes before the name begins at a whole group. */
const NAME_AT = 32;
const SOURCE_NAME = 'Iiwic291cmNl'; // `","source`

/**
 * Whether an event's `source` names an address: present or absent where the disclosure is there, withheld where it is not and others are missing
 * too, so that it may have been among them.
 * @param line disclosures joined with `~`. @param digests how many the leaf has.
 */
export function originOf(line: string, digests: number): number {
  const told = line === '' ? [] : line.split('~');
  for (const text of told) {
    if (!text.startsWith(SOURCE_NAME, NAME_AT)) continue;
    const { value } = readDisclosure(text);
    const ip = (value as { readonly ip?: unknown } | null)?.ip;
    return typeof ip === 'string' && ip !== '' ? ORIGIN.present : ORIGIN.absent;
  }
  return told.length < digests ? ORIGIN.withheld : ORIGIN.absent;
}

const BRACKET = 0x5d;
/** `{"_sd":[` */
const DIGESTS_AT = 8;
/** 43 characters, two quotes, a comma. */
const DIGEST_BYTES = 46;

/** How many disclosures a leaf commits to: in canonical form `_sd` comes first. */
export function digestsIn(leaf: Uint8Array): number {
  return (leaf.indexOf(BRACKET, DIGESTS_AT) - DIGESTS_AT + 1) / DIGEST_BYTES;
}
