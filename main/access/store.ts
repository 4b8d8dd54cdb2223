/** What a mirror says of access, held in memory and kept up to date by what is new: events, dictionaries, history, entities. */
import { type EntityKind, entitySchemas } from '../../shared/entities/index.ts';
import type { EventColumns, FeedEntities, HistoryStep, Sharing } from '../../shared/rbac/questions/index.ts';
import type { AccessData, AccessEvents, AccessHave, AccessHistoryRow } from '../db/api.ts';

type Data = Readonly<Record<string, unknown>>;
const FIRST_CAPACITY = 4096;

/** Columns that grow at their end; rows beyond `count` are not data. */
class GrowingEvents implements EventColumns {
  count = 0;
  seq = new Uint32Array(0);
  recorded = new Float64Array(0);
  actor = new Uint32Array(0);
  action = new Uint32Array(0);
  target = new Uint32Array(0);
  outcome = new Uint8Array(0);

  append(more: AccessEvents): void {
    const count = this.count + more.seq.length;
    if (count > this.seq.length) this.reserve(Math.max(count, FIRST_CAPACITY, Math.ceil(this.seq.length * 1.5)));
    this.seq.set(more.seq, this.count);
    this.recorded.set(more.recorded, this.count);
    this.actor.set(more.actor, this.count);
    this.action.set(more.action, this.count);
    this.target.set(more.target, this.count);
    this.outcome.set(more.outcome, this.count);
    this.count = count;
  }

  private reserve(capacity: number): void {
    const grown = <T extends Uint32Array | Float64Array | Uint8Array>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    this.seq = grown(this.seq, new Uint32Array(capacity));
    this.recorded = grown(this.recorded, new Float64Array(capacity));
    this.actor = grown(this.actor, new Uint32Array(capacity));
    this.action = grown(this.action, new Uint32Array(capacity));
    this.target = grown(this.target, new Uint32Array(capacity));
    this.outcome = grown(this.outcome, new Uint8Array(capacity));
  }
}

export class AccessStore {
  readonly events = new GrowingEvents();
  /** `type:id` by actor code, action by action code. */
  readonly actors: string[] = [];
  readonly actions: string[] = [];
  steps: HistoryStep[] = [];
  sharings: Sharing[] = [];
  feed: FeedEntities = new Map();
  logBegins: number | null = null;
  /** Grows with everything that changes an answer. */
  revision = 0;
  private have: AccessHave = { epoch: -1, historyTo: 0, entityCursor: -1, actors: 0, actions: 0, rows: 0 };

  held(): AccessHave {
    return this.have;
  }

  take(data: AccessData): void {
    if (data.epoch !== this.have.epoch) {
      this.steps = [];
      this.sharings = [];
    }
    for (const row of data.history) this.addHistory(row);
    if (data.entities !== null) this.feed = readFeed(data.entities);
    this.actors.push(...data.actors);
    this.actions.push(...data.actions);
    this.events.append(data.events);
    this.logBegins = data.logBegins;
    const grown = data.history.length + data.actors.length + data.actions.length + data.events.seq.length;
    if (grown > 0 || data.entities !== null || data.epoch !== this.have.epoch) this.revision += 1;
    const { epoch, historyTo, entityCursor, rows } = data;
    this.have = { epoch, historyTo, entityCursor, rows, actors: this.actors.length, actions: this.actions.length };
  }

  private addHistory({ seq, kind, id, validFrom, state, data, before, target }: AccessHistoryRow): void {
    const read = (text: string | null): Data | null => (text === null ? null : (JSON.parse(text) as Data));
    if (kind === 'thread') {
      const known = read(data)?.shared_with as readonly string[] | undefined;
      if (target !== null) this.sharings.push({ target, seq, with: known === undefined ? null : new Set(known) });
      return;
    }
    this.steps.push({ seq, kind, id, validFrom, state, data: read(data), before: read(before) });
  }
}

/** Entities by kind and id. One that its schema does not read is left out: it grants nothing. */
function readFeed(text: string): FeedEntities {
  const feed = new Map<string, Map<string, Data>>();
  for (const [kind, id, data] of JSON.parse(text) as [EntityKind, string, Data][]) {
    const read = entitySchemas[kind].safeParse(data);
    if (!read.success) continue;
    const entities = feed.get(kind);
    if (entities === undefined) feed.set(kind, new Map([[id, read.data]]));
    else entities.set(id, read.data);
  }
  return feed;
}
