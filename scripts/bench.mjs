// `npm run bench`: our figures beside a baseline measured in the same run.
import { ensureInstalled, runNode } from './lib/setup.mjs';

ensureInstalled();
process.exitCode = await runNode('test/bench/main.ts', process.argv.slice(2));
