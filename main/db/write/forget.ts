/**
 * Dropping disclosures from a mirror, with everything it derived of them: the words of search, names, and what the access history took from
 * them. The leaves stay, so every proof holds as before.
 */
import { disclosureDigest, readEvent } from '../../../shared/audit/index.ts';
import { fromUtf8 } from '../../../shared/bytes.ts';
import { decodeEntries, TILE_WIDTH } from '../../../shared/log/index.ts';
import { sha256 } from '../../crypto.ts';
import { unpackSegment } from '../columns/segment.ts';
import type { Connection } from '../connect.ts';
import { DICT_KIND } from '../dictionary.ts';
import { readDisclosed, searchLine } from '../disclosed.ts';
import { LogStore } from '../read/logStore.ts';
import { reviseHistory } from './accessHistory.ts';

/** Disclosures to drop: by event, the digests. */
export type Forgotten = ReadonlyMap<number, ReadonlySet<string>>;

interface Keys {
  readonly actor: Set<string>;
  readonly target: Set<string>;
}

const joined = (type: string, id: string): string => `${type}:${id}`;
const listOf = (line: string): string[] => (line === '' ? [] : line.split('~'));

/** Words are deleted from an index without contents by saying them once more; without traces of them in its pages. */
function secureDelete(db: Connection, on: boolean): void {
  db.prepare("INSERT INTO search (search, rank) VALUES ('secure-delete', ?)").run(on ? 1 : 0);
}

function forgetInBundle(db: Connection, index: number, forgotten: Forgotten, touched: Keys): void {
  const row = db.prepare('SELECT count, leaves, disclosures FROM bundle WHERE idx = ?').get(index) as
    | { count: number; leaves: Buffer; disclosures: string }
    | undefined;
  if (row === undefined) return;
  const leaves = decodeEntries(row.leaves, row.count);
  const lines = row.disclosures.split('\n');
  const remove = db.prepare("INSERT INTO search (search, rowid, text) VALUES ('delete', ?, ?)");
  const insert = db.prepare('INSERT INTO search (rowid, text) VALUES (?, ?)');
  let changed = false;
  for (const [i, line] of lines.entries()) {
    const digests = forgotten.get(index * TILE_WIDTH + i);
    if (digests === undefined) continue;
    const before = listOf(line);
    const after = before.filter((text) => !digests.has(disclosureDigest(text, sha256)));
    if (after.length === before.length) continue;
    changed = true;
    const seq = index * TILE_WIDTH + i;
    const event = readEvent(fromUtf8(leaves[i]!));
    remove.run(seq, searchLine(event, readDisclosed(before)));
    insert.run(seq, searchLine(event, readDisclosed(after)));
    lines[i] = after.join('~');
    touched.actor.add(joined(event.actor.type, event.actor.id));
    if (event.target !== null) touched.target.add(joined(event.target.type, event.target.id));
    reviseHistory(db, event, after);
  }
  if (changed) db.prepare('UPDATE bundle SET disclosures = ? WHERE idx = ?').run(lines.join('\n'), index);
}

/** The newest name that is still told of an entry; null: none. Reads from the end of the log, one bundle with hits at a time. */
function newestName(db: Connection, log: LogStore, field: 'actor' | 'target', code: number): string | null {
  const segments = db.prepare('SELECT first_seq, count, data FROM segment ORDER BY first_seq DESC');
  for (const { first_seq, count, data } of segments.all() as { first_seq: number; count: number; data: Buffer }[]) {
    const codes = unpackSegment(data, count)[field];
    for (let i = count - 1; i >= 0; ) {
      if (codes[i] !== code) {
        i -= 1;
        continue;
      }
      const index = Math.floor((first_seq + i) / TILE_WIDTH);
      const seqs: number[] = [];
      for (; i >= 0 && Math.floor((first_seq + i) / TILE_WIDTH) === index; i--) {
        if (codes[i] === code) seqs.push(first_seq + i);
      }
      for (const { line } of log.within(index, seqs)) {
        const name = readDisclosed(listOf(line))[field];
        if (name !== null) return name;
      }
    }
  }
  return null;
}

function rename(db: Connection, touched: Keys): void {
  const log = new LogStore(db);
  const find = db.prepare('SELECT code, name FROM dict WHERE kind = ? AND key = ?');
  const set = db.prepare('UPDATE dict SET name = ? WHERE kind = ? AND code = ?');
  for (const field of ['actor', 'target'] as const) {
    for (const key of touched[field]) {
      const entry = find.get(DICT_KIND[field], key) as { code: number; name: string | null } | undefined;
      if (entry === undefined || entry.name === null) continue;
      const name = newestName(db, log, field, entry.code);
      if (name !== entry.name) set.run(name, DICT_KIND[field], entry.code);
    }
  }
}

/**
 * Drops these disclosures where they are still held, in the caller's transaction. Gives how many events named were changed at all; whoever
 * holds dictionaries in memory must let go of them after it.
 */
export function forgetDisclosures(db: Connection, forgotten: Forgotten): void {
  const bundles = [...new Set([...forgotten.keys()].map((seq) => Math.floor(seq / TILE_WIDTH)))].sort((a, b) => a - b);
  const touched: Keys = { actor: new Set(), target: new Set() };
  secureDelete(db, true);
  for (const index of bundles) forgetInBundle(db, index, forgotten, touched);
  secureDelete(db, false);
  rename(db, touched);
}
