/** The signed result of an access review, closed on the real platform and verified by the console offline: whole, and tampered with. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../main/crypto.ts';
import { nextVersion, recordChange } from '../../platform/feed/feed.ts';
import { createSigningKey } from '../../platform/log/keys.ts';
import { signResult } from '../../platform/reviews/keys.ts';
import { reviewResult } from '../../shared/access/index.ts';
import type { Command } from '../../shared/commands/index.ts';
import { AccessReview, AccessReviewItem } from '../../shared/entities/index.ts';
import type { Json } from '../../shared/json/index.ts';
import { openConsoleApp, PASSPHRASE } from '../support/app.ts';
import { ORG, OutboxWorld } from '../support/outboxWorld.ts';
import { mirrorKey } from '../support/plantMirror.ts';
import { ADMIN } from '../support/platformProcess.ts';
import { tamper } from '../support/tamper.ts';

let world: OutboxWorld;
let reviewId: string;
beforeAll(async () => {
  world = await OutboxWorld.open();
  reviewId = await closedReview('Autumn');
});
afterAll(() => world?.close());

/** A campaign in which Ada decides on Bob, closed. */
async function closedReview(name: string): Promise<string> {
  const ada = (await world.rows('member')).find(({ data }) => data.email === ADMIN.email)!.data.user_id as string;
  const id = crypto.randomUUID();
  const input = { name, instructions: '', reviewers: [ada], due_at: '2099-01-01T00:00:00.000Z' };
  await world.add(world.mine, { type: 'access_review.create', id, input });
  await world.sync();
  const items = await world.rows('access_review_item', { where: { field: 'review_id', value: id } });
  const bobs = items.find(({ data }) => (data.holder as { name: string }).name === 'Bob')!;
  const decide: Command = {
    ...{ type: 'access_review.decide', id: crypto.randomUUID(), item_id: bobs.id },
    input: { decision: 'confirm', reason: '' },
  };
  await world.add(world.mine, decide, { type: 'access_review.close', id });
  await world.sync();
  expect(await world.list()).toEqual([]);
  return id;
}

const result = (id = reviewId, who = world.mine) => who.call('reviews.result', { orgId: ORG, reviewId: id });
const served = async (): Promise<string> => {
  const { keys } = (await (
    await fetch(`${world.direct}/v1/orgs/${ORG}/review-keys`, { headers: { authorization: `Bearer ${await token()}` } })
  ).json()) as { keys: { fingerprint: string }[] };
  return keys.at(-1)!.fingerprint;
};

