/** Files of evidence as the tenant keeps them: each once, under the SHA-256 of its bytes. */
import { toHex } from '../../shared/bytes.ts';
import type { ComplianceCommand } from '../../shared/commands/complianceCommands.ts';
import { sha256 } from '../crypto.ts';
import { only, type Tx } from '../db/database.ts';
import { invalidField, Problem } from '../http/problems.ts';

/** All files of one organization together: 5 GiB. */
export const BLOBS_BYTES_MAX = 5 * 1024 ** 3;

/** Throws Problem invalid-request for bytes that are not those of the digest, limit-reached. `kept`: false where it was there already. */
export async function putBlob(
  tx: Tx,
  digest: string,
  bytes: Uint8Array,
  now: number,
): Promise<{ readonly kept: boolean }> {
  if (toHex(sha256(bytes)) !== digest) throw invalidField('/sha256', 'Not the SHA-256 of the bytes sent.');
  // Wanted anew: it is no orphan of then.
  const there = await tx.query('UPDATE blobs SET created_at = $2 WHERE sha256 = $1 RETURNING sha256', [digest, now]);
  if (there.length > 0) return { kept: false };
  const { used } = only(await tx.query<{ used: number }>('SELECT coalesce(sum(size), 0)::bigint AS used FROM blobs'));
  if (used + bytes.length > BLOBS_BYTES_MAX) {
    const details = { limit: 'evidence_bytes', max: BLOBS_BYTES_MAX, used };
    throw new Problem('limit-reached', 'Files of evidence take 5 GiB at most.', {}, { details });
  }
  await tx.query('INSERT INTO blobs (sha256, bytes, size, created_at) VALUES ($1, $2, $3, $4)', [
    ...[digest, bytes, bytes.length, now],
  ]);
  return { kept: true };
}

/** Null where there is none. */
export async function readBlob(tx: Tx, digest: string): Promise<Uint8Array | null> {
  const [row] = await tx.query<{ bytes: Uint8Array }>('SELECT bytes FROM blobs WHERE sha256 = $1', [digest]);
  return row?.bytes ?? null;
}

/** Evidence whose file is not here would be a claim without proof. Throws Problem invalid-request. */
export async function refuseAbsentFile(tx: Tx, command: ComplianceCommand): Promise<void> {
  if (command.type !== 'evidence.create' || command.input.file === null) return;
  const { sha256: digest, bytes } = command.input.file;
  const [blob] = await tx.query<{ size: number }>('SELECT size FROM blobs WHERE sha256 = $1', [digest]);
  if (blob === undefined) throw invalidField('/file', 'Its bytes are not here; put them below blobs first.');
  if (blob.size !== bytes) throw invalidField('/file/bytes', `The file has ${blob.size} bytes.`);
}
