/** Files of evidence on the platform: kept once under their digest, refused where they are not what they claim, gone when nobody names them. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeOrphans } from '../../../platform/compliance/blobKeeper.ts';
import { BLOBS_BYTES_MAX } from '../../../platform/compliance/blobs.ts';
import { EVIDENCE_BYTES_MAX } from '../../../shared/entities/index.ts';
import { backends, type Call, eventsOf, logSize, openWorld, type World } from '../../support/platform.ts';

const ACME = '/v1/orgs/acme';
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const at = (digest: string, org = 'acme'): string => `/v1/orgs/${org}/blobs/${digest}`;

describe.each(backends())('files of evidence on $name', ({ options }) => {
  let world: World;
  let admin: Call;
  const sql = (text: string, params: (string | number)[] = []) =>
    world.platform.core.tenant('acme', (tx) => tx.query<{ n: number }>(text, params));
  const evidence = (bytes: Uint8Array, more: object = {}) =>
    admin('POST', `${ACME}/evidence`, {
      ...{ kind: 'file', title: 'A file', evidence_on: '2026-01-02' },
      file: { sha256: sha(bytes), bytes: bytes.length, name: 'a.bin', media_type: 'application/octet-stream', ...more },
    });

  beforeAll(async () => {
    world = await openWorld(await options());
    admin = await world.member('admin@acme.test', 'acme');
  });
  afterAll(() => world?.platform.close());

  it('keeps bytes once, gives them back as they were, and tells of both', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const from = await logSize(world.platform, 'acme');
    expect((await admin('PUT', at(sha(bytes)), bytes)).json).toEqual({ sha256: sha(bytes), bytes: 256, kept: true });
    expect((await admin('PUT', at(sha(bytes)), bytes)).json).toMatchObject({ kept: false });
    const back = await admin('GET', at(sha(bytes)));
    expect([back.status, back.bytes.equals(bytes)]).toEqual([200, true]);
    expect(back.headers).toMatchObject({
      ...{ 'content-type': 'application/octet-stream', 'x-content-type-options': 'nosniff' },
      'content-disposition': `attachment; filename="${sha(bytes)}"`,
    });
    const told = (await eventsOf(world.platform, 'acme', from)).map(({ event }) => event);
    const target = { type: 'blob', id: sha(bytes) };
    expect(told).toMatchObject([
      { action: 'evidence.blob.put', outcome: 'success', target },
      { action: 'evidence.blob.put', outcome: 'success', target },
      { action: 'evidence.blob.read', outcome: 'success', target },
    ]);
  });

  it('takes a file of the largest size and none beyond, and a repeat under one key as one', async () => {
    const bytes = Buffer.alloc(EVIDENCE_BYTES_MAX, 7);
    const key = { 'idempotency-key': 'large' };
    expect((await admin('PUT', at(sha(bytes)), bytes, key)).json).toMatchObject({ kept: true });
    const again = await admin('PUT', at(sha(bytes)), bytes, key);
    expect([again.headers['idempotency-replayed'], again.json.kept]).toEqual(['true', true]);
    const back = await admin('GET', at(sha(bytes)));
    expect(sha(back.bytes)).toBe(sha(bytes));
    const larger = Buffer.alloc(EVIDENCE_BYTES_MAX + 1, 7);
    expect((await admin('PUT', at(sha(larger)), larger)).status).toBe(413);
  });

  it('refuses bytes of another digest, other media types, what is no digest, and what is not there', async () => {
    const bytes = Buffer.from('one');
    const wrong = await admin('PUT', at(sha(Buffer.from('two'))), bytes);
    expect([wrong.status, wrong.json.errors]).toMatchObject([400, [{ path: '/sha256' }]]);
    expect((await admin('PUT', at(sha(bytes)), { json: true })).status).toBe(415);
    expect((await admin('PUT', at('ABC'), bytes)).status).toBe(400);
    expect((await admin('GET', at(sha(Buffer.from('two'))))).status).toBe(404);
  });

  it('takes evidence only with its file, and of its size', async () => {
    const bytes = Buffer.from('the policy');
    const early = await evidence(bytes);
    expect([early.status, early.json.errors]).toMatchObject([400, [{ path: '/file' }]]);
    await admin('PUT', at(sha(bytes)), bytes);
    const short = await evidence(bytes, { bytes: 3 });
    expect([short.status, short.json.errors]).toMatchObject([400, [{ path: '/file/bytes' }]]);
    expect((await evidence(bytes)).status).toBe(201);
  });

  it('asks for the rights of evidence, and shows one organization nothing of another', async () => {
    const bytes = Buffer.from('of acme alone');
    const guest = await world.member('guest@acme.test', 'acme');
    expect((await guest('PUT', at(sha(bytes)), bytes)).status).toBe(403);
    await admin('PUT', at(sha(bytes)), bytes);
    expect((await guest('GET', at(sha(bytes)))).status).toBe(403);
    const other = await world.member('admin@globex.test', 'globex');
    expect((await other('GET', at(sha(bytes), 'globex'))).status).toBe(404);
    expect((await other('GET', at(sha(bytes)))).status).toBe(403);
  });

  it('stops at the bytes an organization may keep', async () => {
    const bytes = Buffer.from('one more');
    const first = sha(Buffer.from('the policy'));
    await sql('UPDATE blobs SET size = size + $1 WHERE sha256 = $2', [BLOBS_BYTES_MAX, first]);
    const full = await admin('PUT', at(sha(bytes)), bytes);
    expect([full.status, full.json.details]).toMatchObject([409, { limit: 'evidence_bytes', max: BLOBS_BYTES_MAX }]);
    await sql('UPDATE blobs SET size = size - $1 WHERE sha256 = $2', [BLOBS_BYTES_MAX, first]);
    expect((await admin('PUT', at(sha(bytes)), bytes)).status).toBe(200);
  });

  it('removes what no evidence names after a day, and tells it', async () => {
    const { core } = world.platform;
    expect(await removeOrphans(core, 'acme')).toBe(0);
    const [{ n: all }] = (await sql('SELECT count(*) AS n FROM blobs')) as [{ n: number }];
    await sql('UPDATE blobs SET created_at = created_at - 90000000');
    // Put once more: it is wanted again.
    await admin('PUT', at(sha(Buffer.from('one more'))), Buffer.from('one more'));
    const from = await logSize(world.platform, 'acme');
    expect(await removeOrphans(core, 'acme')).toBe(all - 2);
    expect((await eventsOf(world.platform, 'acme', from)).map(({ event }) => event)).toMatchObject([
      { action: 'evidence.blob.remove', actor: { type: 'system' } },
    ]);
    for (const text of ['the policy', 'one more']) {
      expect((await admin('GET', at(sha(Buffer.from(text))))).status).toBe(200);
    }
  });
});
