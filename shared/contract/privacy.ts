/** Requests of data subjects: who it is about, what an access export holds, what an erasure takes, and that it is gone here. */
import { z } from 'zod';
import { ErasurePlan, KEEPS } from '../compliance/erasure.ts';
import { DataRequest } from '../entities/index.ts';
import { LocalPath, OrgId, UtcMs } from './common.ts';
import { JobStarted } from './jobs.ts';
import { job, query } from './procedure.ts';

const RequestId = z.string().min(1).max(120);
const OfRequest = z.strictObject({ orgId: OrgId, id: RequestId });

export const PersonView = z.strictObject({
  userId: z.string(),
  memberId: z.string(),
  name: z.string(),
  email: z.string(),
  /** False: the membership has ended. */
  present: z.boolean(),
  /** When it ended; null: not known, or it has not. */
  until: UtcMs.nullable(),
});
export type PersonView = z.infer<typeof PersonView>;

export const PrivacyProof = z.strictObject({
  /** Events of the log that ordered the erasure. */
  orders: z.array(z.int()),
  /** Disclosures they name. */
  named: z.int(),
  /** Of these, how many this mirror still holds; 0 once it has followed. */
  held: z.int(),
  /** Events the disclosures belonged to, and how many of their leaves were proven against the signed root just now. */
  events: z.int(),
  verified: z.int(),
});
export type PrivacyProof = z.infer<typeof PrivacyProof>;

/** Result of the job `privacy.export`. */
export const PrivacyExport = z.strictObject({
  path: z.string(),
  bytes: z.int(),
  entities: z.int(),
  events: z.int(),
  withheld: z.int(),
});
/** Result of the job `privacy.erase`. */
export const PrivacyErased = z.object({ request: DataRequest, plan: ErasurePlan });

export const privacyProcedures = {
  'privacy.find': query(
    'unlocked',
    'Find a person by name, e-mail or id among members and, from the proven log, former members; at most 50.',
    z.strictObject({ orgId: OrgId, text: z.string().trim().min(2).max(320) }),
    z.array(PersonView),
  ),
  'privacy.preview': query(
    'unlocked',
    'What an erasure for a request would take of this mirror, and what legal holds and law keep: counted here, as the platform counts.',
    OfRequest.extend({ keep: z.enum(KEEPS).default('floor') }),
    ErasurePlan,
  ),
  'privacy.proof': query(
    'unlocked',
    'For a request: the disclosures its erasure named in the proven log, how many of them this mirror still holds, and the proof of their leaves.',
    OfRequest,
    PrivacyProof,
  ),
  'privacy.export': job(
    'unlocked',
    'Write what this mirror holds about the person of a request, as JSON and as a readable page in one ZIP. A null path means the exports folder.',
    OfRequest.extend({ path: LocalPath.nullable() }),
    JobStarted,
  ),
  'privacy.erase': job(
    'unlocked',
    'Have the platform erase exactly what a preview showed (its digest), then sync, so that this mirror drops it too.',
    OfRequest.extend({
      keep: z.enum(KEEPS),
      to: z.int().min(0),
      digest: z.string().regex(/^[0-9a-f]{64}$/),
      reason: z.string().trim().min(1).max(2_000),
    }),
    JobStarted,
  ),
} as const;
