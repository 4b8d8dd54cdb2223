/** An erasure as two consoles live it: foretold offline, carried out by the platform, followed and proven in every mirror. */
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUser } from '../../platform/auth/users.ts';
import { appendEvents } from '../../platform/log/append.ts';
import { publishCheckpoint } from '../../platform/log/checkpoints.ts';
import { addMember } from '../../platform/members/service.ts';
import type { ErasurePlan } from '../../shared/compliance/erasure.ts';
import type { Output } from '../../shared/contract/index.ts';
import type { TestConsole } from '../support/app.ts';
import { ORG, OutboxWorld } from '../support/outboxWorld.ts';
import { ADMIN } from '../support/platformProcess.ts';

const JANE = { email: 'jane.doe@example.test', password: 'a third good passphrase', name: 'Jane Quillfeather' };
/** More events than one order of erasure names disclosures of. */
const OWN_EVENTS = 450;

let world: OutboxWorld;
let jane: { userId: string; memberId: string };
const request = crypto.randomUUID();

beforeAll(async () => {
  world = await OutboxWorld.open();
  const { core } = world.platform;
  const user = await createUser(core, JANE);
  const member = await addMember(core, ORG, { userId: user.id, role: 'manager' });
  jane = { userId: user.id, memberId: member.id };
  const actor = { type: 'user', id: user.id } as const;
  const { email, name } = JANE;
  await core.tenant(ORG, (tx) =>
    appendEvents(
      tx,
      ORG,
      Array.from({ length: OWN_EVENTS }, (_, i) => ({
        action: 'thread.update',
        actor,
        target: { type: 'thread', id: `t-${i % 7}` },
        disclosures: { actor: { name, email }, source: { ip: '192.0.2.77' }, target: { name: `Thread ${i % 7}` } },
      })),
    ),
  );
  await publishCheckpoint(core, ORG);
  await world.sync();
  await world.other.run('sync.start', { orgId: ORG });
  await world.add(world.mine, {
    ...{ type: 'data_request.create', id: request },
    input: {
      ...{ kind: 'erasure', law: 'gdpr', subject: JANE.name, user_id: jane.userId, channel: 'mail', note: '' },
      ...{ received_on: '2026-01-02', due_on: '2026-02-02' },
    },
  });
  await world.sync();
});
afterAll(() => world?.close());

const preview = (who = world.mine): Promise<ErasurePlan> =>
  who.call('privacy.preview', { orgId: ORG, id: request, keep: 'nothing' });

