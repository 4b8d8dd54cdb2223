/** The four event files, read side by side: leaves, disclosures, withheld digests and the derived OCSF lines. */
import { type AuditEvent, disclosureDigest, readEvent } from '../audit/index.ts';
import { toUtf8 } from '../bytes.ts';
import type { Sha256 } from '../crypto.ts';
import { AppError } from '../errors.ts';
import { canonicalize, isCanonical } from '../json/index.ts';
import { CompactRange, leafHash } from '../log/index.ts';
import { FigureCounter, type Figures } from './figures.ts';
import { readLines } from './lines.ts';
import { ocsfLine } from './ocsf.ts';

export const LEAVES = 'data/events/leaves.ndjson';
export const DISCLOSURES = 'data/events/disclosures.ndjson';
export const WITHHELD = 'data/events/withheld.ndjson';
export const OCSF = 'data/events/ocsf.ndjson';

/** A line of disclosures.ndjson. */
export function disclosureLine(seq: number, disclosure: string): string {
  return canonicalize({ disclosure, seq });
}

/** A line of withheld.ndjson; `name` is a claim of the exporter, null where it does not know. */
export function withheldLine(seq: number, digest: string, name: string | null): string {
  return canonicalize({ digest, name, seq });
}

export interface EventExpectation {
  readonly origin: string;
  readonly begin: number;
  readonly end: number;
  readonly from: string;
  readonly to: string;
}

export interface EventsFound {
  readonly range: CompactRange;
  readonly figures: Figures;
}

function fault(subject: string, what: string): AppError {
  return new AppError('LOG_TAMPERED', `${subject}: ${what}.`, { subject });
}

/** Lines of a file with `seq`, handed out by event. */
class BySeq {
  readonly name: string;
  private readonly lines: AsyncGenerator<string>;
  private line = 0;
  private head: { readonly seq: number; readonly fields: Readonly<Record<string, unknown>> } | null = null;

  constructor(name: string, chunks: AsyncIterable<Uint8Array>) {
    this.name = name;
    this.lines = readLines(name, chunks);
  }

  async start(): Promise<void> {
    await this.advance();
  }

  private async advance(): Promise<void> {
    const next = await this.lines.next();
    this.line += 1;
    if (next.done) {
      this.head = null;
      return;
    }
    const subject = `${this.name}:${this.line}`;
    if (!isCanonical(next.value) || !next.value.startsWith('{')) throw fault(subject, 'not a canonical JSON object');
    const fields = JSON.parse(next.value) as Record<string, unknown>;
    const seq = fields.seq;
    if (typeof seq !== 'number' || (this.head !== null && seq < this.head.seq)) throw fault(subject, 'out of order');
    this.head = { seq, fields };
  }

  /** All lines of one event; a line of an earlier event is a line without an event. */
  async take(seq: number): Promise<Readonly<Record<string, unknown>>[]> {
    const out: Readonly<Record<string, unknown>>[] = [];
    while (this.head !== null && this.head.seq <= seq) {
      if (this.head.seq < seq)
        throw fault(`${this.name}:${this.line}`, `there is no event ${this.head.seq} in the range`);
      out.push(this.head.fields);
      if (out.length > 64) throw fault(`${this.name}:${this.line}`, 'more lines than an event has digests');
      await this.advance();
    }
    return out;
  }

  async close(): Promise<void> {
    await this.lines.return(undefined);
  }

  finish(): void {
    if (this.head !== null) throw fault(`${this.name}:${this.line}`, `there is no event ${this.head.seq} in the range`);
  }
}

function strings(
  name: string,
  key: string,
  lines: readonly Readonly<Record<string, unknown>>[],
  keys: string,
): string[] {
  return lines.map((line) => {
    const value = line[key];
    if (typeof value !== 'string' || Object.keys(line).join() !== keys) throw fault(name, 'a line of another shape');
    return value;
  });
}

/** Throws unless the opened and the withheld digests together are exactly the event's, each once, in order. */
function checkDigests(event: AuditEvent, opened: readonly string[], withheld: readonly string[]): void {
  const sealed = new Set(event._sd);
  for (const [file, digests] of [
    [DISCLOSURES, opened],
    [WITHHELD, withheld],
  ] as const) {
    for (const [i, digest] of digests.entries()) {
      if (!sealed.has(digest))
        throw fault(`${file}: event ${event.seq}`, 'a digest that was not sealed into the event');
      if (i > 0 && digests[i - 1]! >= digest) throw fault(`${file}: event ${event.seq}`, 'lines out of order');
    }
  }
  if (opened.some((digest) => withheld.includes(digest))) {
    throw fault(`${WITHHELD}: event ${event.seq}`, 'a field is listed as withheld and is disclosed');
  }
  if (opened.length + withheld.length !== event._sd.length) {
    throw fault(`${WITHHELD}: event ${event.seq}`, 'a field is neither disclosed nor listed as withheld');
  }
}

