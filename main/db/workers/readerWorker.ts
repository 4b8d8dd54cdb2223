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
  return { methods: createReader(db, path), close: () => db.close() };
});
