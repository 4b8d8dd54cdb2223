/**
 * Checks bundles of events in log order. Pure of I/O; runs in the verify worker. State moves on only past what was proven.
 */
import { isAscii } from 'node:buffer';
import { hash } from 'node:crypto';
import { type AuditEvent, readEvent } from '../../shared/audit/index.ts';
import { equalBytes, fromUtf8 } from '../../shared/bytes.ts';
import { AppError } from '../../shared/errors.ts';
import { CompactRange, entriesPath, entryEnds, type Hash, TILE_WIDTH } from '../../shared/log/index.ts';
import { sha256 } from '../crypto.ts';
import type { AuditBatch, BatchBundle, ProducerCounter } from '../db/api.ts';
import { BundleTree } from './bundleTree.ts';
import { Columns } from './columns.ts';
import { Instants } from './instants.ts';
import { wholeBundles } from './treeCheck.ts';

/** One bundle as fetched, with what the signed root says about it. */
export interface Part {
  readonly index: number;
  readonly width: number;
  readonly entries: Uint8Array;
  readonly disclosures: Uint8Array;
  /** Root of a full bundle; null for the partial last one, which is held against `leafHashes`. */
  readonly root: Hash | null;
  readonly leafHashes: readonly Hash[];
}

export interface Start {
  readonly origin: string;
  readonly size: number;
  readonly hashes: readonly Hash[];
  readonly lastRecorded: number | null;
  readonly producers: readonly ProducerCounter[];
  /** Whether events went before this mirror had them: a producer not seen yet may then stand anywhere. */
  readonly gap: boolean;
}

export type CheckedRows = Omit<AuditBatch, 'checkpoint' | 'now'>;

interface Counter {
  readonly id: string;
  readonly epoch: number;
  n: number;
}

interface Opened {
  /** Where each leaf ends in the bundle; it begins 2 bytes behind the end of the one before. */
  readonly ends: Uint32Array;
  /** 00 || leaf, over the bundle's own bytes. */
  readonly inputs: readonly Uint8Array[];
  /** Text of the bundle where it is ASCII, so that a leaf is a slice of it; null otherwise. */
  readonly text: string | null;
  readonly lines: readonly string[];
  /** Length of the disclosures without a line feed behind the last row. */
  readonly linesEnd: number;
}

const LINE_FEED = 0x0a;
/** Counters begin at 0. */
const UNSEEN = -1;

const evidence = (part: Part, seq: number) => ({ seq, bundle: entriesPath(part.index, part.width) });

export class BatchChecker {
  /** Leaf and node hashes computed so far. */
  hashesComputed = 0;
  private readonly origin: string;
  private readonly gap: boolean;
  private size: number;
  /** Range over the whole bundles before the one that is worked on. */
  private before: CompactRange;
  /** Nodes of the mirror's range over its last, partial bundle. */
  private lowNodes: readonly Hash[];
  private lastRecorded: number;
  private lastRecordedText = '';
  private readonly tree = new BundleTree();
  private readonly instants = new Instants();
  private readonly producers = new Map<string, Counter>();
  private producer: Counter | null = null;

  constructor(start: Start) {
    this.origin = start.origin;
    this.gap = start.gap;
    this.size = start.size;
    const range = CompactRange.from(start.size, start.hashes, sha256);
    this.before = wholeBundles(range);
    this.lowNodes = range.hashes.slice(this.before.hashes.length);
    this.lastRecorded = start.lastRecorded ?? Number.NEGATIVE_INFINITY;
    for (const counter of start.producers) this.producers.set(`${counter.epoch} ${counter.id}`, { ...counter });
  }

  /**
   * Checks consecutive bundles; the first may begin with events the mirror has. Throws LOG_TAMPERED, LOG_GAP, LOG_MALFORMED or
   * LOG_FORK naming bundle and sequence number.
   */
  check(parts: readonly Part[]): CheckedRows {
    const firstSeq = this.size;
    const columns = new Columns(parts.reduce((sum, part) => sum + part.width, 0));
    const bundles: BatchBundle[] = [];
    const changed = new Set<Counter>();
    let range = this.before;
    for (const part of parts) {
      const opened = this.open(part);
      const held = this.size - part.index * TILE_WIDTH;
      range = this.extend(part, opened, held);
      for (let i = held; i < part.width; i++) {
        this.event(part, readLeaf(part, opened, i), opened.lines[i]!, columns, changed);
        this.size += 1;
      }
      bundles.push(bundleOf(part, opened, held));
    }
    return {
      firstSeq,
      ...columns.take(),
      bundles,
      range: { size: range.size, hashes: range.hashes },
      producers: [...changed].map((counter) => ({ ...counter })),
    };
  }

