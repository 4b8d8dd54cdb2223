/** The sequencer: the only writer of an organization's log. */
import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { buildEvent, type DisclosureName, makeDisclosure, SALT_BYTES } from '../../shared/audit/index.ts';
import { toUtf8 } from '../../shared/bytes.ts';
import type { Json } from '../../shared/json/index.ts';
import { CompactRange, foldNodes, type Hash, leafHash, TILE_WIDTH } from '../../shared/log/index.ts';
import type { EventDraft } from '../audit/draft.ts';
import { sha256 } from '../crypto.ts';
import { only, type Statement, type Tx } from '../db/database.ts';

const HASH_BYTES = 32;
const API_PRODUCER = { id: 'platform-api', epoch: 1 } as const;
/** Drafts of one call: bounds memory and the time the organization's lock is held. */
export const APPEND_MAX = 10_000;

interface LogState {
  readonly origin: string;
  readonly size: number;
  readonly range: Uint8Array;
  readonly recordedAt: number;
}

export function splitHashes(bytes: Uint8Array): Hash[] {
  const out: Hash[] = [];
  for (let at = 0; at < bytes.length; at += HASH_BYTES) out.push(Uint8Array.from(bytes.subarray(at, at + HASH_BYTES)));
  return out;
}

/** What `lockOrg` sends, for whoever sends it together with what is to be read under the lock. */
export const LOCK_ORG: Statement = {
  name: 'org.lock',
  sql: 'SELECT origin, log_size AS size, log_range AS range, log_recorded_at AS "recordedAt" FROM org_state FOR UPDATE',
};

/** Takes the organization's lock until commit: log positions and feed versions are given out in commit order. */
export async function lockOrg(tx: Tx): Promise<LogState> {
  const [rows] = await tx.batch([LOCK_ORG]);
  return only(rows as LogState[]);
}

/** Hands out producer counters; written back once, by `insertEvents`. */
class Counters {
  private readonly next = new Map<string, { id: string; epoch: number; n: number }>();

  async take(tx: Tx, producer: { id: string; epoch: number }): Promise<number> {
    const key = JSON.stringify([producer.id, producer.epoch]);
    let counter = this.next.get(key);
    if (!counter) {
      const rows = await tx.query<{ n: number }>('SELECT next_n AS n FROM log_producers WHERE id = $1 AND epoch = $2', [
        producer.id,
        producer.epoch,
      ]);
      counter = { id: producer.id, epoch: producer.epoch, n: rows[0]?.n ?? 0 };
      this.next.set(key, counter);
    }
    return counter.n++;
  }

  /** The counters as they are now, as rows. */
  rows(): { id: string; epoch: number; next_n: number }[] {
    return [...this.next.values()].map(({ id, epoch, n }) => ({ id, epoch, next_n: n }));
  }
}

/**
 * Extends the tree. The range is kept in two parts, up to and within the unfinished tile, so that the root of each finished
 * tile falls out without hashing anything twice.
 */
class Tree {
  readonly nodes: { level: number; index: number; hash: Hash }[] = [];
  private readonly whole: CompactRange;
  private tile: CompactRange;

  constructor(size: number, hashes: readonly Hash[]) {
    const begin = size - (size % TILE_WIDTH);
    const inTile = (size % TILE_WIDTH).toString(2).replaceAll('0', '').length;
    const split = hashes.length - inTile;
    this.whole = CompactRange.from(begin, hashes.slice(0, split), sha256);
    this.tile = CompactRange.over(begin, size, hashes.slice(split), sha256);
  }

  append(leaf: Hash): void {
    this.tile.append(leaf);
    if (this.tile.size - this.tile.begin < TILE_WIDTH) return;
    const index = this.tile.begin / TILE_WIDTH;
    this.nodes.push({ level: 1, index, hash: only(this.tile.hashes) });
    this.whole.appendRange(this.tile);
    this.tile = CompactRange.empty(sha256, this.tile.size);
  }

  state(): { size: number; range: Uint8Array } {
    return { size: this.tile.size, range: Buffer.concat([...this.whole.hashes, ...this.tile.hashes]) };
  }
}

async function insertNodes(tx: Tx, nodes: Tree['nodes']): Promise<void> {
  for (const { level, index, hash } of nodes) {
    await tx.query('INSERT INTO log_nodes (level, idx, hash) VALUES ($1, $2, $3)', [level, index, hash]);
    if ((index + 1) % TILE_WIDTH !== 0) continue;
    // A tile of this level is full: its root is one hash of the level above.
    const from = index + 1 - TILE_WIDTH;
    const rows = await tx.query<{ hash: Uint8Array }>(
      'SELECT hash FROM log_nodes WHERE level = $1 AND idx >= $2 AND idx <= $3 ORDER BY idx',
      [level, from, index],
    );
    const root = foldPerfect(rows.map((row) => Uint8Array.from(row.hash)));
    await insertNodes(tx, [{ level: level + 1, index: from / TILE_WIDTH, hash: root }]);
  }
}

/** Root of a full tile: the tree over 256 nodes, which are adjacent perfect subtrees of one size. */
function foldPerfect(hashes: Hash[]): Hash {
  let level = hashes;
  while (level.length > 1) {
    const above: Hash[] = [];
    for (let i = 0; i < level.length; i += 2) above.push(foldNodes([level[i]!, level[i + 1]!], sha256));
    level = above;
  }
  return only(level);
}

