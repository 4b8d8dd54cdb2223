/** Assessments of a framework over a period, as files. Inside a signed bundle they stand by `bundles.export` with the section `compliance`. */
import { z } from 'zod';
import { ControlId } from '../compliance/framework.ts';
import { LocalPath, OrgId, Sha256Hex, UtcMs } from './common.ts';
import { JobStarted } from './jobs.ts';
import { job } from './procedure.ts';

/** `oscal`: assessment-results; `csv`: the checklist, `checks`, `evidence`: tables; `json`: the assessment everything follows from. */
export const ASSESSMENT_FORMATS = ['oscal', 'csv', 'checks', 'evidence', 'json', 'html', 'pdf'] as const;

export const AssessmentResult = z.strictObject({
  path: z.string(),
  bytes: z.int(),
  /** SHA-256 of the assessment, whatever the format. */
  digest: Sha256Hex,
  /** Controls: met, of those that count, and those that do not apply. */
  met: z.int(),
  of: z.int(),
  excluded: z.int(),
});
export type AssessmentResult = z.infer<typeof AssessmentResult>;

export const assessmentProcedures = {
  'compliance.export': job(
    'unlocked',
    'Assess a framework over [from, to) from the mirror, offline, and write it as one file. Result: AssessmentResult. A null path means the exports folder.',
    z
      .strictObject({
        ...{ orgId: OrgId, framework: ControlId, from: UtcMs, to: UtcMs },
        format: z.enum(ASSESSMENT_FORMATS),
        path: LocalPath.nullable(),
      })
      .refine(({ from, to }) => from < to, { path: ['to'], message: 'a period ends after it begins' }),
    JobStarted,
  ),
} as const;
