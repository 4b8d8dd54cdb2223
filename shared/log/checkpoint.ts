/** C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint): origin, size and root of a log, as a signed note. */
import { fromBase64, toBase64 } from '../bytes.ts';
import type { NotePorts } from '../crypto.ts';
import { AppError } from '../errors.ts';
import { HASH_BYTES, type Hash } from './hash.ts';
import { parseVkey, verifyNote } from './note.ts';

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
  /** Lines after the root; opaque, but signed. */
  readonly extensions: readonly string[];
}

/** The text to sign. Throws INPUT_INVALID. */
export function formatCheckpoint(checkpoint: {
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
}): string {
  const { origin, size, root } = checkpoint;
  if (origin === '' || /[\n\r]/.test(origin) || !Number.isSafeInteger(size) || size < 0 || root.length !== HASH_BYTES) {
    throw new AppError('INPUT_INVALID', 'Not a checkpoint.');
  }
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** Reads the text of a note as a checkpoint. Throws LOG_MALFORMED. */
export function parseCheckpoint(text: string): Checkpoint {
  const malformed = (reason: string): AppError => new AppError('LOG_MALFORMED', `Not a checkpoint: ${reason}.`);
  if (!text.endsWith('\n')) throw malformed('no final newline');
  const [origin, sizeText, rootText, ...extensions] = text.slice(0, -1).split('\n');
  if (!origin || sizeText === undefined || rootText === undefined) throw malformed('lines are missing');
  if (!/^(0|[1-9][0-9]{0,15})$/.test(sizeText)) throw malformed('the size is not a decimal number');
  const size = Number(sizeText);
  if (!Number.isSafeInteger(size)) throw malformed('the size is too large');
  const root = fromBase64(rootText);
  if (root.length !== HASH_BYTES) throw malformed('the root has not 32 bytes');
  if (extensions.includes('')) throw malformed('an empty line');
  return { origin, size, root, extensions };
}

/**
 * Verifies a signed checkpoint against the pinned key and the exact origin (the key's name unless told otherwise).
 * Throws LOG_SIGNATURE or LOG_MALFORMED.
 */
export function openCheckpoint(note: string, vkey: string, ports: NotePorts, origin?: string): Checkpoint {
  const wanted = origin ?? parseVkey(vkey, ports.sha256).name;
  const checkpoint = parseCheckpoint(verifyNote(note, vkey, ports).text);
  if (checkpoint.origin !== wanted) {
    throw new AppError('LOG_SIGNATURE', `The checkpoint is of the log ${checkpoint.origin}, not of ${wanted}.`);
  }
  return checkpoint;
}
