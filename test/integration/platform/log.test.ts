import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlatform } from '../../../platform/app.ts';
import { ed25519Verify, sha256 } from '../../../platform/crypto.ts';
import { appendEvents } from '../../../platform/log/append.ts';
import { publishCheckpoint } from '../../../platform/log/checkpoints.ts';
import { type AuditEvent, disclosureDigest, readDisclosure, readEvent } from '../../../shared/audit/index.ts';
import { toBase64 } from '../../../shared/bytes.ts';
import {
  CompactRange,
  coverNodes,
  decodeEntries,
  disclosuresPath,
  entriesPath,
  foldNodes,
  leafHash,
  openCheckpoint,
  tilePath,
} from '../../../shared/log/index.ts';
import { backends, type Call, KEK, openWorld, type World } from '../../support/platform.ts';

const ports = { sha256, ed25519Verify };
const LOG = '/v1/orgs/acme/log';

/** Reads and checks the whole log as a client would that trusts the key only. */
async function audit(call: Call): Promise<{ events: AuditEvent[]; size: number; note: string; root: string }> {
  const { keys, origin } = (await call('GET', `${LOG}/keys`)).json;
  const note = (await call('GET', `${LOG}/checkpoint`)).text;
  const checkpoint = openCheckpoint(note, keys[0].vkey, ports, origin);
  const range = CompactRange.empty(sha256);
  const events: AuditEvent[] = [];
  const counters = new Map<string, number>();
  let last = '';
  for (let index = 0; index * 256 < checkpoint.size; index++) {
    const width = Math.min(256, checkpoint.size - index * 256);
    const bundle = await call('GET', `${LOG}/${entriesPath(index, width)}`, undefined, { 'accept-encoding': 'gzip' });
    const raw = bundle.headers['content-encoding'] === 'gzip' ? gunzipSync(bundle.bytes) : bundle.bytes;
    const lines = (await call('GET', `${LOG}/${disclosuresPath(index, width)}`)).text.split('\n');
    expect(lines.pop()).toBe('');
    expect(lines).toHaveLength(width);
    const hashes = (await call('GET', `${LOG}/${tilePath(0, index, width)}`)).bytes;
    for (const [i, leaf] of decodeEntries(raw, width).entries()) {
      const hash = leafHash(leaf, sha256);
      expect(hashes.subarray(32 * i, 32 * i + 32).equals(hash)).toBe(true);
      range.append(hash);
      const event = readEvent(Buffer.from(leaf).toString());
      expect(event.seq).toBe(events.length);
      expect(event.log).toBe(origin);
      expect(event.recorded_at >= last).toBe(true);
      last = event.recorded_at;
      const producer = `${event.producer.id}/${event.producer.epoch}`;
      expect(event.producer.n).toBe(counters.get(producer) ?? 0);
      counters.set(producer, event.producer.n + 1);
      const disclosures = lines[i]!.split('~');
      expect(disclosures.map((text) => disclosureDigest(text, sha256)).sort()).toEqual(event._sd);
      events.push(event);
    }
  }
  expect(toBase64(range.root())).toBe(toBase64(checkpoint.root));
  return { events, size: checkpoint.size, note, root: toBase64(checkpoint.root) };
}

const draft = (i: number) => ({
  action: 's3.GetObject',
  actor: { type: 'user' as const, id: `user-${i}` },
  occurredAt: '2026-01-01T00:00:00.000Z',
  producer: { id: 'importer', epoch: 3 },
  disclosures: { detail: { original: `"ü\u0001 ${i}` } },
});

