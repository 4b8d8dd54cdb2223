/** The signed result of a closed review, opened for reading, and held against the items in the mirror. */
import { sha256 } from '@noble/hashes/sha2.js';
import { z } from 'zod';
import { countItems, itemsDigest } from '../../shared/access/index.ts';
import { fromBase64, fromUtf8, toHex } from '../../shared/bytes.ts';
import type { AccessReviewItem } from '../../shared/entities/index.ts';

const Envelope = z.object({ payload: z.string(), signatures: z.array(z.object({ sig: z.string() })).min(1) });
const Count = z.int().min(0);
const Payload = z.object({
  review: z.object({ closed_at: z.string(), closed_by: z.string() }),
  counts: z.object({ items: Count, confirmed: Count, revoked: Count, refused: Count, undecided: Count }),
  items_sha256: z.string(),
});

export interface OpenedResult extends z.infer<typeof Payload> {
  /** SHA-256, hex, over the signed payload. */
  readonly digest: string;
}

/** The payload of an envelope; null where it has another form. The signature is not looked at. */
export function openResult(text: string): OpenedResult | null {
  try {
    const { payload } = Envelope.parse(JSON.parse(text));
    const bytes = fromBase64(payload);
    return { ...Payload.parse(JSON.parse(fromUtf8(bytes))), digest: toHex(sha256(bytes)) };
  } catch {
    return null;
  }
}

/** Whether the result speaks of exactly these items: their digest is recomputed, and the counts with it. */
export function speaksOf(result: OpenedResult, items: readonly AccessReviewItem[]): boolean {
  const counted = countItems(items);
  const same = (Object.keys(counted) as (keyof typeof counted)[]).every((key) => counted[key] === result.counts[key]);
  return same && itemsDigest(items, sha256) === result.items_sha256;
}
