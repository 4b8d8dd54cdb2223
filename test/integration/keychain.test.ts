/** The key slots against a real Secret Service, and against none. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { missingKeyringTools, withKeyring } from '../support/withKeyring.ts';

const missing = missingKeyringTools();
if (missing.length > 0)
  console.log(`skipped: keychain tests with a Secret Service (not installed: ${missing.join(', ')})`);
const folder = mkdtempSync(join(tmpdir(), 'mc-keys-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const scenario = join(import.meta.dirname, '..', 'support', 'keychainScenario.ts');

describe('keychain', () => {
  it.skipIf(missing.length > 0)('opens, notices a replaced, missing or locked secret, and re-wraps', () => {
    const dataDir = join(folder, 'a');
    const run = withKeyring(scenario, [dataDir]);
    expect(run.status, run.stderr).toBe(0);
    const lines = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([
      { probe: 'available', service: 'mission-control-governance-console' },
      { keychainUnlock: 'ok', same: true },
      { replaced: 'KEYCHAIN_MISMATCH' },
      { rewrapped: true, afterwards: 'ok', same: true },
      { oldSecret: null, files: ['vault.json'] },
      { missing: 'KEYCHAIN_MISMATCH' },
      { probeLocked: 'locked', locked: 'KEYCHAIN_LOCKED' },
      { lockedPassphrase: 'ok', same: true },
    ]);
  });

  it.each([
    ['no bus', {}],
    ['a bus address that leads nowhere', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' }],
    ['a disabled bus', { DBUS_SESSION_BUS_ADDRESS: 'disabled:' }],
  ])('is absent with %s', (_what, env) => {
    const module = JSON.stringify(join(import.meta.dirname, '..', '..', 'main', 'keys', 'keychain.ts'));
    const script = `const { osKeychain } = await import(${module}); const k = osKeychain();
      console.log((await k.probe()).status, await k.get('x').catch((e) => e.code));`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 30_000,
      env: { PATH: process.env.PATH, HOME: folder, ...env },
    });
    expect(run.stdout.trim(), run.stderr).toBe('absent KEYCHAIN_ABSENT');
  });
});
