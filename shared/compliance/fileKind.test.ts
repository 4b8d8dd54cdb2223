import { describe, expect, it } from 'vitest';
import { toUtf8 } from '../bytes.ts';
import { imageType, mediaTypeOf, textOf } from './fileKind.ts';

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1);

describe('kind of a file', () => {
  it('is what the bytes say, whatever the name does', () => {
    expect(mediaTypeOf(PNG, 'notes.txt')).toBe('image/png');
    expect(imageType(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))).toBe('image/jpeg');
    expect(imageType(toUtf8('GIF89a'))).toBe('image/gif');
    expect(imageType(toUtf8('RIFF0000WEBPVP8 '))).toBe('image/webp');
    expect(imageType(PNG.subarray(0, 7))).toBeNull();
    expect(imageType(toUtf8('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBeNull();
    expect(mediaTypeOf(toUtf8('%PDF-1.7'), 'x')).toBe('application/pdf');
    expect(mediaTypeOf(toUtf8('a,b'), 'Rows.CSV')).toBe('text/csv');
    expect(mediaTypeOf(toUtf8('a,b'), 'rows')).toBe('application/octet-stream');
  });

  it('is text only in whole characters', () => {
    expect(textOf(toUtf8('aü€'), 100)).toEqual({ text: 'aü€', cut: false });
    for (const [bytes, text] of [
      [1, 'a'],
      [2, 'a'],
      [3, 'aü'],
      [5, 'aü'],
    ] as const) {
      expect(textOf(toUtf8('aü€'), bytes)).toEqual({ text, cut: true });
    }
    expect(textOf(Uint8Array.of(0x61, 0), 10)).toBeNull();
    expect(textOf(Uint8Array.of(0xff, 0xfe), 10)).toBeNull();
    expect(textOf(new Uint8Array(0), 10)).toEqual({ text: '', cut: false });
  });
});
