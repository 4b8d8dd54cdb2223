/**
 * What the tenant wall costs: the same row read through the same server with token, session, membership, role and policy in front of it, and
 * with none of them; both in a transaction, with one answer schema. The client is another process; the two routes take turns, so
 * that both see the same machine. Aim: under 10 ms more at the 99th percentile.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { createPlatform, openServer, type Platform, type PlatformOptions } from '../../platform/app.ts';
import { only } from '../../platform/db/database.ts';
import { readOrganization } from '../../platform/orgs/service.ts';
import { Organization } from '../../shared/entities/index.ts';
import { firstToken } from '../support/httpLoad.ts';
import type { LoadOrder, LoadTimes } from '../support/loadClient.ts';
import { startPostgres } from '../support/postgres.ts';
import type { BenchRow } from './main.ts';

/** One and eight at once ask as fast as they are answered, which fills a serial database; 300 a second is a steady load of many clients. */
const LOADS = [
  { label: '1 at once', connections: 1 },
  { label: '8 at once', connections: 8 },
  { label: '300 a second', connections: 64, perSecond: 300 },
] as const;
const PARTS = 20;
const PART_REQUESTS = 250;
const WARM_UP = 500;
const WALL = '/v1/orgs/acme';
const BARE = '/bench/acme';
const ROUTES = [WALL, BARE] as const;
const PERCENTILES = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p99', 0.99],
  ['max', 1],
] as const;
const TICK_MS = 10;

/** The organization's row in a table of no tenant, read by the login role, with nobody asked for anything. */
async function bareServer({ core }: Platform): Promise<FastifyInstance> {
  const row = await core.tenant('acme', readOrganization);
  const columns = Object.keys(row);
  await core.db.transaction(async (tx) => {
    await tx.exec(`CREATE TABLE mc_meta.bench (id text PRIMARY KEY, name text, owner_id text, subscription_tier text, region text,
      time_zone text, created_at timestamptz, updated_at timestamptz, version bigint, mfa_required boolean)`);
    await tx.query(
      `INSERT INTO mc_meta.bench (${columns.join()}) SELECT ${columns.join()} FROM jsonb_populate_record(NULL::mc_meta.bench, $1::jsonb)`,
      [JSON.stringify(row)],
    );
  });
  const app = await openServer();
  app.route({
    method: 'GET',
    url: '/bench/:org',
    schema: { params: z.object({ org: z.string() }), querystring: z.strictObject({}), response: { 200: Organization } },
    handler: async (_request, reply) =>
      await core.db.transaction(async (tx) => {
        const found = only(
          await tx.query<{ created_at: Date; updated_at: Date; version: number }>('SELECT * FROM mc_meta.bench'),
        );
        reply.header('etag', `"${found.version}"`);
        return { ...found, created_at: found.created_at.toISOString(), updated_at: found.updated_at.toISOString() };
      }),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app;
}

/** Processor milliseconds so far of this process, the embedded database in it, and of the database server's connections (Linux). */
async function spent({ core }: Platform): Promise<number> {
  const { user, system } = process.cpuUsage();
  if (core.db.kind === 'pglite' || process.platform !== 'linux') return (user + system) / 1000;
  const backends = await core.db.transaction((tx) =>
    tx.query<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE datname = current_database() ORDER BY pid'),
  );
  // Fields 14 and 15 of proc(5) stat, counted behind the name, which may hold anything.
  const ticks = backends.map(({ pid }) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return Number(fields[11]) + Number(fields[12]);
  });
  return (user + system) / 1000 + TICK_MS * ticks.reduce((sum, n) => sum + n, 0);
}

async function ask(client: ChildProcess, order: LoadOrder): Promise<readonly number[]> {
  const answered = once(client, 'message');
  client.send(order);
  const [answer] = (await answered) as [LoadTimes];
  if ('failed' in answer) throw new Error(answer.failed);
  return answer.times;
}

interface Measured {
  /** Sorted milliseconds of requests. */
  readonly times: number[];
  /** Processor milliseconds of one request, without the client's. */
  cpu: number;
}

async function measure(
  platform: Platform,
  client: ChildProcess,
  orderOf: (path: string) => Omit<LoadOrder, 'requests'>,
): Promise<Record<(typeof ROUTES)[number], Measured>> {
  const found = { [WALL]: { times: [], cpu: 0 }, [BARE]: { times: [], cpu: 0 } } as Record<string, Measured>;
  for (const path of ROUTES) await ask(client, { ...orderOf(path), requests: WARM_UP });
  for (let part = 0; part < PARTS; part++) {
    for (const path of ROUTES) {
      const before = await spent(platform);
      found[path]!.times.push(...(await ask(client, { ...orderOf(path), requests: PART_REQUESTS })));
      found[path]!.cpu += ((await spent(platform)) - before) / (PARTS * PART_REQUESTS);
    }
  }
  for (const { times } of Object.values(found)) times.sort((a, b) => a - b);
  return found as Record<(typeof ROUTES)[number], Measured>;
}

async function rowsOf(name: string, options: PlatformOptions): Promise<BenchRow[]> {
  const platform = await createPlatform({ ...options, checkpointMsMin: 3_600_000, heartbeatMs: 3_600_000 });
  const client = fork(join(import.meta.dirname, '../support/loadClient.ts'));
  try {
    const authorization = `Bearer ${await firstToken(platform)}`;
    await platform.app.listen({ host: '127.0.0.1', port: 0 });
    const bare = await bareServer(platform);
    const portOf = ({ server }: FastifyInstance): number => (server.address() as AddressInfo).port;
    const ports: Record<string, number> = { [WALL]: portOf(platform.app), [BARE]: portOf(bare) };
    const rows: BenchRow[] = [];
    for (const { label: load, ...rate } of LOADS) {
      const orderOf = (path: string) => ({ port: ports[path]!, path, authorization, ...rate });
      const { [WALL]: wall, [BARE]: open } = await measure(platform, client, orderOf);
      const row = (label: string, ours: number, baseline: number): BenchRow => ({
        figure: `tenant wall, ${name}, ${load}, ${label} (${ours < baseline ? '' : '+'}${(ours - baseline).toFixed(2)} ms)`,
        ...{ ours, baseline, ratio: baseline / ours, unit: 'ms' },
      });
      rows.push(row('processor', wall.cpu, open.cpu));
      for (const [label, part] of PERCENTILES) {
        const at = ({ times }: Measured): number => times[Math.min(times.length - 1, Math.floor(part * times.length))]!;
        rows.push(row(label, at(wall), at(open)));
      }
    }
    await bare.close();
    return rows;
  } finally {
    client.kill();
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
