// `npm run demo`: the main job from import to verified bundle, without a window.
import { ensureInstalled, runNode } from './lib/setup.mjs';

ensureInstalled();
process.exitCode = await runNode('main/demo/demo.ts', process.argv.slice(2));
