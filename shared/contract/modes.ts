/** What switching a compliance mode on, changing it or switching it off would do: said before anything is asked for. */
import { z } from 'zod';
import { ControlId } from '../compliance/framework.ts';
import { ModeSettings } from '../compliance/modes.ts';
import { OrgId } from './common.ts';
import { query } from './procedure.ts';

export const MODE_FIELDS = [
  'audit_logging_enabled',
  'encryption_at_rest',
  'encryption_in_transit',
  'mfa_required',
  'data_residency',
  'audit_log_retention',
  'audit_log_retention_max',
] as const;

/** A value of a setting as it is shown: `on`, `eu, us`, `P6Y`; null: nothing is asked for. */
const Shown = z.string().nullable();

export const ModeChange = z.strictObject({
  field: z.enum(MODE_FIELDS),
  before: Shown,
  after: Shown,
  /** Frameworks whose modes ask for exactly that afterwards. */
  by: z.array(z.string()),
});

export const ModePreview = z.strictObject({
  /** Field by field, the strictest of all modes before and after; equal ones too. */
  effective: z.array(ModeChange),
  /** What the platform would refuse. */
  refusals: z.array(z.string()),
  /** What is carried out and should be known. */
  warnings: z.array(z.string()),
  /** Members who get no access any more until they have a second factor. */
  lockedOut: z.array(z.strictObject({ id: z.string(), name: z.string(), email: z.string() })),
  /** Retention policies that keep for less than will be asked for. */
  policiesBelow: z.array(z.strictObject({ id: z.string(), name: z.string(), keep: z.string() })),
  /** How the platform is run, where it is not what the modes ask for. */
  unmet: z.array(z.string()),
  /** Switching off: what stays owed all the same. */
  owed: z.array(z.string()),
});
export type ModePreview = z.infer<typeof ModePreview>;

export const modeProcedures = {
  'compliance.modePreview': query(
    'unlocked',
    'What a compliance mode with these settings would change, by the mirror; null settings: what switching it off would. Nothing is asked for.',
    z.strictObject({
      orgId: OrgId,
      framework: ControlId,
      settings: ModeSettings.nullable(),
      reason: z.string().max(2_000).default(''),
    }),
    ModePreview,
  ),
} as const;
