/** Files over the loopback server: the renderer's own, uploads into the data folder, downloads of what this session exported. */
import { randomUUID } from 'node:crypto';
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, extname, join, resolve, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { contentType } from '../csp.ts';

/** The file of a folder that a URL path names; null when it names none inside. */
export function fileInside(folder: string, urlPath: string): string | null {
  let path: string;
  try {
    path = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  if (path.includes('\0') || path.includes('\\')) return null;
  const base = resolve(folder);
  const file = resolve(base, `.${path === '/' ? '/index.html' : path}`);
  return file.startsWith(base + sep) ? file : null;
}

export async function serveStatic(folder: string, urlPath: string, response: ServerResponse): Promise<boolean> {
  const file = fileInside(folder, urlPath);
  if (file === null) return false;
  try {
    const body = await readFile(file);
    response.writeHead(200, { 'content-type': contentType(extname(file)), 'content-length': body.length });
    response.end(body);
    return true;
  } catch {
    return false;
  }
}

export class TooLarge extends Error {}

/** Passes bytes on until the bound, then fails. */
function bounded(bytesMax: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > bytesMax) done(new TooLarge());
      else done(null, chunk);
    },
  });
}

/** Streams a request body into a new file (0600) of the upload folder; answers its path. What failed half-way is removed. */
export async function receiveUpload(request: IncomingMessage, folder: string, bytesMax: number): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw new TooLarge();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${randomUUID()}.upload`);
  try {
    await pipeline(request, bounded(bytesMax), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    return path;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** Sends a file as an attachment. A link in its place is not followed. False when it cannot be read. */
export async function sendDownload(path: string, response: ServerResponse): Promise<boolean> {
  try {
    const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const stat = await file.stat();
    if (!stat.isFile()) {
      await file.close();
      return false;
    }
    const name = basename(path).replaceAll(/[^\w.-]/g, '_');
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': stat.size,
      'content-disposition': `attachment; filename="${name}"`,
    });
    await pipeline(createReadStream('', { fd: file, autoClose: true }), response);
    return true;
  } catch {
    return response.headersSent;
  }
}
