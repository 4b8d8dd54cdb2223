/** Assessments of a framework over a period, as files. Inside a signed bundle they stand by `bundles.export` with the section `compliance`. */
import { z } from 'zod';
import { ControlId } from '../compliance/framework.ts';
import { LocalPath, OrgId, UtcMs } from './common.ts';
import { JobStarted } from './jobs.ts';
import { job } from './procedure.ts';

/** `oscal`: assessment-results; `csv`: the checklist, `checks`, `evidence`: tables; `json`: the assessment everything follows from. */
export const ASSESSMENT_FORMATS = ['oscal', 'csv', 'checks', 'evidence', 'json', 'html', 'pdf'] as const;

export const assessmentProcedures = {
  'compliance.export': job(
    'unlocked',
    'Assess a framework over [from, to) from the mirror, offline, and write it as one file. Result: {path, bytes, digest, met, of, excluded}: the digest is that of the assessment. A null path means the exports folder.',
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
