/** A platform that serves one generated, really signed log over real HTTP on loopback, with faults to order. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ed25519RawPublic, ed25519Signer, sha256 } from '../../main/crypto.ts';
import { buildEvent, makeDisclosure } from '../../shared/audit/index.ts';
import { toUtf8 } from '../../shared/bytes.ts';
import {
  CompactRange,
  disclosuresPath,
  encodeEntries,
  entriesPath,
  formatCheckpoint,
  type Hash,
  leafHash,
  makeVkey,
  parseTilePath,
  signNote,
  TILE_WIDTH,
} from '../../shared/log/index.ts';
import { type Line, pageOf } from './metricPages.ts';

export const ORG = 'acme';
export const ORIGIN = `log.example/orgs/${ORG}`;
const START_MS = Date.UTC(2026, 0, 1);
/** One event in 25 changes access, which the mirror derives history from; in the demo's logs it is one in 200. */
const ACTIONS = [
  'member.role.update',
  'workspace.create',
  ...Array.from({ length: 6 }, () => 'auth.login'),
  ...Array.from({ length: 14 }, () => 'thread.run'),
  ...Array.from({ length: 3 }, () => 'export.bundle.create'),
];

export interface StaticEvent {
  readonly leaf: Uint8Array;
  readonly disclosures: string[];
}

/** What the server may do wrong; set and cleared while it runs. */
export interface Faults {
  /** Changes the bytes of an answer; the path begins after `/log/`. */
  alter?: ((path: string, body: Buffer) => Buffer) | undefined;
  /** Called before an answer: `cut` closes the connection half way, a number is a status. */
  disturb?: (path: string) => 'cut' | number | undefined;
  /** Serves this signed note in place of the checkpoint. */
  note?: string;
  /** Milliseconds before each answer. */
  delayMs?: number;
}

export interface EventOptions {
  readonly n?: number;
  readonly recordedAt?: number;
  readonly log?: string;
  readonly seq?: number;
}

/** Event `seq`: the same for the same salt text, so that two logs can share a beginning. */
export function staticEvent(seq: number, salt = 'a', options: EventOptions = {}): StaticEvent {
  const noise = createHash('sha256').update(`${salt} ${seq}`).digest();
  const person = noise.readUInt16BE(0) % 200;
  const at = new Date(options.recordedAt ?? START_MS + seq * 250).toISOString();
  const disclosures = [
    makeDisclosure(noise.subarray(0, 16), 'actor', { email: `u${person}@example.com`, name: `Person ${person}` }),
    makeDisclosure(noise.subarray(16, 32), 'source', { ip: `10.0.${noise[5]}.${noise[6]}`, user_agent: 'console/1' }),
  ];
  const fields = {
    log: options.log ?? ORIGIN,
    seq: options.seq ?? seq,
    id: `${noise.toString('hex', 0, 4)}-${noise.toString('hex', 4, 6)}-7${noise.toString('hex', 6, 8).slice(1)}-8${noise.toString('hex', 8, 10).slice(1)}-${noise.toString('hex', 10, 16)}`,
    recorded_at: at,
    occurred_at: at,
    workspace: `ws-${noise[2]! % 8}`,
    action: ACTIONS[noise[3]! % ACTIONS.length]!,
    outcome: (['success', 'success', 'failure', 'denied'] as const)[noise[4]! % 4]!,
    actor: { type: 'user' as const, id: `u-${person}` },
    target: { type: 'thread', id: `t-${noise.readUInt16BE(7) % 5000}` },
    producer: { id: 'api', epoch: 1, n: options.n ?? seq },
    request: null,
  };
  return { leaf: toUtf8(buildEvent(fields, disclosures, sha256).bytes), disclosures };
}

export class StaticLog {
  /** Lines of the stream of metrics, by version; null: a platform without one. */
  metrics: Line[] | null = null;
  readonly events: StaticEvent[] = [];
  readonly faults: Faults = {};
  readonly requests: string[] = [];
  readonly vkey: string;
  /** Bodies made beforehand, by path. */
  private readonly ready = new Map<string, Buffer>();
  /** hashes[level][i]: node over 256^level leaves. */
  private readonly hashes: Hash[][] = [[]];
  private readonly sign: ReturnType<typeof ed25519Signer>;
  private readonly publicKey: Uint8Array;

  constructor(pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()) {
    this.sign = ed25519Signer(pem);
    this.publicKey = ed25519RawPublic(pem);
    this.vkey = makeVkey(ORIGIN, this.publicKey, sha256);
  }

  append(events: readonly StaticEvent[]): this {
    this.ready.clear();
    for (const event of events) {
      this.events.push(event);
      this.hashes[0]!.push(leafHash(event.leaf, sha256));
      this.fold(1);
    }
    return this;
  }

  /** Appends generated events until there are `size`. */
  grow(size: number, salt = 'a'): this {
    for (let seq = this.events.length; seq < size; seq++) this.append([staticEvent(seq, salt)]);
    return this;
  }

