import { z } from 'zod';
import { ENTITY_KINDS } from '../entities/index.ts';
import { Empty, IntegrityState, Ok, OrgId, Sha256Hex, SubscriptionTier, UtcMs, Uuid } from './common.ts';
import { JobStarted } from './jobs.ts';
import { PendingChange } from './outbox.ts';
import { command, job, query } from './procedure.ts';

/** https anywhere; http only to this machine (checked in main/services/connections). */
export const PlatformUrl = z.url({ protocol: /^https?$/ }).max(2048);

export const LogKey = z.strictObject({
  /** C2SP note verifier key, `<origin>+<hash>+<base64>`. */
  vkey: z.string().max(1024),
  origin: z.string().max(512),
  /** SHA-256 over the raw Ed25519 public key; what people compare. */
  fingerprint: Sha256Hex,
});
export type LogKey = z.infer<typeof LogKey>;

export const OfferedOrg = z.strictObject({ orgId: OrgId, name: z.string(), role: z.string(), logKey: LogKey });

export const Connection = z.strictObject({
  id: Uuid,
  url: PlatformUrl,
  userEmail: z.string(),
  userName: z.string(),
  state: z.enum(['online', 'offline', 'signed_out']),
  lastContactAt: UtcMs.nullable(),
  orgIds: z.array(OrgId),
});
export type Connection = z.infer<typeof Connection>;

export const OrgSummary = z.strictObject({
  orgId: OrgId,
  connectionId: Uuid.nullable(),
  name: z.string(),
  tier: SubscriptionTier,
  region: z.string(),
  timeZone: z.string(),
  counts: z.strictObject({ events: z.int(), members: z.int(), workspaces: z.int() }),
  /** Events of the last 24 hours before the newest one, per hour; 24 numbers, oldest first. */
  sparkline: z.array(z.int()).max(24),
  lastSyncAt: UtcMs.nullable(),
  lastSyncError: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  integrity: z.strictObject({
    state: IntegrityState,
    size: z.int(),
    verifiedAt: UtcMs.nullable(),
    openAlarms: z.int(),
  }),
  mirrorBytes: z.int(),
});
export type OrgSummary = z.infer<typeof OrgSummary>;

export const SyncResult = z.strictObject({
  orgId: OrgId,
  eventsAdded: z.int(),
  entitiesChanged: z.int(),
  /** Null: this platform has no measurements, or shows them to others only. */
  metricsChanged: z.int().nullable(),
  size: z.int(),
  bytesReceived: z.int(),
  elapsedMs: z.int(),
  /** Leaf and node hashes recomputed for the proof. */
  hashesRecomputed: z.int(),
});
export type SyncResult = z.infer<typeof SyncResult>;

export const connectionProcedures = {
  'connections.list': query('unlocked', 'Platforms this console is connected to.', Empty, z.array(Connection)),
  'connections.begin': command(
    'unlocked',
    'Sign in to a platform and fetch the log keys of its organizations for pinning. Nothing is stored yet.',
    z.strictObject({
      url: PlatformUrl,
      email: z.email().max(320),
      password: z.string().min(1).max(1024),
      totp: z
        .string()
        .regex(/^\d{6}$/)
        .nullable(),
    }),
    z.strictObject({ draftId: Uuid, userName: z.string(), organizations: z.array(OfferedOrg) }),
  ),
  'connections.beginSso': job(
    'unlocked',
    "Sign in by the organization's identity provider, in the system browser. Waits five minutes for it. Result: as connections.begin answers.",
    z.strictObject({ url: PlatformUrl, orgHint: OrgId }),
    JobStarted,
  ),
  'connections.confirm': command(
    'unlocked',
    'Pin the named fingerprints and store the connection. A fingerprint that differs from the draft is refused.',
    z.strictObject({
      draftId: Uuid,
      pins: z
        .array(z.strictObject({ orgId: OrgId, fingerprint: Sha256Hex }))
        .min(1)
        .max(500),
    }),
    Connection,
  ),
  'connections.signIn': command(
    'unlocked',
    'Sign in again after the session ended.',
    z.strictObject({
      id: Uuid,
      password: z.string().min(1).max(1024),
      totp: z
        .string()
        .regex(/^\d{6}$/)
        .nullable(),
    }),
    Connection,
  ),
  'connections.signOut': command(
    'unlocked',
    'End the session on the platform; mirrors stay.',
    z.strictObject({ id: Uuid }),
    Connection,
  ),
  'orgs.list': query(
    'unlocked',
    'Every mirrored organization with counts, last sync and verdict.',
    Empty,
    z.array(OrgSummary),
  ),
  'orgs.forget': command(
    'unlocked',
    'Destroy the key of a mirror (crypto-shredding) and delete its files. `confirmName` must equal the organization name.',
    z.strictObject({ orgId: OrgId, confirmName: z.string() }),
    Ok,
  ),
  'entities.list': query(
    'unlocked',
    'Entities of one kind, with waiting changes laid over them; a change that was refused or is in conflict only marks its target. `text` is found in name, id and e-mail.',
    z.strictObject({
      orgId: OrgId,
      kind: z.enum(ENTITY_KINDS),
      text: z.string().max(200).nullable(),
      where: z
        .strictObject({
          field: z.enum(['review_id', 'workspace_id', 'role', 'status', 'decision']),
          value: z.string().max(256),
        })
        .nullable()
        .default(null),
      sort: z.enum(['name', 'version']).default('name'),
      direction: z.enum(['asc', 'desc']).default('asc'),
      offset: z.int().min(0),
      limit: z.int().min(1).max(500),
    }),
    z.strictObject({
      total: z.int(),
      rows: z.array(
        z.strictObject({
          id: z.string(),
          /** 0: to be created. */
          version: z.int(),
          data: z.record(z.string(), z.unknown()),
          pending: PendingChange.nullable(),
        }),
      ),
    }),
  ),
  'sync.start': job(
    'unlocked',
    'Sync one organization; answers at once with the job. Result: SyncResult.',
    z.strictObject({ orgId: OrgId }),
    JobStarted,
  ),
} as const;
