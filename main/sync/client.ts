/** The platform's routes that the console reads, typed. */
import { z } from 'zod';
import { fromUtf8 } from '../../shared/bytes.ts';
import type { CommandRequest } from '../../shared/commands/index.ts';
import { EVIDENCE_BYTES_MAX } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import { disclosuresPath, entriesPath, HASH_BYTES, TILE_WIDTH, tilePath } from '../../shared/log/index.ts';
import { HttpFault, type HttpRequest, type PlatformHttp } from './http.ts';
import { readJson, type Session } from './session.ts';

const MIB = 1024 * 1024;
const ENTRY_BUNDLE_BYTES_MAX = TILE_WIDTH * (2 + 65_535);
const DISCLOSURES_BYTES_MAX = 256 * MIB;
const FEED_BYTES_MAX = 64 * MIB;
const FEED_LIMIT = 1000;
/** Hours of metrics in one page: some MiB, and a transaction of some tenths of a second. */
const METRICS_LIMIT = 500;
const METRICS_BYTES_MAX = 32 * MIB;
const CHANGE_BYTES_MAX = 32 * MIB;
/** 25 MiB over a line of 2 Mbit/s. */
const UPLOAD_MS_MAX = 120_000;

const Name = z.string().max(512);
/** Organizations of one user that a console offers. */
const ORGANIZATIONS_MAX = 10_000;
const Me = z.object({
  user: z.object({ id: z.string(), email: z.string(), name: z.string() }),
  organizations: z
    .array(z.object({ id: Name, name: Name, role: Name, tier: Name, region: Name, time_zone: Name }))
    .max(ORGANIZATIONS_MAX),
  /** A platform that names none gives all at once. */
  next_cursor: z.string().min(1).max(512).nullable().default(null),
});
export type Me = Omit<z.infer<typeof Me>, 'next_cursor'>;

const LogKeys = z.object({
  origin: Name.min(1),
  keys: z
    .array(z.object({ vkey: z.string().max(1024), from_size: z.int().min(0), to_size: z.int().min(0).nullable() }))
    .min(1)
    .max(100),
});
export type LogKeys = z.infer<typeof LogKeys>;

const ReviewKeys = z.object({
  keys: z.array(z.object({ public_key: z.string().max(1024), fingerprint: z.string().max(128) })).max(100),
});

/**
 * Kinds this console does not know are kept as they came: the cursor moves past them once, and a newer console that opens the same mirror
 * knows them.
 */
const EntityChange = z.object({
  version: z.int().min(1),
  kind: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
  id: z.string().min(1).max(256),
  op: z.enum(['put', 'delete']),
  data: z.record(z.string(), z.unknown()).nullable(),
});
export type EntityChange = z.infer<typeof EntityChange>;
const FeedEnd = z.object({ next: z.int().min(0), more: z.boolean() });
export interface FeedPage {
  readonly changes: readonly EntityChange[];
  readonly next: number;
  readonly more: boolean;
}

/** Reads a page of the feed: versions rise strictly after the cursor, and the last line closes it. Throws PLATFORM_PROTOCOL. */
export function readFeed(text: string, after: number): FeedPage {
  try {
    const lines = text.trimEnd().split('\n');
    const end = FeedEnd.parse(JSON.parse(lines.pop() ?? ''));
    const changes = lines.map((line) => EntityChange.parse(JSON.parse(line)));
    let last = after;
    for (const change of changes) {
      if (change.version <= last) throw new Error('versions do not rise');
      if (change.op === 'put' && change.data === null) throw new Error('a change without data');
      last = change.version;
    }
    if (end.next < last || (end.more && changes.length === 0)) throw new Error('the cursor does not advance');
    return { changes, next: end.next, more: end.more };
  } catch (error) {
    throw new AppError('PLATFORM_PROTOCOL', 'The change feed cannot be read.', { after, reason: String(error) }, error);
  }
}

export interface OrgRequest extends Omit<CommandRequest, 'method'> {
  readonly method: NonNullable<HttpRequest['method']>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

export class PlatformClient {
  readonly http: PlatformHttp;
  readonly session: Session;

  constructor(http: PlatformHttp, session: Session) {
    this.http = http;
    this.session = session;
  }

  /** The user and all their organizations, read page by page. Throws PLATFORM_PROTOCOL for pages that do not end. */
  async me(): Promise<Me> {
    const found = new Map<string, Me['organizations'][number]>();
    const cursors = new Set<string>();
    for (let path = '/v1/me'; ; ) {
      const token = await this.session.userToken();
      const request = { path, token, bytesMax: 8 * MIB, type: 'application/json' };
      const { user, organizations, next_cursor } = readJson(await this.http.send(request), Me);
      for (const one of organizations) found.set(one.id, one);
      if (next_cursor === null) return { user, organizations: [...found.values()] };
      if (cursors.has(next_cursor) || cursors.size >= ORGANIZATIONS_MAX || found.size > ORGANIZATIONS_MAX) {
        throw new AppError('PLATFORM_PROTOCOL', 'The list of organizations does not end.');
      }
      cursors.add(next_cursor);
      path = `/v1/me?cursor=${encodeURIComponent(next_cursor)}`;
    }
  }

