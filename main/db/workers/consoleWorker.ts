import type { ConsoleDb } from '../api.ts';
import { openEncrypted } from '../connect.ts';
import { lockExclusively } from '../exclusive.ts';
import { migrate } from '../migrate.ts';
import { consoleMigrations } from '../migrations/index.ts';
import { serve } from '../rpc.ts';
import { fromSqlite } from '../sqliteErrors.ts';
import { createConsoleStore } from '../write/consoleStore.ts';
import type { WriterData } from './writerWorker.ts';

serve<Omit<ConsoleDb, 'close'>>((data) => {
  const { path, key, now } = data as WriterData;
  const lock = lockExclusively(path);
  try {
    const db = openEncrypted({ path, key, readonly: false });
    key.fill(0);
    try {
      migrate(db, path, consoleMigrations, now);
    } catch (error) {
      db.close();
      throw fromSqlite(error, path);
    }
    return {
      methods: createConsoleStore(db, path),
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