async function platformPlan(): Promise<ErasurePlan> {
  const post = async (path: string, body: unknown, bearer?: string) => {
    const headers = { 'content-type': 'application/json', ...(bearer ? { authorization: `Bearer ${bearer}` } : {}) };
    const answer = await fetch(`${world.direct}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return ((await answer.json()) as { access_token: string }).access_token;
  };
  const bearer = await post('/v1/auth/token', { org_id: ORG }, await post('/v1/auth/login', ADMIN));
  const path = `/v1/orgs/${ORG}/data-requests/${request}/erasure?keep=nothing`;
  const answer = await fetch(`${world.direct}${path}`, { headers: { authorization: `Bearer ${bearer}` } });
  return (await answer.json()) as ErasurePlan;
}

/** Where the words of a person are still found by what a console shows. */
async function traces(who: TestConsole): Promise<Record<string, number>> {
  const found = async (text: string): Promise<number> =>
    (
      await who.call('audit.query', {
        ...{ orgId: ORG, filter: { text }, limit: 1 },
      })
    ).matched;
  const facet = async (field: 'actor' | 'target', text: string): Promise<number> =>
    (await who.call('audit.facet', { orgId: ORG, filter: {}, field, text, limit: 10 })).length;
  return {
    email: await found('jane.doe'),
    name: await found('Quillfeather'),
    address: await found('192.0.2.77'),
    actor: await facet('actor', 'Quillfeather'),
    target: await facet('target', 'jane'),
    people: (await who.call('privacy.find', { orgId: ORG, text: 'quillfeather' })).length,
  };
}

describe('a person asks for erasure', () => {
  it('is found by name, address and id', async () => {
    for (const text of ['quillf', 'JANE.DOE@', jane.userId, jane.memberId]) {
      expect(await world.mine.call('privacy.find', { orgId: ORG, text })).toEqual([
        { ...jane, name: JANE.name, email: JANE.email, present: true, until: null },
      ]);
    }
  });

  it('gets an access export offline: all of it, nothing of others', async () => {
    const { result } = await world.mine.run('privacy.export', { orgId: ORG, id: request, path: null });
    const made = result as { path: string; events: number; entities: number };
    expect(made.events).toBeGreaterThan(OWN_EVENTS);
    const texts = unzip(readFileSync(made.path));
    expect(Object.keys(texts)).toEqual(['data.ndjson', 'personal-data.html']);
    for (const text of Object.values(texts)) {
      expect(text).toContain(JANE.email);
      expect(text).not.toMatch(/bob@acme|ada@/i);
    }
    const lines = texts['data.ndjson']!.trimEnd().split('\n');
    expect(lines).toHaveLength(1 + made.entities + made.events);
  });

  it('is refused while she is a member, then foretold offline as the platform counts', async () => {
    const shown = await preview();
    const { to, digest } = shown;
    const asked = { orgId: ORG, id: request, keep: 'nothing', to, digest, reason: 'Asked for' } as const;
    await expect(world.mine.run('privacy.erase', asked)).rejects.toMatchObject({ code: 'PLATFORM_REFUSED' });
    await world.add(world.mine, { type: 'member.delete', id: jane.memberId });
    await world.sync();
    await world.sync();
    const { to: _mine, ...mine } = await preview();
    const { to: _theirs, ...theirs } = await platformPlan();
    expect(mine).toEqual(theirs);
    expect(mine.disclosures).toBeGreaterThan(2 * OWN_EVENTS);
    expect((await world.mine.call('privacy.find', { orgId: ORG, text: 'quillf' }))[0]).toMatchObject({
      ...{ userId: jane.userId, present: false },
      until: expect.any(Number),
    });
  });

  it('is erased on the platform and here; the mirror proves it', async () => {
    expect(Object.values(await traces(world.mine)).every((n) => n > 0)).toBe(true);
    const { to, digest, disclosures } = await preview();
    const asked = { orgId: ORG, id: request, keep: 'nothing', to, digest, reason: 'Asked for' } as const;
    const { result } = await world.mine.run('privacy.erase', asked);
    expect(result).toMatchObject({ plan: { disclosures }, request: { erasure: { disclosures } } });
    await check(world.mine, disclosures);
  });

  it('is followed by the other console at its next sync', async () => {
    expect((await traces(world.other)).email).toBeGreaterThan(0);
    await world.other.run('sync.start', { orgId: ORG });
    await check(world.other);
  });

  it('is explained, not alarmed, at a console that comes later', async () => {
    const late = await world.join(
      'late',
      { email: 'late@acme.example', password: 'a fourth good passphrase' },
      'admin',
    );
    await check(late);
    await late.app.close();
  });
});

async function check(who: TestConsole, named?: number): Promise<void> {
  expect(await traces(who)).toEqual({ email: 0, name: 0, address: 0, actor: 0, target: 0, people: 0 });
  const proof = await who.call('privacy.proof', { orgId: ORG, id: request });
  expect(proof).toMatchObject({ held: 0, verified: proof.events });
  expect(proof.orders.length).toBeGreaterThan(1);
  if (named !== undefined) expect(proof.named).toBe(named);
  const { result } = await who.run('integrity.verify', { orgId: ORG });
  expect(result).toMatchObject({ matched: true, findings: [] });
  const page = await who.call('audit.query', {
    ...{ orgId: ORG, filter: { actors: [`user:${jane.userId}`] }, limit: 1 },
  });
  const detail: Output<'audit.get'> = await who.call('audit.get', { orgId: ORG, seq: page.rows[0]!.seq });
  const gone = detail.disclosures.filter(({ erased }) => erased !== null).map(({ erased }) => erased);
  expect(gone).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'actor', request }),
      expect.objectContaining({ name: 'source', request }),
    ]),
  );
  expect(detail.row.actor.name).toBeNull();
}

/** Entries of a small ZIP by its central directory. */
function unzip(zip: Buffer): Record<string, string> {
  const texts: Record<string, string> = {};
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [size, name, extra, comment] = [
      zip.readUInt32LE(at + 20),
      zip.readUInt16LE(at + 28),
      zip.readUInt16LE(at + 30),
      zip.readUInt16LE(at + 32),
    ];
    const local = zip.readUInt32LE(at + 42);
    const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    texts[zip.toString('utf8', at + 46, at + 46 + name)] = inflateRawSync(zip.subarray(begin, begin + size)).toString();
    at += 46 + name + extra + comment;
  }
  return texts;
}
