import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { ed25519RawPublic, ed25519Signer, ed25519Verify } from '../platform/crypto.ts';
import { toBase64, toHex } from '../shared/bytes.ts';
import {
  decodeEntries,
  disclosuresPath,
  encodeEntries,
  entriesPath,
  formatCheckpoint,
  makeVkey,
  openCheckpoint,
  parseCheckpoint,
  parseNote,
  parseTilePath,
  parseVkey,
  signatureLine,
  signNote,
  tilePath,
  verifyNote,
} from '../shared/log/index.ts';

const malformed = expect.objectContaining({ code: 'LOG_MALFORMED' });
const unsigned = expect.objectContaining({ code: 'LOG_SIGNATURE' });
const ports = { sha256, ed25519Verify };

/** Key and note of the Go module golang.org/x/mod/sumdb/note, whose format C2SP signed-note standardized. */
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const GO_NOTE = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;

/** RFC 8032 section 7.1, test 1: the seed, in PKCS#8. */
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const pem = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(`302e020100300506032b657004220420${SEED}`, 'hex').toString('base64')}\n-----END PRIVATE KEY-----\n`;
const publicKey = ed25519RawPublic(pem);
const sign = ed25519Signer(pem);
const NAME = 'log.example/orgs/acme';
const vkey = makeVkey(NAME, publicKey, sha256);

describe('signed notes', () => {
  it('opens the note that Go documents', () => {
    expect(verifyNote(GO_NOTE, PETER, ports).signatures).toHaveLength(1);
    const key = parseVkey(PETER, sha256);
    expect(makeVkey(key.name, key.publicKey, sha256)).toBe(PETER);
    expect(() => verifyNote(GO_NOTE.replace('answer', 'solution'), PETER, ports)).toThrow(unsigned);
  });

  it('signs with a known key', () => {
    expect(toHex(publicKey)).toBe('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
    const note = signNote('hello\n', NAME, publicKey, sign, sha256);
    expect(verifyNote(note, vkey, ports).text).toBe('hello\n');
  });

  it('ignores signatures of others and takes the pinned one among many', () => {
    const text = 'hello\n';
    const mine = signatureLine(text, NAME, publicKey, sign, sha256);
    const other = `— witness.example ${toBase64(new Uint8Array(76))}\n`;
    expect(verifyNote(`${text}\n${other}${mine}`, vkey, ports).signatures).toHaveLength(2);
    expect(() => verifyNote(`${text}\n${other}`, vkey, ports)).toThrow(unsigned);
    expect(() => verifyNote(`${text}\n${mine.replace(NAME, 'log.example/orgs/evil')}`, vkey, ports)).toThrow(unsigned);
  });

  it('finds every flipped bit of text and signature', () => {
    const bytes = Buffer.from(signNote('a checkpoint\n', 'k', publicKey, sign, sha256));
    const key = makeVkey('k', publicKey, sha256);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const text = flipped.toString('utf8');
      expect(() => verifyNote(text, key, ports), `bit ${bit}`).toThrow();
    }
  });

  it.each([
    ['no newline at the end', GO_NOTE.slice(0, -1)],
    ['no signature', 'text\n'],
    ['an empty signature block', 'text\n\n'],
    ['a hyphen for the dash', GO_NOTE.replace('—', '-')],
    ['a control character', GO_NOTE.replace('If', '\tIf')],
    ['a third field', GO_NOTE.replace('AM=\n', 'AM= x\n')],
    ['broken base64', GO_NOTE.replace('AM=\n', 'AM\n')],
    ['a lone surrogate', GO_NOTE.replace('If', '\ud800')],
    ['101 signatures', `t\n\n${GO_NOTE.split('\n\n')[1]!.repeat(101)}`],
  ])('refuses %s', (_what, text) => {
    expect(() => parseNote(text)).toThrow(malformed);
  });

  it.each([
    PETER.replace('c74f20a3', 'c74f20a4'),
    PETER.replace('PeterNeumann', 'PeterNewmann'),
    'PeterNeumann',
    'a+b',
    '+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  ])('refuses the key %s', (text) => {
    expect(() => parseVkey(text, sha256)).toThrow(malformed);
  });
});

describe('checkpoints', () => {
  const root = new Uint8Array(32).fill(7);
  const text = formatCheckpoint({ origin: NAME, size: 42, root });

  it('open under the pinned key and exact origin only', () => {
    const note = signNote(text, NAME, publicKey, sign, sha256);
    expect(openCheckpoint(note, vkey, ports)).toEqual({ origin: NAME, size: 42, root, extensions: [] });
    expect(() => openCheckpoint(note, vkey, ports, 'log.example/orgs/other')).toThrow(unsigned);
    const foreign = signNote(formatCheckpoint({ origin: 'x', size: 42, root }), NAME, publicKey, sign, sha256);
    expect(() => openCheckpoint(foreign, vkey, ports)).toThrow(unsigned);
  });

  it('keep extension lines', () => {
    expect(parseCheckpoint(`${text}more\nlines\n`).extensions).toEqual(['more', 'lines']);
  });

  it.each([
    ['a leading zero', text.replace('\n42\n', '\n042\n')],
    ['a sign', text.replace('\n42\n', '\n+42\n')],
    ['a huge size', text.replace('\n42\n', '\n9007199254740993\n')],
    ['a short root', `${NAME}\n42\n${toBase64(new Uint8Array(31))}\n`],
    ['no origin', text.replace(NAME, '')],
    ['no root', `${NAME}\n42\n`],
    ['an empty extension', `${text}\n`],
    ['no final newline', text.slice(0, -1)],
  ])('refuse %s', (_what, broken) => {
    expect(() => parseCheckpoint(broken)).toThrow(malformed);
  });
});

describe('tiles', () => {
  it.each([
    [tilePath(0, 0), 'tile/0/000'],
    [tilePath(0, 1234067), 'tile/0/x001/x234/067'],
    [tilePath(3, 999, 17), 'tile/3/999.p/17'],
    [tilePath(63, 1000, 255), 'tile/63/x001/000.p/255'],
    [entriesPath(5), 'tile/entries/005'],
    [entriesPath(1001, 1), 'tile/entries/x001/001.p/1'],
    [disclosuresPath(12, 256), 'disclosures/012'],
  ])('%s', (path, wanted) => {
    expect(path).toBe(wanted);
    const { kind, level, index, width } = parseTilePath(path);
    const make = {
      hashes: () => tilePath(level, index, width),
      entries: () => entriesPath(index, width),
      disclosures: () => disclosuresPath(index, width),
    };
    expect(make[kind]()).toBe(wanted);
  });

  it.each([
    'tile/0/0',
    'tile/00/000',
    'tile/64/000',
    'tile/0/001/000',
    'tile/0/x000/001',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/entries/../000',
    'tile/-1/000',
    '/tile/0/000',
    `tile/0/${'x999/'.repeat(8)}999`,
    'disclosures/x000/x000/001',
  ])('refuses %s', (path) => {
    expect(() => parseTilePath(path)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  it('refuses to name tiles that cannot be', () => {
    for (const make of [
      () => tilePath(64, 0),
      () => tilePath(0, -1),
      () => entriesPath(0, 0),
      () => entriesPath(0.5),
      () => tilePath(0, 0, 257),
    ]) {
      expect(make).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
    }
  });

  it('encodes entry bundles and refuses cut, short and long ones', () => {
    const leaves = [new Uint8Array(0), Uint8Array.of(1, 2, 3), new Uint8Array(65535).fill(9)];
    const bytes = encodeEntries(leaves);
    expect(toHex(bytes.slice(0, 9))).toBe('00000003010203ffff'.slice(0, 18));
    expect(decodeEntries(bytes, 3)).toEqual(leaves);
    for (const [broken, count] of [
      [bytes, 2],
      [bytes, 4],
      [bytes.slice(0, -1), 3],
      [bytes.slice(0, 3), 2],
      [Uint8Array.of(0), 0],
    ] as const) {
      expect(() => decodeEntries(broken, count)).toThrow(malformed);
    }
    expect(() => encodeEntries([new Uint8Array(65536)])).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });
});
