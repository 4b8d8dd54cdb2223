/** Changing a closed mirror as one who has its key and knows SQLite would. */
import { type Connection, openEncrypted } from '../../main/db/connect.ts';

export function tamper(path: string, key: Uint8Array, change: (db: Connection) => void): void {
  const db = openEncrypted({ path, key, readonly: false });
  try {
    db.unsafeMode(true);
    change(db);
  } finally {
    db.close();
  }
}
