/** Files and digests: the bag of RFC 8493, and nothing beside it. */
import { fromUtf8, toHex } from '../bytes.ts';
import { Fault } from './checks.ts';
import type { BundleFiles, VerifyPorts } from './files.ts';
import {
  BAGIT_TEXT,
  collision,
  ENVELOPE,
  LIMITS,
  MANIFEST,
  type ManifestLine,
  nameFault,
  PAYLOAD_FILES,
  parseManifest,
  SIGNATURE_NAME,
  STATEMENT,
  TAG_FILES,
  TAG_MANIFEST,
} from './layout.ts';

/** A whole file. Throws when it is missing or larger than the bound. */
export async function readWhole(files: BundleFiles, name: string, bytesMax: number): Promise<Uint8Array> {
  if (!files.names.includes(name)) throw new Fault(`${name} is missing.`, name);
  const size = files.size(name);
  if (size > bytesMax) throw new Fault(`${name} is too large.`, name);
  const out = new Uint8Array(size);
  let at = 0;
  for await (const chunk of files.stream(name)) {
    if (at + chunk.length > size) throw new Fault(`${name} is longer than it says.`, name);
    out.set(chunk, at);
    at += chunk.length;
  }
  if (at !== size) throw new Fault(`${name} is shorter than it says.`, name);
  return out;
}

export async function readText(files: BundleFiles, name: string, bytesMax: number): Promise<string> {
  const bytes = await readWhole(files, name, bytesMax);
  try {
    return fromUtf8(bytes);
  } catch {
    throw new Fault(`${name} is not UTF-8.`, name);
  }
}

async function manifest(files: BundleFiles, name: string): Promise<ManifestLine[]> {
  const text = await readText(files, name, LIMITS.manifestBytes);
  try {
    return parseManifest(text);
  } catch (error) {
    throw new Fault(`${name}: ${(error as Error).message}`, name);
  }
}

export interface Inventory {
  readonly payload: readonly ManifestLine[];
  readonly tags: readonly ManifestLine[];
}

function sameNames(manifestName: string, listed: readonly ManifestLine[], present: readonly string[]): void {
  const names = new Set(listed.map(({ name }) => name));
  for (const name of present) {
    if (!names.has(name)) throw new Fault(`${name} is in the bundle but not in ${manifestName}.`, name);
  }
  for (const name of names) {
    if (!present.includes(name)) throw new Fault(`${name} is listed in ${manifestName} but not in the bundle.`, name);
  }
}

/** Checks names against both manifests and the layout. Throws Fault naming the file. */
export async function takeInventory(files: BundleFiles): Promise<Inventory> {
  if (files.names.length > LIMITS.entries) throw new Fault('The bundle has too many files.', null);
  for (const name of files.names) {
    const wrong = nameFault(name);
    if (wrong !== null) throw new Fault(`${JSON.stringify(name)} is refused: ${wrong}.`, name);
  }
  const double = collision(files.names);
  if (double !== null) throw new Fault(`${double} is there twice, or is file and folder at once.`, double);
  for (const name of [
    ...TAG_FILES,
    ...PAYLOAD_FILES,
    TAG_MANIFEST,
    STATEMENT,
    ENVELOPE,
    'signatures/statement.0.sig',
  ]) {
    if (!files.names.includes(name)) throw new Fault(`${name} is missing.`, name);
  }
  const tags = await manifest(files, TAG_MANIFEST);
  const payload = await manifest(files, MANIFEST);
  sameNames(
    MANIFEST,
    payload,
    files.names.filter((name) => name.startsWith('data/')),
  );
  const outside = (name: string): boolean =>
    name.startsWith('data/') ||
    name === TAG_MANIFEST ||
    name === STATEMENT ||
    name === ENVELOPE ||
    SIGNATURE_NAME.test(name);
  sameNames(
    TAG_MANIFEST,
    tags,
    files.names.filter((name) => !outside(name)),
  );
  return { payload, tags };
}

/** SHA-256 of a file, streamed. */
export async function digestOf(files: BundleFiles, name: string, ports: VerifyPorts): Promise<string> {
  const hash = ports.sha256Stream();
  for await (const chunk of files.stream(name)) hash.update(chunk);
  return toHex(hash.digest());
}

/** Hashes every listed file, and checks the fixed tag files. Throws Fault naming all files that differ. */
export async function checkDigests(
  files: BundleFiles,
  inventory: Inventory,
  ports: VerifyPorts,
  onFile?: (done: number, total: number) => void,
): Promise<string> {
  const all = [...inventory.tags, ...inventory.payload];
  const wrong: string[] = [];
  let bytes = 0;
  for (const [i, line] of all.entries()) {
    let digest: string;
    try {
      digest = await digestOf(files, line.name, ports);
    } catch (error) {
      throw new Fault(`${line.name} cannot be read: ${(error as Error).message}`, line.name);
    }
    if (digest !== line.sha256) wrong.push(line.name);
    bytes += files.size(line.name);
    onFile?.(i + 1, all.length);
  }
  if (wrong.length > 0) throw new Fault(`Changed: ${wrong.slice(0, 20).join(', ')}.`, wrong[0]!);
  if ((await readText(files, 'bagit.txt', 1024)) !== BAGIT_TEXT)
    throw new Fault('bagit.txt is not BagIt 1.0.', 'bagit.txt');
  const oxum = inventory.payload.reduce((sum, { name }) => sum + files.size(name), 0);
  const info = await readText(files, 'bag-info.txt', 65_536);
  if (!info.split('\n').includes(`Payload-Oxum: ${oxum}.${inventory.payload.length}`)) {
    throw new Fault('bag-info.txt: Payload-Oxum is not that of the payload.', 'bag-info.txt');
  }
  return `${all.length} files, ${bytes} bytes`;
}
