/** Verdicts over signed results of access reviews, whole and tampered with. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ecdsaP256Signer, ecdsaP256Verify, sha256 } from '../main/crypto.ts';
import { judgeReview, REVIEW_RESULT_TYPE, reviewResult } from '../shared/access/index.ts';
import { envelope, pae } from '../shared/bundle/dsse.ts';
import { bundleKeyFingerprint } from '../shared/bundle/keys.ts';
import { fromBase64, fromUtf8, toBase64, toUtf8 } from '../shared/bytes.ts';
import type { AccessReview, AccessReviewItem } from '../shared/entities/index.ts';

function makeKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  return {
    publicKey: pem,
    fingerprint: bundleKeyFingerprint(pem, sha256),
    sign: ecdsaP256Signer(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()),
  };
}
const key = makeKey();
const other = makeKey();

const item = (id: string, given: Partial<AccessReviewItem> = {}): AccessReviewItem => ({
  ...{ id, org_id: 'acme', review_id: 'r', holder: { type: 'member', id: 'm1', name: 'Ann' }, source: 'role' },
  ...{ grant: 'viewer', decision: null, reason: '', decided_at: null, decided_by: null, refused: null, version: 1 },
  ...given,
});
const items = [item('1', { decision: 'confirm' }), item('2', { decision: 'revoke', reason: 'left' })];
const open: AccessReview = {
  ...{ id: 'r', org_id: 'acme', name: 'Q4', instructions: '', reviewers: ['u1'], due_at: '2026-12-01T00:00:00.000Z' },
  ...{ created_at: '2026-11-01T00:00:00.000Z', created_by: 'u1', closed_at: '2026-11-20T00:00:00.000Z' },
  ...{ closed_by: 'u1', items: 2, decided: 2, revoked: 1, result: null, version: 3 },
};
const sealed = (payload: string, { sign }: ReturnType<typeof makeKey> = key): string =>
  envelope(REVIEW_RESULT_TYPE, toUtf8(payload), [sign(pae(REVIEW_RESULT_TYPE, toUtf8(payload)))]);
const payload = reviewResult(open, items, sha256);
const review: AccessReview = { ...open, result: sealed(payload) };
const judge = (of: AccessReview = review, about: readonly AccessReviewItem[] = items, keys = [other, key]) =>
  judgeReview(of, about, keys, { sha256, verify: ecdsaP256Verify });

/** The envelope with its payload changed and its signature kept. */
function withPayload(change: (text: string) => string): AccessReview {
  const whole = JSON.parse(review.result!) as { payload: string };
  const changed = toBase64(toUtf8(change(fromUtf8(fromBase64(whole.payload)))));
  expect(changed).not.toBe(whole.payload);
  return { ...review, result: review.result!.replace(whole.payload, changed) };
}

describe('the result of an access review', () => {
  it('is valid by the key that signed it, over its own campaign and items in any order', () => {
    expect(judge(review, items.toReversed())).toMatchObject({
      ...{ state: 'valid', signedBy: key.fingerprint, campaign: true, items: true },
      result: { counts: { items: 2, confirmed: 1, revoked: 1, refused: 0, undecided: 0 } },
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    // Versions of the feed and what waits here are no part of it.
    expect(judge({ ...review, version: 9 }, [items[0]!, { ...items[1]!, version: 9 }]).state).toBe('valid');
  });

  it.each([
    ['a count', (text: string) => text.replace('"revoked":1', '"revoked":0')],
    ['who closed it', (text: string) => text.replace('"closed_by":"u1"', '"closed_by":"u2"')],
    ['the digest of the items', (text: string) => text.replace(/"items_sha256":"./, '"items_sha256":"g')],
    ['the organization', (text: string) => text.replace('"organization":"acme"', '"organization":"evil"')],
  ])('is not valid with %s changed', (_what, change) => {
    expect(judge(withPayload(change))).toMatchObject({ state: 'invalid', signedBy: null });
  });

  it('is not valid with any byte of the signature changed, or of another form', () => {
    const sig = (JSON.parse(review.result!) as { signatures: { sig: string }[] }).signatures[0]!.sig;
    const bytes = fromBase64(sig);
    for (let at = 0; at < bytes.length; at++) {
      const hurt = bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
      const changed = { ...review, result: review.result!.replace(sig, toBase64(hurt)) };
      expect(judge(changed), `byte ${at}`).toMatchObject({ state: 'invalid', signedBy: null });
    }
    for (const result of ['', '{}', ` ${review.result}`, review.result!.replace('"payload":"', '"payload":"!')])
      expect(judge({ ...review, result })).toMatchObject({ state: 'invalid', result: null, digest: null });
  });

  it('is not valid when signed by a key that is not known, and unchecked where none is', () => {
    const forged = { ...review, result: sealed(payload, makeKey()) };
    expect(judge(forged)).toMatchObject({ state: 'invalid', signedBy: null, campaign: true, items: true });
    expect(judge(review, items, [])).toMatchObject({ state: 'unchecked', signedBy: null });
  });

  it('differs where items or campaign are not those it was signed over', () => {
    const changed = [items[0]!, { ...items[1]!, decision: 'confirm' as const }];
    expect(judge(review, changed)).toMatchObject({ state: 'differs', items: false, campaign: true });
    expect(judge(review, [items[0]!, { ...items[1]!, reason: 'stays' }])).toMatchObject({
      state: 'differs',
      items: false,
    });
    expect(judge(review, items.slice(1))).toMatchObject({ state: 'differs', items: false });
    expect(judge({ ...review, name: 'Q3' })).toMatchObject({ state: 'differs', items: true, campaign: false });
    expect(judge({ ...review, closed_at: null, closed_by: null })).toMatchObject({ state: 'differs', campaign: false });
    // A result of another campaign, put in its place.
    const stolen = { ...open, id: 'r0', name: 'Q0', result: review.result };
    expect(judge(stolen)).toMatchObject({ state: 'differs', campaign: false });
  });
});
