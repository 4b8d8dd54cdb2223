import type { MirrorWriter } from '../api.ts';
import { openEncrypted } from '../connect.ts';
import { lockExclusively } from '../exclusive.ts';
import { migrate } from '../migrate.ts';
import { mirrorMigrations } from '../migrations/index.ts';
import { serve } from '../rpc.ts';
import { fromSqlite } from '../sqliteErrors.ts';
import { createWriter } from '../write/writer.ts';

export interface WriterData {
  readonly path: string;
  readonly key: Uint8Array;
  /** Milliseconds since 1970; stands beside applied migrations. */
  readonly now: number;
}

serve<MirrorWriter>((data) => {
  const { path, key, now } = data as WriterData;
  const lock = lockExclusively(path);
  try {
    const db = openEncrypted({ path, key, readonly: false });
    key.fill(0);
    try {
      migrate(db, path, mirrorMigrations, now);
    } catch (error) {
      db.close();
      throw fromSqlite(error, path);
    }
    return {
      methods: createWriter(db, path),
      close: () => {
        db.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
});
