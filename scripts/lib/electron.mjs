// The Electron runtime: since version 42 it is not part of the package but downloaded at first use, which a locked-down machine may refuse.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { childEnv, node24, root } from './setup.mjs';

const folder = join(root, 'node_modules', 'electron');
const FETCH_MS_MAX = 120_000;

function installed() {
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const executable = join(folder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(executable) ? executable : null;
}

/** Path of the runtime, fetched when it can be; null where it cannot. */
export function electronRuntime() {
  const present = installed();
  if (present !== null) return present;
  process.stderr.write('Fetching the Electron runtime ...\n');
  spawnSync(node24, [join(folder, 'install.js')], {
    cwd: root,
    env: childEnv(),
    stdio: 'ignore',
    timeout: FETCH_MS_MAX,
  });
  return installed();
}

/** Whether a window can be shown at all. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}
