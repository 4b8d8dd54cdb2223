// `npm run -s platform -- <command>`: the Mission Control platform API.
import { ensureInstalled, runNode } from './lib/setup.mjs';

ensureInstalled();
process.exitCode = await runNode('platform/cli.ts', process.argv.slice(2));
