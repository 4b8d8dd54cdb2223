/**
 * Runs a script under a Secret Service of its own: `dbus-run-session` with gnome-keyring-daemon, its folders apart from the user's.
 * Where the tools are not there, `keyringTools` says which are missing.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Missing programs; empty when the keychain tests can run. */
export function missingKeyringTools(): string[] {
  return ['dbus-run-session', 'gnome-keyring-daemon', 'dbus-send'].filter(
    (tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0,
  );
}

/** Locks the login collection of the running daemon. */
export const LOCK_KEYRING =
  'dbus-send --session --dest=org.freedesktop.secrets --print-reply /org/freedesktop/secrets org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login >/dev/null';

export interface KeyringRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `node script ...args` with an unlocked keyring. The daemon is started by the session, ends with it, and is never looked
 * for by name.
 */
export function withKeyring(script: string, args: readonly string[], before = 'true'): KeyringRun {
  const home = mkdtempSync(join(tmpdir(), 'mc-keyring-'));
  try {
    const runtime = join(home, 'run');
    mkdirSync(runtime, { mode: 0o700 });
    const shell = [
      'eval "$(printf "\\n" | gnome-keyring-daemon --unlock --components=secrets --daemonize)"',
      before,
      'timeout -k 2 90 "$0" "$@"',
    ].join('; ');
    const run = spawnSync('dbus-run-session', ['--', 'bash', '-c', shell, process.execPath, script, ...args], {
      encoding: 'utf8',
      timeout: 120_000,
      killSignal: 'SIGKILL',
      env: { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: runtime, XDG_DATA_HOME: join(home, 'share') },
    });
    return { status: run.status, stdout: run.stdout, stderr: run.stderr };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
