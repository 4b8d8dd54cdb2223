// Builds dist/ when a source is newer than the last build.
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { node24, root, run } from './setup.mjs';

const stamp = join(root, 'dist', '.built');
const sources = ['shared', 'main', 'renderer', 'preload', 'scripts', 'vite.config.ts', 'package-lock.json'];

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  let latest = stat.mtimeMs;
  for (const name of readdirSync(path)) latest = Math.max(latest, newest(join(path, name)));
  return latest;
}

/** Bundles renderer, main, preload and verifier; does nothing when dist/ is up to date. */
export async function ensureBuilt({ force = false } = {}) {
  const latest = Math.max(...sources.map((name) => newest(join(root, name))));
  if (!force && existsSync(stamp) && statSync(stamp).mtimeMs >= latest) return;
  process.stderr.write('Building ...\n');
  for (const [command, args] of [
    [node24, [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn']],
    [node24, [join(root, 'scripts', 'bundle.mjs')]],
  ]) {
    const code = await run(command, args, { stdio: ['ignore', 2, 2] });
    if (code !== 0) {
      process.stderr.write('The build failed: see above.\n');
      process.exit(code);
    }
  }
  writeFileSync(stamp, '');
}
