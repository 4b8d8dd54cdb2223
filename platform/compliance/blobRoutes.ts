/** Routes of files of evidence. In a scope of their own, as they alone take bytes. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { EVIDENCE_BYTES_MAX, Sha256Hex } from '../../shared/entities/index.ts';
import { Problem } from '../http/problems.ts';
import { defineMutation, defineRead, OrgParams } from '../http/route.ts';
import type { Env } from '../tenancy/context.ts';
import { putBlob, readBlob } from './blobs.ts';

const tags = ['compliance'];
const url = '/v1/orgs/:org/blobs/:sha256';
const BlobParams = OrgParams.extend({ sha256: Sha256Hex });

export function blobRoutes(app: FastifyInstance, env: Env): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  defineMutation(app, env, {
    method: 'PUT',
    url,
    summary:
      'Put the bytes of a file of evidence (application/octet-stream) under their SHA-256; again changes nothing',
    tags,
    action: 'evidence.blob.put',
    params: BlobParams,
    bodyLimit: EVIDENCE_BYTES_MAX,
    status: 200,
    response: z.object({ sha256: Sha256Hex, bytes: z.int().min(0), kept: z.boolean() }),
    run: async ({ core, tx }, { params, body }) => {
      if (!(body instanceof Uint8Array)) throw new Problem('unsupported-media-type', 'Send application/octet-stream.');
      const { kept } = await putBlob(tx, params.sha256, body, core.now());
      return {
        body: { sha256: params.sha256, bytes: body.length, kept },
        event: { target: { type: 'blob', id: params.sha256 }, disclosures: { detail: { bytes: body.length, kept } } },
      };
    },
  });
  defineRead(app, env, {
    url,
    summary: 'Bytes of a file of evidence',
    tags,
    action: 'evidence.blob.read',
    params: BlobParams,
    query: z.strictObject({}),
    sensitive: ({ params }) => ({ target: { type: 'blob', id: params.sha256 } }),
    run: async ({ tx }, { params }, { reply }) => {
      const bytes = await readBlob(tx, params.sha256);
      if (bytes === null) throw new Problem('not-found');
      // Whatever it is, no browser shows it as a page of ours.
      reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename="${params.sha256}"`)
        .header('cache-control', 'private, no-store');
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
  });
}
