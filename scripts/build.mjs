// `npm run build`: everything that ships, into dist/.
import { ensureBuilt } from './lib/built.mjs';
import { ensureInstalled } from './lib/setup.mjs';

ensureInstalled();
await ensureBuilt({ force: true });
