/** One event as the detail panel shows it. */
import { disclosureDigest, readDisclosure } from '../../../shared/audit/index.ts';
import { fromUtf8, toHex } from '../../../shared/bytes.ts';
import type { AuditEventDetail, AuditRow } from '../../../shared/contract/audit.ts';
import { leafHash } from '../../../shared/log/index.ts';
import { sha256 } from '../../crypto.ts';
import type { ErasedNote } from '../api.ts';

/** Every digest of the event with its disclosure, or with none where that was withheld or erased. */
export function eventDetail(
  row: AuditRow,
  leaf: Uint8Array,
  disclosures: readonly string[],
  erased: ReadonlyMap<string, ErasedNote>,
): AuditEventDetail {
  const text = fromUtf8(leaf);
  const event = JSON.parse(text) as Record<string, unknown> & { _sd: string[] };
  const byDigest = new Map(disclosures.map((disclosure) => [disclosureDigest(disclosure, sha256), disclosure]));
  const views = event._sd.map((digest) => {
    const disclosure = byDigest.get(digest);
    if (disclosure === undefined) return { digest, name: null, value: null, erased: erased.get(digest) ?? null };
    const { name, value } = readDisclosure(disclosure);
    return { digest, name, value, erased: null };
  });
  const disclosed = views.filter(({ name }) => name !== null).length;
  return {
    row,
    leafHash: toHex(leafHash(leaf, sha256)),
    leaf: text,
    event,
    disclosures: views,
    disclosed,
    withheld: views.length - disclosed,
  };
}
