import { z } from 'zod';
import { ControlId } from '../compliance/framework.ts';
import { Empty, LocalPath, OrgId, Sha256Hex, UtcMs } from './common.ts';
import { JobStarted } from './jobs.ts';
import { job, query } from './procedure.ts';

/** Sections of FORMATS section 4. Those named here exist; others join as they are built. */
export const BundleSection = z.enum(['log', 'events', 'access', 'sla', 'compliance', 'report']);
export type BundleSection = z.infer<typeof BundleSection>;
export const DisclosureName = z.enum(['actor', 'target', 'source', 'change', 'detail']);
export type DisclosureName = z.infer<typeof DisclosureName>;

export const BundleResult = z.strictObject({
  path: z.string(),
  bytes: z.int(),
  bundleId: z.string(),
  events: z.int(),
  disclosed: z.int(),
  withheld: z.int(),
  /** SHA-256 of the signed tagmanifest. */
  digest: Sha256Hex,
  keyFingerprint: Sha256Hex,
  elapsedMs: z.int(),
});
export type BundleResult = z.infer<typeof BundleResult>;

export const BundleRecord = BundleResult.extend({
  orgId: OrgId,
  orgName: z.string(),
  createdAt: UtcMs,
  from: UtcMs,
  to: UtcMs,
  sections: z.array(BundleSection),
});
export type BundleRecord = z.infer<typeof BundleRecord>;

/** 0 valid, 1 invalid, 2 unreadable, 3 valid but a signer is not trusted. */
export const VerifyExit = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]);

export const VerifyCheck = z.strictObject({
  id: z.string(),
  title: z.string(),
  verdict: z.enum(['pass', 'fail', 'warn', 'not_checked']),
  /** What the verdict rests on, e.g. "1,486 leaves, 21 cover hashes". */
  detail: z.string(),
  /** The file or event at fault. */
  subject: z.string().nullable(),
});
export type VerifyCheck = z.infer<typeof VerifyCheck>;

export const VerifyReport = z.strictObject({
  exit: VerifyExit,
  verdict: z.enum(['valid', 'invalid', 'unreadable', 'untrusted']),
  summary: z.string(),
  checks: z.array(VerifyCheck),
  bundle: z
    .strictObject({
      organization: z.string(),
      orgId: z.string(),
      kind: z.string(),
      from: UtcMs,
      to: UtcMs,
      createdAt: UtcMs,
      events: z.int(),
      withheld: z.int(),
      treeSize: z.int(),
      signers: z.array(z.strictObject({ fingerprint: z.string(), role: z.string(), trusted: z.boolean() })),
    })
    .nullable(),
  elapsedMs: z.int(),
});
export type VerifyReport = z.infer<typeof VerifyReport>;

export const bundleProcedures = {
  'bundles.signer': query(
    'unlocked',
    'Public bundle key of this console, for recipients to pin.',
    Empty,
    z.strictObject({ pem: z.string(), fingerprint: Sha256Hex, createdAt: UtcMs }),
  ),
  'bundles.preview': query(
    'unlocked',
    'What an export would hold, before it is made.',
    z.strictObject({ orgId: OrgId, from: UtcMs, to: UtcMs, withhold: z.array(DisclosureName) }),
    z.strictObject({
      events: z.int(),
      firstSeq: z.int().nullable(),
      lastSeq: z.int().nullable(),
      disclosed: z.int(),
      withheld: z.int(),
      estimatedBytes: z.int(),
      /** What the three figures above rest on. `exact`: every event was read, so that only the size is an estimate. */
      estimate: z.strictObject({ exact: z.boolean(), sampled: z.int(), basis: z.string() }),
      proven: z.boolean(),
    }),
  ),
  'bundles.export': job(
    'unlocked',
    'Write a signed compliance bundle for [from, to) by recorded time. Result: BundleResult. A null path means the exports folder.',
    z.strictObject({
      orgId: OrgId,
      from: UtcMs,
      to: UtcMs,
      sections: z.array(BundleSection).min(1),
      withhold: z.array(DisclosureName),
      /** Frameworks assessed in the section `compliance`. */
      frameworks: z.array(ControlId).max(20).default([]),
      path: LocalPath.nullable(),
    }),
    JobStarted,
  ),
  'bundles.list': query('unlocked', 'Bundles this console exported, newest first.', Empty, z.array(BundleRecord)),
  'bundles.verify': job(
    'unlocked',
    'Check any bundle against trusted keys: the pinned log keys and own bundle key of this console, and the PEM or vkey texts given. Result: VerifyReport.',
    z.strictObject({ path: LocalPath, trust: z.array(z.string().max(8192)).max(20) }),
    JobStarted,
  ),
} as const;
