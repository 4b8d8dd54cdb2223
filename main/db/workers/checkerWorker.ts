import type { MirrorChecker } from '../api.ts';
import { createChecker } from '../check/checker.ts';
import { openEncrypted } from '../connect.ts';
import { serve } from '../rpc.ts';
import type { ReaderData } from './readerWorker.ts';

serve<Omit<MirrorChecker, 'close'>>((data) => {
  const { path, key } = data as ReaderData;
  const db = openEncrypted({ path, key, readonly: true });
  key.fill(0);
  const checker = createChecker(db, path);
  return {
    methods: checker.methods,
    close: () => {
      checker.close();
      db.close();
    },
  };
});
