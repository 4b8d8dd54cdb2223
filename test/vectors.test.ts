/** Published test vectors, read from the shared data. */
import { createPublicKey } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ecdsaP256Verify, ed25519Signer, ed25519Verify, sha256 } from '../main/crypto.ts';
import { pae } from '../shared/bundle/dsse.ts';
import { fromBase64, fromHex, fromUtf8, toHex, toUtf8 } from '../shared/bytes.ts';
import { canonicalize, isCanonical, parseStrict } from '../shared/json/index.ts';
import { verifyConsistency, verifyInclusion } from '../shared/log/index.ts';
import { sharedData } from './support/sharedData.ts';

const merkle = sharedData('crypto-merkle-rfc6962');
const jcs = sharedData('crypto-jcs');
const json = sharedData('badinput-jsontestsuite');
const djb = sharedData('crypto-ed25519-djb/sign.input.gz');
const dsse = sharedData('crypto-dsse/dsse-spec-vector.json');

interface Vector {
  leafIdx: number;
  treeSize: number;
  root: string;
  leafHash: string;
  size1: number;
  size2: number;
  root1: string;
  root2: string;
  proof: string[] | null;
  desc: string;
  wantErr: boolean;
}

function vectors(kind: string): [string, Vector][] {
  const names = readdirSync(join(merkle!, kind), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name, JSON.parse(readFileSync(join(merkle!, kind, name), 'utf8')) as Vector]);
}

describe.runIf(merkle)('RFC 6962 proofs', () => {
  const verdict = (run: () => void): boolean => {
    try {
      run();
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: 'LOG_TAMPERED' });
      return false;
    }
  };

  it('inclusion', () => {
    const all = vectors('inclusion');
    expect(all.length).toBeGreaterThan(90);
    for (const [name, v] of all) {
      const proof = (v.proof ?? []).map(fromBase64);
      const run = (): void =>
        verifyInclusion(v.leafIdx, v.treeSize, fromBase64(v.leafHash), proof, fromBase64(v.root), sha256);
      expect(verdict(run), `${name}: ${v.desc}`).toBe(!v.wantErr);
    }
  });

  it('consistency', () => {
    const all = vectors('consistency');
    expect(all.length).toBeGreaterThan(80);
    for (const [name, v] of all) {
      const proof = (v.proof ?? []).map(fromBase64);
      const run = (): void =>
        verifyConsistency(v.size1, v.size2, fromBase64(v.root1), fromBase64(v.root2), proof, sha256);
      expect(verdict(run), `${name}: ${v.desc}`).toBe(!v.wantErr);
    }
  });
});

describe.runIf(jcs)('RFC 8785', () => {
  it.each(['arrays', 'french', 'structures', 'unicode', 'values', 'weird'])('%s', (name) => {
    const text = canonicalize(parseStrict(readFileSync(join(jcs!, 'input', `${name}.json`), 'utf8')));
    expect(text).toBe(readFileSync(join(jcs!, 'output', `${name}.json`), 'utf8'));
    expect(toHex(toUtf8(text))).toBe(readFileSync(join(jcs!, 'outhex', `${name}.txt`), 'utf8').replace(/\s/g, ''));
    expect(isCanonical(text)).toBe(true);
  });
});