async function token(): Promise<string> {
  const post = async (path: string, body: unknown, bearer?: string) => {
    const headers = { 'content-type': 'application/json', ...(bearer ? { authorization: `Bearer ${bearer}` } : {}) };
    const answer = await fetch(`${world.direct}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return ((await answer.json()) as { access_token: string }).access_token;
  };
  return post('/v1/auth/token', { org_id: ORG }, await post('/v1/auth/login', ADMIN));
}

/** The review as the platform would serve it after its operator changed it. */
async function serveReview(
  id: string,
  change: (review: AccessReview) => Promise<Partial<AccessReview>>,
): Promise<void> {
  const row = (await world.one('access_review', id))!;
  const review = AccessReview.parse({ ...row.data, version: row.version });
  const changed = { ...review, ...(await change(review)) };
  await world.platform.core.tenant(ORG, async (tx) => {
    const version = await nextVersion(tx);
    await recordChange(tx, 'access_review', id, version, { ...changed, version } as unknown as Json);
  });
  await world.sync();
}

/** Signs with the key the platform has in force. */
const signed = (payload: string): Promise<string> =>
  world.platform.core.tenant(ORG, (tx) => signResult(world.platform.core, tx, ORG, payload));

describe('the signed result', () => {
  it('is valid by the key pinned at the first sync, also without the platform', async () => {
    const found = await result();
    expect(found).toMatchObject({
      ...{ state: 'valid', campaign: true, keysKnown: 1, items: { count: 2, same: true } },
      signedBy: { fingerprint: await served(), pinned: true },
      says: { counts: { items: 2, confirmed: 1, revoked: 0, refused: 0, undecided: 1 } },
    });
    expect(found.items.sha256).toBe(found.says!.itemsSha256);
    await world.offline();
    expect(await result()).toEqual(found);
    await world.online();
  });

  it('is not there while the campaign is open, nor of another campaign', async () => {
    const ada = (await world.rows('member')).find(({ data }) => data.email === ADMIN.email)!.data.user_id as string;
    const id = crypto.randomUUID();
    const input = { name: 'Open', instructions: '', reviewers: [ada], due_at: '2099-01-01T00:00:00.000Z' };
    await world.add(world.mine, { type: 'access_review.create', id, input });
    await world.sync();
    await expect(result(id)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(result(crypto.randomUUID())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is not valid once the platform serves another payload under the old signature', async () => {
    const id = await closedReview('Changed');
    await serveReview(id, async ({ result: text }) => {
      const whole = JSON.parse(text!) as { payload: string };
      const payload = Buffer.from(whole.payload, 'base64').toString().replace('"confirmed":1', '"confirmed":0');
      return { result: text!.replace(whole.payload, Buffer.from(payload).toString('base64')) };
    });
    expect(await result(id)).toMatchObject({ state: 'invalid', signedBy: null, says: { counts: { confirmed: 0 } } });
    expect(await result()).toMatchObject({ state: 'valid' });
  });

  it('differs once an item in the mirror is not what was signed', async () => {
    const id = await closedReview('Item changed');
    const { path, key } = await mirrorKey(world.mine.dataDir, ORG);
    await world.mine.app.close();
    tamper(path, key, (db) => {
      const found = db
        .prepare(
          "UPDATE entity SET data = json_set(data, '$.decision', 'revoke') WHERE kind = 'access_review_item' AND data ->> 'review_id' = ? AND data ->> 'decision' = 'confirm'",
        )
        .run(id);
      expect(found.changes).toBe(1);
    });
    world.mine = openConsoleApp(world.mine.dataDir);
    await world.mine.call('vault.unlock', { slot: 'passphrase', secret: PASSPHRASE });
    expect(await result(id)).toMatchObject({
      state: 'differs',
      campaign: true,
      items: { same: false },
      signedBy: { pinned: true },
    });
    expect(await result()).toMatchObject({ state: 'valid' });
  });

  it('says so when it was signed anew by a key that came later, and keeps the first key', async () => {
    const { core } = world.platform;
    const first = await served();
    await core.platform(async (tx) => {
      await tx.query("UPDATE sealed_keys SET from_size = -1, to_size = 0 WHERE purpose = 'review' AND org_id = $1", [
        ORG,
      ]);
      await createSigningKey(core, tx, 'review', ORG);
    });
    const later = await served();
    expect(later).not.toBe(first);
    const id = await closedReview('Signed anew');
    const rows = await world.rows('access_review_item', { where: { field: 'review_id', value: id } });
    const items = rows.map(({ data, version }) => AccessReviewItem.parse({ ...data, version }));
    await serveReview(id, async (review) => ({ result: await signed(reviewResult(review, items, sha256)) }));
    expect(await result(id)).toMatchObject({
      ...{ state: 'valid', keysKnown: 2 },
      signedBy: { fingerprint: later, pinned: false },
    });
    expect(await result()).toMatchObject({ state: 'valid', signedBy: { fingerprint: first, pinned: true } });
    // The platform drops the first key: what it signed stays provable here, and a console that comes now cannot prove it.
    await core.platform((tx) => tx.query("DELETE FROM sealed_keys WHERE purpose = 'review' AND from_size = -1"));
    await serveReview(id, async () => ({}));
    expect(await result()).toMatchObject({ state: 'valid', keysKnown: 2 });
    const late = await world.connect('late', world.direct, ADMIN);
    expect(await result(reviewId, late)).toMatchObject({ state: 'invalid', signedBy: null, keysKnown: 1 });
    await late.app.close();
  });
});
