import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../bytes.ts';
import {
  CompactRange,
  consistencyProof,
  coverNodes,
  emptyRoot,
  type Hash,
  inclusionPath,
  inclusionProof,
  leafHash,
  type NodeId,
  nodeHash,
  verifyConsistency,
  verifyInclusion,
  verifyRange,
} from './index.ts';

const tampered = expect.objectContaining({ code: 'LOG_TAMPERED' });

/** The oracle: MTH of RFC 6962 section 2.1, word for word, with its own concatenation. */
function mth(entries: readonly Uint8Array[]): Hash {
  if (entries.length === 0) return sha256(new Uint8Array(0));
  if (entries.length === 1) return sha256(Uint8Array.from([0, ...entries[0]!]));
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return sha256(Uint8Array.from([1, ...mth(entries.slice(0, k)), ...mth(entries.slice(k))]));
}

/** PATH of section 2.1.1, word for word. */
function path(m: number, entries: readonly Uint8Array[]): Hash[] {
  if (entries.length === 1) return [];
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return m < k
    ? [...path(m, entries.slice(0, k)), mth(entries.slice(k))]
    : [...path(m - k, entries.slice(k)), mth(entries.slice(0, k))];
}

/** SUBPROOF of section 2.1.2, word for word. */
function subproof(m: number, entries: readonly Uint8Array[], b: boolean): Hash[] {
  if (m === entries.length) return b ? [] : [mth(entries)];
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return m <= k
    ? [...subproof(m, entries.slice(0, k), b), mth(entries.slice(k))]
    : [...subproof(m - k, entries.slice(k), false), mth(entries.slice(0, k))];
}

const entriesOf = (size: number): Uint8Array[] =>
  Array.from({ length: size }, (_, i) => Uint8Array.of(i >> 8, i & 255));
const source =
  (entries: readonly Uint8Array[]) =>
  ({ level, index }: NodeId): Hash =>
    mth(entries.slice(index * 2 ** level, (index + 1) * 2 ** level));

function rangeOf(entries: readonly Uint8Array[], begin = 0, end = entries.length): CompactRange {
  const range = CompactRange.empty(sha256, begin);
  for (const entry of entries.slice(begin, end)) range.append(leafHash(entry, sha256));
  return range;
}

