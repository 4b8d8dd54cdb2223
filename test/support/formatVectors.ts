/** The worked example of docs/FORMATS.md, made from fixed inputs by the product's own code. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { ed25519RawPublic, ed25519Signer, sha256 } from '../../main/crypto.ts';
import { formatKey, itemsDigest, REVIEW_RESULT_TYPE, reviewResult } from '../../shared/access/index.ts';
import { buildEvent, makeDisclosure } from '../../shared/audit/index.ts';
import { IN_TOTO_TYPE, pae } from '../../shared/bundle/dsse.ts';
import { fromUtf8, toHex, toUtf8 } from '../../shared/bytes.ts';
import type { AccessReview, AccessReviewItem } from '../../shared/entities/index.ts';
import {
  CompactRange,
  encodeEntries,
  formatCheckpoint,
  inclusionProof,
  leafHash,
  makeVkey,
  signNote,
} from '../../shared/log/index.ts';

const ORIGIN = 'platform.example/orgs/acme';
/** RFC 8032 section 7.1 test 1, in PKCS#8. Published, so never a key of anything real. */
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';

function logKey(): { publicKey: Uint8Array; pem: string; publicPem: string } {
  const der = Buffer.from(`302e020100300506032b657004220420${SEED}`, 'hex');
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const pem = key.export({ format: 'pem', type: 'pkcs8' }).toString();
  return {
    pem,
    publicKey: ed25519RawPublic(pem),
    publicPem: createPublicKey(key).export({ format: 'pem', type: 'spki' }).toString(),
  };
}

/** Every value the document prints, by its name there. */
export function formatVectors(): Record<string, string> {
  const disclosure = makeDisclosure(new Uint8Array(16).fill(1), 'actor', {
    name: 'Ann Example',
    email: 'ann@acme.example',
  });
  const events = [0, 1, 2].map((seq) =>
    buildEvent(
      {
        log: ORIGIN,
        seq,
        id: `01890a5d-ac96-774b-bcce-b302099a805${seq}`,
        recorded_at: `2026-01-01T00:00:0${seq}.000Z`,
        occurred_at: '2026-01-01T00:00:00.000Z',
        workspace: null,
        action: 'auth.login',
        outcome: 'success',
        actor: { type: 'user', id: 'u-1' },
        target: null,
        producer: { id: 'api', epoch: 1, n: seq },
        request: `req-${seq}`,
      },
      [disclosure],
      sha256,
    ),
  );
  const leaves = events.map(({ bytes }) => toUtf8(bytes));
  const hashes = leaves.map((leaf) => leafHash(leaf, sha256));
  const range = CompactRange.empty(sha256);
  for (const hash of hashes) range.append(hash);
  const { pem, publicKey, publicPem } = logKey();
  const text = formatCheckpoint({ origin: ORIGIN, size: 3, root: range.root() });
  const source = ({ level, index }: { level: number; index: number }): Uint8Array => {
    const part = CompactRange.empty(sha256);
    for (const hash of hashes.slice(index * 2 ** level, (index + 1) * 2 ** level)) part.append(hash);
    return part.root();
  };
  return {
    disclosure,
    digest: events[0]!.event._sd[0]!,
    leaf0: events[0]!.bytes,
    'leaf hashes': hashes.map(toHex).join('\n'),
    root: toHex(range.root()),
    'compact range': range.hashes.map(toHex).join('\n'),
    'inclusion proof of leaf 1': inclusionProof(1, 3, source, sha256).map(toHex).join('\n'),
    'entry bundle, first 8 bytes': toHex(encodeEntries(leaves).slice(0, 8)),
    vkey: makeVkey(ORIGIN, publicKey, sha256),
    'public key': publicPem.trimEnd(),
    checkpoint: signNote(text, ORIGIN, publicKey, ed25519Signer(pem), sha256).trimEnd(),
    pae: fromUtf8(pae(IN_TOTO_TYPE, toUtf8('{}'))),
    'service-account key': formatKey({ env: 'live', id: '0123456789ABCDEF', secret: 'a'.repeat(43) }),
    ...reviewVectors(),
  };
}

/** A closed review of one item. */
function reviewVectors(): Record<string, string> {
  const item: AccessReviewItem = {
    id: 'i-1',
    org_id: 'acme',
    review_id: 'r-1',
    holder: { type: 'member', id: 'm-1', name: 'Ann Example' },
    source: 'extra',
    grant: 'threads:*',
    decision: 'revoke',
    reason: 'left the team',
    decided_at: '2026-01-02T00:00:00.000Z',
    decided_by: 'u-2',
    refused: null,
    version: 9,
  };
  const review: AccessReview = {
    id: 'r-1',
    org_id: 'acme',
    name: 'First quarter',
    instructions: '',
    reviewers: ['u-2'],
    due_at: '2026-01-31T00:00:00.000Z',
    created_at: '2026-01-01T00:00:00.000Z',
    created_by: 'u-1',
    closed_at: '2026-01-03T00:00:00.000Z',
    closed_by: 'u-1',
    items: 1,
    decided: 1,
    revoked: 1,
    result: null,
    version: 10,
  };
  const payload = reviewResult(review, [item], sha256);
  return {
    'items digest of a review': itemsDigest([item], sha256),
    'result of a review': payload,
    'result of a review, signed bytes': fromUtf8(pae(REVIEW_RESULT_TYPE, toUtf8(payload))),
  };
}

/** The vectors as the document carries them. */
export function vectorsMarkdown(): string {
  return Object.entries(formatVectors())
    .map(([name, value]) => `**${name}**\n\n\`\`\`\n${value}\n\`\`\`\n`)
    .join('\n');
}
