/** One mirror as a world of checks: kept until the mirror changes, then read on. */
import { WorldReader } from '../../shared/compliance/checks/buildWorld.ts';
import type { CheckWorld, MirrorFacts } from '../../shared/compliance/checks/world.ts';
import { type Connection, openEncrypted } from '../db/connect.ts';
import { readMeta } from '../db/read/meta.ts';
import { MirrorLog } from './mirrorLog.ts';

interface Loaded {
  readonly cursor: string;
  readonly world: CheckWorld;
}
interface KindMark {
  readonly kind: string;
  readonly mark: string;
}

export interface LoadProgress {
  readonly done: number;
  readonly total: number;
}

export class MirrorWorld {
  private readonly orgId: string;
  private readonly db: Connection;
  private readonly log: MirrorLog;
  private readonly reader = new WorldReader();
  private readonly entities = new Map<string, ReadonlyMap<string, unknown>>();
  private readonly marks = new Map<string, string>();
  private loaded: Loaded | null = null;

  constructor(orgId: string, file: { readonly path: string; readonly key: Uint8Array }) {
    this.orgId = orgId;
    this.db = openEncrypted({ ...file, readonly: true });
    this.log = new MirrorLog(this.db);
  }

  close(): void {
    this.db.close();
  }

  /** Another text whenever an answer may be another. */
  cursor(): string {
    const of = (
      key: 'entityCursor' | 'entitiesAhead' | 'accessHistory' | 'logOrigin' | 'range' | 'lastSync' | 'completed',
    ) => readMeta(this.db, key);
    const alarms = this.db.prepare('SELECT count(*), count(acknowledged_at) FROM alarm').raw().get();
    const verified = this.db.prepare('SELECT max(rowid) FROM verification').pluck().get();
    const { size } = (of('range') as { size: number } | null) ?? { size: 0 };
    const completed = of('completed') as { receivedAt: number } | null;
    return JSON.stringify([
      ...[size, of('entityCursor'), of('entitiesAhead'), of('accessHistory'), of('logOrigin'), of('lastSync')],
      ...[completed?.receivedAt ?? null, alarms, verified],
    ]);
  }

  /** Null where it was not loaded, or the mirror has changed since. */
  current(): CheckWorld | null {
    return this.loaded !== null && this.loaded.cursor === this.cursor() ? this.loaded.world : null;
  }

  /** Reads what is new, in one read transaction, and gives the world. */
  *load(): Generator<LoadProgress, CheckWorld> {
    const known = this.current();
    if (known !== null) return known;
    this.db.exec('BEGIN');
    try {
      const cursor = this.cursor();
      const total = readMeta(this.db, 'range')?.size ?? 0;
      for (const done of this.log.read()) yield { done, total };
      this.readEntities();
      const world = this.reader.world({
        orgId: this.orgId,
        asOf: this.knownTo() ?? 0,
        log: this.log.facts(),
        steps: this.log.steps,
        // Another map each time: whoever holds the world before keeps what it had.
        entities: new Map(this.entities),
        mirror: this.facts(),
      });
      this.loaded = { cursor, world };
      return world;
    } finally {
      this.db.exec('COMMIT');
    }
  }

  /** The last sync that came through; where one failed after it, what the last accepted checkpoint covers. */
  private knownTo(): number | null {
    const sync = readMeta(this.db, 'lastSync');
    if (sync === null) return null;
    return sync.error === null ? sync.at : (readMeta(this.db, 'completed')?.receivedAt ?? null);
  }

  private readEntities(): void {
    const marks = this.db
      .prepare("SELECT kind, count(*) || ' ' || max(version) AS mark FROM entity GROUP BY kind")
      .all() as KindMark[];
    const present = new Set(marks.map(({ kind }) => kind));
    for (const kind of this.entities.keys()) if (!present.has(kind)) this.entities.delete(kind);
    const rows = this.db.prepare('SELECT id, data FROM entity WHERE kind = ?').raw();
    for (const { kind, mark } of marks) {
      if (this.marks.get(kind) === mark && this.entities.has(kind)) continue;
      this.marks.set(kind, mark);
      const list = rows.all(kind) as [string, string][];
      this.entities.set(kind, new Map(list.map(([id, data]) => [id, JSON.parse(data) as unknown])));
    }
  }

  private facts(): MirrorFacts {
    const size = readMeta(this.db, 'range')?.size ?? 0;
    const checkpoint = readMeta(this.db, 'checkpoint');
    const completed = readMeta(this.db, 'completed');
    const facts = this.log.facts();
    const signed = completed === null ? null : Buffer.from(completed.root, 'base64').toString('hex');
    return {
      syncedAt: this.knownTo(),
      size,
      signedSize: checkpoint?.size ?? 0,
      rootMatches: completed !== null && completed.size === size && signed === facts.root,
      alarms: this.db.prepare('SELECT count(*) FROM alarm WHERE acknowledged_at IS NULL').pluck().get() as number,
      // No event of another log is taken by a sync: its leaf names the log.
      foreign: this.foreign(),
    };
  }

  private foreign(): number {
    let count = 0;
    for (const [kind, entities] of this.entities) {
      for (const data of entities.values()) {
        const { id, org_id: org } = data as { readonly id?: unknown; readonly org_id?: unknown };
        const owner = kind === 'organization' ? id : org;
        if (owner !== undefined && owner !== this.orgId) count += 1;
      }
    }
    return count;
  }
}