/** The eight entries and roots of the Certificate Transparency reference tests. */
const CT_ENTRIES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const CT_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('compact range', () => {
  it('gives the published roots', () => {
    const range = CompactRange.empty(sha256);
    expect(toHex(range.root())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    for (const [i, entry] of CT_ENTRIES.entries()) {
      range.append(leafHash(fromHex(entry), sha256));
      expect(toHex(range.root())).toBe(CT_ROOTS[i]);
    }
  });

  it('equals the recursive definition at every size to 300', () => {
    const entries = entriesOf(300);
    const range = CompactRange.empty(sha256);
    for (let size = 0; size <= 300; size++) {
      if (size % 7 === 0 || size > 250) expect(range.root()).toEqual(mth(entries.slice(0, size)));
      expect(CompactRange.from(size, range.hashes, sha256).root()).toEqual(range.root());
      if (size < 300) range.append(leafHash(entries[size]!, sha256));
    }
  });

  it('joins any two neighbouring ranges', () => {
    const entries = entriesOf(130);
    fc.assert(
      fc.property(fc.nat(130), fc.nat(130), fc.nat(130), (x, y, z) => {
        const [a, b, c] = [x, y, z].sort((p, q) => p - q) as [number, number, number];
        const joined = rangeOf(entries, a, b);
        joined.appendRange(rangeOf(entries, b, c));
        const whole = rangeOf(entries, a, c);
        expect(joined.hashes).toEqual(whole.hashes);
        expect(joined.size).toBe(c);
        expect(whole.hashes).toEqual(coverNodes(a, c).map(source(entries)));
      }),
    );
  });

  it('clones apart and refuses a gap, a wrong number of hashes and a root of a middle range', () => {
    const range = rangeOf(entriesOf(5));
    const copy = range.clone();
    copy.append(emptyRoot(sha256));
    expect([range.size, copy.size]).toEqual([5, 6]);
    expect(range.root()).toEqual(mth(entriesOf(5)));
    expect(() => range.appendRange(CompactRange.empty(sha256, 6))).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID' }),
    );
    expect(() => CompactRange.from(5, range.hashes.slice(1), sha256)).toThrow(
      expect.objectContaining({ code: 'LOG_MALFORMED' }),
    );
    expect(() => CompactRange.from(1, [new Uint8Array(31)], sha256)).toThrow(
      expect.objectContaining({ code: 'LOG_MALFORMED' }),
    );
    expect(() => CompactRange.empty(sha256, 3).root()).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  it('works beyond 32-bit sizes', () => {
    const size = 2 ** 40 + 2 ** 33 + 1;
    const hashes = [1, 2, 3].map((n) => new Uint8Array(32).fill(n));
    const range = CompactRange.from(size, hashes, sha256);
    range.append(new Uint8Array(32).fill(4));
    expect(range.hashes).toEqual([...hashes.slice(0, 2), nodeHash(hashes[2]!, new Uint8Array(32).fill(4), sha256)]);
    expect(inclusionPath(size, size + 1)).toHaveLength(3);
  });
});

describe('proofs', () => {
  it('equal the recursive definition for every leaf and prefix of small trees', () => {
    for (const size of [1, 2, 3, 5, 7, 8, 13, 16, 21, 33]) {
      const entries = entriesOf(size);
      const root = mth(entries);
      for (let i = 0; i < size; i++) {
        const proof = inclusionProof(i, size, source(entries), sha256);
        expect(proof).toEqual(path(i, entries));
        verifyInclusion(i, size, leafHash(entries[i]!, sha256), proof, root, sha256);
      }
      for (let m = 1; m <= size; m++) {
        const proof = consistencyProof(m, size, source(entries), sha256);
        expect(proof).toEqual(subproof(m, entries, true));
        verifyConsistency(m, size, mth(entries.slice(0, m)), root, proof, sha256);
      }
    }
  });

  it('refuse every single change', () => {
    const entries = entriesOf(60);
    const change = fc.record({
      kind: fc.constantFrom('bit', 'drop', 'add', 'swap', 'index', 'size', 'leaf', 'root'),
      n: fc.nat(1000),
    });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.nat(1000), change, (size, at, { kind, n }) => {
        const index = at % size;
        let root = mth(entries.slice(0, size));
        let leaf = leafHash(entries[index]!, sha256);
        const proof = inclusionProof(index, size, source(entries.slice(0, size)), sha256);
        let [i, s] = [index, size];
        const flip = (hash: Hash): Hash => hash.map((byte, k) => (k === n % 32 ? byte ^ (1 << (n % 8)) : byte));
        if (kind === 'bit') proof[n % proof.length] = flip(proof[n % proof.length]!);
        if (kind === 'drop') proof.splice(n % proof.length, 1);
        if (kind === 'add') proof.splice(n % (proof.length + 1), 0, emptyRoot(sha256));
        if (kind === 'swap') {
          if (proof.length < 2) return;
          [proof[0], proof[1]] = [proof[1]!, proof[0]!];
        }
        if (kind === 'index') i = (index + 1 + (n % (size - 1))) % size;
        if (kind === 'size') {
          // Only a size at which the path has another shape can be told apart from the size alone.
          s = size + 1 + (n % 3);
          if (shape(i, s) === shape(i, size)) return;
        }
        if (kind === 'leaf') leaf = flip(leaf);
        if (kind === 'root') root = flip(root);
        expect(() => verifyInclusion(i, s, leaf, proof, root, sha256)).toThrow(tampered);
      }),
      { numRuns: 500 },
    );
  });

  it('refuse indices outside, broken sizes and hashes of another length', () => {
    const root = mth(entriesOf(2));
    const leaf = leafHash(entriesOf(2)[0]!, sha256);
    const other = [leafHash(entriesOf(2)[1]!, sha256)];
    verifyInclusion(0, 2, leaf, other, root, sha256);
    for (const [i, s] of [
      [2, 2],
      [-1, 2],
      [0, 0],
      [0.5, 2],
      [0, Number.NaN],
    ] as const) {
      expect(() => verifyInclusion(i, s, leaf, other, root, sha256)).toThrow(tampered);
    }
    expect(() => verifyInclusion(0, 2, leaf, [other[0]!.slice(1)], root, sha256)).toThrow(tampered);
    expect(() => verifyConsistency(3, 2, root, root, [], sha256)).toThrow(tampered);
    expect(() => verifyConsistency(0, 2, emptyRoot(sha256), root, [], sha256)).toThrow(tampered);
    expect(() => verifyConsistency(1, 2, leaf, root, [], sha256)).toThrow(tampered);
    expect(() => inclusionProof(2, 2, source(entriesOf(2)), sha256)).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID' }),
    );
  });

  it('refuse a prefix that is not one', () => {
    const entries = entriesOf(40);
    const other = entriesOf(40).map((entry, i) => (i === 7 ? Uint8Array.of(9) : entry));
    for (let m = 8; m < 40; m++) {
      const proof = consistencyProof(m, 40, source(entries), sha256);
      expect(() => verifyConsistency(m, 40, mth(other.slice(0, m)), mth(entries), proof, sha256)).toThrow(tampered);
      expect(() => verifyConsistency(m, 40, mth(entries.slice(0, m)), mth(other), proof, sha256)).toThrow(tampered);
    }
  });
});

/** Left and right turns of a path, as text. */
function shape(index: number, size: number): string {
  return inclusionPath(index, size)
    .map(({ level, index: at }) => (at * 2 ** level > index ? 'R' : 'L'))
    .join('');
}

describe('range cover', () => {
  const entries = entriesOf(77);
  const root = mth(entries);
  const cover = (begin: number, end: number) => ({
    size: 77,
    left: coverNodes(0, begin).map(source(entries)),
    right: coverNodes(end, 77).map(source(entries)),
  });

  it('holds for every range and only with all its leaves', () => {
    for (let begin = 0; begin < 77; begin += 5) {
      for (let end = begin + 1; end <= 77; end += 3) {
        verifyRange(rangeOf(entries, begin, end), cover(begin, end), root, sha256);
        const changed = CompactRange.empty(sha256, begin);
        for (let i = begin; i < end; i++)
          changed.append(leafHash(i === end - 1 ? Uint8Array.of(1) : entries[i]!, sha256));
        expect(() => verifyRange(changed, cover(begin, end), root, sha256)).toThrow(tampered);
        expect(() => verifyRange(rangeOf(entries, begin, end - 1), cover(begin, end), root, sha256)).toThrow(
          expect.objectContaining({ code: expect.stringMatching(/LOG_TAMPERED|LOG_MALFORMED/) }),
        );
      }
    }
  });
});
