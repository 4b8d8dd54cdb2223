// `npm run -s console -- <command>`: the console without a window.
import { ensureBuilt } from './lib/built.mjs';
import { ensureInstalled, runNode } from './lib/setup.mjs';

ensureInstalled();
if (process.argv[2] === 'open') await ensureBuilt();
process.exitCode = await runNode('main/hosts/cli/cli.ts', process.argv.slice(2));
