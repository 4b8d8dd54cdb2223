/** Many organizations in one instance: what a request of the first one costs among 12 and among 500, on both databases. */
import { Agent } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPlatform, type Platform, type PlatformOptions } from '../../platform/app.ts';
import { findUser } from '../../platform/auth/users.ts';
import { createOrganization } from '../../platform/orgs/service.ts';
import { ask, firstToken } from '../support/httpLoad.ts';
import { startPostgres } from '../support/postgres.ts';
import type { BenchRow } from './main.ts';

const FEW = 12;
const MANY = 500;
const REQUESTS = 1_500;
const WARM_UP = 300;
const PATH = '/v1/orgs/acme';

/** Sorted times of requests one after the other, and the processor time of one, in milliseconds. */
async function measure(port: number, authorization: string): Promise<{ times: number[]; cpu: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let i = 0; i < WARM_UP; i++) await ask(agent, port, PATH, authorization);
  const began = process.cpuUsage();
  const times: number[] = [];
  for (let i = 0; i < REQUESTS; i++) times.push(await ask(agent, port, PATH, authorization));
  const { user, system } = process.cpuUsage(began);
  agent.destroy();
  return { times: times.sort((a, b) => a - b), cpu: (user + system) / 1000 / REQUESTS };
}

async function grow(platform: Platform, from: number, to: number): Promise<number> {
  const { core } = platform;
  const owner = await core.platform((tx) => findUser(tx, { email: 'admin@acme.test' }));
  const began = performance.now();
  for (let i = from; i < to; i++) {
    await createOrganization(core, { id: `org-${i}`, name: `Organization ${i}`, ownerId: owner!.id });
  }
  return (performance.now() - began) / (to - from);
}

async function rowsOf(name: string, options: PlatformOptions): Promise<BenchRow[]> {
  // The token must outlive the making of 500 organizations: the platform's clock stands.
  const at = Date.now();
  const quiet = { checkpointMsMin: 3_600_000, heartbeatMs: 3_600_000, now: () => at };
  const platform = await createPlatform({ ...options, ...quiet });
  try {
    const authorization = `Bearer ${await firstToken(platform)}`;
    await platform.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = platform.app.server.address() as AddressInfo;
    const first = await grow(platform, 1, FEW);
    const few = await measure(port, authorization);
    const later = await grow(platform, FEW, MANY);
    const many = await measure(port, authorization);
    const row = (figure: string, ours: number, baseline: number): BenchRow => ({
      ...{ figure: `${name}, ${figure}`, ours, baseline, ratio: baseline / ours, unit: 'ms' },
    });
    const part = (share: number) => (list: readonly number[]) => list[Math.floor(share * (list.length - 1))]!;
    return [
      row(`an organization made, of ${MANY} beside of ${FEW}`, later, first),
      row(`request among ${MANY} beside ${FEW}, processor`, many.cpu, few.cpu),
      ...([0.5, 0.99] as const).map((share) =>
        row(
          `request among ${MANY} beside ${FEW}, p${Math.round(100 * share)}`,
          part(share)(many.times),
          part(share)(few.times),
        ),
      ),
    ];
  } finally {
    await platform.close();
  }
}

export async function run(): Promise<readonly BenchRow[]> {
  const kek = Buffer.alloc(32, 7).toString('base64');
  const rows = await rowsOf('PGlite', { kek });
  const server = startPostgres();
  if (server === null) return rows;
  try {
    return [...rows, ...(await rowsOf('PostgreSQL', { kek, databaseUrl: await server.createDatabase() }))];
  } finally {
    server.stop();
  }
}
