/** Carrying an erasure out, under the organization's lock: the events that order it, then the disclosures, then what else is live. */
import { ERASE_ACTION, type ErasedOf, type ErasurePlan, erasureParts } from '../../shared/compliance/erasure.ts';
import { PersonalMatcher, type Subject } from '../../shared/compliance/personal.ts';
import type { DataRequest } from '../../shared/entities/index.ts';
import type { Json } from '../../shared/json/index.ts';
import { keepRecord } from '../compliance/records.ts';
import type { Tx } from '../db/database.ts';
import { asPlatform, asTenant } from '../db/names.ts';
import { Problem } from '../http/problems.ts';
import type { OrgContext } from '../tenancy/context.ts';
import type { Happening } from '../tenancy/events.ts';
import { planErasure, requestOf } from './scan.ts';

/** Disclosures of one statement. */
const DROP_BATCH = 5_000;
/** In place of what a person was called, once nothing else names them. */
export const ERASED_PERSON = 'Person whose data was erased';

export interface ErasureAsked {
  readonly keep: ErasurePlan['keep'];
  readonly to: number;
  readonly digest: string;
  readonly reason: string;
}

/** A refusal that stands in the log: somebody asked for an erasure that may not be. */
function refused(id: string, words: string): Problem {
  return new Problem('conflict', words, {}, { audit: { type: 'data_request', id } });
}

async function dropDisclosures(tx: Tx, list: readonly ErasedOf[]): Promise<void> {
  const flat = list.flatMap(([seq, named]) => named.map(([, digest]) => ({ seq, digest })));
  for (let at = 0; at < flat.length; ) {
    // The parts of one event are never divided: each statement writes its row once.
    let end = Math.min(flat.length, at + DROP_BATCH);
    while (end < flat.length && flat[end]!.seq === flat[end - 1]!.seq) end += 1;
    const some = flat.slice(at, end);
    await tx.query('SELECT drop_disclosures($1::bigint[], $2::text[])', [
      some.map(({ seq }) => seq),
      some.map(({ digest }) => digest),
    ]);
    at = end;
  }
}

/** Ends what is left of the account's sessions where no other organization has the person as a member. */
async function endSessions({ core, tx, orgId }: OrgContext, userId: string): Promise<void> {
  await asPlatform(tx, core.instance);
  await tx.query(
    'DELETE FROM sessions WHERE user_id = $1 AND NOT EXISTS (SELECT 1 FROM memberships WHERE user_id = $1)',
    [userId],
  );
  await asTenant(tx, core.instance, orgId);
}

/** The register keeps what law asks of it (11 CCR § 7101(b)), which a name is not part of. */
async function noteErasure(
  { core, tx, principal }: OrgContext,
  request: DataRequest,
  plan: ErasurePlan,
  subject: Subject,
  seq: number,
): Promise<DataRequest> {
  const by = principal.type === 'user' ? principal.user.id : principal.accountId;
  const at = new Date(core.now()).toISOString();
  const before = request.erasure;
  const whole = plan.held.events + plan.kept.events + plan.left.events === 0;
  const matcher = new PersonalMatcher(subject);
  const kept = await keepRecord(tx, 'data_request', {
    ...request,
    ...(whole ? { subject: ERASED_PERSON } : {}),
    ...(whole && matcher.holds(request.note) ? { note: '' } : {}),
    erasure: {
      ...{ at, by },
      disclosures: plan.disclosures + (before?.disclosures ?? 0),
      events: plan.events + (before?.events ?? 0),
      event_seq: before?.event_seq ?? seq,
    },
    ...{ updated_at: at, updated_by: by },
  });
  return kept as unknown as DataRequest;
}

function happenings(id: string, list: readonly ErasedOf[], plan: ErasurePlan, asked: ErasureAsked): Happening[] {
  const parts = erasureParts(list);
  return parts.map((disclosures, part) => ({
    action: ERASE_ACTION,
    target: { type: 'data_request', id },
    disclosures: {
      detail: {
        ...{ request: id, digest: plan.digest, part, parts: parts.length, disclosures: disclosures as unknown as Json },
        ...(part > 0 ? {} : { keep: plan.keep, reason: asked.reason, held: plan.held.events, kept: plan.kept.events }),
      },
    },
  }));
}

/**
 * Erases what the plan with this digest names. The events are written by the caller in the same transaction, first at the log's present
 * size. Throws Problem not-found, conflict (refused by a hold, or while the person is a member: both stand in the log), version-mismatch where
 * the plan is another one now.
 */
export async function erase(context: OrgContext, id: string, asked: ErasureAsked, size: number) {
  const { tx } = context;
  const request = await requestOf(tx, id);
  if (request.kind !== 'erasure') throw new Problem('conflict', 'The request is not for erasure.');
  const member = await tx.query('SELECT id FROM members WHERE user_id = $1', [request.user_id]);
  if (member.length > 0) throw refused(id, 'The person is a member: end the membership first.');
  const { subject, plan, list } = await planErasure(context, request.user_id, asked.keep, Math.min(asked.to, size));
  if (plan.refused !== null) throw refused(id, plan.refused);
  if (plan.held.events > 0 && plan.events === 0) {
    throw refused(id, 'Legal holds keep everything there is of this person (GDPR Art. 17(3)(e)).');
  }
  if (plan.digest !== asked.digest) {
    throw new Problem('version-mismatch', 'What would be erased has changed since it was shown. Look at it again.');
  }
  const record = await noteErasure(context, request, plan, subject, size);
  await dropDisclosures(tx, list);
  await endSessions(context, request.user_id);
  return { record, plan, events: happenings(id, list, plan, asked) };
}
