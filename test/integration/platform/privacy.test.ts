/** Requests of data subjects: what is erased and what stays, who may ask, and that the log proves itself as before. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepRecord } from '../../../platform/compliance/records.ts';
import { sha256 } from '../../../platform/crypto.ts';
import { appendEvents, lockOrg } from '../../../platform/log/append.ts';
import { toUtf8 } from '../../../shared/bytes.ts';
import { type ErasedOf, erasureDigest } from '../../../shared/compliance/erasure.ts';
import { presetOf } from '../../../shared/compliance/modes.ts';
import { CompactRange, decodeEntries, leafHash } from '../../../shared/log/index.ts';
import { backends, type Call, eventsOf, join, logSize, openWorld, type World } from '../../support/platform.ts';

const ACME = '/v1/orgs/acme';
const EMAIL = 'Jane.Doe@example.test';

describe.each(backends())('privacy on $name', ({ options }) => {
  let world: World;
  let admin: Call;
  let person: { userId: string; memberId: string; call: Call };
  let request: string;

  const raw = async (): Promise<{ seq: number; entry: string; disclosures: string }[]> =>
    await world.platform.core.tenant('acme', (tx) =>
      tx.query('SELECT seq, entry, disclosures FROM audit_events ORDER BY seq'),
    );
  const told = async (): Promise<string> =>
    (await raw())
      .flatMap(({ disclosures }) => disclosures.split('~'))
      .map((text) => Buffer.from(text, 'base64url').toString())
      .join('\n')
      .toLowerCase();
  const make = async (input: object = {}): Promise<string> => {
    const body = {
      ...{ kind: 'erasure', law: 'gdpr', subject: 'Jane Doe', user_id: person.userId, channel: 'mail' },
      ...{ received_on: '2026-01-02', due_on: '2026-02-02' },
      ...input,
    };
    const answer = await admin('POST', `${ACME}/data-requests`, body);
    expect([answer.status, answer.text]).toEqual([201, answer.text]);
    return answer.json.id as string;
  };
  const plan = async (id: string, keep = 'nothing') =>
    (await admin('GET', `${ACME}/data-requests/${id}/erasure?keep=${keep}`)).json;
  const erase = async (id: string, from: { to: number; digest: string }, keep = 'nothing') =>
    await admin('POST', `${ACME}/data-requests/${id}/erase`, {
      ...{ keep, to: from.to, digest: from.digest, reason: 'Asked for by the person' },
    });
  /** The root over the entries as they are served, and the one that is signed. */
  const roots = async (): Promise<[string, string]> => {
    const note = (await admin('GET', `${ACME}/log/checkpoint`)).text.split('\n');
    const size = Number(note[1]);
    const range = CompactRange.empty(sha256);
    for (let tile = 0; tile * 256 < size; tile++) {
      const width = Math.min(256, size - tile * 256);
      const path = `${String(tile).padStart(3, '0')}${width === 256 ? '' : `.p/${width}`}`;
      const { bytes } = await admin('GET', `${ACME}/log/tile/entries/${path}`);
      for (const leaf of decodeEntries(bytes, width)) range.append(leafHash(leaf, sha256));
    }
    return [Buffer.from(range.root()).toString('base64'), note[2]!];
  };

  beforeAll(async () => {
    world = await openWorld(await options());
    admin = await world.member('admin@acme.test', 'acme');
    person = await join(world, 'acme', EMAIL.toLowerCase(), { role: 'manager' });
    await person.call('GET', `${ACME}/workspaces`);
    const { core } = world.platform;
    const original = JSON.stringify({ who: `<${EMAIL}>`, what: 'download' });
    const bystander = JSON.stringify({ who: 'mary.jane.doe@example.test' });
    const actor = { type: 'service_account', id: 'importer' } as const;
    await core.tenant('acme', (tx) =>
      appendEvents(tx, 'acme', [
        { action: 'data.read', actor, disclosures: { detail: { format: 'other', original } } },
        { action: 'data.read', actor, disclosures: { detail: { format: 'other', original: bystander } } },
        { action: 'note.add', actor, disclosures: { change: { before: null, after: { owner: person.memberId } } } },
      ]),
    );
    request = await make();
  });
  afterAll(() => world?.platform.close());

  it('refuses to erase whoever is a member, and the refusal stands in the log', async () => {
    const shown = await plan(request);
    expect(shown.disclosures).toBeGreaterThan(5);
    const from = await logSize(world.platform, 'acme');
    expect((await erase(request, shown)).status).toBe(409);
    expect((await eventsOf(world.platform, 'acme', from)).map(({ event }) => event)).toMatchObject([
      { action: 'privacy.erase', outcome: 'denied', target: { type: 'data_request', id: request } },
    ]);
  });

  it('gives the person all of it and nothing of others', async () => {
    const from = await logSize(world.platform, 'acme');
    const lines = (await admin('GET', `${ACME}/data-requests/${request}/export`)).text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({
      line: 'summary',
      subject: { userId: person.userId, memberIds: [person.memberId] },
    });
    expect(lines.at(-1)).toEqual({ line: 'end', next: from, more: false });
    const kinds = lines.filter(({ line }) => line === 'entity').map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['member', 'data_request']));
    const events = lines.filter(({ line }) => line === 'event');
    expect(events.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['member.create', 'auth.login', 'data.read', 'note.add', 'data_request.create']),
    );
    const whole = JSON.stringify(lines);
    expect(whole).not.toMatch(/admin@acme|mary\.jane|manager@acme/);
    expect(events.filter(({ action }) => action === 'data.read')).toHaveLength(1);
    expect((await eventsOf(world.platform, 'acme', from)).map(({ event }) => event.action)).toEqual(['privacy.export']);
  });

  it('keeps what a legal hold names, and refuses where it names the person', async () => {
    expect((await admin('DELETE', `${ACME}/members/${person.memberId}`)).status).toBe(204);
    const hold = await admin('POST', `${ACME}/legal-holds`, {
      ...{ name: 'Doe v. Acme', matter: 'Dispute', reason: 'Asked for by counsel', subjects: [person.userId] },
    });
    const shown = await plan(request);
    expect(shown).toMatchObject({ disclosures: 0, refused: expect.stringContaining('Doe v. Acme') });
    expect(shown.held.events).toBeGreaterThan(5);
    const from = await logSize(world.platform, 'acme');
    expect((await erase(request, shown)).status).toBe(409);
    expect((await eventsOf(world.platform, 'acme', from)).map(({ event }) => event.outcome)).toEqual(['denied']);
    await admin('POST', `${ACME}/legal-holds/${hold.json.id}/release`, { reason: 'Settled' });
  });

  it('keeps what compliance modes ask for unless that is said to be no reason', async () => {
    const settings = presetOf('hipaa').suggested;
    await world.platform.core.tenant('acme', async (tx) => {
      await lockOrg(tx);
      const at = '2026-01-01T00:00:00.000Z';
      const made = { created_at: at, created_by: 'any', updated_at: at, updated_by: 'any' };
      await keepRecord(tx, 'compliance_mode', {
        ...{ id: 'hipaa', org_id: 'acme', enabled: true, settings, revisions: [], ...made },
      });
    });
    const shown = await plan(request, 'floor');
    expect(shown).toMatchObject({ disclosures: 0, kept: { floor: 'P6Y' } });
    expect(shown.kept.until > new Date().toISOString()).toBe(true);
    expect((await plan(request)).disclosures).toBeGreaterThan(5);
  });

  it('erases exactly what was shown: proofs hold, others stay, a second time finds nothing', async () => {
    const globex = await disclosedOf('globex');
    const before = await raw();
    const shown = await plan(request);
    expect((await erase(request, { ...shown, digest: '0'.repeat(64) })).status).toBe(412);
    const from = await logSize(world.platform, 'acme');
    const done = await erase(request, shown);
    expect([done.status, done.json?.plan]).toEqual([200, shown]);
    expect(done.json.request).toMatchObject({
      subject: 'Person whose data was erased',
      erasure: { disclosures: shown.disclosures, events: shown.events, event_seq: from },
    });
    const events = await eventsOf(world.platform, 'acme', from);
    expect(events.map(({ event }) => event.action)).toEqual(['privacy.erase']);
    const list = (events[0]!.story.detail as unknown as { disclosures: ErasedOf[] }).disclosures;
    expect(erasureDigest(list, sha256)).toBe(shown.digest);

    const after = await raw();
    expect(after.slice(0, before.length).map(({ entry }) => entry)).toEqual(before.map(({ entry }) => entry));
    const named = new Set(list.flatMap(([seq, parts]) => parts.map(([, digest]) => `${seq} ${digest}`)));
    for (const [i, row] of before.entries()) {
      const stays = row.disclosures
        .split('~')
        .filter((text) => !named.has(`${row.seq} ${Buffer.from(sha256(toUtf8(text))).toString('base64url')}`));
      expect(after[i]!.disclosures).toBe(stays.join('~'));
    }
    const text = await told();
    expect(text.replaceAll('mary.jane.doe@example.test', '')).not.toContain(EMAIL.toLowerCase());
    expect(text).toContain('mary.jane.doe@example.test');
    expect(text).toContain('admin@acme.test');
    const [computed, signed] = await roots();
    expect(computed).toBe(signed);
    expect(await disclosedOf('globex')).toBe(globex);
    const again = await plan(request);
    expect(again).toMatchObject({ disclosures: 0, events: 0 });
    expect((await erase(request, again)).json.request.erasure.disclosures).toBe(shown.disclosures);
  });

  it('ends sessions of an account no organization has, and leaves no personal text in the feed', async () => {
    const { core } = world.platform;
    const rows = await core.platform((tx) => tx.query('SELECT id FROM sessions WHERE user_id = $1', [person.userId]));
    expect(rows).toEqual([]);
    const feed = (await admin('GET', `${ACME}/changes?limit=1000`)).text.toLowerCase();
    expect(feed).not.toContain(EMAIL.toLowerCase());
    expect(feed).toContain('admin@acme.test');
  });

  it('lets nobody change the log by the way that drops disclosures', async () => {
    const inTenant = (sql: string) => world.platform.core.tenant('acme', (tx) => tx.query(sql));
    await expect(inTenant("UPDATE audit_events SET disclosures = 'x'")).rejects.toThrow(/permission/);
    await expect(inTenant('DELETE FROM audit_events')).rejects.toThrow(/permission/);
    const before = await raw();
    await inTenant("SELECT drop_disclosures(ARRAY[0]::bigint[], ARRAY['nothing'])");
    expect(await raw()).toEqual(before);
    await expect(
      world.platform.core.tenant('globex', (tx) =>
        tx.query("SELECT org_acme.drop_disclosures(ARRAY[0]::bigint[], ARRAY['x'])"),
      ),
    ).rejects.toThrow(/permission/);
  });

  async function disclosedOf(org: string): Promise<string> {
    const rows = await world.platform.core.tenant(org, (tx) =>
      tx.query<{ disclosures: string }>('SELECT disclosures FROM audit_events ORDER BY seq'),
    );
    return rows.map(({ disclosures }) => disclosures).join('\n');
  }
});
