/** Keeps and drops files of evidence. */
import { toHex } from '../../../shared/bytes.ts';
import { AppError } from '../../../shared/errors.ts';
import { sha256 as digestOf } from '../../crypto.ts';
import type { BlobWriter } from '../blobApi.ts';
import type { Connection } from '../connect.ts';

type Sync<T> = { [K in keyof T]: T[K] extends (...args: infer A) => Promise<infer R> ? (...args: A) => R : never };

export function createBlobWriter(db: Connection): Sync<BlobWriter> {
  const needed = db.prepare(
    "SELECT 1 FROM outbox WHERE kind = 'evidence' AND json_extract(command, '$.input.file.sha256') = ?",
  );
  return {
    putBlob({ sha256, bytes, at, pending }) {
      // Whoever brings it, here is where it is certain that a file is the one of its name.
      if (toHex(digestOf(bytes)) !== sha256)
        throw new AppError('INPUT_INVALID', 'The bytes are not those of the digest.');
      db.prepare(
        'INSERT INTO blob (sha256, bytes, size, added_at, pending) VALUES (?, ?, ?, ?, ?) ON CONFLICT (sha256) DO NOTHING',
      ).run(sha256, bytes, bytes.length, at, pending ? 1 : 0);
    },
    blobSent(sha256) {
      db.prepare('UPDATE blob SET pending = 0 WHERE sha256 = ?').run(sha256);
    },
    dropBlob(sha256) {
      if (needed.get(sha256) !== undefined) return false;
      return db.prepare('DELETE FROM blob WHERE sha256 = ?').run(sha256).changes > 0;
    },
  };
}