describe.runIf(json)('JSONTestSuite', () => {
  /** Valid JSON that two readers can understand differently: refused on purpose. */
  const REFUSED_ON_PURPOSE = new Set([
    'y_number_huge_exp.json', // infinite
    'y_number_neg_int_huge_exp.json',
    'y_number_pos_double_huge_exp.json',
    'y_number_real_neg_overflow.json',
    'y_number_real_pos_overflow.json',
    'y_number_too_big_neg_int.json', // beyond 2^53
    'y_number_too_big_pos_int.json',
    'y_number_very_big_negative_int.json',
    'y_object_duplicated_key.json',
    'y_object_duplicated_key_and_value.json',
    'y_string_utf16BE_no_BOM.json', // not UTF-8
    'y_string_utf16LE_no_BOM.json',
  ]);
  /** Left open by RFC 8259; ours: strict UTF-8, no byte-order mark, no lone surrogates, at most 100 levels. */
  const ACCEPTED_I = new Set([
    'i_string_unicode_U+10FFFE_nonchar.json',
    'i_string_unicode_U+1FFFE_nonchar.json',
    'i_string_unicode_U+FDD0_nonchar.json',
    'i_string_unicode_U+FFFE_nonchar.json',
    'i_number_double_huge_neg_exp.json',
    'i_number_real_underflow.json',
  ]);

  it('every file as its class says', () => {
    const folder = join(json!, 'test_parsing');
    const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
    expect(names.length).toBeGreaterThan(280);
    for (const name of names) {
      let accepted = true;
      try {
        parseStrict(fromUtf8(readFileSync(join(folder, name))));
      } catch (error) {
        expect(error, name).toMatchObject({ code: 'LOG_MALFORMED' });
        accepted = false;
      }
      const wanted = name.startsWith('y_') ? !REFUSED_ON_PURPOSE.has(name) : ACCEPTED_I.has(name);
      expect(accepted, name).toBe(wanted);
    }
  });
});

describe.runIf(djb)('Ed25519, 1,024 vectors of the authors', () => {
  it('sign and verify, and refuse a changed message', () => {
    const lines = gunzipSync(readFileSync(djb!)).toString('latin1').trim().split('\n');
    expect(lines).toHaveLength(1024);
    for (const [i, line] of lines.entries()) {
      const [secret, publicKey, message, signed] = line.split(':').map((hex) => fromHex(hex!));
      const signature = signed!.slice(0, 64);
      expect(ed25519Verify(publicKey!, message!, signature)).toBe(true);
      expect(ed25519Verify(publicKey!, Uint8Array.of(...message!, 0), signature)).toBe(false);
      if (i % 16 !== 0) continue;
      const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secret!.slice(0, 32)]);
      const pem = `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
      expect(toHex(ed25519Signer(pem)(message!))).toBe(toHex(signature));
    }
  });
});

describe.runIf(dsse)('DSSE', () => {
  it('pre-authentication encoding and signature of the specification', () => {
    const vector = JSON.parse(readFileSync(dsse!, 'utf8')) as {
      payload_utf8: string;
      payloadType: string;
      pae: string;
      key: { x_decimal: string; y_decimal: string };
      envelope: { signatures: { sig: string }[] };
    };
    const message = pae(vector.payloadType, toUtf8(vector.payload_utf8));
    expect(fromUtf8(message)).toBe(vector.pae);
    const coordinate = (decimal: string): string =>
      Buffer.from(BigInt(decimal).toString(16).padStart(64, '0'), 'hex').toString('base64url');
    const { x_decimal: x, y_decimal: y } = vector.key;
    const key = createPublicKey({
      key: { kty: 'EC', crv: 'P-256', x: coordinate(x), y: coordinate(y) },
      format: 'jwk',
    });
    const raw = Buffer.from(vector.envelope.signatures[0]!.sig, 'base64');
    const der = derOf(raw.subarray(0, 32), raw.subarray(32));
    const pem = key.export({ format: 'pem', type: 'spki' }).toString();
    expect(ecdsaP256Verify(pem, message, der)).toBe(true);
    expect(ecdsaP256Verify(pem, toUtf8(`${vector.pae}!`), der)).toBe(false);
  });

  function derOf(r: Uint8Array, s: Uint8Array): Uint8Array {
    const integer = (bytes: Uint8Array): number[] => (bytes[0]! & 0x80 ? [2, 33, 0, ...bytes] : [2, 32, ...bytes]);
    const body = [...integer(r), ...integer(s)];
    return Uint8Array.from([0x30, body.length, ...body]);
  }
});
