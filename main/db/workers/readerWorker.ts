import type { MirrorReader } from '../api.ts';
import { openEncrypted } from '../connect.ts';
import { createReader } from '../read/reader.ts';
import { serve } from '../rpc.ts';

export interface ReaderData {
  readonly path: string;
  readonly key: Uint8Array;
}

serve<MirrorReader>((data) => {
  const { path, key } = data as ReaderData;
  const db = openEncrypted({ path, key, readonly: true });
  key.fill(0);
  const { methods, warm } = createReader(db, path);
  // After the answer that it is open; a question that comes meanwhile would have had to do the same first.
  const steps = warm();
  const step = (): void => {
    try {
      if (db.open && steps.next().done !== true) setImmediate(step);
    } catch {
      // The file is hurt: the first question meets it again, and names it.
    }
  };
  setImmediate(step);
  return { methods, close: () => db.close() };
});
