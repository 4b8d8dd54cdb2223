/**
 * Ingestion of request samples: batches of 20,000 into the platform's store, by its function and by its HTTP route, beside plain inserts of
 * the same rows into a bare table of the same database in the same run.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPlatform, type Platform, type PlatformOptions } from '../../platform/app.ts';
import { asOwner, tenantSchema } from '../../platform/db/names.ts';
import { lockOrg } from '../../platform/log/append.ts';
import { ingest } from '../../platform/metrics/ingest.ts';
import { INGEST_SAMPLES_MAX, type IngestBody } from '../../shared/sla/ingest.ts';
import { firstToken } from '../support/httpLoad.ts';
import { startPostgres } from '../support/postgres.ts';
import type { BenchRow } from './main.ts';

const ORG = 'acme';
const BATCHES = 25;
const SERVICES = 3;
const ROWS = BATCHES * INGEST_SAMPLES_MAX;
const WARM_UP = 3;
const VALUES_ROWS = 1_000;
const KEK = Buffer.alloc(32, 7).toString('base64');

/** Requests of ten minutes a batch, log-normal times, one in 200 failed. */
function batches(name: string, count: number): IngestBody[] {
  const start = Date.now() - 86_400_000;
  return Array.from({ length: count }, (_, n) => {
    const at: number[] = [];
    const us: number[] = [];
    const failed: (0 | 1)[] = [];
    for (let i = 0; i < INGEST_SAMPLES_MAX; i++) {
      at.push(start + n * 600_000 + Math.floor((i * 600_000) / INGEST_SAMPLES_MAX));
      const gauss = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
      us.push(Math.round(40_000 * Math.exp(0.8 * gauss)));
      failed.push(Math.random() < 0.005 ? 1 : 0);
    }
    const common = { source: 'bench', batch: `${name}-${n}`, service: `svc-${n % SERVICES}`, workspace_id: null };
    return { ...common, samples: { at, us, failed } };
  });
}

const perSecond = (rows: number, began: number): number => Math.round((rows / (performance.now() - began)) * 1_000);

async function byFunction({ core }: Platform, bodies: readonly IngestBody[]): Promise<void> {
  for (const body of bodies) {
    await core.tenant(ORG, async (tx) => {
      await lockOrg(tx);
      await ingest(core, tx, ORG, body);
    });
  }
}

async function byHttp(port: number, token: string, bodies: readonly Buffer[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const post = (body: Buffer): Promise<void> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const path = '/v1/orgs/acme/metrics/ingest';
      const call = request({ host: '127.0.0.1', port, path, method: 'POST', agent, headers }, (reply) => {
        reply
          .resume()
          .on('end', () => (reply.statusCode === 200 ? resolve() : reject(new Error(`${reply.statusCode}`))));
      });
      call.on('error', reject).end(body);
    });
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < bodies.length) await post(bodies[next++]!);
  };
  await Promise.all([lane(), lane()]);
  agent.destroy();
}

const rowsOf = ({ samples }: IngestBody): string[] =>
  samples!.at.map((at, i) => `(1,${at},${samples!.us[i]},${samples!.failed[i] === 1})`);

/** The same rows into a bare table, a thousand a statement, a transaction for each batch as ours. */
async function byInsert({ core }: Platform, bodies: readonly IngestBody[]): Promise<void> {
  for (const body of bodies) {
    const rows = rowsOf(body);
    await core.tenant(ORG, async (tx) => {
      for (let i = 0; i < rows.length; i += VALUES_ROWS)
        await tx.query(`INSERT INTO plain_samples VALUES ${rows.slice(i, i + VALUES_ROWS).join(',')}`);
    });
  }
}

/** COPY through psql; null where it is not installed. */
function byCopy(url: string, schema: string, bodies: readonly IngestBody[]): number | null {
  const text = bodies
    .map((body) =>
      rowsOf(body)
        .map((row) => row.slice(1, -1))
        .join('\n'),
    )
    .join('\n');
  const began = performance.now();
  const sql = `\\copy ${schema}.copied_samples FROM STDIN (FORMAT csv)`;
  const done = spawnSync('psql', [url, '-q', '-c', sql], { input: `${text}\n`, maxBuffer: 1 << 28 });
  return done.status === 0 ? perSecond(ROWS, began) : null;
}

async function open(options: PlatformOptions): Promise<{ platform: Platform; token: string; port: number }> {
  const platform = await createPlatform({ ...options, kek: KEK });
  const { core } = platform;
  const token = await firstToken(platform);
  const plain = '(series int, at bigint, us int, failed boolean)';
  await core.db.transaction(async (tx) => {
    await asOwner(tx, core.instance, tenantSchema(ORG));
    await tx.exec(`CREATE TABLE plain_samples ${plain}; CREATE TABLE copied_samples ${plain}; GRANT ALL ON plain_samples, copied_samples TO PUBLIC;
      GRANT USAGE ON SCHEMA ${tenantSchema(ORG)} TO PUBLIC`);
  });
  await platform.app.listen({ host: '127.0.0.1', port: 0 });
  return { platform, token, port: (platform.app.server.address() as AddressInfo).port };
}

async function measure(name: string, options: PlatformOptions): Promise<BenchRow[]> {
  const { platform, token, port } = await open(options);
  try {
    const bodies = batches('fn', BATCHES);
    const http = batches('http', BATCHES).map((body) => Buffer.from(JSON.stringify(body)));
    await byFunction(platform, batches('warm', WARM_UP));
    await byInsert(platform, batches('warm', WARM_UP));
    let began = performance.now();
    await byInsert(platform, bodies);
    const inserted = perSecond(ROWS, began);
    began = performance.now();
    await byFunction(platform, bodies);
    const ours = perSecond(ROWS, began);
    await byHttp(
      port,
      token,
      batches('warmer', WARM_UP).map((body) => Buffer.from(JSON.stringify(body))),
    );
    began = performance.now();
    await byHttp(port, token, http);
    const served = perSecond(ROWS, began);
    const row = (figure: string, value: number, baseline: number | null): BenchRow => {
      const ratio = baseline === null ? null : value / baseline;
      return { figure: `${name}: ${figure}`, ours: value, baseline, ratio, unit: 'samples/s' };
    };
    const rows = [
      row('ingest by function, baseline multi-row insert', ours, inserted),
      row('ingest by HTTP, baseline multi-row insert', served, inserted),
    ];
    if (options.databaseUrl === undefined) return rows;
    const copied = byCopy(options.databaseUrl, tenantSchema(ORG), bodies);
    if (copied === null) process.stdout.write('psql is not here: no figure of COPY\n');
    return [...rows, row('ingest by function, baseline COPY', ours, copied)];
  } finally {
    await platform.close();
  }
}

export async function run(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mc-bench-ingest-'));
  const server = startPostgres();
  try {
    const rows = await measure('PGlite on disk', { dataDir: join(folder, 'store') });
    if (server === null) return rows;
    return [...rows, ...(await measure('PostgreSQL', { databaseUrl: await server.createDatabase() }))];
  } finally {
    server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
