/**
 * Checks bundles of events in log order. Pure of I/O; runs in the verify worker. State moves on only past what was proven.
 */
import { hash } from 'node:crypto';
import { type AuditEvent, readEvent } from '../../shared/audit/index.ts';
import { equalBytes, fromUtf8 } from '../../shared/bytes.ts';
import { AppError } from '../../shared/errors.ts';
import { CompactRange, decodeEntries, entriesPath, type Hash, TILE_WIDTH } from '../../shared/log/index.ts';
import { sha256 } from '../crypto.ts';
import type { AuditBatch, ProducerCounter } from '../db/api.ts';
import { Columns } from './columns.ts';
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
}

export type CheckedRows = Omit<AuditBatch, 'checkpoint' | 'now'>;

interface Opened {
  readonly leaves: Uint8Array[];
  readonly hashes: Hash[];
  readonly lines: string[];
}

const evidence = (part: Part, seq: number) => ({ seq, bundle: entriesPath(part.index, part.width) });

export class BatchChecker {
  /** Leaf and node hashes computed so far. */
  hashesComputed = 0;
  private readonly origin: string;
  private size: number;
  /** Range over the whole bundles before the one that is worked on. */
  private before: CompactRange;
  /** Nodes of the mirror's range over its last, partial bundle. */
  private lowNodes: readonly Hash[];
  private lastRecorded: number;
  private lastRecordedText = '';
  private readonly producers = new Map<string, { id: string; epoch: number; n: number }>();

  constructor(start: Start) {
    this.origin = start.origin;
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
    const leaves = new Uint8Array(parts.reduce((sum, part) => sum + part.entries.length, 0));
    const subtrees: { index: number; hash: Uint8Array }[] = [];
    const changed = new Map<string, ProducerCounter>();
    let leafEnd = 0;
    let range = this.before;
    for (const part of parts) {
      const opened = this.open(part);
      range = this.extend(part, opened, subtrees);
      for (let i = this.size - part.index * TILE_WIDTH; i < part.width; i++) {
        const leaf = opened.leaves[i]!;
        leaves.set(leaf, leafEnd);
        leafEnd += leaf.length;
        this.event(part, leaf, opened.lines[i]!, leafEnd, columns, changed);
        this.size += 1;
      }
    }
    return {
      firstSeq,
      ...columns.take(),
      leaves: leaves.slice(0, leafEnd),
      subtrees,
      range: { size: range.size, hashes: range.hashes },
      producers: [...changed.values()].map((counter) => ({ ...counter })),
    };
  }

  /** Splits a bundle and hashes its leaves. */
  private open(part: Part): Opened {
    const where = { bundle: entriesPath(part.index, part.width) };
    let leaves: Uint8Array[];
    try {
      leaves = decodeEntries(part.entries, part.width);
    } catch (error) {
      throw new AppError('LOG_MALFORMED', `The entry bundle ${where.bundle} cannot be split.`, where, error);
    }
    const lines = fromUtf8(part.disclosures).split('\n');
    if (lines.length === part.width + 1 && lines.at(-1) === '') lines.pop();
    if (lines.length !== part.width) {
      throw new AppError('LOG_MALFORMED', `The disclosures of ${where.bundle} have ${lines.length} lines.`, where);
    }
    // The byte before each leaf is the low byte of its length, read already: set to 0 it is the RFC 6962 leaf prefix.
    const hashes = leaves.map((leaf) => {
      const at = leaf.byteOffset - part.entries.byteOffset;
      part.entries[at - 1] = 0;
      return sha256(part.entries.subarray(at - 1, at + leaf.length));
    });
    this.hashesComputed += hashes.length;
    return { leaves, hashes, lines };
  }

