/** Server-sent events: what the core pushes, to every open window. An open stream is how the host knows that a window is there. */
import type { ServerResponse } from 'node:http';

const STREAMS_MAX = 16;
const KEEPALIVE_MS = 20_000;
/** A window that does not read is dropped rather than buffered for; it reconnects and asks afresh. */
const BUFFER_BYTES_MAX = 1_000_000;

export interface Push {
  /** False when there are too many windows already. */
  open(response: ServerResponse): boolean;
  send(name: string, payload: unknown): void;
  count(): number;
  closeAll(): void;
}

export function createPush(onCount: (count: number) => void): Push {
  const streams = new Set<ServerResponse>();
  const timer = setInterval(() => {
    for (const stream of streams) stream.write(':\n\n');
  }, KEEPALIVE_MS);
  timer.unref();
  return {
    open(response) {
      if (streams.size >= STREAMS_MAX) return false;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(':\n\n');
      streams.add(response);
      onCount(streams.size);
      response.on('close', () => {
        if (streams.delete(response)) onCount(streams.size);
      });
      return true;
    },
    send(name, payload) {
      const text = `event: ${name}\ndata: ${JSON.stringify(payload)}\n\n`;
      for (const stream of streams) {
        if (stream.writableLength > BUFFER_BYTES_MAX) stream.destroy();
        else stream.write(text);
      }
    },
    count: () => streams.size,
    closeAll() {
      clearInterval(timer);
      for (const stream of streams) stream.end();
    },
  };
}
