import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { verifyBundleFile } from './read.ts';
import { openZipBundle } from './zipReader.ts';
import { writeZip } from './zipWriter.ts';

const work = mkdtempSync(join(tmpdir(), 'mc-zip-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Part {
  name: string;
  data?: Buffer;
  method?: number;
  flags?: number;
  mode?: number;
  localName?: string;
  extra?: Buffer;
  /** Claimed size when it is not the true one. */
  claim?: number;
  gap?: number;
}

/** A ZIP built field by field, so that each field can lie. */
function zip(parts: readonly Part[], options: { comment?: string; tail?: Buffer; between?: Buffer } = {}): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const {
    name,
    data = Buffer.from('x'),
    method = 8,
    flags = 0x800,
    mode = 0o100644,
    localName = name,
    extra = Buffer.alloc(0),
    claim,
    gap = 0,
  } of parts) {
    const packed = method === 8 ? deflateRawSync(data) : data;
    const fixed = Buffer.alloc(26);
    fixed.writeUInt16LE(20, 0);
    fixed.writeUInt16LE(flags, 2);
    fixed.writeUInt16LE(method, 4);
    fixed.writeUInt32LE(crc32(data), 10);
    fixed.writeUInt32LE(packed.length, 14);
    fixed.writeUInt32LE(claim ?? data.length, 18);
    const sized = (text: string): Buffer => {
      const out = Buffer.from(fixed);
      out.writeUInt16LE(Buffer.byteLength(text), 22);
      out.writeUInt16LE(extra.length, 24);
      return out;
    };
    const local = Buffer.concat([
      Buffer.from('PK\x03\x04'),
      sized(localName),
      Buffer.from(localName),
      extra,
      packed,
      Buffer.alloc(gap),
    ]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((mode << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    central.push(
      Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), sized(name), tail, Buffer.from(name), extra]),
    );
    locals.push(local);
    offset += local.length;
  }
  const between = options.between ?? Buffer.alloc(0);
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset + between.length, 16);
  end.writeUInt16LE(options.comment?.length ?? 0, 20);
  return Buffer.concat([
    ...locals,
    between,
    directory,
    end,
    Buffer.from(options.comment ?? ''),
    options.tail ?? Buffer.alloc(0),
  ]);
}

const BAG: Part = { name: 'b/bagit.txt' };
const file = (bytes: Buffer): string => {
  const path = join(work, 'x.zip');
  writeFileSync(path, bytes);
  return path;
};

