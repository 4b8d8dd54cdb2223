/** How a second launch asks the running console for a window: a socket that only the same user can reach. */
import { createHash } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** Bytes a socket path may have on every system we run on (sun_path of macOS is the shortest, 104). */
const SOCKET_PATH_MAX = 100;
const ANSWER_MS_MAX = 5000;

/** What the running console did: showed a window, or can only name an address. */
export const ControlAnswer = z.strictObject({ shown: z.boolean(), url: z.string().nullable() });
export type ControlAnswer = z.infer<typeof ControlAnswer>;

/** In the data folder (mode 0700); where that path is too long, under the user's temporary folder by the hash of the data folder. */
export function controlPath(dataDir: string): string {
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 24);
  if (process.platform === 'win32') return `\\\\.\\pipe\\mc-console-${hash}`;
  const path = join(dataDir, 'console.sock');
  return Buffer.byteLength(path) <= SOCKET_PATH_MAX ? path : join(tmpdir(), `mc-console-${hash}.sock`);
}

/** Answers every connection with what `show` did. Answers the closing function. */
export async function listenControl(path: string, show: () => Promise<ControlAnswer>): Promise<() => void> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    void show().then(
      (answer) => socket.end(JSON.stringify(answer)),
      () => socket.destroy(),
    );
  });
  // Only the holder of the instance lock gets here: a socket file that is still there belongs to a process that is gone.
  if (process.platform !== 'win32') rmSync(path, { force: true });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(path, done);
  });
  if (process.platform !== 'win32') chmodSync(path, 0o600);
  return () => {
    server.close();
    if (process.platform !== 'win32') rmSync(path, { force: true });
  };
}

/** Asks the running console for a window. Null when it does not answer. */
export function requestWindow(path: string): Promise<ControlAnswer | null> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    let text = '';
    socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy());
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8');
      if (text.length > 4096) socket.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      try {
        resolve(ControlAnswer.parse(JSON.parse(text)));
      } catch {
        resolve(null);
      }
    });
  });
}
