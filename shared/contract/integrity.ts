import { z } from 'zod';
import { IntegrityState, OrgId, Sha256Hex, UtcMs, Uuid } from './common.ts';
import { LogKey } from './connections.ts';
import { JobStarted } from './jobs.ts';
import { command, job, query } from './procedure.ts';

export const AlarmKind = z.enum([
  'LOG_ROLLBACK',
  'LOG_FORK',
  'LOG_GAP',
  'LOG_TAMPERED',
  'LOG_SIGNATURE',
  'LOG_MALFORMED',
  'MIRROR_TAMPERED',
  'MIRROR_RESTORED',
  'MIRROR_DAMAGED',
]);
export type AlarmKind = z.infer<typeof AlarmKind>;

export const Alarm = z.strictObject({
  id: Uuid,
  kind: AlarmKind,
  raisedAt: UtcMs,
  message: z.string(),
  /** Named pieces kept verbatim: signed notes, sizes, roots, the offending leaf. */
  evidence: z.array(z.strictObject({ name: z.string(), text: z.string() })),
  /** Set when a person recorded an explanation; the alarm stays listed. */
  acknowledged: z.strictObject({ at: UtcMs, note: z.string() }).nullable(),
});
export type Alarm = z.infer<typeof Alarm>;

export const CheckpointView = z.strictObject({
  origin: z.string(),
  size: z.int(),
  root: Sha256Hex,
  note: z.string(),
  receivedAt: UtcMs,
  signatures: z.array(z.strictObject({ name: z.string(), keyHash: z.string(), verified: z.boolean() })),
});

export const IntegrityView = z.strictObject({
  orgId: OrgId,
  state: IntegrityState,
  checkpoint: CheckpointView.nullable(),
  pinned: LogKey.extend({ pinnedAt: UtcMs }).nullable(),
  /** Newest signed checkpoints first, at most 50. */
  history: z.array(z.strictObject({ size: z.int(), root: Sha256Hex, verifiedAt: UtcMs })),
  lastFullVerification: z
    .strictObject({ at: UtcMs, leaves: z.int(), hashes: z.int(), elapsedMs: z.int(), matched: z.boolean() })
    .nullable(),
  /** Whether damage of pages that nobody has asked for yet is known: all are read at each opening, or once a day in the background. */
  pages: z.strictObject({ readAtOpen: z.boolean(), checkedAt: UtcMs.nullable() }),
  alarms: z.array(Alarm),
  /** Without a witness a log that is forked consistently for this console alone cannot be seen. */
  witnessed: z.boolean(),
});
export type IntegrityView = z.infer<typeof IntegrityView>;

/** Something a full verification found not to be what the signed root stands for. */
export const VerifyFinding = z.strictObject({
  /** `events`: a leaf, its disclosures or its row. `root`, `range`: the tree over them. `counters`: producers. `search`, `names`: derived. */
  part: z.enum(['events', 'root', 'range', 'counters', 'search', 'names']),
  message: z.string(),
  /** The first event it concerns, where it concerns one. */
  firstSeq: z.int().nullable(),
  /** Whether it was built anew from the proven events and then held. */
  repaired: z.boolean(),
});
export type VerifyFinding = z.infer<typeof VerifyFinding>;

/** Result of the verify-mirror job. */
export const VerifyMirrorResult = z.strictObject({
  leaves: z.int(),
  hashes: z.int(),
  disclosures: z.int(),
  root: Sha256Hex,
  /** False also where what differed has been repaired. */
  matched: z.boolean(),
  findings: z.array(VerifyFinding),
  elapsedMs: z.int(),
});
export type VerifyMirrorResult = z.infer<typeof VerifyMirrorResult>;

export const integrityProcedures = {
  'integrity.get': query(
    'unlocked',
    'Checkpoint, pinned key, last verification and alarms of one organization.',
    z.strictObject({ orgId: OrgId }),
    IntegrityView,
  ),
  'integrity.verify': job(
    'unlocked',
    'Recompute every leaf, disclosure digest and the root from the stored bytes, and hold rows, names and search index against them; a search index or names that differ are built anew. Result: VerifyMirrorResult.',
    z.strictObject({ orgId: OrgId }),
    JobStarted,
  ),
  'integrity.acknowledge': command(
    'unlocked',
    'Record an explanation on an alarm. The alarm and its evidence stay.',
    z.strictObject({ orgId: OrgId, alarmId: Uuid, note: z.string().min(1).max(2000) }),
    Alarm,
  ),
} as const;
