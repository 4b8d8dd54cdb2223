/** Changes asked for here: they wait in the outbox of a mirror until the platform has carried them out, refused them, or they clash. */
import { z } from 'zod';
import { Command, IssueKey } from '../commands/index.ts';
import { ENTITY_KINDS } from '../entities/index.ts';
import { LocalPath, Ok, OrgId, UtcMs, Uuid } from './common.ts';
import { JobStarted } from './jobs.ts';
import { command, job, query } from './procedure.ts';

const Json = z.record(z.string(), z.unknown());

/** `waiting`: to be sent; `conflict`: changed meanwhile, a person decides; `refused`: the platform said no, and why. */
export const OutboxState = z.enum(['waiting', 'sending', 'conflict', 'refused']);

export const OutboxEntry = z.strictObject({
  /** Idempotency key of the request too; another one after an answered request was edited or a conflict resolved. */
  id: Uuid,
  command: Command,
  target: z.strictObject({ kind: z.enum(ENTITY_KINDS), id: z.string(), op: z.enum(['create', 'update', 'delete']) }),
  /** Name of the target, for the list. */
  title: z.string(),
  state: OutboxState,
  createdAt: UtcMs,
  /** Version the change was made against, sent as If-Match; null for a creation. */
  baseVersion: z.int().nullable(),
  /** Entries to be carried out before this one, such as the creation of its target. */
  dependsOn: z.array(Uuid),
  attempts: z.int().min(0),
  /** It was sent and its answer is not known: it cannot be edited or taken back until the platform has answered. */
  inDoubt: z.boolean(),
  lastAttemptAt: UtcMs.nullable(),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});
export type OutboxEntry = z.infer<typeof OutboxEntry>;

/** What stands beside a thing that has entries in the outbox; the most urgent state speaks for it. */
export const PendingChange = z.strictObject({
  entryIds: z.array(Uuid),
  op: z.enum(['create', 'update', 'delete']),
  state: OutboxState,
});
export type PendingChange = z.infer<typeof PendingChange>;

/** Field by field; `theirs` null where the thing is gone. */
export const Conflict = z.strictObject({
  entry: OutboxEntry,
  base: Json.nullable(),
  theirs: Json.nullable(),
  theirVersion: z.int().nullable(),
  mine: Json,
  fields: z.array(
    z.strictObject({
      field: z.string(),
      base: z.unknown(),
      mine: z.unknown(),
      theirs: z.unknown(),
      /** Both sides changed it, and not to the same. */
      clash: z.boolean(),
    }),
  ),
});
export type Conflict = z.infer<typeof Conflict>;

/** How many seconds a secret may stay in the clipboard. */
const ClearAfter = z.int().min(5).max(600);

export const outboxProcedures = {
  'outbox.list': query(
    'unlocked',
    'Changes of one organization that were not carried out yet, oldest first.',
    z.strictObject({ orgId: OrgId }),
    z.array(OutboxEntry),
  ),
  'outbox.add': command(
    'unlocked',
    'Ask for a change. Online it is sent at once, else it waits; the answer says which, with the entries that are left. Refused here (RIGHT_MISSING) when by the last sync the signed-in person does not hold the right; `anyway` lets the platform decide.',
    z.strictObject({
      orgId: OrgId,
      commands: z.array(Command).min(1).max(1_000),
      anyway: z.boolean().default(false),
    }),
    z.strictObject({ entries: z.array(OutboxEntry), sent: z.int(), waiting: z.int() }),
  ),
  'outbox.edit': command(
    'unlocked',
    'Replace a change that waits or was refused; its target stays.',
    z.strictObject({ orgId: OrgId, id: Uuid, command: Command }),
    OutboxEntry,
  ),
  'outbox.revoke': command(
    'unlocked',
    'Take a change back that was not sent.',
    z.strictObject({ orgId: OrgId, id: Uuid }),
    Ok,
  ),
  'outbox.send': job(
    'unlocked',
    'Send what waits, in order. Result: {sent, conflicts, refused, waiting}.',
    z.strictObject({ orgId: OrgId }),
    JobStarted,
  ),
  'outbox.change': query(
    'unlocked',
    'What one change does to its target, field by field: against what the target was when it was asked for. Empty for a removal.',
    z.strictObject({ orgId: OrgId, id: Uuid }),
    z.array(z.strictObject({ field: z.string(), before: z.unknown(), after: z.unknown() })),
  ),
  'outbox.conflict': query(
    'unlocked',
    'Mine, theirs and base of a change in conflict.',
    z.strictObject({ orgId: OrgId, id: Uuid }),
    Conflict,
  ),
  'outbox.resolve': command(
    'unlocked',
    'Decide a conflict: `mine` sends the fields named over theirs, `theirs` drops the change.',
    z.strictObject({
      orgId: OrgId,
      id: Uuid,
      take: z.enum(['mine', 'theirs']),
      fields: z.array(z.string().max(80)).max(100),
    }),
    z.strictObject({ entry: OutboxEntry.nullable() }),
  ),
  'accounts.issueKey': command(
    'unlocked',
    'Issue a key, online only. The secret is in this one answer and nowhere else.',
    IssueKey.extend({ orgId: OrgId }),
    z.strictObject({ keyId: z.string(), secret: z.string(), expiresAt: UtcMs.nullable() }),
  ),
  'clipboard.copySecret': command(
    'unlocked',
    'Put a secret into the clipboard and take it out again after a while, when the console locks and when it ends. False: this host has no clipboard, the window does it.',
    z.strictObject({ text: z.string().min(1).max(4_096), clearAfterSeconds: ClearAfter.default(45) }),
    z.strictObject({ copied: z.boolean() }),
  ),
  'roles.import': job(
    'unlocked',
    'Import a role catalogue (Google Cloud IAM JSON or JSON lines, Kubernetes YAML) as custom roles; online only. Result: {roles, permissions, unchanged, notes}.',
    z.strictObject({ orgId: OrgId, format: z.enum(['gcp', 'kubernetes']), path: LocalPath }),
    JobStarted,
  ),
} as const;
