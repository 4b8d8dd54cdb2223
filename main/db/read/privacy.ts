/** What a mirror knows of one person, and what of an erasure it still holds. */
import { disclosureDigest } from '../../../shared/audit/index.ts';
import { sha256 } from '../../crypto.ts';
import type { ErasedHere, ErasedNote, PersonRow } from '../api.ts';
import type { Connection } from '../connect.ts';
import type { LogStore } from './logStore.ts';

/** Entities in one answer; an organization has fewer that name one person. */
const ENTITIES_MAX = 20_000;

/** Which digests of an event are noted as erased, and by what. */
export function erasedOf(db: Connection, seq: number): Map<string, ErasedNote> {
  const rows = db.prepare('SELECT digest, name, by_seq AS bySeq, at, request FROM erased WHERE seq = ?').all(seq);
  return new Map((rows as (ErasedNote & { digest: string })[]).map(({ digest, ...note }) => [digest, note] as const));
}

export function erasedFor(db: Connection, log: LogStore, request: string): ErasedHere {
  const rows = db.prepare('SELECT seq, digest, by_seq FROM erased WHERE request = ? ORDER BY seq').all(request) as {
    seq: number;
    digest: string;
    by_seq: number;
  }[];
  // What was pruned since is neither held nor to be proven.
  const events = [...new Set(rows.map(({ seq }) => seq))].filter((seq) => log.leafOf(seq) !== null);
  const named = new Set(rows.map(({ seq, digest }) => `${seq} ${digest}`));
  let held = 0;
  for (const seq of events) {
    for (const text of log.event(seq).disclosures) {
      if (named.has(`${seq} ${disclosureDigest(text, sha256)}`)) held += 1;
    }
  }
  const orders = [...new Set(rows.map(({ by_seq }) => by_seq))].sort((a, b) => a - b);
  return { orders, named: rows.length, held, events };
}

export function entitiesHolding(db: Connection, texts: readonly string[]): { kind: string; data: string }[] {
  return db
    .prepare(
      `SELECT kind, data FROM entity WHERE EXISTS (SELECT 1 FROM json_each(?) AS t WHERE instr(lower(data), t.value) > 0)
       ORDER BY kind, id LIMIT ?`,
    )
    .all(JSON.stringify(texts), ENTITIES_MAX) as { kind: string; data: string }[];
}

/** Members, present and former as the proven log tells them, whose name, address or ids hold the text. The newest word of each. */
export function people(db: Connection, text: string, limit: number): PersonRow[] {
  const rows = db
    .prepare(
      `SELECT data, 1 AS present, NULL AS until FROM entity WHERE kind = 'member' AND instr(lower(data), ?) > 0
       UNION ALL
       SELECT coalesce(h.data, h.before), 0,
         (SELECT max(d.valid_from) FROM access_history d WHERE d.kind = 'member' AND d.id = h.id AND d.state = 'delete')
       FROM access_history h WHERE h.kind = 'member' AND instr(lower(coalesce(h.data, h.before, '')), ?) > 0
       ORDER BY 2 DESC`,
    )
    .all(text, text) as { data: string; present: number; until: number | null }[];
  const found = new Map<string, PersonRow>();
  for (const { data, present, until } of rows) {
    const { id, user_id: userId, name, email } = JSON.parse(data) as Record<string, string>;
    const known = [name, email, id, userId].some((one) => (one ?? '').toLowerCase().includes(text));
    if (!known || userId === undefined) continue;
    // Later rows are newer: the last of a former membership stands, a present one always.
    if (found.get(userId)?.present !== true) {
      found.set(userId, { userId, memberId: id!, name: name ?? '', email: email ?? '', present: present === 1, until });
    }
    if (found.size >= limit) break;
  }
  return [...found.values()];
}
