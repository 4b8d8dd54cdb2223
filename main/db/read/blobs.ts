/** Files of evidence that a mirror holds. */
import type { BlobRow } from '../blobApi.ts';
import type { Connection } from '../connect.ts';

/** A copy of its own, fit to be handed to another thread. */
export function blob(db: Connection, sha256: string): Uint8Array | null {
  const row = db.prepare('SELECT bytes FROM blob WHERE sha256 = ?').get(sha256) as { bytes: Uint8Array } | undefined;
  return row === undefined ? null : Uint8Array.from(row.bytes);
}

export function blobs(db: Connection): BlobRow[] {
  const rows = db.prepare('SELECT sha256, size, added_at, pending FROM blob ORDER BY added_at, sha256').all();
  return (rows as { sha256: string; size: number; added_at: number; pending: number }[]).map((row) => ({
    ...{ sha256: row.sha256, size: row.size, addedAt: row.added_at, pending: row.pending === 1 },
  }));
}
