/**
 * The ledger of a mirror: a hash chain over its pin, review keys, alarms and acknowledgements. Its newest link is also kept outside of the mirror, so that
 * an older state of these, put back as a whole or in part, is told from the newest one.
 */
import { createHash } from 'node:crypto';
import type { LedgerHead, LedgerView } from './api.ts';
import type { Connection } from './connect.ts';
import { readMeta } from './read/meta.ts';

interface Link {
  readonly n: number;
  readonly content: Buffer;
  readonly digest: Buffer;
}

/** What the chain is over, as it stands now. */
function contentOf(db: Connection): Buffer {
  const hash = createHash('sha256').update(JSON.stringify(readMeta(db, 'pin')));
  const reviewKeys = readMeta(db, 'reviewKeys');
  // A mirror without them has the links it had before there were any.
  if (reviewKeys !== null) hash.update(`\n${JSON.stringify(reviewKeys)}`);
  const alarms = db
    .prepare('SELECT id, kind, raised_at, message, evidence, acknowledged_at, acknowledged_note FROM alarm ORDER BY id')
    .raw()
    .iterate();
  for (const alarm of alarms) hash.update(`\n${JSON.stringify(alarm)}`);
  return hash.digest();
}

function newest(db: Connection): Link | undefined {
  return db.prepare('SELECT n, content, digest FROM ledger ORDER BY n DESC LIMIT 1').get() as Link | undefined;
}

const linkOf = (before: Buffer, content: Buffer): Buffer =>
  createHash('sha256').update(before).update(content).digest();

/** Adds a link where pin, review keys or alarms have changed; belongs into the transaction of the change. */
export function appendLedger(db: Connection): void {
  const last = newest(db);
  const content = contentOf(db);
  if (last?.content.equals(content)) return;
  const digest = linkOf(last?.digest ?? Buffer.alloc(32), content);
  db.prepare('INSERT INTO ledger (n, content, digest) VALUES (?, ?, ?)').run((last?.n ?? 0) + 1, content, digest);
}

/** The first link of a mirror that has none: new, or from a console that kept none. */
export function beginLedger(db: Connection): void {
  if (newest(db) === undefined) db.transaction(() => appendLedger(db)).immediate();
}

/** The newest link, whether pin and alarms are what it was made over, and the digest of link `n`. */
export function readLedger(db: Connection, n: number | null): LedgerView {
  const read = db.transaction((): LedgerView => {
    const last = newest(db);
    if (last === undefined) return { head: { n: 0, digest: '' }, holds: false, asked: null };
    const digestOf = (at: number): Buffer | undefined =>
      db.prepare('SELECT digest FROM ledger WHERE n = ?').pluck().get(at) as Buffer | undefined;
    const content = contentOf(db);
    const linked = linkOf(digestOf(last.n - 1) ?? Buffer.alloc(32), content);
    const head: LedgerHead = { n: last.n, digest: last.digest.toString('hex') };
    const holds = content.equals(last.content) && linked.equals(last.digest);
    return { head, holds, asked: (n === null ? undefined : digestOf(n))?.toString('hex') ?? null };
  });
  return read();
}
