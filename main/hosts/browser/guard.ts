/** Checks that every request to the loopback server passes before anything of it is looked at. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';

export const ADDRESS = '127.0.0.1';

/**
 * Why a request is refused, or null. The Host header must name this server by its address: a foreign name that resolves here is DNS rebinding.
 * A page of another origin shows itself by Origin or by Sec-Fetch-Site; whatever changes something must carry our own Origin.
 */
export function refusal(request: IncomingMessage, port: number): string | null {
  const own = `http://${ADDRESS}:${port}`;
  if (request.headers.host !== `${ADDRESS}:${port}`) return 'host';
  const { origin } = request.headers;
  if (origin !== undefined && origin !== own) return 'origin';
  if (origin === undefined && request.method !== 'GET' && request.method !== 'HEAD') return 'origin';
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'site';
  return null;
}

/** Little-endian hex of the address and hex port, as /proc/net/tcp writes them. */
function procAddress(port: number): string {
  return `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * Is the other end of a loopback connection a process of our own user? Command lines are readable by all users of a machine, and with them the launch
 * address: another user who is quicker must not get in. Linux tells; elsewhere the answer is yes.
 */
export function isOwnUser(remotePort: number, localPort: number): boolean {
  const uid = process.getuid?.();
  if (process.platform !== 'linux' || uid === undefined) return true;
  try {
    for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
      const cells = line.trim().split(/\s+/);
      if (cells[1] === procAddress(remotePort) && cells[2] === procAddress(localPort)) return Number(cells[7]) === uid;
    }
  } catch {
    return true;
  }
  return false;
}
