/** The questions about access that the mirror answers offline. */
import { z } from 'zod';
import { Command } from '../commands/index.ts';
import { LocalPath, OrgId, UtcMs } from './common.ts';
import { JobStarted } from './jobs.ts';
import { job, query } from './procedure.ts';

const Name = z.string().max(512);
const PermissionId = z.string().max(260);

/** Who holds something: a member, or a service account. */
export const HolderRef = z.strictObject({ type: z.enum(['member', 'service_account']), id: z.string().max(64) });
export type HolderRef = z.infer<typeof HolderRef>;
export const Holder = HolderRef.extend({
  name: z.string(),
  /** E-mail of a member, owner's name of an account. */
  detail: z.string(),
  status: z.enum(['invited', 'active', 'suspended', 'revoked', 'expired']),
});
export type Holder = z.infer<typeof Holder>;

export const AccessPath = z.strictObject({
  /** `role ops > viewer · logs:*`: what the person reads. */
  text: z.string(),
  source: z.enum(['role', 'extra', 'key']),
  sourceId: z.string(),
  grant: z.string(),
  by: z.enum(['name', 'wildcard']),
  scope: z.enum(['own', 'shared']).nullable(),
  inherited: z.boolean(),
  /** When this path came to be, by the proven log; null: before the log begins or not told by it. */
  since: UtcMs.nullable(),
});
export type AccessPath = z.infer<typeof AccessPath>;

/** What every answer says of itself. */
export const Basis = z.strictObject({
  /** `mirror`: the entities as last synced; `log`: replayed from the proven audit log. */
  from: z.enum(['mirror', 'log']),
  /** Events looked at. */
  events: z.int(),
  logBegins: UtcMs.nullable(),
  /** Changes whose content was withheld or erased, so that the answer may miss them. */
  unknownChanges: z.int(),
  /** Entities of which the end of the log and the entities as last synced do not say the same; the first 20 named. */
  disagreements: z.strictObject({
    count: z.int(),
    first: z.array(z.strictObject({ kind: z.string(), id: z.string() })),
  }),
  elapsedMs: z.number(),
});
export type Basis = z.infer<typeof Basis>;

export const EffectiveGrant = z.strictObject({
  permission: PermissionId,
  scopes: z.union([z.literal('all'), z.array(z.enum(['own', 'shared']))]),
  paths: z.array(AccessPath),
  lastUsedAt: UtcMs.nullable(),
  uses: z.int(),
});
export type EffectiveGrant = z.infer<typeof EffectiveGrant>;

export const AccessChange = z.strictObject({
  holder: Holder,
  permission: PermissionId,
  change: z.enum(['gained', 'lost', 'path']),
  before: z.array(AccessPath),
  after: z.array(AccessPath),
});
export type AccessChange = z.infer<typeof AccessChange>;

/** A role as it would be, for what-if questions. */
export const RoleDraft = z.strictObject({
  id: z.string().max(64).nullable(),
  inherits: z.string().max(64).nullable(),
  permissions: z.array(PermissionId).max(20_000),
});
export type RoleDraft = z.infer<typeof RoleDraft>;

export const ReplayRow = z.strictObject({
  seq: z.int(),
  at: UtcMs,
  holder: Holder.nullable(),
  action: z.string(),
  target: z.string().nullable(),
  permission: PermissionId,
  was: z.enum(['allowed', 'refused']),
  would: z.enum(['allowed', 'refused', 'undetermined']),
});

export const Unused = z.strictObject({
  holder: Holder,
  role: z.string().nullable(),
  granted: z.int(),
  used: z.int(),
  /** At most 50,000 in one answer: where the list is shorter than granted less used, the export has the rest. */
  unused: z.array(z.strictObject({ permission: PermissionId, paths: z.array(z.string()) })),
  /** The smallest role that covers observed use, and how many permissions less it grants; null when none does better. */
  smallerRole: z.strictObject({ id: z.string(), name: z.string(), fewer: z.int() }).nullable(),
});

const Holders = z.strictObject({ orgId: OrgId, text: z.string().max(200).default('') });
const Slice = { offset: z.int().min(0).default(0), limit: z.int().min(1).max(5_000).default(500) };

const Who = { permission: PermissionId, at: UtcMs.nullable() };
const Effective = { holder: HolderRef, at: UtcMs.nullable() };
const Period = { from: UtcMs, to: UtcMs };
/**
 * The role as drafted, in the place of the one it names; with a holder, that holder had held it. Permissions stand in the place of the
 * holder's own grants.
 */
const Replay = {
  ...Period,
  role: RoleDraft.nullable(),
  holder: HolderRef.nullable(),
  permissions: z.array(PermissionId).max(20_000).nullable(),
};

