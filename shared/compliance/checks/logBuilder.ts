/** Columns, access history and counters out of the leaves themselves, one after the other: how the platform fills a world. */
import { type AuditEvent, readDisclosure } from '../../audit/index.ts';
import { toHex, toUtf8 } from '../../bytes.ts';
import type { Sha256 } from '../../crypto.ts';
import { type CompactRange, leafHash } from '../../log/index.ts';
import { changesAccess, type EntityStep, stepsOf } from '../../rbac/index.ts';
import type { HistoryStep } from '../../rbac/questions/history.ts';
import { LogTable, originOf } from './logTable.ts';
import type { LogFacts } from './world.ts';

const OUTCOMES: readonly string[] = ['success', 'failure', 'denied'];

/** Codes by order of appearance, as a mirror gives them. */
class Codes {
  readonly keys: string[] = [];
  private readonly codes = new Map<string, number>();

  of(key: string): number {
    let code = this.codes.get(key);
    if (code === undefined) {
      code = this.keys.length;
      this.keys.push(key);
      this.codes.set(key, code);
    }
    return code;
  }
}

/** Sharing of threads is no part of the past of access that checks ask about. */
const LEFT_OUT = 'thread';

/** The past of access as steps, of which `before` is kept where nothing earlier tells it. */
export class HistorySteps {
  readonly steps: HistoryStep[] = [];
  private readonly last = new Map<string, EntityStep['state']>();

  add(seq: number, validFrom: number, all: readonly EntityStep[]): void {
    for (const { kind, id, state, after, before } of all) {
      if (kind === LEFT_OUT) continue;
      const key = `${kind} ${id}`;
      const last = this.last.get(key);
      const tells = before !== null && (last === undefined || last === 'unknown');
      this.last.set(key, state);
      this.steps.push({ seq, kind, id, validFrom, state, data: after, before: tells ? before : null });
    }
  }
}

export class LogBuilder {
  readonly table = new LogTable();
  readonly history = new HistorySteps();
  /** Of events before the first one there is, by whoever knows it; else the tree begins with them. */
  readonly begin: number;
  private readonly actors = new Codes();
  private readonly actions = new Codes();
  private readonly targets = new Codes();
  private readonly counters = new Map<string, number>();
  private readonly gaps: number[] = [];
  private readonly sha256: Sha256;
  /** Null where what was pruned cannot be hashed again. */
  private readonly range: CompactRange | null;

  constructor(sha256: Sha256, begin: number, range: CompactRange | null) {
    this.sha256 = sha256;
    this.begin = begin;
    this.range = range;
  }

  get next(): number {
    return this.begin + this.table.count;
  }

  /** @param entry the leaf's text. @param line its disclosures, joined with `~`. */
  add(entry: string, line: string): void {
    const { table } = this;
    table.reserve(1);
    const event = JSON.parse(entry) as AuditEvent;
    const at = table.count;
    const recorded = Date.parse(event.recorded_at);
    table.seq[at] = event.seq;
    table.recorded[at] = recorded;
    table.occurred[at] = event.occurred_at === event.recorded_at ? recorded : Date.parse(event.occurred_at);
    table.actor[at] = this.actors.of(`${event.actor.type}:${event.actor.id}`);
    table.action[at] = this.actions.of(event.action);
    table.target[at] = this.targets.of(event.target === null ? '' : `${event.target.type}:${event.target.id}`);
    table.outcome[at] = OUTCOMES.indexOf(event.outcome);
    table.origin[at] = originOf(line, event._sd.length);
    table.count += 1;
    this.range?.append(leafHash(toUtf8(entry), this.sha256));
    this.count(event);
    if (event.outcome === 'success' && changesAccess(event.action)) this.note(event, recorded, line);
  }

  private count({ seq, producer: { id, epoch, n } }: AuditEvent): void {
    const key = `${epoch} ${id}`;
    const last = this.counters.get(key);
    // What came before the first event that is there is not known after a pruning.
    if (n !== (last ?? (this.begin === 0 ? -1 : n - 1)) + 1) this.gaps.push(seq);
    this.counters.set(key, n);
  }

  private note({ seq, action, target, _sd }: AuditEvent, recorded: number, line: string): void {
    const told = line === '' ? [] : line.split('~').map(readDisclosure);
    const change = told.find(({ name }) => name === 'change')?.value;
    this.history.add(seq, recorded, stepsOf({ action, target, change, complete: told.length === _sd.length }));
  }

  /** @param root over all there is, as the sequencer keeps it, hex. */
  facts(size: number, root: string, recomputed: LogFacts['recomputed']): LogFacts {
    return {
      columns: this.table.snapshot(),
      actors: this.actors.keys,
      actions: this.actions.keys,
      targets: this.targets.keys,
      ...{ begin: this.begin, size, root, recomputed },
      counterGaps: this.gaps,
    };
  }

  /** Root over every leaf that was added, hex; null where what was pruned is not known. */
  root(): string | null {
    return this.range === null ? null : toHex(this.range.root());
  }
}
