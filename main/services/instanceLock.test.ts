import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runningInstance, takeInstanceLock } from './instanceLock.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mc-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const code = `import { takeInstanceLock } from ${JSON.stringify(join(import.meta.dirname, 'instanceLock.ts'))};
takeInstanceLock(process.argv[1], 'cli', null); console.log('taken'); setInterval(() => {}, 1000);`;
const args = () => ['--input-type=module-typescript', '-e', code, dir];

describe('instance lock', () => {
  it('refuses a second console and names the first', async () => {
    const child = spawn(process.execPath, args());
    await once(child.stdout, 'data');
    expect(() => takeInstanceLock(dir, 'cli', null)).toThrow(
      expect.objectContaining({ code: 'MIRROR_BUSY', details: { pid: child.pid, host: 'cli' } }),
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(join(dir, 'console.lock'))).toBe(true);
    const release = takeInstanceLock(dir, 'browser', null);
    expect(runningInstance(dir)).toMatchObject({ pid: process.pid, host: 'browser' });
    release();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('takes over from a process id that was given to another process, and from rubbish', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    for (const text of [
      JSON.stringify({ pid, started: null, host: 'cli', control: null }),
      JSON.stringify({ pid: process.pid, started: '1', host: 'cli', control: null }),
      'not json',
      '',
    ]) {
      writeFileSync(join(dir, 'console.lock'), text);
      takeInstanceLock(dir, 'cli', null)();
    }
    expect(readdirSync(dir)).toEqual([]);
  });

  it('keeps the folder to its owner', () => {
    const inner = join(dir, 'data');
    const release = takeInstanceLock(inner, 'cli', null);
    expect(statSync(inner).mode & 0o777).toBe(0o700);
    expect(statSync(join(inner, 'console.lock')).mode & 0o777).toBe(0o600);
    release();
  });

  it('says so when the folder cannot be made', () => {
    writeFileSync(join(dir, 'file'), '');
    expect(() => takeInstanceLock(join(dir, 'file', 'data'), 'cli', null)).toThrow(
      expect.objectContaining({ code: 'FILE_UNWRITABLE' }),
    );
  });
});
