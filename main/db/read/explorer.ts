/** Queries of the audit explorer over the columns in memory; the caches make page, count, histogram and facets of one filter share one scan. */
import type { AuditFilter, AuditHistogram, AuditPage, AuditRow, AuditSortKey } from '../../../shared/contract/audit.ts';
import type { Order } from '../api.ts';
import { OUTCOMES } from '../api.ts';
import { histogramOf } from '../columns/histogram.ts';
import { type CompiledFilter, type Matched, matchRows } from '../columns/match.ts';
import { keptRows, orderByRank } from '../columns/order.ts';
import { unpackSegment } from '../columns/segment.ts';
import { ColumnTable } from '../columns/table.ts';
import { kept, TimeOrder } from '../columns/timeOrder.ts';
import type { Connection, Statement } from '../connect.ts';
import { type DictEntry, type DictField, DictionaryReader } from '../dictionary.ts';
import { readMeta } from './meta.ts';
import { Ranks } from './ranks.ts';
import { SearchIndex } from './searchIndex.ts';
import { type SearchWord, searchQuery, searchWords } from './searchText.ts';

const CACHED_FILTERS = 6;
/** Hits of one word: a byte a row. */
const CACHED_WORDS = 12;
const CACHED_ENTRIES_MAX = 50_000;
const EVERYTHING: AuditFilter = {
  ...{ basis: 'occurred', from: null, to: null, text: '' },
  ...{ actors: [], actions: [], targets: [], outcomes: [], workspaces: [] },
};
const FIELDS = ['actor', 'action', 'target', 'workspace'] as const;
const FILTER_LISTS = { actor: 'actors', action: 'actions', target: 'targets', workspace: 'workspaces' } as const;

/** Least recently used goes first. */
class Cache<V> {
  private readonly values = new Map<string, V>();
  private readonly most: number;
  constructor(most: number) {
    this.most = most;
  }
  get(key: string, make: () => V): V {
    const value = this.values.get(key) ?? make();
    this.values.delete(key);
    this.values.set(key, value);
    if (this.values.size > this.most) this.values.delete(this.values.keys().next().value as string);
    return value;
  }
  clear(): void {
    this.values.clear();
  }
}

/**
 * 1 at each row of a list `12,34,...`. The list comes as one value, because a step through SQLite for every hit costs four times as much.
 */
function hitMask(list: Uint8Array | null, rows: number): Uint8Array {
  const mask = new Uint8Array(rows);
  if (list === null) return mask;
  let row = 0;
  for (let i = 0; i <= list.length; i++) {
    const c = list[i];
    if (c !== undefined && c !== 0x2c) row = row * 10 + c - 0x30;
    else {
      if (row < rows) mask[row] = 1;
      row = 0;
    }
  }
  return mask;
}

/** 1 where every mask has it; of one mask that mask itself. */
function inAll([first, ...others]: readonly Uint8Array[]): Uint8Array {
  if (others.length === 0) return first!;
  const mask = first!.slice();
  for (const other of others) for (let i = 0; i < mask.length; i++) mask[i]! &= other[i]!;
  return mask;
}

export class Explorer {
  readonly table = new ColumnTable();
  private readonly byTime = new TimeOrder();
  private readonly dicts: Readonly<Record<DictField, DictionaryReader>>;
  private readonly matches = new Cache<Matched>(CACHED_FILTERS);
  private readonly words = new Cache<Uint8Array>(CACHED_WORDS);
  private readonly search: SearchIndex;
  private readonly orders = new Cache<Uint32Array>(CACHED_FILTERS);
  private readonly ranked: Readonly<Record<DictField, Ranks>>;
  private readonly ranks = new Cache<Uint32Array>(FIELDS.length);
  private readonly entries = new Map<string, DictEntry>();
  private readonly segments: Statement;
  private readonly stored: Statement;
  private readonly hits: Statement;
  private readonly dataVersion: Statement;
  private readonly workspaceNames: Statement;
  private workspaces = new Map<string, string>();
  private seenVersion = -1;
  private readonly db: Connection;

  constructor(db: Connection) {
    this.db = db;
    this.segments = db.prepare(
      'SELECT first_seq, count, data FROM segment WHERE first_seq + count > ? ORDER BY first_seq',
    );
    this.stored = db.prepare('SELECT first_seq + count FROM segment ORDER BY first_seq DESC LIMIT 1').pluck();
    this.hits = db.prepare('SELECT CAST(group_concat(rowid) AS BLOB) FROM search WHERE search MATCH ?').pluck();
    this.search = new SearchIndex(db);
    this.dataVersion = db.prepare('PRAGMA data_version').pluck();
    this.workspaceNames = db.prepare("SELECT id, name FROM entity WHERE kind = 'workspace'");
    this.dicts = {
      actor: new DictionaryReader(db, 'actor'),
      action: new DictionaryReader(db, 'action'),
      target: new DictionaryReader(db, 'target'),
      workspace: new DictionaryReader(db, 'workspace'),
    };
    this.ranked = {
      actor: new Ranks(db, 'actor'),
      action: new Ranks(db, 'action'),
      target: new Ranks(db, 'target'),
      workspace: new Ranks(db, 'workspace'),
    };
  }