/** Which answer to write out; the same inputs as on the screen. */
export const AccessQuestion = z.discriminatedUnion('question', [
  z.strictObject({ question: z.literal('who'), ...Who }),
  z.strictObject({ question: z.literal('effective'), ...Effective }),
  z.strictObject({ question: z.literal('diff'), ...Period }),
  z.strictObject({ question: z.literal('replay'), ...Replay }),
  z.strictObject({ question: z.literal('unused'), ...Period }),
]);
export type AccessQuestion = z.infer<typeof AccessQuestion>;

export const accessProcedures = {
  'access.me': query(
    'unlocked',
    'Rights of the signed-in person in this organization, as the mirror has them: what the screens offer. The platform decides.',
    z.strictObject({ orgId: OrgId }),
    z.strictObject({
      memberId: z.string().nullable(),
      role: z.string().nullable(),
      permissions: z.array(PermissionId),
      online: z.boolean(),
    }),
  ),
  'access.catalog': query(
    'unlocked',
    'Every permission and role of the organization, with holders counted.',
    z.strictObject({ orgId: OrgId }),
    z.strictObject({
      version: z.int(),
      permissions: z.array(z.strictObject({ id: PermissionId, since: z.int() })),
      roles: z.array(
        z.strictObject({
          id: z.string(),
          name: Name,
          description: z.string(),
          builtIn: z.boolean(),
          inherits: z.string().nullable(),
          /** Grants as written. */
          grants: z.array(PermissionId),
          catalogVersion: z.int(),
          /** Permissions reached, inheritance and wildcards resolved. */
          reaches: z.int(),
          holders: z.int(),
          source: z.string().nullable(),
          version: z.int().nullable(),
        }),
      ),
    }),
  ),
  'access.role': query(
    'unlocked',
    'One role against the catalog: how each permission is reached.',
    z.strictObject({ orgId: OrgId, id: z.string().max(64) }),
    z.strictObject({
      id: z.string(),
      paths: z.array(z.strictObject({ permission: PermissionId, paths: z.array(AccessPath) })),
    }),
  ),
  'access.preview': query(
    'unlocked',
    'What a change would do, and for whom, before it is made: nothing is sent or stored.',
    z.strictObject({ orgId: OrgId, command: Command }),
    z.strictObject({
      /** The first 5,000 of `total`. */
      changes: z.array(AccessChange),
      total: z.int(),
      /** Holders whose access changes. */
      holders: z.int(),
      /** Permissions the wildcards of this change reach that they did not before. */
      wildcardDelta: z.array(PermissionId),
      /** Why the platform would refuse it, in words; empty: nothing known. */
      refusals: z.array(z.string()),
      elapsedMs: z.number(),
    }),
  ),
  'access.holders': query(
    'unlocked',
    'Members and service accounts, those removed since included, by name.',
    Holders.extend(Slice),
    z.strictObject({ total: z.int(), rows: z.array(Holder) }),
  ),
  'access.who': query(
    'unlocked',
    'Who can do this, through what, since when, last used. `at` null: now.',
    z.strictObject({ orgId: OrgId, ...Who, ...Slice }),
    z.strictObject({
      total: z.int(),
      rows: z.array(EffectiveGrant.omit({ permission: true }).extend({ holder: Holder })),
      basis: Basis,
    }),
  ),
  'access.effective': query(
    'unlocked',
    'Everything one holder can do, through what, last used.',
    z.strictObject({ orgId: OrgId, ...Effective }),
    z.strictObject({ holder: Holder, grants: z.array(EffectiveGrant), basis: Basis }),
  ),
  'access.diff': query(
    'unlocked',
    'Difference of access between two instants, with the paths that changed.',
    z.strictObject({ orgId: OrgId, ...Period, ...Slice }),
    z.strictObject({ total: z.int(), gained: z.int(), lost: z.int(), rows: z.array(AccessChange), basis: Basis }),
  ),
  'access.replay': query(
    'unlocked',
    "Had this role, or this holder's grants, been so: which real events would have been refused or allowed.",
    z.strictObject({ orgId: OrgId, ...Replay, ...Slice }),
    z.strictObject({
      total: z.int(),
      wouldRefuse: z.int(),
      wouldAllow: z.int(),
      undetermined: z.int(),
      same: z.int(),
      rows: z.array(ReplayRow),
      basis: Basis,
    }),
  ),
  'access.prepareReplay': job(
    'unlocked',
    'Work out a replay, with progress and to be cancelled: access.replay then answers the same question at once. Result: {events}.',
    z.strictObject({ orgId: OrgId, ...Replay }),
    JobStarted,
  ),
  'access.unused': query(
    'unlocked',
    'Least privilege with evidence: grants not used in the period, and the smallest role that covers what was.',
    z.strictObject({ orgId: OrgId, ...Period, ...Slice }),
    z.strictObject({ total: z.int(), rows: z.array(Unused), basis: Basis }),
  ),
  'access.export': job(
    'unlocked',
    'Write the whole answer to a question as CSV. Result: {path, rows}.',
    z.strictObject({ orgId: OrgId, question: AccessQuestion, path: LocalPath.nullable() }),
    JobStarted,
  ),
} as const;
