/** Search index and names, which the mirror derives from the events: held against them, and built anew where they differ. */
import { type AuditEvent, readEvent } from '../../shared/audit/index.ts';
import { fromUtf8 } from '../../shared/bytes.ts';
import type { VerifyFinding } from '../../shared/contract/integrity.ts';
import { AppError } from '../../shared/errors.ts';
import { TILE_WIDTH } from '../../shared/log/index.ts';
import type { Mirror, MirrorChecker, NameChange } from '../db/api.ts';
import { type Disclosed, readDisclosed, searchLine } from '../db/disclosed.ts';
import type { SyncProgress } from './sync.ts';

const CHUNK = 4 * TILE_WIDTH;
const NAMED = ['actor', 'target', 'action', 'workspace'] as const;
type Named = (typeof NAMED)[number];

export interface DerivedPorts {
  readonly mirror: Mirror;
  readonly checker: MirrorChecker;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: SyncProgress) => void;
}

/** What differs, and how to build it anew. */
export interface DerivedFault {
  readonly finding: VerifyFinding;
  readonly evidence: Readonly<Record<string, unknown>>;
  /** Builds it anew; true when it then holds. Throws CANCELLED. */
  readonly repair: () => Promise<boolean>;
}

export class DerivedCheck {
  private readonly ports: DerivedPorts;
  private readonly names: Record<Named, Map<string, string>> = {
    actor: new Map(),
    target: new Map(),
    action: new Map(),
    workspace: new Map(),
  };
  private size = 0;
  /** The chunk that the checker has under way: it parts words while the next chunk is hashed here. */
  private sent: Promise<void> = Promise.resolve();

  private readonly first: number;

  private constructor(ports: DerivedPorts, first: number) {
    this.ports = ports;
    this.first = first;
    this.size = first;
  }

  /** For the events [first, size), which are then given chunk by chunk. */
  static async begin(ports: DerivedPorts, size: number, first = 0): Promise<DerivedCheck> {
    await ports.checker.beginSearch(size);
    return new DerivedCheck(ports, first);
  }

  /** Takes in the next events. */
  async expect(events: readonly { event: AuditEvent; disclosed: Disclosed }[]): Promise<void> {
    const first = this.size;
    this.learn(events);
    await this.sent;
    this.sent = this.ports.checker.expectSearch(
      first,
      events.map(({ event, disclosed }) => searchLine(event, disclosed)),
    );
    // Its fault is told by whoever waits for it next; a check that ends before is closed with its checker.
    this.sent.catch(() => {});
  }

  private learn(events: readonly { event: AuditEvent; disclosed: Disclosed }[]): void {
    for (const { event, disclosed } of events) {
      if (disclosed.actor !== null) this.names.actor.set(`${event.actor.type}:${event.actor.id}`, disclosed.actor);
      const target = event.target === null ? '' : `${event.target.type}:${event.target.id}`;
      if (disclosed.target !== null) this.names.target.set(target, disclosed.target);
    }
    this.size += events.length;
  }

  /** What differs. Throws CANCELLED, MIRROR_DAMAGED. */
  async faults(): Promise<DerivedFault[]> {
    await this.sent;
    return [await this.search(), await this.dictionaries()].filter((fault) => fault !== null);
  }

  private stopIfAsked(): void {
    if (this.ports.signal.aborted) throw new AppError('CANCELLED');
  }

  private async sweep(): Promise<{ count: number; first: number[]; layout: string[] }> {
    const { checker, onProgress } = this.ports;
    let words = 0;
    for (let done = false; !done; ) {
      this.stopIfAsked();
      const step = await checker.readSearch();
      words += step.words;
      done = step.done;
      onProgress?.({ phase: 'Checking the search index', done: words, total: null, unit: 'words' });
    }
    this.stopIfAsked();
    return { ...(await checker.searchDiffering()), layout: await checker.searchStructure() };
  }

  private async search(): Promise<DerivedFault | null> {
    const { count, first, layout } = await this.sweep();
    if (count === 0 && layout.length === 0) return null;
    const what =
      count > 0
        ? `Search does not find ${count} of the events by exactly their words; the first is event ${first[0]}.`
        : 'The search index is not laid out as it must be; a search may miss events.';
    return {
      finding: { part: 'search', message: what, firstSeq: first[0] ?? null, repaired: false },
      evidence: { events: count, first, layout: layout.slice(0, 5) },
      repair: () => this.rebuildSearch(),
    };
  }

  /** Chunks of what is told in the events [begin, end), read and parsed. */
  private async *told(begin: number, end: number) {
    for (let at = begin; at < end; at += CHUNK) {
      this.stopIfAsked();
      const { leaves, disclosures } = await this.ports.mirror.reader.leaves(at, Math.min(at + CHUNK, end));
      yield leaves.map((leaf, i) => {
        const line = disclosures[i]!;
        return {
          event: readEvent(fromUtf8(leaf)),
          disclosed: readDisclosed(line === '' ? [] : line.split('~')),
        };
      });
    }
  }

  private async rebuildSearch(): Promise<boolean> {
    const { mirror, checker, onProgress } = this.ports;
    const { size } = await mirror.writer.clearSearch();
    await checker.beginSearch(size);
    let done = this.first;
    for await (const events of this.told(this.first, size)) {
      const texts = events.map(({ event, disclosed }) => searchLine(event, disclosed));
      await mirror.writer.addSearch(done, texts);
      await checker.expectSearch(done, texts);
      done += events.length;
      onProgress?.({ phase: 'Rebuilding the search index', done, total: size, unit: 'events' });
    }
    const { count, layout } = await this.sweep();
    return count === 0 && layout.length === 0;
  }

  /** Entries that do not say the newest name told, or that a filter does not find. */
  private async wrongNames(): Promise<{ changes: NameChange[]; unfound: number; keys: string[] }> {
    const changes: NameChange[] = [];
    const keys: string[] = [];
    let unfound = 0;
    for (const field of NAMED) {
      for (let from = 0; ; ) {
        this.stopIfAsked();
        const { size, entries } = await this.ports.checker.dictionary(field, from);
        // A sync beside the check may have told newer names.
        for await (const events of this.told(this.size, size)) this.learn(events);
        for (const { code, key, name, found } of entries) {
          const told = this.names[field].get(key) ?? null;
          if (!found) unfound += 1;
          if (name !== told) changes.push({ field, code, name: told });
          if ((!found || name !== told) && keys.length < 20) keys.push(`${field} ${key}`);
        }
        const last = entries.at(-1);
        if (last === undefined) break;
        from = last.code + 1;
      }
    }
    return { changes, unfound, keys };
  }

  private async dictionaries(): Promise<DerivedFault | null> {
    this.ports.onProgress?.({ phase: 'Checking names', done: 0, total: null, unit: 'names' });
    const { changes, unfound, keys } = await this.wrongNames();
    if (changes.length === 0 && unfound === 0) return null;
    const parts = [
      ...(changes.length > 0
        ? [`${changes.length} of the names shown are not the newest ones told by the events`]
        : []),
      ...(unfound > 0 ? [`a filter does not find ${unfound} of the values that events have`] : []),
    ];
    const message = `${parts.join(', and ')}; the first is ${keys[0]}.`;
    return {
      finding: {
        part: 'names',
        message: message[0]!.toUpperCase() + message.slice(1),
        firstSeq: null,
        repaired: false,
      },
      evidence: { names: changes.length, notFound: unfound, first: keys },
      repair: async () => {
        await this.ports.mirror.writer.repairNames(changes);
        const after = await this.wrongNames();
        return after.changes.length === 0 && after.unfound === 0;
      },
    };
  }
}