  /** Holds the bundle against the signed root and the mirror; gives the range after it. */
  private extend(part: Part, opened: Opened, subtrees: { index: number; hash: Uint8Array }[]): CompactRange {
    const begin = part.index * TILE_WIDTH;
    const held = this.size - begin;
    if (part.root === null) {
      const bad = opened.hashes.findIndex((leaf, i) => !equalBytes(leaf, part.leafHashes[i]!));
      if (bad >= 0) throw tampered(part, begin + bad);
    }
    const bundle = CompactRange.empty(sha256, begin);
    for (const [i, leaf] of opened.hashes.entries()) {
      if (i === held && held > 0) this.checkHeld(part, bundle);
      bundle.append(leaf);
    }
    this.hashesComputed += opened.hashes.length - 1;
    const range = this.before.clone();
    range.appendRange(bundle);
    if (part.root === null) return range;
    const root = bundle.hashes[0]!;
    if (!equalBytes(root, part.root)) {
      const bad = opened.hashes.findIndex((leaf, i) => part.leafHashes[i] && !equalBytes(leaf, part.leafHashes[i]!));
      throw bad >= 0 ? tampered(part, begin + bad) : tampered(part, null);
    }
    subtrees.push({ index: part.index, hash: root });
    this.before = range;
    this.lowNodes = [];
    return range;
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

  private event(
    part: Part,
    leaf: Uint8Array,
    line: string,
    leafEnd: number,
    columns: Columns,
    changed: Map<string, ProducerCounter>,
  ): void {
    const where = evidence(part, this.size);
    const event = read(leaf, where);
    if (event.seq !== this.size) {
      throw new AppError('LOG_GAP', `Event ${this.size} calls itself ${event.seq}.`, where);
    }
    if (event.log !== this.origin) {
      throw new AppError('LOG_MALFORMED', `Event ${this.size} belongs to the log ${event.log}.`, where);
    }
    const recorded = event.recorded_at === this.lastRecordedText ? this.lastRecorded : Date.parse(event.recorded_at);
    if (recorded < this.lastRecorded) {
      throw new AppError('LOG_MALFORMED', `Event ${this.size} was recorded before the one ahead of it.`, where);
    }
    this.lastRecorded = recorded;
    this.lastRecordedText = event.recorded_at;
    this.countProducer(event, where, changed);
    const disclosures = line === '' ? [] : line.split('~');
    checkDisclosures(event, disclosures, where);
    try {
      columns.add(event, recorded, leafEnd, line, disclosures);
    } catch (error) {
      throw error instanceof AppError
        ? new AppError(error.code, `Event ${this.size}: ${error.message}`, where, error)
        : error;
    }
  }

  private countProducer(
    event: AuditEvent,
    where: Record<string, unknown>,
    changed: Map<string, ProducerCounter>,
  ): void {
    const { id, epoch, n } = event.producer;
    const key = `${epoch} ${id}`;
    const counter = this.producers.get(key) ?? { id, epoch, n: -1 };
    if (n !== counter.n + 1) {
      const message = `Event ${event.seq}: producer ${id} counts ${n} after ${counter.n}; events were lost or repeated.`;
      throw new AppError('LOG_GAP', message, { ...where, producer: id, epoch, expected: counter.n + 1, found: n });
    }
    counter.n = n;
    this.producers.set(key, counter);
    changed.set(key, counter);
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

function read(leaf: Uint8Array, where: Record<string, unknown>): AuditEvent {
  try {
    const text = Buffer.from(leaf.buffer, leaf.byteOffset, leaf.length).toString('utf8');
    // The decoder puts U+FFFD for bytes that are not UTF-8; the strict one tells it from the character itself.
    return readEvent(text.includes('\uFFFD') ? fromUtf8(leaf) : text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('LOG_MALFORMED', `Event ${String(where.seq)}: ${reason}`, where, error);
  }
}

/** Each disclosure must belong to a digest of its event, once. One that is not there is withheld, which is no fault. */
export function checkDisclosures(
  event: AuditEvent,
  disclosures: readonly string[],
  where: Readonly<Record<string, unknown>>,
): void {
  for (const [i, text] of disclosures.entries()) {
    if (!event._sd.includes(hash('sha256', text, 'base64url')) || disclosures.indexOf(text) !== i) {
      throw new AppError('LOG_TAMPERED', `A disclosure of event ${event.seq} does not belong to it.`, where);
    }
  }
}