  /** Takes in what the writer has committed since; cheap when nothing was. */
  refresh(): void {
    const version = this.dataVersion.get() as number;
    if (version === this.seenVersion) return;
    this.table.reserve((this.stored.get() as number | null) ?? 0);
    this.table.begin(readMeta(this.db, 'pruned')?.to ?? 0);
    for (const row of this.segments.iterate(this.table.rows) as Iterable<{
      first_seq: number;
      count: number;
      data: Buffer;
    }>) {
      this.table.append(unpackSegment(row.data, row.count), this.table.rows - row.first_seq);
    }
    const named = this.workspaceNames.all() as { id: string; name: string }[];
    this.workspaces = new Map(named.map(({ id, name }) => [id, name]));
    this.matches.clear();
    this.words.clear();
    this.orders.clear();
    this.ranks.clear();
    this.entries.clear();
    this.seenVersion = version;
  }

  /**
   * Reads ahead what the first question after opening would wait for: the columns and the newest page, then the order of each column's
   * values. A question that comes meanwhile waits for one step at most.
   */
  *warm(): Generator<void> {
    this.refresh();
    this.query(EVERYTHING, { sort: 'time', direction: 'desc' }, 0, 1);
    for (const field of FIELDS) {
      yield;
      this.refresh();
      this.ranksOf(field);
    }
  }

  private compile(filter: AuditFilter): CompiledFilter {
    const allow = (field: DictField): Uint8Array | null => {
      const keys = filter[FILTER_LISTS[field]];
      return keys.length === 0 ? null : this.dicts[field].allow(keys);
    };
    return {
      basis: filter.basis,
      from: filter.from ?? -Infinity,
      to: filter.to ?? Infinity,
      actor: allow('actor'),
      action: allow('action'),
      target: allow('target'),
      workspace: allow('workspace'),
      outcome:
        filter.outcomes.length === 0
          ? null
          : Uint8Array.from(OUTCOMES, (name) => (filter.outcomes.includes(name) ? 1 : 0)),
      hits: this.textHits(filter.text),
    };
  }

  /** 1 at the rows that hold all words of the text; null without a text. */
  private textHits(text: string): Uint8Array | null {
    if (text.trim() === '') return null;
    const masks = searchWords(text).map((word) => this.wordHits(word));
    return masks.length === 0 ? new Uint8Array(this.table.rows) : inAll(masks);
  }

  private wordHits(asked: SearchWord): Uint8Array {
    const rows = this.table.rows;
    return this.words.get(searchQuery(asked), () => {
      const stored = this.search.stored(asked.word);
      const masks = stored.map((word, i) => this.storedHits({ word, prefix: asked.prefix && i === stored.length - 1 }));
      return masks.length === 0 ? new Uint8Array(rows) : inAll(masks);
    });
  }

  private storedHits({ word, prefix }: SearchWord): Uint8Array {
    const { rows } = this.table;
    const found = this.search.find(word, prefix, rows);
    return found ?? hitMask(this.hits.get(searchQuery({ word, prefix })) as Buffer | null, rows);
  }

  private match(filter: AuditFilter): Matched {
    return this.matches.get(JSON.stringify(filter), () => matchRows(this.table, this.compile(filter)));
  }

  private ranksOf(field: DictField): Uint32Array {
    return this.ranks.get(field, () => this.ranked[field].of());
  }

  /** Matching rows in rising order of the sort key. */
  private rising(filter: AuditFilter, sort: AuditSortKey): Uint32Array {
    return this.orders.get(`${sort}\n${JSON.stringify(filter)}`, () => {
      const { mask, count } = this.match(filter);
      if (sort === 'time' && filter.basis === 'occurred') {
        return kept(this.byTime.of(this.table.occurred, this.table.rows), mask, count);
      }
      const rows = keptRows(mask, count);
      // Recorded time never decreases along the log: its order is the sequence.
      if (sort === 'seq' || sort === 'time') return rows;
      if (sort === 'outcome') return orderByRank(rows, this.table.outcome, Uint32Array.of(0, 1, 2));
      return orderByRank(rows, this.table[sort], this.ranksOf(sort));
    });
  }

