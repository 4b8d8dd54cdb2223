/** Assessments made ready for a bundle: checked before anything is written. */
import { type ComplianceLine, evidenceHeld, evidenceOmitted } from '../../shared/bundle/complianceSection.ts';
import { toHex, toUtf8 } from '../../shared/bytes.ts';
import { assessmentFault, assessmentText } from '../../shared/compliance/exports/assessment.ts';
import { AppError } from '../../shared/errors.ts';
import { sha256 } from '../crypto.ts';
import type { SourceCompliance, SourceEvidence } from './source.ts';

/** By framework. Throws INTERNAL for an assessment that its verifier would refuse: such a bundle is worse than none. */
export function assessedOf(compliance: SourceCompliance | undefined): ComplianceLine[] {
  const lines = (compliance?.assessments ?? []).map((assessment): ComplianceLine => {
    const fault = assessmentFault(assessment);
    if (fault !== null)
      throw new AppError('INTERNAL', `The assessment does not hold: ${fault}`, { framework: assessment.framework.id });
    const text = assessmentText(assessment);
    return { assessment, text, digest: toHex(sha256(toUtf8(text))) };
  });
  const id = ({ assessment }: ComplianceLine): string => assessment.framework.id;
  return lines.sort((a, b) => (id(a) < id(b) ? -1 : 1));
}

/** Evidence files to be written, each once, by digest. Throws INTERNAL where one is neither there nor listed as omitted. */
export function evidenceFiles(
  lines: readonly ComplianceLine[],
  compliance: SourceCompliance | undefined,
): SourceEvidence[] {
  const there = new Map((compliance?.evidence ?? []).map((one) => [one.sha256, one]));
  return [...evidenceHeld(lines).keys()].sort().map((digest) => {
    const file = there.get(digest);
    if (file === undefined)
      throw new AppError('INTERNAL', `Evidence ${digest} is neither there nor listed as omitted.`);
    return file;
  });
}

/** Counts of the section for the statement. */
export function assessedCounts(lines: readonly ComplianceLine[]) {
  const held = evidenceHeld(lines).size;
  const omitted = evidenceOmitted(lines).size;
  return {
    compliance: { expected: lines.length, included: lines.length, omitted: 0, withheld: 0 },
    evidence: { expected: held + omitted, included: held, omitted, withheld: 0 },
  };
}