  private fold(level: number): void {
    const below = this.hashes[level - 1]!;
    if (below.length % TILE_WIDTH !== 0) return;
    const range = CompactRange.empty(sha256);
    for (const hash of below.slice(-TILE_WIDTH)) range.append(hash);
    this.hashes[level] ??= [];
    this.hashes[level].push(range.root());
    this.fold(level + 1);
  }

  /** The signed checkpoint over the first `size` events. */
  note(size = this.events.length, root = this.root(size)): string {
    const text = formatCheckpoint({ origin: ORIGIN, size, root });
    return signNote(text, ORIGIN, this.publicKey, this.sign, sha256);
  }

  root(size = this.events.length): Hash {
    const range = CompactRange.empty(sha256);
    for (const hash of this.hashes[0]!.slice(0, size)) range.append(hash);
    return range.root();
  }

  /** Makes the body of every bundle beforehand, so that a measurement of the reader does not measure this server. */
  warm(): this {
    for (let index = 0; index * TILE_WIDTH < this.events.length; index++) {
      const width = Math.min(TILE_WIDTH, this.events.length - index * TILE_WIDTH);
      for (const path of [entriesPath(index, width), disclosuresPath(index, width)])
        this.ready.set(path, this.body(path)!);
    }
    return this;
  }

  /** Body of a path below `/log/`; null when there is none. */
  body(path: string): Buffer | null {
    const made = this.ready.get(path);
    if (made !== undefined) return made;
    if (path === 'checkpoint') return Buffer.from(this.faults.note ?? this.note());
    const { kind, level, index, width } = parseTilePath(path);
    const begin = index * TILE_WIDTH;
    if (kind === 'hashes') {
      const hashes = this.hashes[level]?.slice(begin, begin + width) ?? [];
      return hashes.length === width ? Buffer.concat(hashes) : null;
    }
    const events = this.events.slice(begin, begin + width);
    if (events.length !== width) return null;
    if (kind === 'entries') return Buffer.from(encodeEntries(events.map((event) => event.leaf)));
    return Buffer.from(events.map((event) => `${event.disclosures.join('~')}\n`).join(''));
  }
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
}

function auth(url: string, response: ServerResponse): boolean {
  if (url === '/v1/auth/token') json(response, { access_token: 'org', expires_in: 900 });
  else if (url === '/v1/auth/refresh' || url === '/v1/auth/login') {
    const user = { id: 'u', email: 'u@example.com', name: 'U' };
    json(response, { access_token: 'user', token_type: 'Bearer', expires_in: 900, refresh_token: 'next', user });
  } else return false;
  return true;
}

/** A page of the stream of metrics; an older platform has none. */
function answerMetrics({ metrics }: StaticLog, query: URLSearchParams, response: ServerResponse): void {
  if (metrics === null) {
    response.writeHead(404).end();
    return;
  }
  const after = Number(query.get('after'));
  const rest = metrics.filter(({ version }) => version > after);
  const page = rest.slice(0, Number(query.get('limit')));
  response.setHeader('content-type', 'application/x-ndjson');
  response.end(pageOf(page, after, page.length < rest.length));
}

async function answer(log: StaticLog, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? '';
  if (auth(url, response)) return;
  if (url.includes('/metrics/changes?')) return answerMetrics(log, new URL(url, 'http://x').searchParams, response);
  if (url.includes('/changes?')) {
    const after = Number(new URL(url, 'http://x').searchParams.get('after'));
    const organization = { version: 1, kind: 'organization', id: ORG, op: 'put', data: { id: ORG, name: 'Acme' } };
    const lines = after < 1 ? [organization, { next: 1, more: false }] : [{ next: after, more: false }];
    response.setHeader('content-type', 'application/x-ndjson');
    response.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return;
  }
  const path = url.slice(`/v1/orgs/${ORG}/log/`.length);
  log.requests.push(path);
  if (log.faults.delayMs) await new Promise((resolve) => setTimeout(resolve, log.faults.delayMs));
  const disturbance = log.faults.disturb?.(path);
  const body = log.body(path);
  if (typeof disturbance === 'number' || body === null) {
    response.writeHead(typeof disturbance === 'number' ? disturbance : 404).end();
    return;
  }
  const altered = log.faults.alter?.(path, body) ?? body;
  const text = path === 'checkpoint' || path.startsWith('disclosures');
  response.setHeader('content-type', text ? 'text/plain' : 'application/octet-stream');
  response.setHeader('content-length', altered.length);
  if (disturbance === 'cut') {
    response.write(altered.subarray(0, altered.length >> 1), () => request.socket.destroy());
    return;
  }
  response.end(altered);
}

/** Serves a log on a free loopback port. */
export async function serveStaticLog(log: StaticLog): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    request.resume();
    answer(log, request, response).catch(() => response.writeHead(404).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
