/** Files of evidence between mirror and platform: put before the evidence that names them, fetched with their digest checked. */
import { toHex } from '../../shared/bytes.ts';
import { Evidence } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import { sha256 } from '../crypto.ts';
import type { Mirror, OutboxRow } from '../db/api.ts';
import type { PlatformClient } from './client.ts';
import { HttpFault } from './http.ts';

const LIST_MAX = 50_000;
/** A file that no evidence and no change names is of an addition that came to nothing; this long it may still be under way. */
const UNNAMED_MS_MAX = 3_600_000;

export interface BlobInput {
  readonly client: PlatformClient;
  readonly mirror: Mirror;
  readonly orgId: string;
  readonly signal?: AbortSignal;
}

/**
 * Puts the file that a change names, where it is here; nothing to do else. Sent at every attempt, since the platform drops a file that waited
 * for its evidence too long. Throws what the platform answers.
 */
export async function putFileOf({ client, mirror, orgId, signal }: BlobInput, { command }: OutboxRow): Promise<void> {
  if (command.type !== 'evidence.create' || command.input.file === null) return;
  const { sha256: digest } = command.input.file;
  const bytes = await mirror.reader.blob(digest);
  if (bytes !== null) await client.putBlob(orgId, digest, bytes, signal);
}

/** The platform has taken the evidence, and so its file. */
export async function noteFileSent({ mirror }: Pick<BlobInput, 'mirror'>, { command }: OutboxRow): Promise<void> {
  if (command.type === 'evidence.create' && command.input.file !== null) {
    await mirror.writer.blobSent(command.input.file.sha256);
  }
}

/** Fetches a file, checks its digest and keeps it. Throws what the platform answers, PLATFORM_PROTOCOL for another file than was asked for. */
export async function fetchBlob(input: BlobInput, digest: string, now: number): Promise<Uint8Array> {
  const bytes = await input.client.blob(input.orgId, digest, input.signal);
  if (toHex(sha256(bytes)) !== digest) {
    throw new AppError('PLATFORM_PROTOCOL', 'The platform gave another file than the one of this digest.', { digest });
  }
  await input.mirror.writer.putBlob({ sha256: digest, bytes: Uint8Array.from(bytes), at: now, pending: false });
  return bytes;
}

/** Evidence as the platform last had it, newest first; what cannot be read is none of ours. */
async function evidenceOf({ mirror }: BlobInput): Promise<Evidence[]> {
  const { rows } = await mirror.reader.entities('evidence', null, 0, LIST_MAX);
  return rows
    .flatMap(({ data, version }) => Evidence.safeParse({ ...data, version }).data ?? [])
    .sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
}

export interface FilesFetched {
  readonly fetched: number;
  readonly dropped: number;
}

/**
 * Fetches files of evidence that is not withdrawn, newest first, until the mirror holds `bytesMax` of them, and drops files that nothing names.
 * What the platform does not give is left out; a platform that is away ends it (PLATFORM_UNREACHABLE, LOGIN_REQUIRED), as does CANCELLED.
 */
export async function fetchFiles(input: BlobInput, bytesMax: number, now: () => number): Promise<FilesFetched> {
  const { mirror, signal } = input;
  const here = await mirror.reader.blobs();
  const evidence = await evidenceOf(input);
  const named = new Set(evidence.flatMap(({ file }) => (file === null ? [] : [file.sha256])));
  let dropped = 0;
  for (const { sha256: digest, addedAt } of here) {
    if (named.has(digest) || now() - addedAt < UNNAMED_MS_MAX) continue;
    if (await mirror.writer.dropBlob(digest)) dropped += 1;
  }
  const known = new Set(here.map((one) => one.sha256));
  let total = here.reduce((sum, { size }) => sum + size, 0);
  let fetched = 0;
  for (const { file, withdrawn_at } of evidence) {
    if (file === null || withdrawn_at !== null || known.has(file.sha256) || total + file.bytes > bytesMax) continue;
    if (signal?.aborted) throw new AppError('CANCELLED');
    try {
      known.add(file.sha256);
      total += (await fetchBlob(input, file.sha256, now())).length;
      fetched += 1;
    } catch (error) {
      // Not for this person, or not there: that stands in the list, and keeps no other file from coming.
      if (error instanceof HttpFault && error.status === 403) break;
      if (!(error instanceof HttpFault && error.status === 404)) throw error;
    }
  }
  return { fetched, dropped };
}