describe.each(backends())('log and feed on $name', ({ options }) => {
  let world: World;
  let acme: Call;
  beforeAll(async () => {
    world = await openWorld(await options());
    acme = await world.member('admin@acme.test', 'acme');
  });
  afterAll(() => world?.platform.close());

  it('writes exactly one event for each mutation, with its story in disclosures', async () => {
    await audit(acme);
    const made = await acme('POST', '/v1/orgs/acme/workspaces', { name: 'One' });
    const url = `/v1/orgs/acme/workspaces/${made.json.id}`;
    expect(made.headers.etag).toBe(`"${made.json.version}"`);
    expect((await acme('PATCH', url, { name: 'Two' }, { 'if-match': '"0"' })).status).toBe(412);
    expect((await acme('PATCH', url, { name: 'Two' }, { 'if-match': `"${made.json.version}"` })).json.name).toBe('Two');
    expect((await acme('DELETE', url)).status).toBe(204);
    expect((await acme('DELETE', url)).status).toBe(404);
    expect((await acme('PATCH', '/v1/orgs/acme', { time_zone: 'Europe/Berlin' })).status).toBe(200);
    expect((await acme('PATCH', '/v1/orgs/acme', { time_zone: 'Mars/Olympus' })).status).toBe(400);
    const { events, size } = await audit(acme);
    expect(events.slice(-4).map(({ action, outcome }) => [action, outcome])).toEqual([
      ['workspace.create', 'success'],
      ['workspace.update', 'success'],
      ['workspace.delete', 'success'],
      ['organization.update', 'success'],
    ]);
    expect(events.at(-4)!.request).toBe(made.headers['x-request-id']);
    const line = (await acme('GET', `${LOG}/${disclosuresPath(0, size)}`)).text.split('\n')[size - 3]!;
    const story = Object.fromEntries(
      line.split('~').map((text) => [readDisclosure(text).name, readDisclosure(text).value]),
    );
    expect(story).toMatchObject({
      actor: { name: 'Admin acme', email: 'admin@acme.test' },
      target: { name: 'Two' },
      change: { before: { name: 'One' }, after: { name: 'Two' } },
    });
  });

  it('leaves neither event nor change behind when the transaction fails', async () => {
    const before = await audit(acme);
    const changes = (await acme('GET', '/v1/orgs/acme/changes')).text;
    await expect(
      world.platform.core.tenant('acme', async (tx) => {
        await appendEvents(tx, 'acme', [draft(0)]);
        throw new Error('after the append');
      }),
    ).rejects.toThrow('after the append');
    const bad = { ...draft(0), action: 'not an action' };
    await expect(
      world.platform.core.tenant('acme', (tx) => appendEvents(tx, 'acme', [draft(1), bad])),
    ).rejects.toThrow();
    await expect(world.platform.core.tenant('globex', (tx) => appendEvents(tx, 'acme', [draft(0)]))).rejects.toThrow();
    expect((await audit(acme)).note).toBe(before.note);
    expect((await acme('GET', '/v1/orgs/acme/changes')).text).toBe(changes);
  });

  it('sequences 50 parallel requests without a gap, and feeds them in order', async () => {
    const before = (await audit(acme)).size;
    const start = JSON.parse((await acme('GET', '/v1/orgs/acme/changes')).text.trim().split('\n').at(-1)!)
      .next as number;
    const seen: string[] = [];
    let after = start;
    let writing = true;
    const follower = (async () => {
      for (;;) {
        // Injected requests on the embedded database may run without a turn of the event loop, which those of a client never do.
        await new Promise(setImmediate);
        const last = !writing;
        const lines = (await acme('GET', `/v1/orgs/acme/changes?after=${after}&limit=7`)).text.trim().split('\n');
        const { next, more } = JSON.parse(lines.pop()!);
        for (const line of lines) seen.push(JSON.parse(line).id);
        after = next;
        if (last && !more) return;
      }
    })();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => acme('POST', '/v1/orgs/acme/workspaces', { name: `Parallel ${i}` })),
    );
    writing = false;
    await follower;
    expect(answers.map((answer) => answer.status)).toEqual(Array(50).fill(201));
    expect(seen.toSorted()).toEqual(answers.map((answer) => answer.json.id as string).toSorted());
    expect((await audit(acme)).size).toBe(before + 50);
  });

  it('serves tombstones, and one line an entity', async () => {
    const { id } = (await acme('POST', '/v1/orgs/acme/workspaces', { name: 'Short-lived' })).json;
    await acme('DELETE', `/v1/orgs/acme/workspaces/${id}`);
    const lines = (await acme('GET', '/v1/orgs/acme/changes?limit=1000')).text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.filter((line) => line.id === id)).toEqual([
      { version: expect.any(Number), kind: 'workspace', id, op: 'delete', data: null },
    ]);
    const versions = lines.slice(0, -1).map((line) => line.version as number);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(lines.at(-1)).toEqual({ next: versions.at(-1), more: false });
  });

  it('serves tiles of all levels that stay what they were, and none beyond the checkpoint', async () => {
    const { core } = world.platform;
    for (let k = 0; k < 3; k++) {
      await core.tenant('acme', (tx) =>
        appendEvents(
          tx,
          'acme',
          Array.from({ length: 1_000 }, (_, i) => draft(i)),
        ),
      );
    }
    const stale = await acme('GET', `${LOG}/tile/0/005`);
    expect(stale.status).toBe(404);
    const { size } = await audit(acme);
    const full = Math.floor(size / 256);
    const upper = await acme('GET', `${LOG}/${tilePath(1, 0, full)}`);
    expect(upper.headers['cache-control']).toBe('private, max-age=31536000, immutable');
    for (let i = 0; i < full; i++) {
      const range = CompactRange.empty(sha256, i * 256);
      const hashes = (await acme('GET', `${LOG}/tile/0/${String(i).padStart(3, '0')}`)).bytes;
      for (let j = 0; j < 256; j++) range.append(new Uint8Array(hashes.subarray(32 * j, 32 * j + 32)));
      expect(coverNodes(i * 256, i * 256 + 256)).toHaveLength(1);
      expect(upper.bytes.subarray(32 * i, 32 * i + 32).equals(foldNodes(range.hashes, sha256))).toBe(true);
    }
    const etag = String(upper.headers.etag);
    expect((await acme('GET', `${LOG}/${tilePath(1, 0, full)}`, undefined, { 'if-none-match': etag })).status).toBe(
      304,
    );
    const partial = size % 256;
    expect((await acme('GET', `${LOG}/${tilePath(0, full, partial)}`)).status).toBe(200);
    for (const path of [
      tilePath(0, full, partial + 1),
      tilePath(0, full),
      tilePath(1, 0, full + 1),
      tilePath(2, 0, 1),
      'tile/0/0',
      'tile/0/x000/001',
      'tile/0/000.p/256',
      'tile/64/000',
    ]) {
      expect([path, (await acme('GET', `${LOG}/${path}`)).status]).toEqual([path, 404]);
    }
  });

  it('signs at most once in the interval, and never two notes of one size', async () => {
    const { core } = world.platform;
    const first = await publishCheckpoint(core, 'acme');
    await core.tenant('acme', (tx) => appendEvents(tx, 'acme', [draft(0)]));
    expect(await publishCheckpoint(core, 'acme', 60_000)).toEqual(first);
    const notes = await Promise.all(Array.from({ length: 6 }, () => publishCheckpoint(core, 'acme')));
    expect(new Set(notes.map(({ note }) => note)).size).toBe(1);
    expect(notes[0]!.size).toBe(first.size + 1);
  });

  it('logs the reading of disclosures once a session', async () => {
    const viewer = await world.member('viewer@acme.test', 'acme');
    for (let i = 0; i < 3; i++) await viewer('GET', `${LOG}/${disclosuresPath(0)}`);
    const { events } = await audit(acme);
    const reads = events.filter((event) => event.action === 'log.disclosures.read');
    expect(reads).toHaveLength(2);
  });
});

it('keeps log, keys, origin and sessions over a restart, and refuses a second process and another host', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'mc-platform-'));
  try {
    const world = await openWorld({ dataDir, publicHost: 'control.example', kek: KEK });
    const before = await audit(await world.member('admin@acme.test', 'acme'));
    await expect(createPlatform({ dataDir, kek: KEK })).rejects.toMatchObject({ code: 'CONFLICT' });
    await world.platform.close();
    await expect(createPlatform({ dataDir, publicHost: 'evil.example', kek: KEK })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const wrong = Buffer.alloc(32, 8).toString('base64');
    await expect(createPlatform({ dataDir, kek: wrong })).rejects.toMatchObject({ code: 'VAULT_WRONG_SECRET' });
    const again = await createPlatform({ dataDir, kek: KEK, checkpointMsMin: 0 });
    const stored = await again.core.tenant('acme', (tx) =>
      tx.query<{ note: string }>('SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1'),
    );
    expect(stored[0]!.note).toBe(before.note);
    expect(before.note.split('\n')[0]).toBe('control.example/orgs/acme');
    await again.close();
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