  async logKeys(orgId: string, signal?: AbortSignal): Promise<LogKeys> {
    return readJson(await this.get(orgId, '/log/keys', 'application/json', MIB, signal), LogKeys);
  }

  /** Public keys that sign results of access reviews, as PEM. Their fingerprints are for whoever uses them to compute. */
  async reviewKeys(orgId: string, signal?: AbortSignal): Promise<readonly string[]> {
    const { keys } = readJson(await this.get(orgId, '/review-keys', 'application/json', MIB, signal), ReviewKeys);
    return keys.map(({ public_key }) => public_key);
  }

  async changes(orgId: string, after: number, signal?: AbortSignal): Promise<FeedPage> {
    const path = `/changes?after=${after}&limit=${FEED_LIMIT}`;
    return readFeed(fromUtf8(await this.get(orgId, path, 'application/x-ndjson', FEED_BYTES_MAX, signal)), after);
  }

  /** A page of the stream of metrics after a version, verbatim: whoever takes it over reads it. */
  metrics(orgId: string, after: number, signal?: AbortSignal): Promise<Uint8Array> {
    const path = `/metrics/changes?after=${after}&limit=${METRICS_LIMIT}`;
    return this.get(orgId, path, 'application/x-ndjson', METRICS_BYTES_MAX, signal);
  }

  /** The signed note, verbatim and unchecked. */
  async checkpoint(orgId: string, signal?: AbortSignal): Promise<string> {
    return fromUtf8(await this.get(orgId, '/log/checkpoint', 'text/plain', MIB, signal));
  }

  /** Hashes of one tile. Throws LOG_MALFORMED when it has another length. */
  async tile(orgId: string, level: number, index: number, width: number, signal?: AbortSignal): Promise<Uint8Array[]> {
    const path = tilePath(level, index, width);
    const bytes = await this.get(orgId, `/log/${path}`, 'application/octet-stream', TILE_WIDTH * HASH_BYTES, signal);
    if (bytes.length !== width * HASH_BYTES) {
      throw new AppError('LOG_MALFORMED', `The tile ${path} has ${bytes.length} bytes.`, { tile: path });
    }
    return Array.from({ length: width }, (_, i) => bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
  }

  entries(orgId: string, index: number, width: number, signal?: AbortSignal): Promise<Uint8Array> {
    const path = `/log/${entriesPath(index, width)}`;
    return this.get(orgId, path, 'application/octet-stream', ENTRY_BUNDLE_BYTES_MAX, signal);
  }

  disclosures(orgId: string, index: number, width: number, signal?: AbortSignal): Promise<Uint8Array> {
    return this.get(orgId, `/log/${disclosuresPath(index, width)}`, 'text/plain', DISCLOSURES_BYTES_MAX, signal);
  }

  /** A file of evidence, unchecked. */
  blob(orgId: string, digest: string, signal?: AbortSignal): Promise<Uint8Array> {
    return this.get(orgId, `/blobs/${digest}`, 'application/octet-stream', EVIDENCE_BYTES_MAX, signal);
  }

  /** Puts a file of evidence under its digest; again changes nothing. */
  async putBlob(orgId: string, digest: string, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    const request = { method: 'PUT', path: `/blobs/${digest}`, body: bytes, timeoutMs: UPLOAD_MS_MAX } as const;
    await this.change(orgId, request, signal);
  }

  /** Any route below the organization that answers JSON, 8 MiB at most. */
  read(orgId: string, path: string, signal?: AbortSignal): Promise<Uint8Array> {
    return this.get(orgId, path, 'application/json', 8 * MIB, signal);
  }

  /** A request about the organization that is no part of the sync. */
  change(orgId: string, request: OrgRequest, signal?: AbortSignal): Promise<Uint8Array> {
    return this.session.withOrgToken(orgId, (token) => this.sendChange(orgId, request, token, signal));
  }

  /** The same without a second try: what is thrown tells of this request alone. A refused token is forgotten. */
  async changeOnce(orgId: string, request: OrgRequest, signal?: AbortSignal): Promise<Uint8Array> {
    const token = await this.session.orgToken(orgId);
    try {
      return await this.sendChange(orgId, request, token, signal);
    } catch (error) {
      if (error instanceof HttpFault && error.status === 401) this.session.forgetOrgToken(orgId, token);
      throw error;
    }
  }

  private sendChange(orgId: string, request: OrgRequest, token: string, signal: AbortSignal | undefined) {
    const { method, path, body, headers, timeoutMs } = request;
    return this.http.send({
      ...{ method, path: `/v1/orgs/${encodeURIComponent(orgId)}${path}`, body, token },
      ...(headers === undefined ? {} : { headers }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...{ bytesMax: CHANGE_BYTES_MAX, type: 'application/json', signal },
    });
  }

  private get(orgId: string, path: string, type: string, bytesMax: number, signal?: AbortSignal): Promise<Uint8Array> {
    const full = `/v1/orgs/${encodeURIComponent(orgId)}${path}`;
    return this.session.withOrgToken(orgId, (token) => this.http.send({ path: full, token, type, bytesMax, signal }));
  }
}
