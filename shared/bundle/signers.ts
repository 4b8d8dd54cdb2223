/** Who signed: the statement under a bundle key, the checkpoint under a log key; pinned keys first, embedded ones never trusted. */
import { equalBytes } from '../bytes.ts';
import { AppError } from '../errors.ts';
import { type Checkpoint, makeVkey, openCheckpoint, parseCheckpoint, parseNote, parseVkey } from '../log/index.ts';
import { Fault } from './checks.ts';
import { IN_TOTO_TYPE, pae } from './dsse.ts';
import type { BundleFiles, VerifyPorts } from './files.ts';
import { readText, readWhole } from './inventory.ts';
import { type PinnedKey, parseKeys } from './keys.ts';
import { ENVELOPE, LIMITS, SIGNATURE_NAME } from './layout.ts';
import { formatEnvelope } from './statement.ts';

export interface Signer {
  readonly fingerprint: string;
  readonly role: string;
  readonly trusted: boolean;
}

/** Signature files in order; their numbers have no gap. */
function signatureNames(files: BundleFiles): string[] {
  const names = files.names.filter((name) => SIGNATURE_NAME.test(name));
  for (let i = 0; i < names.length; i++) {
    const name = `signatures/statement.${i}.sig`;
    if (!names.includes(name)) throw new Fault(`${name} is missing.`, name);
  }
  return names.map((_, i) => `signatures/statement.${i}.sig`);
}

/** Every signature must hold under a pinned bundle key or the embedded one. Throws Fault naming the signature file. */
export async function checkSignatures(
  files: BundleFiles,
  statement: Uint8Array,
  pinned: readonly PinnedKey[],
  ports: VerifyPorts,
): Promise<Signer[]> {
  const names = signatureNames(files);
  const signatures: Uint8Array[] = [];
  for (const name of names) signatures.push(await readWhole(files, name, 256));
  const message = pae(IN_TOTO_TYPE, statement);
  const embedded = await embeddedKey(files, 'trust/bundle.pub.pem', 'bundle', ports);
  const holds = (key: PinnedKey, signature: Uint8Array): boolean =>
    key.kind === 'bundle' && ports.ecdsaP256Verify(key.pem, message, signature);
  const signers = signatures.map((signature, i) => {
    const by = pinned.find((key) => holds(key, signature));
    const claimed = holds(embedded, signature) ? embedded : undefined;
    if (!by && !claimed) throw new Fault(`${names[i]} is not a signature of the statement.`, names[i]!);
    return { fingerprint: (by ?? claimed)!.fingerprint, role: 'bundle', trusted: by !== undefined };
  });
  if (!signers.some(({ fingerprint }) => fingerprint === embedded.fingerprint)) {
    throw new Fault('trust/bundle.pub.pem is not the key of a signer.', 'trust/bundle.pub.pem');
  }
  const envelope = await readText(files, ENVELOPE, LIMITS.statementBytes * 2);
  if (envelope !== formatEnvelope(statement, signatures)) {
    throw new Fault(`${ENVELOPE} is not the envelope of the statement and its signatures.`, ENVELOPE);
  }
  return signers;
}

async function embeddedKey(
  files: BundleFiles,
  name: string,
  kind: PinnedKey['kind'],
  ports: VerifyPorts,
): Promise<PinnedKey> {
  const text = await readText(files, name, 8192);
  try {
    const keys = parseKeys(text, ports.sha256);
    if (keys.length === 1 && keys[0]!.kind === kind) return keys[0]!;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
  throw new Fault(`${name} does not hold one ${kind} key.`, name);
}

/** The checkpoint under a pinned log key, else under the embedded one. Throws Fault naming the file. */
export async function checkCheckpoint(
  files: BundleFiles,
  pinned: readonly PinnedKey[],
  ports: VerifyPorts,
): Promise<{ checkpoint: Checkpoint; signer: Signer }> {
  const name = 'data/log/checkpoint';
  const note = await readText(files, name, LIMITS.statementBytes);
  const vkey = (await readText(files, 'trust/log.vkey', 1024)).trimEnd();
  const key = await embeddedKey(files, 'trust/log.vkey', 'log', ports);
  const pem = await embeddedKey(files, 'trust/log.pub.pem', 'log', ports);
  if (key.kind !== 'log' || pem.kind !== 'log' || !equalBytes(key.publicKey, pem.publicKey)) {
    throw new Fault('trust/log.pub.pem and trust/log.vkey are two keys.', 'trust/log.pub.pem');
  }
  const origin = parseVkey(vkey, ports.sha256).name;
  try {
    if (parseCheckpoint(parseNote(note).text).origin !== origin)
      throw new Fault(`${name} is of another log than trust/log.vkey.`, name);
    for (const candidate of pinned) {
      if (candidate.kind !== 'log' || (candidate.name !== null && candidate.name !== origin)) continue;
      try {
        const checkpoint = openCheckpoint(note, makeVkey(origin, candidate.publicKey, ports.sha256), ports);
        return { checkpoint, signer: { fingerprint: candidate.fingerprint, role: 'log', trusted: true } };
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'LOG_SIGNATURE')) throw error;
      }
    }
    const checkpoint = openCheckpoint(note, vkey, ports);
    return { checkpoint, signer: { fingerprint: key.fingerprint, role: 'log', trusted: false } };
  } catch (error) {
    if (error instanceof AppError) throw new Fault(`${name}: ${error.message}`, name);
    throw error;
  }
}

/** A signer in words. */
export function describeSigner({ fingerprint, trusted }: Signer): string {
  return `${fingerprint.slice(0, 16)}… ${trusted ? 'is among the pinned keys' : 'is not among the pinned keys'}`;
}
