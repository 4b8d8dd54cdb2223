/** Names and manifests of a bundle: BagIt 1.0 (RFC 8493) with SHA-256. */
import { AppError } from '../errors.ts';

export const TAG_MANIFEST = 'tagmanifest-sha256.txt';
export const MANIFEST = 'manifest-sha256.txt';
export const BAGIT_TEXT = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n';

/** Tag files every bundle has; `signatures/` is apart because it signs the tag manifest. */
export const TAG_FILES = [
  'VERIFY.md',
  'bag-info.txt',
  'bagit.txt',
  MANIFEST,
  'trust/bundle.pub.pem',
  'trust/log.pub.pem',
  'trust/log.vkey',
] as const;

/** Payload files every bundle has. */
export const PAYLOAD_FILES = [
  'data/events/disclosures.ndjson',
  'data/events/leaves.ndjson',
  'data/events/ocsf.ndjson',
  'data/events/withheld.ndjson',
  'data/log/checkpoint',
  'data/log/range.json',
  'data/report.html',
  'data/report.pdf',
] as const;

export const STATEMENT = 'signatures/statement.json';
export const ENVELOPE = 'signatures/statement.dsse.json';
export const SIGNATURE_NAME = /^signatures\/statement\.(0|[1-9][0-9]?)\.sig$/;

/** What a reader refuses to hold in memory or to look at. */
export const LIMITS = {
  entries: 10_000,
  manifestBytes: 4 * 1024 * 1024,
  statementBytes: 1024 * 1024,
  smallFileBytes: 64 * 1024 * 1024,
  lineBytes: 6 * 1024 * 1024,
} as const;

export interface ManifestLine {
  readonly sha256: string;
  readonly name: string;
}

/** Lines `hex  name`, sorted by name, in the form `sha256sum -c` reads. */
export function formatManifest(lines: readonly ManifestLine[]): string {
  return lines
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ sha256, name }) => `${sha256}  ${name}\n`)
    .join('');
}

/** Reads a manifest in exactly that form. Throws LOG_MALFORMED, naming the line. */
export function parseManifest(text: string): ManifestLine[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new AppError('LOG_MALFORMED', 'The manifest does not end with a newline.');
  let previous = '';
  return lines.map((line, i) => {
    const match = /^([0-9a-f]{64}) {2}(\S.*)$/.exec(line);
    if (match === null) throw new AppError('LOG_MALFORMED', `Line ${i + 1} is not a manifest line.`);
    const name = match[2]!;
    if (previous >= name) throw new AppError('LOG_MALFORMED', `Line ${i + 1} is out of order or double.`);
    previous = name;
    return { sha256: match[1]!, name };
  });
}

const SEGMENT = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

/** Why a path inside a bundle is refused, or null. Names are plain ASCII: nothing to fold, nothing to escape. */
export function nameFault(name: string): string | null {
  if (name.length > 240) return 'the name is too long';
  if (name.includes('\\')) return 'a backslash';
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) return 'an absolute path';
  const segments = name.split('/');
  if (segments.includes('..') || segments.includes('.')) return 'a path that climbs';
  if (!segments.every((segment) => SEGMENT.test(segment) && !segment.endsWith('.')))
    return 'characters a bundle never has';
  return null;
}

/** First pair of names that is one file on a case-insensitive system, or a file that is also a folder. */
export function collision(names: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const name of names) {
    const folded = name.toLowerCase();
    if (seen.has(folded)) return name;
    seen.add(folded);
  }
  for (const name of seen) {
    for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
      if (seen.has(name.slice(0, at))) return name;
    }
  }
  return null;
}