function checkPlace(event: AuditEvent, seq: number, last: string, wanted: EventExpectation): void {
  const subject = `event ${seq}`;
  if (event.seq !== seq) throw fault(`${LEAVES}: ${subject}`, `its sequence number is ${event.seq}`);
  if (event.log !== wanted.origin) throw fault(`${LEAVES}: ${subject}`, 'it is of another log');
  if (event.recorded_at < last) throw fault(`${LEAVES}: ${subject}`, 'recorded before the event ahead of it');
  if (event.recorded_at < wanted.from || event.recorded_at >= wanted.to) {
    throw fault(`${LEAVES}: ${subject}`, 'recorded outside the period');
  }
}

/**
 * Reads the event files in one pass and bounded memory. Throws LOG_TAMPERED or LOG_MALFORMED at the first leaf, disclosure,
 * withheld digest or derived line that is not what it must be; the message names file and event.
 */
export async function checkEvents(
  stream: (name: string) => AsyncIterable<Uint8Array>,
  wanted: EventExpectation,
  sha256: Sha256,
  onProgress?: (events: number) => void,
): Promise<EventsFound> {
  const range = CompactRange.empty(sha256, wanted.begin);
  const counter = new FigureCounter();
  const disclosures = new BySeq(DISCLOSURES, stream(DISCLOSURES));
  const withheld = new BySeq(WITHHELD, stream(WITHHELD));
  const derived = readLines(OCSF, stream(OCSF));
  try {
    await Promise.all([disclosures.start(), withheld.start()]);
    const side = { disclosures, withheld, derived };
    const leaves = readLines(LEAVES, stream(LEAVES));
    await walkLeaves(leaves, side, wanted, sha256, range, counter, onProgress);
    return { range, figures: counter.figures() };
  } finally {
    // A check that stops half-way must not leave the other files open.
    await Promise.all([disclosures.close(), withheld.close(), derived.return(undefined)]);
  }
}

interface SideFiles {
  readonly disclosures: BySeq;
  readonly withheld: BySeq;
  readonly derived: AsyncGenerator<string>;
}

async function walkLeaves(
  leaves: AsyncIterable<string>,
  { disclosures, withheld, derived }: SideFiles,
  wanted: EventExpectation,
  sha256: Sha256,
  range: CompactRange,
  counter: FigureCounter,
  onProgress?: (events: number) => void,
): Promise<void> {
  let seq = wanted.begin;
  let last = '';
  for await (const text of leaves) {
    if (seq >= wanted.end) throw fault(`${LEAVES}: event ${seq}`, 'there are more events than the range holds');
    const event = readLeaf(text, seq);
    checkPlace(event, seq, last, wanted);
    last = event.recorded_at;
    range.append(leafHash(toUtf8(text), sha256));
    const opened = strings(`${DISCLOSURES}: event ${seq}`, 'disclosure', await disclosures.take(seq), 'disclosure,seq');
    const hidden = strings(`${WITHHELD}: event ${seq}`, 'digest', await withheld.take(seq), 'digest,name,seq');
    checkDigests(
      event,
      opened.map((disclosure) => disclosureDigest(disclosure, sha256)),
      hidden,
    );
    const line = await derived.next();
    if (line.done || line.value !== derive(event, opened))
      throw fault(`${OCSF}: event ${seq}`, 'not what follows from the event');
    counter.add(event, opened.length, hidden.length);
    seq += 1;
    if (seq % 8192 === 0) onProgress?.(seq - wanted.begin);
  }
  if (seq !== wanted.end) throw fault(`${LEAVES}: event ${seq}`, 'the event is missing');
  disclosures.finish();
  withheld.finish();
  if (!(await derived.next()).done) throw fault(OCSF, 'more lines than events');
}

function readLeaf(text: string, seq: number): AuditEvent {
  try {
    return readEvent(text);
  } catch (error) {
    throw fault(`${LEAVES}: event ${seq}`, (error as Error).message.replace(/\.$/, ''));
  }
}

function derive(event: AuditEvent, opened: readonly string[]): string {
  try {
    return ocsfLine(event, opened);
  } catch (error) {
    throw fault(`${DISCLOSURES}: event ${event.seq}`, (error as Error).message.replace(/\.$/, ''));
  }
}