describe('ZIP reader', () => {
  it('reads a plain ZIP, stored and deflated, with folder entries', async () => {
    const parts: Part[] = [
      { name: 'b/', data: Buffer.alloc(0), method: 0, mode: 0o040755 },
      BAG,
      { name: 'b/data/x.txt', data: Buffer.from('hello'), method: 0 },
    ];
    const bundle = await openZipBundle(file(zip(parts)));
    expect(bundle.names).toEqual(['bagit.txt', 'data/x.txt']);
    const chunks: Uint8Array[] = [];
    for await (const chunk of bundle.stream('data/x.txt')) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('hello');
    await bundle.close();
  });

  it.each<[string, Buffer, RegExp]>([
    ['traversal', zip([BAG, { name: 'b/../../etc/x' }]), /etc\/x|relative/],
    ['an absolute path', zip([BAG, { name: '/etc/x' }]), /absolute/],
    ['a drive path', zip([BAG, { name: 'C:/x' }]), /absolute|C:/],
    ['a backslash', zip([BAG, { name: 'b\\x' }]), /backslash|invalid characters/],
    ['a control character', zip([BAG, { name: 'b/x\u0007' }]), /characters/],
    ['an empty segment', zip([BAG, { name: 'b//x' }]), /characters/],
    ['a name beyond ASCII', zip([BAG, { name: 'b/ü' }]), /characters/],
    ['a symbolic link', zip([BAG, { name: 'b/x', mode: 0o120777 }]), /link/],
    ['a device', zip([BAG, { name: 'b/x', mode: 0o020666 }]), /special file/],
    ['a name twice', zip([BAG, { name: 'b/x' }, { name: 'b/x' }]), /twice/],
    ['a name twice by case', zip([BAG, { name: 'b/x' }, { name: 'b/X' }]), /twice/],
    ['a file that is a folder', zip([BAG, { name: 'b/x' }, { name: 'b/x/y' }]), /twice/],
    ['another local name', zip([BAG, { name: 'b/x', localName: 'b/y' }]), /headers/],
    ['encryption', zip([BAG, { name: 'b/x', flags: 0x801 }]), /encrypted/],
    ['an unknown method', zip([BAG, { name: 'b/x', method: 12 }]), /method 12/],
    [
      'a second name in an extra field',
      zip([BAG, { name: 'b/x', extra: Buffer.from([0x75, 0x70, 5, 0, 1, 0, 0, 0, 0]) }]),
      /extra/,
    ],
    ['a comment', zip([BAG], { comment: 'hello' }), /end record/],
    ['trailing bytes', zip([BAG], { tail: Buffer.from('more') }), /end record/],
    ['bytes before the directory', zip([BAG], { between: Buffer.from('hidden') }), /between|bytes/],
    ['a gap between entries', zip([{ ...BAG, gap: 3 }, { name: 'b/x' }]), /gaps/],
    ['bytes before the first entry', Buffer.concat([Buffer.from('#!/bin/sh\n'), zip([BAG])]), /./],
    ['a bomb', zip([BAG, { name: 'b/x', data: Buffer.alloc(2_000_000) }]), /too much/],
    ['no bag', zip([{ name: 'b/x' }]), /bagit/],
    ['two top folders', zip([BAG, { name: 'c/bagit.txt' }]), /bagit/],
    ['an empty file', Buffer.alloc(0), /too short/],
    ['something else', Buffer.alloc(5000, 7), /end record/],
  ])('refuses %s', async (_what, bytes, reason) => {
    const verdict = await verifyBundleFile(file(bytes), { trust: [] });
    expect(verdict).toMatchObject({ exit: 2, verdict: 'unreadable', bundle: null });
    expect(verdict.summary).toMatch(reason);
  });

  it('refuses more entries than it looks at', async () => {
    const many = Array.from({ length: 10_001 }, (_, i) => ({ name: `b/${i}`, method: 0 }));
    await expect(openZipBundle(file(zip([BAG, ...many])))).rejects.toMatchObject({ code: 'BUNDLE_UNREADABLE' });
  });

  it('names the file whose content is not what its header says', async () => {
    const bundle = await openZipBundle(file(zip([BAG, { name: 'b/x', data: Buffer.from('hello'), claim: 4 }])));
    const read = async (): Promise<void> => {
      for await (const chunk of bundle.stream('x')) expect(chunk.length).toBeLessThan(6);
    };
    await expect(read()).rejects.toMatchObject({ code: 'BUNDLE_UNREADABLE', details: { subject: 'x' } });
    await bundle.close();
  });

  it('is FILE_UNREADABLE without a file', async () => {
    expect(await verifyBundleFile(join(work, 'none.zip'), { trust: [] })).toMatchObject({ exit: 2 });
    await expect(openZipBundle(join(work, 'none.zip'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it('reads what the writer writes, and never accepts a cut or a changed header silently', async () => {
    const path = join(work, 'written.zip');
    const content = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('some content '.repeat(20));
    };
    await writeZip(path, `${path}.part`, [
      { name: 'b/bagit.txt', content },
      { name: 'b/x', content },
    ]);
    const whole = readFileSync(path);
    const bundle = await openZipBundle(path);
    expect(bundle.names).toEqual(['bagit.txt', 'x']);
    await bundle.close();
    for (let length = 0; length < whole.length; length += 7) {
      await expect(openZipBundle(file(whole.subarray(0, length)))).rejects.toMatchObject({ code: 'BUNDLE_UNREADABLE' });
    }
  });
});
