import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { link } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publish } from './publish.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mc-publish-'));
  writeFileSync(join(dir, 'draft'), 'whole');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const noLinks: typeof link = () => Promise.reject(Object.assign(new Error('no links'), { code: 'EPERM' }));
const broken: typeof link = () => Promise.reject(Object.assign(new Error('broken'), { code: 'EIO' }));

describe.each([
  ['with hard links', link],
  ['without hard links', noLinks],
])('publish %s', (_what, linkFile) => {
  it('gives the draft its name', async () => {
    await publish(join(dir, 'draft'), join(dir, 'file'), linkFile);
    expect(readFileSync(join(dir, 'file'), 'utf8')).toBe('whole');
  });

  it('never replaces a file', async () => {
    writeFileSync(join(dir, 'file'), 'mine');
    await expect(publish(join(dir, 'draft'), join(dir, 'file'), linkFile)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(readFileSync(join(dir, 'file'), 'utf8')).toBe('mine');
    expect(readFileSync(join(dir, 'draft'), 'utf8')).toBe('whole');
  });

  it('leaves no name behind when the draft is not there', async () => {
    await expect(publish(join(dir, 'absent'), join(dir, 'file'), linkFile)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(readdirSync(dir)).toEqual(['draft']);
  });
});

it('passes other faults on', async () => {
  await expect(publish(join(dir, 'draft'), join(dir, 'file'), broken)).rejects.toMatchObject({ code: 'EIO' });
  expect(readdirSync(dir)).toEqual(['draft']);
});
