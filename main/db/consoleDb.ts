/** Opening the console's own database, in a thread of its own. */
import type { ConsoleDb } from './api.ts';
import type { OpenMirrorOptions } from './mirror.ts';
import { start } from './rpc.ts';
import type { WriterData } from './workers/writerWorker.ts';

/** As `openMirror`, with the same errors. */
export async function openConsole({ path, key }: OpenMirrorOptions): Promise<ConsoleDb> {
  const remote = await start<Omit<ConsoleDb, 'close'>>(
    new URL('./workers/consoleWorker.ts', import.meta.url),
    'console db',
    {
      path,
      key,
      now: Date.now(),
    } satisfies WriterData,
  );
  return new Proxy(remote.api as ConsoleDb, {
    get: (api, name, receiver) => (name === 'close' ? remote.close : Reflect.get(api, name, receiver)),
  });
}
