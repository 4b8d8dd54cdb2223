/** What bytes are, by how they begin: the name of a file says what somebody called it. */
import { fromUtf8 } from '../bytes.ts';

const starts = (bytes: Uint8Array, ...head: readonly number[]): boolean => head.every((value, i) => bytes[i] === value);
const asciiAt = (bytes: Uint8Array, at: number, text: string): boolean =>
  [...text].every((char, i) => bytes[at + i] === char.charCodeAt(0));

/** Media type of an image that every host shows; null for anything else. SVG is a program and none of them. */
export function imageType(bytes: Uint8Array): 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | null {
  if (starts(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (starts(bytes, 0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (asciiAt(bytes, 0, 'GIF8')) return 'image/gif';
  return asciiAt(bytes, 0, 'RIFF') && asciiAt(bytes, 8, 'WEBP') ? 'image/webp' : null;
}

const BY_EXTENSION: Readonly<Record<string, string>> = {
  ...{ csv: 'text/csv', txt: 'text/plain', log: 'text/plain', md: 'text/markdown', json: 'application/json' },
  ...{
    xml: 'application/xml',
    yaml: 'application/yaml',
    yml: 'application/yaml',
    html: 'text/html',
    svg: 'image/svg+xml',
  },
  ...{ zip: 'application/zip', eml: 'message/rfc822', pdf: 'application/pdf' },
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** Media type by content where that is known, else by name, else `application/octet-stream`. */
export function mediaTypeOf(bytes: Uint8Array, name: string): string {
  if (asciiAt(bytes, 0, '%PDF-')) return 'application/pdf';
  const extension = /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return imageType(bytes) ?? BY_EXTENSION[extension] ?? 'application/octet-stream';
}

/** The first `bytesMax` bytes as text; null where they are none (not UTF-8, or with NUL). */
export function textOf(bytes: Uint8Array, bytesMax: number): { readonly text: string; readonly cut: boolean } | null {
  const cut = bytes.length > bytesMax;
  let end = Math.min(bytes.length, bytesMax);
  // Not through the middle of a character.
  if (cut) while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end -= 1;
  const part = bytes.subarray(0, end);
  if (part.includes(0)) return null;
  try {
    return { text: fromUtf8(part), cut };
  } catch {
    return null;
  }
}
