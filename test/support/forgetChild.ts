/** Child of the kill test: drops the events before a bound from a mirror. Arguments: mirror file, bound. */
import { openMirror } from '../../main/db/index.ts';
import { forgetUpTo } from '../../main/sync/forget.ts';

const [path, upto] = process.argv.slice(2) as [string, string];
const mirror = await openMirror({ path, key: new Uint8Array(32).fill(5) });
await forgetUpTo({ mirror, signal: new AbortController().signal }, Number(upto));
await mirror.close();
