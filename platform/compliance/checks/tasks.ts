/** What the thread of checks does: pure but for the worlds it remembers. */
import { WorldReader } from '../../../shared/compliance/checks/buildWorld.ts';
import { evaluateChecks } from '../../../shared/compliance/checks/evaluate.ts';
import { LogBuilder } from '../../../shared/compliance/checks/logBuilder.ts';
import type { CheckOutcome, CheckPeriod, LogFacts } from '../../../shared/compliance/checks/world.ts';
import { CompactRange, type Hash } from '../../../shared/log/index.ts';
import { sha256 } from '../../crypto.ts';

/** Neither canonical JSON nor base64url can hold it. */
export const SEPARATOR = '\u001e';
/** Items that a kept result names. */
export const NAMED_MAX = 100;

/** Forgets what was known of an organization, and begins its log at an event. */
export interface BeginTask {
  readonly kind: 'begin';
  readonly orgId: string;
  readonly begin: number;
  /** Compact range over what was pruned; null: not known, so that the root cannot be computed. */
  readonly range: readonly Hash[] | null;
}

/** The next events, each text joined by SEPARATOR: one string costs a tenth of as many. */
export interface EventsTask {
  readonly kind: 'events';
  readonly orgId: string;
  readonly count: number;
  readonly entries: string;
  readonly disclosures: string;
}

export interface FeedTask {
  readonly kind: 'feed';
  readonly orgId: string;
  readonly changes: readonly { readonly kind: string; readonly id: string; readonly data: unknown }[];
}

export interface EvaluateTask {
  readonly kind: 'evaluate';
  readonly orgId: string;
  readonly asOf: number;
  readonly size: number;
  /** Of the sequencer, hex. */
  readonly root: string;
  readonly periods: readonly CheckPeriod[];
}
export type Task = BeginTask | EventsTask | FeedTask | EvaluateTask;

/** An outcome without the items beyond those that are kept. */
export type Evaluated = readonly CheckOutcome[];

/** A fixed cost for each entity that is remembered, about. */
const ENTITY_BYTES = 1_500;

class OrgWorld {
  readonly log: LogBuilder;
  private readonly reader = new WorldReader();
  private readonly entities = new Map<string, Map<string, unknown>>();
  /** When every leaf was hashed from the first on, and how many. */
  private filled: NonNullable<LogFacts['recomputed']> | null = null;

  constructor({ begin, range }: BeginTask) {
    const known = range !== null || begin === 0;
    this.log = new LogBuilder(sha256, begin, known ? CompactRange.from(begin, [...(range ?? [])], sha256) : null);
  }

  get size(): number {
    let entities = 0;
    for (const { size } of this.entities.values()) entities += size;
    return this.log.table.size + this.log.history.steps.length * ENTITY_BYTES + entities * ENTITY_BYTES;
  }

  feed({ changes }: FeedTask): void {
    for (const [kind, some] of Map.groupBy(changes, (change) => change.kind)) {
      // Another map: what was read of the one before is read anew.
      const next = new Map(this.entities.get(kind));
      for (const { id, data } of some) {
        if (data === null) next.delete(id);
        else next.set(id, data);
      }
      this.entities.set(kind, next);
    }
  }

  evaluate({ orgId, asOf, size, root, periods }: EvaluateTask): Evaluated[] {
    const own = this.log.root();
    const matched = own === root && this.log.next === size;
    if (own !== null) this.filled = this.filled === null ? { at: asOf, size, matched } : { ...this.filled, matched };
    const world = this.reader.world({
      ...{ orgId, asOf, steps: this.log.history.steps, entities: this.entities, mirror: null },
      log: this.log.facts(size, root, this.filled),
    });
    return periods.map((period) => {
      const steps = evaluateChecks(world, period, { sha256 });
      for (;;) {
        const step = steps.next();
        if (step.done === true) return step.value.map((one) => ({ ...one, items: one.items.slice(0, NAMED_MAX) }));
      }
    });
  }
}

/** Worlds remembered, those asked for longest ago given up when all take too much. */
export class Worlds {
  private readonly orgs = new Map<string, OrgWorld>();
  private readonly bytesMax: number;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  /** Null: the organization is not remembered, and is to be handed over whole. */
  run(task: Task): true | Evaluated[] | null {
    if (task.kind === 'begin') {
      this.orgs.delete(task.orgId);
      this.orgs.set(task.orgId, new OrgWorld(task));
      return true;
    }
    const world = this.orgs.get(task.orgId);
    if (world === undefined) return null;
    this.orgs.delete(task.orgId);
    this.orgs.set(task.orgId, world);
    if (task.kind === 'evaluate') {
      const found = world.evaluate(task);
      this.trim();
      return found;
    }
    if (task.kind === 'feed') world.feed(task);
    else {
      const lines = task.disclosures.split(SEPARATOR);
      for (const [i, entry] of task.entries.split(SEPARATOR).entries()) world.log.add(entry, lines[i]!);
    }
    return true;
  }

  /** The one asked for last stays, whatever its size. */
  private trim(): void {
    let size = 0;
    for (const world of this.orgs.values()) size += world.size;
    for (const [orgId, world] of this.orgs) {
      if (size <= this.bytesMax || this.orgs.size === 1) return;
      this.orgs.delete(orgId);
      size -= world.size;
    }
  }
}
