// Set-up shared by every command: runs on any Node from 18 on, before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const bin = join(root, 'node_modules', '.bin');
const stamp = join(root, 'node_modules', '.mc-installed');
const windows = process.platform === 'win32';

/** The Node 24 that the npm package `node` brings; better-sqlite3 13 crashes on Node 20. */
export const node24 = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');

/** Environment in which every child runs: the project's own tools first on the PATH. */
export function childEnv(extra = {}) {
  return { ...process.env, PATH: [dirname(node24), bin, process.env.PATH].join(delimiter), ...extra };
}

/** Installs npm packages when the lock file changed since the last time. Speaks on stderr only. */
export function ensureInstalled() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock && existsSync(node24)) return;
  process.stderr.write('Installing npm packages (first start, or the lock file changed) ...\n');
  // Not `npm ci`: it refuses a lock file made where the optional binaries of other systems could not be looked up. `install --no-save`
  // takes every locked version as it stands and writes neither package.json nor the lock file.
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = spawnSync(windows ? 'npm.cmd' : 'npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: windows });
  if (done.status !== 0) {
    process.stderr.write('npm install failed: see above. Nothing else was started.\n');
    process.exit(70);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lock);
}

/** Runs a program to its end with inherited streams; answers its exit code. Signals are passed on. */
export function run(command, args, { env = {}, cwd = root, stdio = 'inherit' } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio, env: childEnv(env) });
    const pass = (signal) => child.kill(signal);
    process.on('SIGINT', pass);
    process.on('SIGTERM', pass);
    child.on('error', (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      resolve(127);
    });
    child.on('exit', (code, signal) => {
      process.off('SIGINT', pass);
      process.off('SIGTERM', pass);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

/** Runs a TypeScript entry point of the project under Node 24, in the caller's folder so that relative paths mean what they say. */
export function runNode(entry, args, options = {}) {
  return run(node24, ['--disable-warning=ExperimentalWarning', join(root, entry), ...args], {
    cwd: process.env.INIT_CWD ?? process.cwd(),
    ...options,
  });
}
