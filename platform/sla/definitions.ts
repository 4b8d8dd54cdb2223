/** Definitions of service levels and maintenance: rows and feed. The caller holds the organization's lock and records the event. */
import { v7 } from 'uuid';
import type { z } from 'zod';
import type { Sla, SlaExclusion, SlaExclusionInput, SlaInput, SlaPatch } from '../../shared/entities/index.ts';
import type { Json } from '../../shared/json/index.ts';
import { HOUR } from '../../shared/sla/model.ts';
import { slaFaults } from '../../shared/sla/rules.ts';
import { monthTermsAt, slaChange } from '../../shared/sla/terms.ts';
import type { Tx } from '../db/database.ts';
import { nextVersion, recordChange } from '../feed/feed.ts';
import { refuse } from '../http/refuse.ts';
import type { Happening } from '../tenancy/events.ts';
import { loadBook, readExclusion, readSla } from './book.ts';

/** A month is reported so long after its end: what comes late within it is in the first issue. */
export const REPORT_DELAY_MS = HOUR;

/** Who makes a change, and when (ms). */
export interface Made {
  readonly at: number;
  readonly by: string;
}

/** What the log keeps of a change to an SLA. */
export function slaStory(before: Sla | null, after: Sla): Omit<Happening, 'action'> {
  return {
    target: { type: 'sla', id: after.id },
    workspace: after.workspace_id,
    disclosures: {
      target: { name: after.name },
      change: { before: before as unknown as Json, after: after as unknown as Json },
    },
  };
}

/** What the log keeps of maintenance that was announced or taken back. */
export function exclusionStory(before: SlaExclusion | null, after: SlaExclusion | null): Omit<Happening, 'action'> {
  const one = (after ?? before)!;
  return {
    target: { type: 'sla_exclusion', id: one.id },
    disclosures: {
      target: { name: one.reason },
      change: { before: before as unknown as Json, after: after as unknown as Json },
    },
  };
}

/** Says that definitions or maintenance changed: what was judged by them is judged anew. */
async function raiseSlas(tx: Tx): Promise<void> {
  await tx.query('UPDATE org_state SET sla_version = sla_version + 1');
}

async function saved(tx: Tx, orgId: string, id: string): Promise<Sla> {
  const version = await nextVersion(tx);
  await tx.query('UPDATE slas SET version = $2 WHERE id = $1', [id, version]);
  await raiseSlas(tx);
  const sla = await readSla(tx, orgId, id);
  await recordChange(tx, 'sla', id, version, sla as unknown as Json);
  return sla;
}

/** Makes an SLA that holds from `made.at` on. Throws what `refuse` throws. */
export async function addSla(tx: Tx, orgId: string, input: z.output<typeof SlaInput>, made: Made): Promise<Sla> {
  const { id = v7(), terms, ...fields } = input;
  refuse(slaFaults({ type: 'sla.create', id, input: { ...fields, terms } }, await loadBook(tx, orgId, made.at)));
  const at = new Date(made.at).toISOString();
  const revisions = [{ revision: 1, terms, effective_from: at, made_at: at, made_by: made.by, reason: '' }];
  const { month, whole } = monthTermsAt({ revisions, ended_at: null }, made.at)!;
  await tx.query(
    `INSERT INTO slas (id, name, description, workspace_id, service, revisions, created_at, updated_at, version,
       report_month, report_due) VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $7, 0, $8, $9)`,
    [
      id,
      fields.name,
      fields.description,
      fields.workspace_id,
      fields.service,
      JSON.stringify(revisions),
      at,
      month,
      whole.to + REPORT_DELAY_MS,
    ],
  );
  return await saved(tx, orgId, id);
}

/** Throws what `refuse` throws. */
export async function updateSla(tx: Tx, before: Sla, patch: SlaPatch, made: Made): Promise<Sla> {
  const book = await loadBook(tx, before.org_id, made.at);
  refuse(slaFaults({ type: 'sla.update', id: before.id, patch }, book));
  const after = { ...before, ...slaChange(patch, before, made) };
  await tx.query('UPDATE slas SET name = $2, description = $3, revisions = $4::jsonb, updated_at = $5 WHERE id = $1', [
    before.id,
    after.name,
    after.description,
    JSON.stringify(after.revisions),
    new Date(made.at),
  ]);
  return await saved(tx, before.org_id, before.id);
}

/** Ends an SLA for good; what is open of it is closed by the next judgement. Throws what `refuse` throws. */
export async function endSla(tx: Tx, before: Sla, now: number): Promise<Sla> {
  refuse(slaFaults({ type: 'sla.end', id: before.id }, await loadBook(tx, before.org_id, now)));
  await tx.query('UPDATE slas SET ended_at = $2, updated_at = $2 WHERE id = $1', [before.id, new Date(now)]);
  return await saved(tx, before.org_id, before.id);
}

/** Issued months that an exclusion touches are looked at again. */
async function stale(tx: Tx, { sla_id, from, to }: Pick<SlaExclusion, 'sla_id' | 'from' | 'to'>, now: number) {
  await tx.query(
    `UPDATE sla_months SET stale_at = coalesce(stale_at, $4)
     WHERE ($1::text IS NULL OR sla_id = $1) AND from_ms < $3 AND to_ms > $2`,
    [sla_id, Date.parse(from), Date.parse(to), now],
  );
  await raiseSlas(tx);
}

/** Throws what `refuse` throws. */
export async function addExclusion(
  tx: Tx,
  orgId: string,
  input: z.output<typeof SlaExclusionInput>,
  made: Made,
): Promise<SlaExclusion> {
  const { id = v7(), ...fields } = input;
  const book = await loadBook(tx, orgId, made.at, { id, from: fields.from });
  refuse(slaFaults({ type: 'sla_exclusion.create', id, input: fields }, book));
  const version = await nextVersion(tx);
  await tx.query(
    `INSERT INTO sla_exclusions (id, sla_id, from_at, to_at, reason, retroactive, created_at, created_by, version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      id,
      fields.sla_id,
      fields.from,
      fields.to,
      fields.reason,
      Date.parse(fields.from) < made.at,
      new Date(made.at),
      made.by,
      version,
    ],
  );
  const exclusion = await readExclusion(tx, orgId, id);
  await recordChange(tx, 'sla_exclusion', id, version, exclusion as unknown as Json);
  await stale(tx, exclusion, made.at);
  return exclusion;
}

/** Takes maintenance back that has not begun. Throws what `refuse` throws. */
export async function removeExclusion(tx: Tx, before: SlaExclusion, now: number): Promise<void> {
  refuse(slaFaults({ type: 'sla_exclusion.delete', id: before.id }, await loadBook(tx, before.org_id, now, before)));
  await tx.query('DELETE FROM sla_exclusions WHERE id = $1', [before.id]);
  await recordChange(tx, 'sla_exclusion', before.id, await nextVersion(tx), null);
  await raiseSlas(tx);
}
