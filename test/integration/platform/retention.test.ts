/** Pruning on the platform: what goes, what stays provable, and what is refused. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ed25519Verify, sha256 } from '../../../platform/crypto.ts';
import { appendEvents } from '../../../platform/log/append.ts';
import { toHex } from '../../../shared/bytes.ts';
import { decodeEntries, foldNodes, leafHash, openCheckpoint, TILE_WIDTH } from '../../../shared/log/index.ts';
import { CompactRange } from '../../../shared/log/range.ts';
import { backends, type Call, eventsOf, openWorld, type World } from '../../support/platform.ts';

const ACME = '/v1/orgs/acme';
const YEARS_AGO = Date.now() - 900 * 86_400_000;

describe.each(backends())('pruning on $name', ({ options }) => {
  let world: World;
  let admin: Call;
  let seeded: number;
  beforeAll(async () => {
    // Before anything else is recorded, so that the past comes first: recorded time never falls.
    let past = true;
    world = await openWorld({ ...(await options()), now: () => (past ? YEARS_AGO : Date.now()) } as never);
    const { core } = world.platform;
    await core.tenant('acme', async (tx) => {
      const drafts = Array.from({ length: 1_000 }, (_, i) => ({
        action: i % 2 === 0 ? 'thread.create' : 'member.update',
        actor: { type: 'user', id: `u${i % 7}` } as const,
        target: { type: 'thread', id: `t${i}` },
        disclosures: { actor: { name: `Person ${i % 7}` } },
        recordedAt: YEARS_AGO,
      }));
      seeded = (await appendEvents(tx, 'acme', drafts, YEARS_AGO)).size;
    });
    past = false;
    admin = await world.member('admin@acme.test', 'acme');
  });
  afterAll(() => world.platform.close());

  const plan = async () => (await admin('GET', `${ACME}/retention/plan`)).json;
  const prune = (digest: string) => admin('POST', `${ACME}/retention/prune`, { plan_digest: digest, reason: 'due' });
  const policy = (body: object) => admin('POST', `${ACME}/retention-policies`, { purpose: 'p', ...body });

  it('takes nothing without a policy', async () => {
    const none = await plan();
    expect(none).toMatchObject({ from: 0, to: 0, shredded: [], policies: [] });
    expect((await prune(none.digest)).status).toBe(409);
  });

  it('refuses and tells a pruning that a hold blocks wholly', async () => {
    expect((await policy({ name: 'All', keep: 'P1Y' })).status).toBe(201);
    const hold = await admin('POST', `${ACME}/legal-holds`, { name: 'H', matter: 'Case', reason: 'court' });
    expect(hold.status).toBe(201);
    const held = await plan();
    expect(held).toMatchObject({ from: 0, to: 0, shredded: [], holds: [hold.json.id] });
    expect(held.held[0].events).toBeGreaterThanOrEqual(1_000);
    expect((await prune(held.digest)).status).toBe(403);
    const events = await eventsOf(world.platform, 'acme');
    expect(events.at(-1)!.event).toMatchObject({ action: 'retention.prune', outcome: 'denied' });
    expect((await admin('POST', `${ACME}/legal-holds/${hold.json.id}/release`, { reason: 'over' })).status).toBe(200);
  });

  it('refuses another plan than the present one', async () => {
    expect((await prune('0'.repeat(64))).status).toBe(409);
  });

  it('prunes whole bundles, shreds the rest, and keeps every hash and proof', async () => {
    const before = await eventsOf(world.platform, 'acme');
    const expired = before.filter(({ event }) => Date.parse(event.recorded_at) <= YEARS_AGO).length;
    expect(expired).toBeGreaterThanOrEqual(seeded);
    const planned = await plan();
    expect(planned).toMatchObject({ from: 0, to: Math.floor(expired / 256) * 256, more: false });
    const done = await prune(planned.digest);
    expect([done.status, done.text.slice(0, 200)]).toEqual([201, done.text.slice(0, 200)]);
    const { to } = planned;
    const note = (await admin('GET', `${ACME}/log/checkpoint`)).text;
    const tileHashes = async (level: number, n: string, width: number) => {
      const { bytes } = await admin('GET', `${ACME}/log/tile/${level}/${n}`);
      return Array.from({ length: width }, (_, i) => Uint8Array.from(bytes.subarray(32 * i, 32 * i + 32)));
    };
    // Bundles are gone, their hashes are not, and they still are those of the events.
    const gone = await admin('GET', `${ACME}/log/tile/entries/000`);
    expect([gone.status, gone.json.type, gone.json.details]).toEqual([
      410,
      expect.stringMatching(/\/pruned$/),
      { pruned_to: to },
    ]);
    expect((await admin('GET', `${ACME}/log/disclosures/000`)).status).toBe(410);
    const range = CompactRange.empty(sha256);
    for (let n = 0; n < to / TILE_WIDTH; n++) {
      for (const hash of await tileHashes(0, `00${n}`, TILE_WIDTH)) range.append(hash);
    }
    expect(toHex(foldNodes(range.hashes, sha256))).toBe(done.json.root);
    // The signed root is that of the hashes kept and the entries left.
    const keys = (await admin('GET', `${ACME}/log/keys`)).json;
    const checkpoint = openCheckpoint(note, keys.keys[0].vkey, { sha256, ed25519Verify }, keys.origin);
    for (let at = to; at < checkpoint.size; at += TILE_WIDTH) {
      const width = Math.min(TILE_WIDTH, checkpoint.size - at);
      const path = `00${at / TILE_WIDTH}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
      const { bytes, status } = await admin('GET', `${ACME}/log/tile/entries/${path}`);
      expect(status).toBe(200);
      for (const leaf of decodeEntries(bytes, width)) range.append(leafHash(leaf, sha256));
    }
    expect(toHex(range.root())).toBe(toHex(checkpoint.root));
    const left = await eventsOf(world.platform, 'acme', to);
    const told = left.find(({ event }) => event.action === 'retention.prune' && event.outcome === 'success')!;
    expect(told.event.seq).toBe(done.json.event_seq);
    expect(told.story.detail).toMatchObject({ from: 0, to, root: done.json.root, reason: 'due' });
    const shredded = left.filter(({ event }) => event.seq < expired);
    expect(shredded.map(({ story }) => story)).toEqual(shredded.map(() => ({})));
    // Nothing more is due.
    expect(await plan()).toMatchObject({ from: to, to, shredded: [] });
  });

  it('leaves checks that hash what is left onto what went, and erasure that passes over it', async () => {
    const found = await admin('POST', `${ACME}/checks/evaluate`, {});
    expect(found.status, found.text).toBe(200);
    const { items } = found.json;
    const whole = items.find(({ id }: { id: string }) => id === 'LOG-01');
    expect(whole, JSON.stringify(whole)).toMatchObject({ state: 'pass' });
    const person = '0192f3a4-0000-7000-8000-00000000000a';
    const request = await admin('POST', `${ACME}/data-requests`, {
      ...{ kind: 'erasure', law: 'gdpr', subject: 'Person 1', user_id: person, channel: 'mail' },
      ...{ received_on: '2026-01-02', due_on: '2026-02-02' },
    });
    const planned = await admin('GET', `${ACME}/data-requests/${request.json.id}/erasure?keep=nothing`);
    expect([planned.status, planned.text.slice(0, 200)]).toEqual([200, planned.text.slice(0, 200)]);
  });

  it('lets the tenant change no event but by emptying it', async () => {
    const change = world.platform.core.tenant('acme', (tx) =>
      tx.query("UPDATE audit_events SET entry = 'x' WHERE seq = 0"),
    );
    await expect(change).rejects.toThrow(/permission denied/);
  });
});