/** Demo data only: an event recorded in the past. Elsewhere the time of recording is the sequencer's own. */
export interface Replayed {
  /** Milliseconds since 1970; one before the last recorded time is taken as that time. */
  readonly recordedAt: number;
}

function disclose(draft: EventDraft, salts: Uint8Array, at: { next: number }): string[] {
  const salt = (): Uint8Array => {
    at.next += SALT_BYTES;
    return salts.subarray(at.next - SALT_BYTES, at.next);
  };
  const named = Object.entries(draft.disclosures ?? {}) as [DisclosureName, Json][];
  if (named.length === 0) named.push(['detail', {}]);
  return named.map(([name, value]) => makeDisclosure(salt(), name, value));
}

/** Canonical JSON escapes control characters and disclosures are base64url: neither can hold it. */
const SEPARATOR = '\u001e';

interface Rows {
  readonly hashes: Hash[];
  readonly entries: string[];
  readonly disclosures: string[];
}

/**
 * Events, producer counters and the state of the log in one statement: what an event costs is its round trips, and a sign-in writes one
 * into the log of each organization of the user. Few parameters for any number of rows: quoting two long texts a row into SQL arrays
 * took a third of the whole append.
 */
async function insertEvents(
  tx: Tx,
  firstSeq: number,
  { hashes, entries, disclosures }: Rows,
  counters: Counters,
  state: { readonly size: number; readonly range: Uint8Array; readonly recordedAt: number },
): Promise<void> {
  await tx.query(
    `WITH events AS (
       INSERT INTO audit_events (seq, leaf_hash, entry, disclosures)
       SELECT $1::bigint + n - 1, substring($2::bytea FROM ((n - 1) * 32 + 1)::int FOR 32), entry, disclosures
       FROM unnest(string_to_array($3::text, $5::text), string_to_array($4::text, $5::text)) WITH ORDINALITY AS t(entry, disclosures, n)
     ), counters AS (
       INSERT INTO log_producers (id, epoch, next_n)
       SELECT id, epoch, next_n FROM jsonb_to_recordset($6::jsonb) AS p(id text, epoch bigint, next_n bigint)
       ON CONFLICT (id, epoch) DO UPDATE SET next_n = excluded.next_n
     )
     UPDATE org_state SET log_size = $7, log_range = $8, log_recorded_at = $9`,
    [
      firstSeq,
      Buffer.concat(hashes),
      entries.join(SEPARATOR),
      disclosures.join(SEPARATOR),
      SEPARATOR,
      JSON.stringify(counters.rows()),
      state.size,
      state.range,
      state.recordedAt,
    ],
  );
}

/**
 * Appends events to the organization's log, in the caller's transaction, which must be under the tenant's role (`core.tenant`).
 * seq has no gaps, recorded_at never decreases, producer counters are contiguous. At most 10,000 drafts; 1,000 is a good batch.
 * Throws LOG_MALFORMED for a draft that is no event: then nothing may be committed.
 * @param now milliseconds since 1970.
 * @param random source of salts and ids; another one than the system's only for demo data, which must come out the same twice.
 */
export async function appendEvents(
  tx: Tx,
  orgId: string,
  drafts: readonly (EventDraft & Partial<Replayed>)[],
  now: number = Date.now(),
  random: (bytes: number) => Uint8Array = randomBytes,
): Promise<{ firstSeq: number; size: number }> {
  if (drafts.length > APPEND_MAX) throw new RangeError(`at most ${APPEND_MAX} events at once`);
  const state = await lockOrg(tx);
  if (!state.origin.endsWith(`/orgs/${orgId}`)) throw new Error('the transaction is in another tenant');
  if (drafts.length === 0) return { firstSeq: state.size, size: state.size };
  let recordedAt = state.recordedAt;
  const counters = new Counters();
  const tree = new Tree(state.size, splitHashes(state.range));
  const salts = random(
    SALT_BYTES * drafts.reduce((n, d) => n + Math.max(1, Object.keys(d.disclosures ?? {}).length), 0),
  );
  const at = { next: 0 };
  const rows: Rows = { hashes: [], entries: [], disclosures: [] };
  for (const draft of drafts) {
    const seq = state.size + rows.entries.length;
    const producer = draft.producer ?? API_PRODUCER;
    recordedAt = Math.max(draft.recordedAt ?? now, recordedAt);
    const recorded = new Date(recordedAt).toISOString();
    const disclosures = disclose(draft, salts, at);
    const fields = {
      log: state.origin,
      seq,
      id: v7({ msecs: recordedAt, random: random(16) }),
      recorded_at: recorded,
      occurred_at: draft.occurredAt ?? recorded,
      workspace: draft.workspace ?? null,
      action: draft.action,
      outcome: draft.outcome ?? 'success',
      actor: draft.actor,
      target: draft.target ?? null,
      producer: { id: producer.id, epoch: producer.epoch, n: await counters.take(tx, producer) },
      request: draft.request ?? null,
    };
    const { bytes } = buildEvent(fields, disclosures, sha256);
    const hash = leafHash(toUtf8(bytes), sha256);
    tree.append(hash);
    rows.hashes.push(hash);
    rows.entries.push(bytes);
    rows.disclosures.push(disclosures.join('~'));
  }
  const next = tree.state();
  await insertEvents(tx, state.size, rows, counters, { ...next, recordedAt });
  await insertNodes(tx, tree.nodes);
  return { firstSeq: state.size, size: next.size };
}
