/** The four event files, each written from its own pass over the events: nothing is spooled. */
import { type AuditEvent, type DisclosureName, disclosureDigest, readEvent } from '../../shared/audit/index.ts';
import { disclosureLine, withheldLine } from '../../shared/bundle/events.ts';
import { FigureCounter, type Figures } from '../../shared/bundle/figures.ts';
import { ocsfLine } from '../../shared/bundle/ocsf.ts';
import { AppError } from '../../shared/errors.ts';
import { CompactRange, leafHash } from '../../shared/log/index.ts';
import { sha256 } from '../crypto.ts';
import type { BundleSource, SourceEvent } from './source.ts';

const CHUNK_BYTES = 128 * 1024;
/** `["<22 characters of salt>","<name>",` fits into the first 48 bytes, 64 characters of base64url. */
const HEAD = /^\["[A-Za-z0-9_-]{22}","([a-z]+)",/;

/** Name of a disclosure from its first bytes; the rest may be megabytes. */
export function disclosureName(disclosure: string): string {
  const head = Buffer.from(disclosure.slice(0, 64), 'base64url').toString('latin1');
  const name = HEAD.exec(head)?.[1];
  if (name === undefined) throw new AppError('LOG_MALFORMED', 'A stored field cannot be read; it cannot be exported.');
  return name;
}

interface Opened {
  readonly text: string;
  readonly digest: string;
}

export class EventPasses {
  /** Of the leaves pass. */
  readonly range: CompactRange;
  private readonly source: BundleSource;
  private readonly withhold: ReadonlySet<string>;
  private readonly onEvents: (n: number) => void;
  private readonly counter = new FigureCounter();
  private disclosed = 0;
  private withheld = 0;

  constructor(source: BundleSource, onEvents: (n: number) => void) {
    this.source = source;
    this.withhold = new Set<DisclosureName>(source.withhold);
    this.onEvents = onEvents;
    this.range = CompactRange.empty(sha256, source.range.begin);
  }

  /** Counted in the leaves pass. */
  figures(): Figures {
    return this.counter.figures();
  }

  /** Throws CONFLICT when the passes did not see the same fields. */
  checkAgreement(): void {
    const { disclosed, withheld } = this.counter.figures();
    if (disclosed !== this.disclosed || withheld !== this.withheld) {
      throw new AppError('CONFLICT', 'Fields were erased while the bundle was written. Export again.');
    }
  }

  disclosures(): AsyncGenerator<Buffer> {
    return this.lines((event, leaf) => {
      const sealed = new Set(leaf._sd);
      return this.open(event).map(({ text, digest }) => {
        if (!sealed.has(digest)) {
          throw new AppError('MIRROR_TAMPERED', `A stored field of event ${event.seq} is not the one sealed into it.`);
        }
        this.disclosed += 1;
        return disclosureLine(event.seq, text);
      });
    });
  }

  /** Verifies as it goes: sequence, period, form. */
  leaves(): AsyncGenerator<Buffer> {
    return this.lines((event) => {
      const text = Buffer.from(event.leaf.buffer, event.leaf.byteOffset, event.leaf.length).toString('utf8');
      const leaf = readEvent(text);
      if (leaf.seq !== event.seq) throw new AppError('MIRROR_TAMPERED', `Event ${event.seq} says it is ${leaf.seq}.`);
      const kept = event.disclosures.filter((disclosure) => !this.withhold.has(disclosureName(disclosure))).length;
      this.counter.add(leaf, kept, leaf._sd.length - kept);
      this.range.append(leafHash(event.leaf, sha256));
      return [text];
    });
  }

  ocsf(): AsyncGenerator<Buffer> {
    return this.lines((event, leaf) => [
      ocsfLine(
        leaf,
        this.open(event).map(({ text }) => text),
      ),
    ]);
  }

  withheldDigests(): AsyncGenerator<Buffer> {
    return this.lines((event, leaf) => {
      const opened = new Set(this.open(event).map(({ digest }) => digest));
      const hidden = new Map(
        event.disclosures.map((text) => [disclosureDigest(text, sha256), disclosureName(text)] as const),
      );
      const missing = leaf._sd.filter((digest) => !opened.has(digest));
      this.withheld += missing.length;
      return missing.map((digest) => withheldLine(event.seq, digest, hidden.get(digest) ?? null));
    });
  }

  /** What is disclosed of an event, by digest. */
  private open(event: SourceEvent): Opened[] {
    return event.disclosures
      .filter((text) => !this.withhold.has(disclosureName(text)))
      .map((text) => ({ text, digest: disclosureDigest(text, sha256) }))
      .sort((a, b) => (a.digest < b.digest ? -1 : 1));
  }

  /** Lines of one pass, in chunks; checks that the pass covers exactly the range. */
  private async *lines(make: (event: SourceEvent, leaf: AuditEvent) => readonly string[]): AsyncGenerator<Buffer> {
    const { begin, end } = this.source.range;
    let seq = begin;
    let held: string[] = [];
    let size = 0;
    let counted = 0;
    for await (const event of this.source.events()) {
      if (event.seq !== seq) throw new AppError('MIRROR_TAMPERED', `Event ${seq} is missing from the mirror.`);
      // The leaves pass reads each leaf strictly; here its fields are enough.
      const leaf = JSON.parse(Buffer.from(event.leaf).toString('utf8')) as AuditEvent;
      for (const line of make(event, leaf)) {
        held.push(line, '\n');
        size += line.length + 1;
      }
      seq += 1;
      if (size >= CHUNK_BYTES) {
        yield Buffer.from(held.join(''));
        held = [];
        size = 0;
        this.onEvents(seq - begin - counted);
        counted = seq - begin;
      }
    }
    if (seq !== end) throw new AppError('MIRROR_TAMPERED', `Event ${seq} is missing from the mirror.`);
    if (held.length > 0) yield Buffer.from(held.join(''));
    this.onEvents(seq - begin - counted);
  }
}