  /** Splits a bundle. Throws LOG_MALFORMED. */
  private open(part: Part): Opened {
    const where = { bundle: entriesPath(part.index, part.width) };
    const { entries, disclosures } = part;
    let ends: Uint32Array;
    try {
      ends = entryEnds(entries, part.width);
    } catch (error) {
      throw new AppError('LOG_MALFORMED', `The entry bundle ${where.bundle} cannot be split.`, where, error);
    }
    const lines = decodeText(disclosures).split('\n');
    const linesEnd = disclosures.length - (lines.length === part.width + 1 && lines.at(-1) === '' ? 1 : 0);
    if (linesEnd < disclosures.length) lines.pop();
    if (lines.length !== part.width) {
      throw new AppError('LOG_MALFORMED', `The disclosures of ${where.bundle} have ${lines.length} lines.`, where);
    }
    // The byte before each leaf is the low byte of its length, read already: set to 0 it is the RFC 6962 leaf prefix, until `bundleOf`.
    const inputs: Uint8Array[] = [];
    for (let i = 0, begin = 0; i < ends.length; begin = ends[i++]!) {
      entries[begin + 1] = 0;
      inputs.push(entries.subarray(begin + 1, ends[i]));
    }
    return { ends, inputs, text: isAscii(entries) ? latin1(entries) : null, lines, linesEnd };
  }

  /** Holds the bundle, of which the mirror has `held` rows, against the signed root and the mirror; gives the range after it. */
  private extend(part: Part, opened: Opened, held: number): CompactRange {
    this.hashesComputed += 2 * part.width - 1;
    const range = this.before.clone();
    if (part.root !== null && held === 0) {
      for (let i = 0; i < opened.inputs.length; i++) this.tree.leaf(i, opened.inputs[i]!);
      if (!equalBytes(this.tree.root(), part.root)) throw tampered(part, wrongLeaf(part, opened.inputs.map(sha256)));
      range.appendRange(CompactRange.over(range.size, range.size + TILE_WIDTH, [part.root], sha256));
    } else range.appendRange(this.partly(part, opened.inputs.map(sha256), held));
    if (part.root !== null) {
      this.before = range;
      this.lowNodes = [];
    }
    return range;
  }

  /** The range over a bundle that is not full, or of which the mirror has a part. */
  private partly(part: Part, hashes: readonly Hash[], held: number): CompactRange {
    if (part.root === null) {
      const bad = part.leafHashes.length === hashes.length ? wrongLeaf(part, hashes) : this.size;
      if (bad !== null) throw tampered(part, bad);
    }
    const bundle = CompactRange.empty(sha256, part.index * TILE_WIDTH);
    for (const [i, leaf] of hashes.entries()) {
      if (i === held && held > 0) this.checkHeld(part, bundle);
      bundle.append(leaf);
    }
    if (part.root !== null && !equalBytes(bundle.hashes[0]!, part.root)) throw tampered(part, wrongLeaf(part, hashes));
    return bundle;
  }

  /** What the mirror has of this bundle must be what the platform shows now. */
  private checkHeld(part: Part, bundle: CompactRange): void {
    const same = bundle.hashes.every((hash, i) => this.lowNodes[i] && equalBytes(hash, this.lowNodes[i]!));
    if (!same) {
      throw new AppError(
        'LOG_FORK',
        'The signed log does not extend the one that was verified before.',
        evidence(part, this.size),
      );
    }
  }

  private event(part: Part, event: AuditEvent, line: string, columns: Columns, changed: Set<Counter>): void {
    const where = () => evidence(part, this.size);
    if (event.seq !== this.size) {
      throw new AppError('LOG_GAP', `Event ${this.size} calls itself ${event.seq}.`, where());
    }
    if (event.log !== this.origin) {
      throw new AppError('LOG_MALFORMED', `Event ${this.size} belongs to the log ${event.log}.`, where());
    }
    const recorded =
      event.recorded_at === this.lastRecordedText ? this.lastRecorded : this.instants.parse(event.recorded_at);
    if (recorded < this.lastRecorded) {
      throw new AppError('LOG_MALFORMED', `Event ${this.size} was recorded before the one ahead of it.`, where());
    }
    this.lastRecorded = recorded;
    this.lastRecordedText = event.recorded_at;
    this.countProducer(event, where, changed);
    const disclosures = line === '' ? [] : line.split('~');
    checkDisclosures(event, disclosures, where);
    try {
      columns.add(event, recorded, disclosures);
    } catch (error) {
      throw error instanceof AppError
        ? new AppError(error.code, `Event ${this.size}: ${error.message}`, where(), error)
        : error;
    }
  }

