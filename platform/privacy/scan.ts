/** Reads an organization's log for what is about one person. Every call must be under the tenant's role. */

import type { Keep } from '../../shared/compliance/erasure.ts';
import {
  DEFAULT_PAGE_EVENTS,
  type LogRow,
  planOf,
  type Reading,
  subjectOf,
} from '../../shared/compliance/personalScan.ts';
import { retentionFloor } from '../../shared/compliance/recordRules.ts';
import type { ComplianceMode, DataRequest, LegalHold } from '../../shared/entities/index.ts';
import { readRecord, selectRecords } from '../compliance/records.ts';
import { sha256 } from '../crypto.ts';
import type { Tx } from '../db/database.ts';
import { Problem } from '../http/problems.ts';
import type { OrgContext } from '../tenancy/context.ts';

/** The request of a person who is known. Throws Problem not-found, conflict. */
export async function requestOf(tx: Tx, id: string): Promise<DataRequest & { readonly user_id: string }> {
  const found = (await readRecord(tx, 'data_request', id)) as unknown as DataRequest | null;
  if (found === null) throw new Problem('not-found', 'There is no such request.');
  if (found.user_id === null) throw new Problem('conflict', 'Say first which person the request is about.');
  return { ...found, user_id: found.user_id };
}

/** The events [begin, size), page by page: memory holds one page at a time. */
export function readingOf(tx: Tx, size: number, begin = 0): Reading {
  return async function* pages() {
    for (let from = begin; from < size; from += DEFAULT_PAGE_EVENTS) {
      yield await tx.query<LogRow>(
        // A pruned event has no text.
        `SELECT seq, entry AS leaf, disclosures AS line FROM audit_events WHERE seq >= $1 AND seq < $2 AND entry <> '' ORDER BY seq`,
        [from, Math.min(size, from + DEFAULT_PAGE_EVENTS)],
      );
    }
  };
}

/** Events the log has. */
export async function sizeOf(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ n: number }>('SELECT log_size AS n FROM org_state');
  return row?.n ?? 0;
}

/** What an erasure of the first `size` events would do now. */
export async function planErasure(
  { core, tx }: Pick<OrgContext, 'core' | 'tx'>,
  userId: string,
  keep: Keep,
  size: number,
) {
  const reading = readingOf(tx, size);
  const subject = await subjectOf(reading, userId);
  const modes = (await selectRecords(tx, 'compliance_mode')) as unknown as ComplianceMode[];
  const holds = (await selectRecords(tx, 'legal_hold')) as unknown as LegalHold[];
  const planned = await planOf(
    reading,
    { subject, keep, floor: retentionFloor(modes), holds, now: core.now() },
    sha256,
  );
  return { subject, ...planned, plan: { ...planned.plan, to: size } };
}
