import { z } from 'zod';
import { ActorType, LocalPath, Ok, OrgId, Outcome, Sha256Hex, UtcMs, Uuid } from './common.ts';
import { JobStarted } from './jobs.ts';
import { command, job, query } from './procedure.ts';

/** `occurred`: the claimed time of the act. `recorded`: the sequencer's time, never decreasing. */
export const TimeBasis = z.enum(['occurred', 'recorded']);

const Values = z.array(z.string().max(512)).max(200);

/** An empty list means "any". Lists are OR within, AND between. Half-open time range [from, to). */
export const AuditFilter = z.strictObject({
  basis: TimeBasis.default('occurred'),
  from: UtcMs.nullable().default(null),
  to: UtcMs.nullable().default(null),
  /** `type:id`, e.g. `user:u_81`. */
  actors: Values.default([]),
  /** Exact verb, or a prefix with `.*` at the end. */
  actions: Values.default([]),
  /** `type:id`. */
  targets: Values.default([]),
  outcomes: z.array(Outcome).max(3).default([]),
  /** Workspace id; empty string for events outside any workspace. */
  workspaces: Values.default([]),
  /** Words that must all occur (prefix match on the last), over ids, names, action and every disclosed value. */
  text: z.string().max(500).default(''),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

export const AuditSortKey = z.enum(['time', 'seq', 'actor', 'action', 'target', 'outcome', 'workspace']);
export type AuditSortKey = z.infer<typeof AuditSortKey>;

export const AuditRow = z.strictObject({
  seq: z.int(),
  occurredAt: UtcMs,
  recordedAt: UtcMs,
  /** `name` comes from a disclosure; null where withheld or absent. */
  actor: z.strictObject({ type: ActorType, id: z.string(), name: z.string().nullable() }),
  action: z.string(),
  target: z.strictObject({ type: z.string(), id: z.string(), name: z.string().nullable() }).nullable(),
  outcome: Outcome,
  workspace: z.strictObject({ id: z.string(), name: z.string().nullable() }).nullable(),
});
export type AuditRow = z.infer<typeof AuditRow>;

export const AuditPage = z.strictObject({
  rows: z.array(AuditRow),
  /** Events that match the filter. */
  matched: z.int(),
  /** Events in the mirror. */
  mirrored: z.int(),
  elapsedMs: z.number(),
});
export type AuditPage = z.infer<typeof AuditPage>;

export const AuditHistogram = z.strictObject({
  from: UtcMs,
  to: UtcMs,
  bucketMs: z.int().min(1),
  success: z.array(z.int()),
  failure: z.array(z.int()),
  denied: z.array(z.int()),
  elapsedMs: z.number(),
});
export type AuditHistogram = z.infer<typeof AuditHistogram>;

export const FacetField = z.enum(['actor', 'action', 'target', 'outcome', 'workspace']);

export const DisclosureView = z.strictObject({
  digest: z.string(),
  /** Null where the disclosure was withheld or erased: the digest still stands in the leaf. */
  name: z.string().nullable(),
  value: z.unknown(),
  /** What it was and which proven event had it erased; null where it is here, or was only withheld. */
  erased: z.strictObject({ name: z.string(), bySeq: z.int(), at: UtcMs, request: z.string() }).nullable(),
});

export const AuditEventDetail = z.strictObject({
  row: AuditRow,
  leafHash: Sha256Hex,
  /** The stored bytes of the event as text (RFC 8785). */
  leaf: z.string(),
  event: z.record(z.string(), z.unknown()),
  disclosures: z.array(DisclosureView),
  disclosed: z.int(),
  withheld: z.int(),
});
export type AuditEventDetail = z.infer<typeof AuditEventDetail>;

export const InclusionView = z.strictObject({
  seq: z.int(),
  leafHash: Sha256Hex,
  path: z.array(Sha256Hex),
  treeSize: z.int(),
  /** Root recomputed now from the stored leaf and path. */
  computedRoot: Sha256Hex,
  signedRoot: Sha256Hex,
  verified: z.boolean(),
  hashesRecomputed: z.int(),
  checkpoint: z.string(),
  keyFingerprint: Sha256Hex,
});
export type InclusionView = z.infer<typeof InclusionView>;

export const SavedFilter = z.strictObject({
  id: Uuid,
  orgId: OrgId.nullable(),
  name: z.string().min(1).max(80),
  filter: AuditFilter,
  createdAt: UtcMs,
});
export type SavedFilter = z.infer<typeof SavedFilter>;

export const RowsResult = z.strictObject({ path: z.string(), rows: z.int(), bytes: z.int() });

const Scoped = z.strictObject({ orgId: OrgId, filter: AuditFilter });

export const auditProcedures = {
  'audit.query': query(
    'unlocked',
    'One page of the filtered, sorted audit log.',
    Scoped.extend({
      sort: AuditSortKey.default('time'),
      direction: z.enum(['asc', 'desc']).default('desc'),
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(1000).default(100),
    }),
    AuditPage,
  ),
  'audit.histogram': query(
    'unlocked',
    'Counts over time of the filtered log, by outcome.',
    Scoped.extend({ buckets: z.int().min(1).max(500).default(96) }),
    AuditHistogram,
  ),
  'audit.facet': query(
    'unlocked',
    'The most frequent values of a field under the filter, optionally by prefix.',
    Scoped.extend({
      field: FacetField,
      text: z.string().max(200).default(''),
      limit: z.int().min(1).max(200).default(50),
    }),
    z.array(z.strictObject({ value: z.string(), label: z.string(), count: z.int() })),
  ),
  'audit.locate': query(
    'unlocked',
    'Position of an event within the filtered, sorted log; null when it does not match.',
    Scoped.extend({
      sort: AuditSortKey.default('time'),
      direction: z.enum(['asc', 'desc']).default('desc'),
      seq: z.int().min(0),
    }),
    z.strictObject({ index: z.int().nullable() }),
  ),
  'audit.get': query(
    'unlocked',
    'One event with its stored bytes and disclosures.',
    z.strictObject({ orgId: OrgId, seq: z.int().min(0) }),
    AuditEventDetail,
  ),
  'audit.prove': query(
    'unlocked',
    'Recompute the inclusion proof of one event against the verified checkpoint.',
    z.strictObject({ orgId: OrgId, seq: z.int().min(0) }),
    InclusionView,
  ),
  'audit.exportRows': job(
    'unlocked',
    'Write the filtered rows as CSV or JSON lines. Result: RowsResult. A null path means the exports folder.',
    Scoped.extend({
      sort: AuditSortKey.default('time'),
      direction: z.enum(['asc', 'desc']).default('desc'),
      format: z.enum(['csv', 'ndjson']),
      path: LocalPath.nullable(),
    }),
    JobStarted,
  ),
  'filters.list': query(
    'unlocked',
    'Saved filters for an organization and the global ones.',
    z.strictObject({ orgId: OrgId }),
    z.array(SavedFilter),
  ),
  'filters.save': command(
    'unlocked',
    'Save a filter under a name; the same name replaces.',
    z.strictObject({ orgId: OrgId.nullable(), name: z.string().min(1).max(80), filter: AuditFilter }),
    SavedFilter,
  ),
  'filters.delete': command('unlocked', 'Delete a saved filter.', z.strictObject({ id: Uuid }), Ok),
} as const;
