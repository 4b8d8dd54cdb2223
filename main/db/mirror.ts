/** Opening the mirror of one organization: a writer thread that holds the file's lock, and a reader thread beside it. */
import { handedOver, type Mirror, type MirrorChecker, type MirrorReader, type MirrorWriter } from './api.ts';
import { start } from './rpc.ts';
import type { ReaderData } from './workers/readerWorker.ts';
import type { WriterData } from './workers/writerWorker.ts';

export interface OpenMirrorOptions {
  readonly path: string;
  /** The mirror's own random 256-bit key; copied. The caller may zero it afterwards. */
  readonly key: Uint8Array;
}

/** Deriving what follows from the mirror already is no change, and happens before questions: telling of it would have them asked again without end. */
function tells(method: string, value: unknown): boolean {
  return !method.startsWith('step') || (value as { readonly changed?: boolean } | undefined)?.changed === true;
}

/**
 * Opens or, when absent, creates a mirror. On failure the file is left as it is.
 * @throws AppError MIRROR_KEY_WRONG, MIRROR_DAMAGED, MIRROR_NEWER, MIRROR_BUSY, DISK_FULL, FILE_UNWRITABLE.
 */
export async function openMirror({ path, key }: OpenMirrorOptions): Promise<Mirror> {
  const writer = await start<MirrorWriter>(
    new URL('./workers/writerWorker.ts', import.meta.url),
    'mirror writer',
    { path, key, now: Date.now() } satisfies WriterData,
    {
      apply: handedOver,
      applyMetrics: (page) => [page.buffer as ArrayBuffer],
      putBlob: ({ bytes }) => [bytes.buffer as ArrayBuffer],
    },
  );
  try {
    const reader = await start<MirrorReader>(new URL('./workers/readerWorker.ts', import.meta.url), 'mirror reader', {
      path,
      key,
    } satisfies ReaderData);
    const listeners = new Set<() => void>();
    // For checkers, which come and go while the mirror is open.
    const kept = Uint8Array.from(key);
    const closers = new Set<() => Promise<void>>();
    const changing = new Proxy(writer.api, {
      get: (api, name, receiver) => {
        const method = Reflect.get(api, name, receiver) as ((...args: unknown[]) => Promise<unknown>) | undefined;
        if (method === undefined) return undefined;
        return async (...args: unknown[]) => {
          const value = await method(...args);
          if (tells(String(name), value)) for (const listener of listeners) listener();
          return value;
        };
      },
    });
    return {
      path,
      writer: changing,
      reader: reader.api,
      lend: (use) => use({ path, key: Uint8Array.from(kept) }),
      checker: () => openChecker(path, kept),
      onChange: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      onClose: (listener) => void closers.add(listener),
      close: async () => {
        listeners.clear();
        await Promise.all([...closers].map((end) => end()));
        kept.fill(0);
        // The reader first: the writer's last close then moves the WAL into the file and removes it.
        await reader.close();
        await writer.close();
      },
    };
  } catch (error) {
    await writer.close();
    throw error;
  }
}

async function openChecker(path: string, key: Uint8Array): Promise<MirrorChecker> {
  const remote = await start<Omit<MirrorChecker, 'close'>>(
    new URL('./workers/checkerWorker.ts', import.meta.url),
    'mirror checker',
    { path, key } satisfies ReaderData,
  );
  return new Proxy(remote.api as MirrorChecker, {
    get: (api, name, receiver) => (name === 'close' ? remote.close : Reflect.get(api, name, receiver)),
  });
}