  private countProducer(event: AuditEvent, where: () => Record<string, unknown>, changed: Set<Counter>): void {
    const { id, epoch, n } = event.producer;
    const counter = this.counterOf(id, epoch);
    // What it counted before is gone with the pruned events: it is counted from what is seen first.
    if (this.gap && counter.n === UNSEEN) counter.n = n - 1;
    if (n !== counter.n + 1) {
      const message = `Event ${event.seq}: producer ${id} counts ${n} after ${counter.n}; events were lost or repeated.`;
      throw new AppError('LOG_GAP', message, { ...where(), producer: id, epoch, expected: counter.n + 1, found: n });
    }
    counter.n = n;
    changed.add(counter);
  }

  /** Most events have the producer of the one before. */
  private counterOf(id: string, epoch: number): Counter {
    if (this.producer !== null && this.producer.id === id && this.producer.epoch === epoch) return this.producer;
    const key = `${epoch} ${id}`;
    let counter = this.producers.get(key);
    if (counter === undefined) {
      counter = { id, epoch, n: UNSEEN };
      this.producers.set(key, counter);
    }
    this.producer = counter;
    return counter;
  }
}

function tampered(part: Part, seq: number | null): AppError {
  const bundle = entriesPath(part.index, part.width);
  const message =
    seq === null
      ? `The entry bundle ${bundle} does not hash to the signed root.`
      : `Event ${seq} in ${bundle} does not hash to the signed root.`;
  return new AppError('LOG_TAMPERED', message, seq === null ? { bundle } : { bundle, seq });
}

/** The first leaf whose hash is not the one named for it; null when none is named, or all are right. */
function wrongLeaf(part: Part, hashes: readonly Hash[]): number | null {
  const bad = hashes.findIndex((leaf, i) => part.leafHashes[i] && !equalBytes(leaf, part.leafHashes[i]));
  return bad < 0 ? null : part.index * TILE_WIDTH + bad;
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

/** Strict UTF-8, quickly where it is ASCII. Throws LOG_MALFORMED. */
function decodeText(bytes: Uint8Array): string {
  return isAscii(bytes) ? latin1(bytes) : fromUtf8(bytes);
}

function readLeaf(part: Part, { ends, text }: Opened, i: number): AuditEvent {
  const begin = (i === 0 ? 0 : ends[i - 1]!) + 2;
  const end = ends[i]!;
  try {
    return readEvent(text?.slice(begin, end) ?? decodeText(part.entries.subarray(begin, end)));
  } catch (error) {
    const where = evidence(part, part.index * TILE_WIDTH + i);
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('LOG_MALFORMED', `Event ${where.seq}: ${reason}`, where, error);
  }
}

/** The rows of a checked bundle behind those the mirror has, in the bytes that came. */
function bundleOf(part: Part, { ends, linesEnd }: Opened, held: number): BatchBundle {
  for (let i = 0, begin = 0; i < ends.length; begin = ends[i++]!)
    part.entries[begin + 1] = (ends[i]! - begin - 2) & 0xff;
  let line = 0;
  for (let i = 0; i < held; i++) line = part.disclosures.indexOf(LINE_FEED, line) + 1;
  return {
    index: part.index,
    count: part.width - held,
    entries: part.entries.subarray(held === 0 ? 0 : ends[held - 1]!),
    disclosures: part.disclosures.subarray(line, linesEnd),
    hash: part.root,
  };
}

/** Each disclosure must belong to a digest of its event, once. One that is not there is withheld, which is no fault. */
export function checkDisclosures(
  event: AuditEvent,
  disclosures: readonly string[],
  where: () => Readonly<Record<string, unknown>>,
): void {
  for (let i = 0; i < disclosures.length; i++) {
    const text = disclosures[i]!;
    if (!event._sd.includes(hash('sha256', text, 'base64url')) || disclosures.indexOf(text) !== i) {
      throw new AppError('LOG_TAMPERED', `A disclosure of event ${event.seq} does not belong to it.`, where());
    }
  }
}
