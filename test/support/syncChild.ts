/** Child of the kill test: one sync into a mirror. Arguments: address, verifier key, mirror file. */
import { openMirror } from '../../main/db/index.ts';
import { PlatformClient } from '../../main/sync/client.ts';
import { PlatformHttp } from '../../main/sync/http.ts';
import { Session } from '../../main/sync/session.ts';
import { syncOrganization } from '../../main/sync/sync.ts';
import { ORG, ORIGIN } from './staticLog.ts';

const [url, vkey, path] = process.argv.slice(2) as [string, string, string];
const mirror = await openMirror({ path, key: new Uint8Array(32).fill(3) });
const store = { read: async () => 'token', write: async () => {}, delete: async () => {} };
const http = new PlatformHttp({ url });
const result = await syncOrganization({
  client: new PlatformClient(http, new Session(http, store)),
  mirror,
  pin: { vkey, origin: ORIGIN, fingerprint: 'ab'.repeat(32), pinnedAt: 1 },
  orgId: ORG,
  lastSeen: { lastSeen: async () => null, setLastSeen: async () => {} },
  signal: new AbortController().signal,
});
await mirror.close();
process.stdout.write(`${JSON.stringify(result)}\n`);