  /** Sequence numbers of the matching rows in order; a copy. */
  matching(filter: AuditFilter, { sort, direction }: Order): Uint32Array {
    const rows = this.rising(filter, sort).slice();
    return direction === 'asc' ? rows : rows.reverse();
  }

  query(filter: AuditFilter, { sort, direction }: Order, offset: number, limit: number): AuditPage {
    const began = performance.now();
    const rising = this.rising(filter, sort);
    const count = Math.max(0, Math.min(limit, rising.length - offset));
    const at = (i: number): number => (direction === 'asc' ? offset + i : rising.length - 1 - offset - i);
    const rows = Array.from({ length: count }, (_, i) => this.row(rising[at(i)]!));
    return {
      rows,
      matched: rising.length,
      mirrored: this.table.rows - this.table.first,
      elapsedMs: performance.now() - began,
    };
  }

  locate(filter: AuditFilter, { sort, direction }: Order, seq: number): number | null {
    if (seq >= this.table.rows || this.match(filter).mask[seq] !== 1) return null;
    const rising = this.rising(filter, sort);
    const index = rising.indexOf(seq);
    return direction === 'asc' ? index : rising.length - 1 - index;
  }

  histogram(filter: AuditFilter, buckets: number): AuditHistogram {
    const began = performance.now();
    const bounds = { from: filter.from ?? -Infinity, to: filter.to ?? Infinity };
    const counts = histogramOf(this.table, this.match(filter), filter.basis, bounds, buckets);
    return { ...counts, elapsedMs: performance.now() - began };
  }

  /** Values of a field by falling count. The field's own condition is left out, so that further values can be added to it. */
  facet(
    filter: AuditFilter,
    field: DictField | 'outcome',
    text: string,
    limit: number,
  ): { value: string; label: string; count: number }[] {
    const { mask } = this.match({ ...filter, [field === 'outcome' ? 'outcomes' : FILTER_LISTS[field]]: [] });
    const column = this.table[field];
    const counts = new Uint32Array(field === 'outcome' ? OUTCOMES.length : this.dicts[field].size());
    for (let i = 0; i < mask.length; i++) if (mask[i] === 1) counts[column[i]!]!++;
    if (field === 'outcome') {
      return OUTCOMES.map((value, code) => ({ value, label: value, count: counts[code]! }))
        .filter(({ value, count }) => count > 0 && value.includes(text.toLowerCase()))
        .sort((a, b) => b.count - a.count);
    }
    const allowed = text === '' ? null : this.dicts[field].containing(text);
    const codes: number[] = [];
    for (let code = 0; code < counts.length; code++) {
      if (counts[code]! > 0 && (allowed === null || allowed[code] === 1)) codes.push(code);
    }
    return codes
      .sort((a, b) => counts[b]! - counts[a]! || a - b)
      .slice(0, limit)
      .map((code) => {
        const { key, name } = this.entry(field, code);
        const label = field === 'workspace' ? (this.workspaces.get(key) ?? name) : name;
        return {
          value: key,
          label: label ?? key.slice(field === 'actor' || field === 'target' ? key.indexOf(':') + 1 : 0),
          count: counts[code]!,
        };
      });
  }

  private entry(field: DictField, code: number): DictEntry {
    const id = `${field}${code}`;
    let entry = this.entries.get(id);
    if (entry === undefined) {
      if (this.entries.size > CACHED_ENTRIES_MAX) this.entries.clear();
      entry = this.dicts[field].entry(code);
      this.entries.set(id, entry);
    }
    return entry;
  }

  /** What the table shows of one event. */
  row(seq: number): AuditRow {
    const t = this.table;
    const actor = this.entry('actor', t.actor[seq]!);
    const target = this.entry('target', t.target[seq]!);
    const workspace = this.entry('workspace', t.workspace[seq]!);
    const split = ({ key, name }: DictEntry): { type: string; id: string; name: string | null } => {
      const colon = key.indexOf(':');
      return { type: key.slice(0, colon), id: key.slice(colon + 1), name };
    };
    return {
      seq,
      occurredAt: t.occurred[seq]!,
      recordedAt: t.recorded[seq]!,
      actor: split(actor) as AuditRow['actor'],
      action: this.entry('action', t.action[seq]!).key,
      target: target.key === '' ? null : split(target),
      outcome: OUTCOMES[t.outcome[seq] as 0 | 1 | 2],
      workspace:
        workspace.key === '' ? null : { id: workspace.key, name: this.workspaces.get(workspace.key) ?? workspace.name },
    };
  }
}
