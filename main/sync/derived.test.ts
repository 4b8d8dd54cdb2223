/** The quick ways of the batch check against their slow oracles. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DisclosureName, makeDisclosure } from '../../shared/audit/index.ts';
import { canonicalize, isCanonical, type Json } from '../../shared/json/index.ts';
import { CompactRange, leafHash, TILE_WIDTH } from '../../shared/log/index.ts';
import { sha256 } from '../crypto.ts';
import { readDisclosed, readPlain } from '../db/disclosed.ts';
import { BundleTree } from './bundleTree.ts';
import { Instants } from './instants.ts';

const plain = fc.string({ unit: fc.constantFrom('a', 'b', '1', '2', 'é', '😀', ' ', ','), maxLength: 4 });
const odd = fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '{', '}'), maxLength: 4 });
const word = fc.oneof({ weight: 12, arbitrary: plain }, { weight: 1, arbitrary: odd });
const flat = fc.dictionary(word, fc.oneof({ weight: 15, arbitrary: word }, { weight: 1, arbitrary: fc.integer() }), {
  minKeys: 1,
  maxKeys: 4,
});

describe('readPlain', () => {
  it('gives the value of what it accepts, and accepts only canonical text', () => {
    let accepted = 0;
    const insert = fc.record({
      at: fc.nat(60),
      text: fc.constantFrom('', '', '', ' ', 'b', '"', ',', '}', ']', '{"a":"b"}', '\\u0061'),
    });
    fc.assert(
      fc.property(word, word, flat, insert, (salt, name, value, { at, text }) => {
        const json = canonicalize([salt, name, value]);
        // Through UTF-8, as a decoded disclosure: a pair cut in two leaves no lone surrogate.
        const altered = Buffer.from(json.slice(0, at) + text + json.slice(at)).toString();
        const read = readPlain(altered);
        if (read === null) return;
        accepted += 1;
        expect(isCanonical(altered)).toBe(true);
        const object = Object.fromEntries(read.keys.map((key, i) => [key, read.texts[i]]));
        expect([read.salt, read.name, object]).toEqual(JSON.parse(altered));
      }),
      { numRuns: 5000 },
    );
    expect(accepted).toBeGreaterThan(200);
  });

  it.each([
    '["s","n",{"b":"x","a":"x"}]',
    '["s","n",{"a":"x","a":"x"}]',
    '["s","n",{"a":"x"}] ',
    '["s","n",{"a":"x"}',
    '["s","n",{"a":"x",}]',
    '["s","n", {"a":"x"}]',
    '["s","n",{"a":"\u0001"}]',
    '["s","n",{}]',
    '["s","n",{"a":1}]',
    '',
  ])('leaves %s to the long way', (json) => {
    expect(readPlain(json)).toBeNull();
  });

  it('finds the same names and text as the long way', () => {
    const salt = new Uint8Array(16).fill(9);
    const told: [DisclosureName, Json][] = [
      ['actor', { email: 'ada@example.com', name: 'Ada' }],
      ['target', { name: 'Line\nfeed' }],
      ['source', { ip: '10.0.0.1', port: 443 }],
      ['detail', ['x', { deep: 'y' }]],
    ];
    expect(readDisclosed(told.map(([name, value]) => makeDisclosure(salt, name, value)))).toEqual({
      actor: 'Ada',
      target: 'Line\nfeed',
      text: 'ada@example.com Ada Line\nfeed 10.0.0.1 443 x y',
    });
    expect(() => readDisclosed([Buffer.from('["s","actor",{"name":"x"}]').toString('base64url')])).toThrow();
    expect(() => readDisclosed([Buffer.from('no json').toString('base64url')])).toThrow();
  });
});

describe('Instants', () => {
  it('reads what Date.parse reads', () => {
    const instants = new Instants();
    const day = fc.date({
      min: new Date('0001-01-01'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    const near = fc.nat(3 * 86_400_000).map((ms) => new Date(Date.UTC(2028, 1, 28) + ms));
    fc.assert(
      fc.property(fc.oneof(day, near), (at) => {
        expect(instants.parse(at.toISOString())).toBe(at.getTime());
      }),
    );
  });
});

describe('BundleTree', () => {
  it('has the root of the compact range, also when it is used again', () => {
    const tree = new BundleTree();
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: TILE_WIDTH, maxLength: TILE_WIDTH }),
        (leaves) => {
          const range = CompactRange.empty(sha256);
          for (const [i, leaf] of leaves.entries()) {
            tree.leaf(i, Uint8Array.of(0, ...leaf));
            range.append(leafHash(leaf, sha256));
          }
          expect(tree.root()).toEqual(range.root());
        },
      ),
      { numRuns: 20 },
    );
  });
});
