import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, fromBase64Url, fromHex, fromUtf8, toBase64, toBase64Url, toHex, toUtf8 } from './bytes.ts';

const refused = expect.objectContaining({ code: 'LOG_MALFORMED' });

describe('bytes', () => {
  // RFC 4648 section 10.
  it.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('base64 of %j', (plain, text) => {
    expect(toBase64(toUtf8(plain))).toBe(text);
    expect(fromUtf8(fromBase64(text))).toBe(plain);
    expect(toBase64Url(toUtf8(plain))).toBe(text.replaceAll('=', ''));
  });

  it.each(['Zg', 'Zg=', 'Zh==', 'Zm9=', 'Z===', '====', 'Zm9v\n', 'Zm 9', 'Zm9-', 'é§§§'])(
    'refuses base64 %j',
    (text) => {
      expect(() => fromBase64(text)).toThrow(refused);
    },
  );

  it.each(['Zg==', 'Zh', 'Z', 'Zm+v', 'Zm/v'])('refuses base64url %j', (text) => {
    expect(() => fromBase64Url(text)).toThrow(refused);
  });

  it('agrees with the platform on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(toBase64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
    );
  });

  it('refuses bytes that are not UTF-8 and odd hex', () => {
    expect(() => fromUtf8(Uint8Array.of(0xc0, 0x80))).toThrow(refused);
    expect(() => fromHex('abc')).toThrow(refused);
    expect(() => fromHex('zz')).toThrow(refused);
  });
});
