import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { draftOf, type NewFile, removeDrafts, writeNewFile } from './newFile.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mc-new-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const write = (path: string, fill: (file: NewFile) => Promise<void>) => writeNewFile(path, draftOf(path), fill);

describe('new file', () => {
  it('appears whole, for its owner only', async () => {
    const path = join(dir, 'deep', 'rows.csv');
    expect(await write(path, async (file) => [await file.write('a'), await file.write('é')] as never)).toEqual({
      bytes: 3,
    });
    expect(readFileSync(path, 'utf8')).toBe('aé');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(dir, 'deep'))).toEqual(['rows.csv']);
  });

  it('leaves nothing behind when it fails, and passes the reason on', async () => {
    const reason = new Error('stopped');
    const failing = write(join(dir, 'rows.csv'), async (file) => {
      await file.write('half');
      throw reason;
    });
    await expect(failing).rejects.toBe(reason);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('never replaces a file', async () => {
    const path = join(dir, 'rows.csv');
    writeFileSync(path, 'mine');
    await expect(write(path, (file) => file.write('theirs'))).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(readdirSync(dir)).toEqual(['rows.csv']);
  });

  it('clears away what killed exports left, and nothing else', () => {
    for (const name of ['rows.csv', 'rows.csv.0a1b2c3d.part', 'mine.part']) writeFileSync(join(dir, name), '');
    removeDrafts(dir);
    expect(readdirSync(dir).sort()).toEqual(['mine.part', 'rows.csv']);
    removeDrafts(join(dir, 'absent'));
  });

  it('refuses relative paths and folders that cannot be', async () => {
    await expect(write('rows.csv', async () => {})).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    writeFileSync(join(dir, 'file'), '');
    await expect(write(join(dir, 'file', 'x'), async () => {})).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
    });
  });
});
