// `npm run docs`: writes the documents that are made from tables in the code.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorsDoc } from '../test/support/errorsDoc.ts';
import { root } from './lib/setup.mjs';

writeFileSync(join(root, 'docs', 'ERRORS.md'), errorsDoc());
