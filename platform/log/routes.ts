import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { toBase64Url } from '../../shared/bytes.ts';
import { parseTilePath, TILE_WIDTH, type TilePath } from '../../shared/log/index.ts';
import { prunedTo } from '../compliance/prunePlan.ts';
import { sha256 } from '../crypto.ts';
import { asPlatform } from '../db/names.ts';
import { Problem } from '../http/problems.ts';
import { defineRead, OrgParams } from '../http/route.ts';
import type { Env, OrgContext } from '../tenancy/context.ts';
import { logOnce } from '../tenancy/events.ts';
import { newestCheckpoint, publishIn } from './checkpoints.ts';
import { listLogKeys } from './keys.ts';
import { readTile, tileExists } from './tiles.ts';

const compress = promisify(gzip);
/** Level 1: on entry bundles 6 times faster than the default for some 10 % more bytes. */
const GZIP_LEVEL = 1;
/** Below this the header costs more than is saved. */
const GZIP_BYTES_MIN = 1_024;
const IMMUTABLE = 'private, max-age=31536000, immutable';
const LOG = '/v1/orgs/:org/log';
const Wildcard = OrgParams.extend({ '*': z.string().max(120) });
const NoQuery = z.strictObject({});
const tags = ['log'];

function parse(path: string): TilePath {
  try {
    return parseTilePath(path);
  } catch {
    throw new Problem('not-found', 'Not a tile path.');
  }
}

/** True when If-None-Match names the tag (RFC 9110 section 13.1.2, weak comparison). */
function unchanged(request: FastifyRequest, etag: string): boolean {
  const header = request.headers['if-none-match'];
  return header?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag) ?? false;
}

/** The payload and its headers; sent once the transaction has ended, so that nothing is read without its event. */
async function payloadOf(
  request: FastifyRequest,
  reply: FastifyReply,
  bytes: Uint8Array,
  zip: boolean,
): Promise<Uint8Array> {
  const etag = `"${toBase64Url(sha256(bytes)).slice(0, 22)}"`;
  reply.header('etag', etag).header('vary', 'authorization, accept-encoding');
  if (unchanged(request, etag)) {
    reply.code(304);
    return new Uint8Array();
  }
  const wanted = /(?:^|,)\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))|,|$)/.test(
    request.headers['accept-encoding'] ?? '',
  );
  if (!zip || !wanted || bytes.length < GZIP_BYTES_MIN) return bytes;
  reply.header('content-encoding', 'gzip');
  return await compress(bytes, { level: GZIP_LEVEL });
}

/** The bytes of a tile within the published tree. Throws Problem not-found beyond it, pruned for events that are gone; hashes stay. */
async function published({ tx }: OrgContext, tile: TilePath): Promise<Uint8Array> {
  const checkpoint = await newestCheckpoint(tx);
  if (checkpoint === null || !tileExists(tile, checkpoint.size)) throw new Problem('not-found', 'Not published yet.');
  if (tile.kind !== 'hashes') {
    // Asked of the store at each request: a bundle that is gone is gone at once.
    const upto = await prunedTo(tx);
    if (tile.index * TILE_WIDTH < upto) throw new Problem('pruned', undefined, {}, { details: { pruned_to: upto } });
  }
  return await readTile(tx, tile);
}

export function logRoutes(app: FastifyInstance, env: Env): void {
  const common = { tags, query: NoQuery } as const;
  defineRead(app, env, {
    ...common,
    url: `${LOG}/keys`,
    summary: 'Origin and public keys of the log',
    action: 'log.keys.read',
    params: OrgParams,
    response: z.object({
      origin: z.string(),
      keys: z.array(z.object({ vkey: z.string(), from_size: z.int(), to_size: z.int().nullable() })),
    }),
    run: async ({ core, tx, orgId }) => {
      await asPlatform(tx, core.instance);
      return await listLogKeys(core, tx, orgId);
    },
  });
  defineRead(app, env, {
    ...common,
    url: `${LOG}/checkpoint`,
    summary: 'Signed checkpoint (C2SP tlog-checkpoint)',
    action: 'log.checkpoint.read',
    params: OrgParams,
    run: async ({ core, tx, orgId }, _input, { reply }) => {
      const checkpoint = await publishIn(core, tx, orgId, env.checkpointMsMin);
      reply.type('text/plain; charset=utf-8').header('cache-control', 'no-store');
      return checkpoint.note;
    },
  });
  defineRead(app, env, {
    ...common,
    url: `${LOG}/tile/*`,
    summary: 'Hash tile <L>/<N>[.p/<W>] or entry bundle entries/<N>[.p/<W>] (C2SP tlog-tiles)',
    action: 'log.tile.read',
    params: Wildcard,
    run: async (context, { params }, { request, reply }) => {
      const tile = parse(`tile/${params['*']}`);
      const bytes = await published(context, tile);
      reply.type('application/octet-stream').header('cache-control', IMMUTABLE);
      return await payloadOf(request, reply, bytes, tile.kind === 'entries');
    },
  });
  defineRead(app, env, {
    ...common,
    url: `${LOG}/disclosures/*`,
    summary: 'Disclosures of an entry bundle, one line an entry',
    action: 'log.disclosures.read',
    params: Wildcard,
    run: async (context, { params }, { request, reply }) => {
      const bytes = await published(context, parse(`disclosures/${params['*']}`));
      // Reading personal data is an event: once a session, at its first disclosures.
      const what = { action: 'log.disclosures.read', target: { type: 'log', id: context.orgId } };
      await logOnce(context, 'disclosures', what);
      reply.type('text/plain; charset=utf-8').header('cache-control', 'private, no-cache');
      return await payloadOf(request, reply, bytes, true);
    },
  });
}
