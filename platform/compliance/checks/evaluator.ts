/** Evaluates the checks of one organization: hands over what changed since, in bounded pages, and asks the thread. */
import { toHex } from '../../../shared/bytes.ts';
import type { CheckPeriod } from '../../../shared/compliance/checks/world.ts';
import { CompactRange } from '../../../shared/log/index.ts';
import type { Core } from '../../core.ts';
import { sha256 } from '../../crypto.ts';
import { readBounded } from '../../db/bounded.ts';
import { only, type Tx } from '../../db/database.ts';
import { readChanges } from '../../feed/feed.ts';
import { splitHashes } from '../../log/append.ts';
import { rangeTo } from '../../log/prefix.ts';
import { TaskThread } from '../../taskThread.ts';
import { type Evaluated, SEPARATOR, type Task } from './tasks.ts';

/** Rows of one page: short transactions, between which requests have the store. */
const EVENTS_PAGE = 2_000;
const CHANGES_PAGE = 2_000;
/** Given up between two pages by worlds of other organizations: handed over once more. */
const TRIES_MAX = 3;

class ChecksThread extends TaskThread<Task> {
  constructor() {
    super(new URL('./worker.ts', import.meta.url), 'checks');
  }

  /** Null: the thread does not remember the organization. */
  work(task: Task): Promise<true | Evaluated[] | null> {
    return this.ask(task) as Promise<true | Evaluated[] | null>;
  }
}

/** What the thread was handed of an organization. */
interface Held {
  readonly begin: number;
  size: number;
  feed: number;
}

interface State {
  readonly begin: number;
  readonly size: number;
  readonly range: Uint8Array;
}

export interface Evaluation {
  readonly asOf: number;
  /** State of log and feed it rests on. */
  readonly size: number;
  readonly feed: number;
  /** By period, in the order of the catalog. */
  readonly outcomes: readonly Evaluated[];
}

interface EventRow {
  readonly seq: number;
  readonly entry: string;
  readonly disclosures: string;
}

export class Evaluator {
  private readonly core: Core;
  private readonly thread = new ChecksThread();
  private readonly held = new Map<string, Held>();
  /** One at a time: pages of one organization must not come between those of another run of it. */
  private running: Promise<unknown> = Promise.resolve();

  constructor(core: Core) {
    this.core = core;
  }

  close(): Promise<void> {
    return this.thread.close();
  }

  /** @param fresh hashes every leaf again, and reads every disclosure: what a daily evaluation rests on. */
  evaluate(orgId: string, periods: readonly CheckPeriod[], fresh = false): Promise<Evaluation> {
    const run = this.running.catch(() => {}).then(() => this.run(orgId, periods, fresh));
    this.running = run;
    return run;
  }

  private async run(orgId: string, periods: readonly CheckPeriod[], fresh: boolean): Promise<Evaluation> {
    if (fresh) this.held.delete(orgId);
    for (let tries = 0; ; tries++) {
      const asOf = this.core.now();
      const found = await this.attempt(orgId, periods, asOf).catch((error: unknown) => {
        this.held.delete(orgId);
        throw error;
      });
      if (found !== null) return { asOf, ...found };
      this.held.delete(orgId);
      if (tries === TRIES_MAX) throw new Error('the checks do not come to an end');
    }
  }

  private async attempt(
    orgId: string,
    periods: readonly CheckPeriod[],
    asOf: number,
  ): Promise<Omit<Evaluation, 'asOf'> | null> {
    const before = await this.core.tenant(orgId, readState);
    let held = this.held.get(orgId);
    if (held === undefined || held.begin !== before.begin || held.size > before.size) {
      held = { begin: before.begin, size: before.begin, feed: 0 };
      this.held.set(orgId, held);
      const { hashes } = await this.core.tenant(orgId, (tx) => rangeTo(tx, before.begin));
      await this.thread.work({ kind: 'begin', orgId, begin: before.begin, range: hashes });
    }
    // The feed first, as a mirror syncs: a record is never newer than what the log tells of it.
    if (!(await this.handFeed(orgId, held))) return null;
    const { size, range } = await this.core.tenant(orgId, readState);
    if (!(await this.handEvents(orgId, held, size))) return null;
    const root = toHex(CompactRange.from(size, splitHashes(range), sha256).root());
    const outcomes = await this.thread.work({ kind: 'evaluate', orgId, asOf, size, root, periods });
    return Array.isArray(outcomes) ? { size, feed: held.feed, outcomes } : null;
  }

  private async handFeed(orgId: string, held: Held): Promise<boolean> {
    for (let more = true; more; ) {
      const page = await this.core.tenant(orgId, (tx) => readChanges(tx, held.feed, CHANGES_PAGE));
      const changes = page.changes.map(({ kind, id, op, data }) => ({ kind, id, data: op === 'put' ? data : null }));
      if (changes.length > 0 && (await this.thread.work({ kind: 'feed', orgId, changes })) === null) return false;
      held.feed = page.changes.at(-1)?.version ?? held.feed;
      ({ more } = page);
    }
    return true;
  }

  private async handEvents(orgId: string, held: Held, size: number): Promise<boolean> {
    while (held.size < size) {
      const rows = await this.core.tenant(orgId, (tx) => readEvents(tx, held.size, size));
      if (rows.length === 0) throw new Error(`the store holds no event ${held.size} of ${size}`);
      const entries = rows.map(({ entry }) => entry).join(SEPARATOR);
      const disclosures = rows.map((row) => row.disclosures).join(SEPARATOR);
      const task = { kind: 'events', orgId, count: rows.length, entries, disclosures } as const;
      if ((await this.thread.work(task)) === null) return false;
      held.size += rows.length;
    }
    return true;
  }
}

async function readState(tx: Tx): Promise<State> {
  return only(
    await tx.query<State>(`SELECT log_pruned_to AS begin, log_size AS size, log_range AS range FROM org_state`),
  );
}

async function readEvents(tx: Tx, from: number, to: number): Promise<EventRow[]> {
  const { rows } = await readBounded<EventRow>(tx, {
    select: 'SELECT seq, entry, disclosures FROM audit_events WHERE seq >= $1 AND seq < $2 ORDER BY seq LIMIT $3',
    params: [from, to, EVENTS_PAGE + 1],
    ...{ order: 'seq', text: 'disclosures', limit: EVENTS_PAGE },
  });
  return rows;
}
