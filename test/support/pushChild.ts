/** Child of the kill test: adds commands to a mirror's outbox, or sends it. Arguments: `add` mirror commands | `push` mirror url. */
import { v7 } from 'uuid';
import { openMirror } from '../../main/db/index.ts';
import { PlatformClient } from '../../main/sync/client.ts';
import { PlatformHttp } from '../../main/sync/http.ts';
import { pushOutbox } from '../../main/sync/push.ts';
import { Session } from '../../main/sync/session.ts';
import type { Command } from '../../shared/commands/index.ts';
import { ADMIN } from './platformProcess.ts';

const [act, path, argument] = process.argv.slice(2) as [string, string, string];
const orgId = 'acme';
const mirror = await openMirror({ path, key: new Uint8Array(32).fill(3) });
if (act === 'add') {
  for (const command of JSON.parse(argument) as Command[]) {
    await mirror.writer.outboxAdd(orgId, [{ id: v7(), command }], Date.now());
    // Acknowledged: from here on it must never be lost.
    process.stdout.write(`${JSON.stringify(command)}\n`);
  }
} else {
  const http = new PlatformHttp({ url: argument });
  let token: string | null = null;
  const store = {
    read: async () => token,
    write: async (value: string) => {
      token = value;
    },
    delete: async () => {
      token = null;
    },
  };
  const session = new Session(http, store);
  await session.login(ADMIN.email, ADMIN.password, null);
  const client = new PlatformClient(http, session);
  const signal = new AbortController().signal;
  await pushOutbox({ client, mirror, orgId, signal, now: Date.now });
}
await mirror.close();
