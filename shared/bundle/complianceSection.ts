/** The compliance section: names of its files, and what report.html says of it. */
import { type Assessment, coverageOf, coverageText } from '../compliance/exports/assessment.ts';
import { oscalResults } from '../compliance/exports/oscalResults.ts';
import { checklistCsv, checksCsv, evidenceCsv } from '../compliance/exports/tables.ts';
import { canonicalize } from '../json/index.ts';
import { complianceHtml } from './complianceReport.ts';
import { grouped } from './figures.ts';
import { escapeHtml } from './html.ts';

export interface ComplianceLine {
  readonly assessment: Assessment;
  /** RFC 8785 text of the assessment. */
  readonly text: string;
  /** SHA-256 of it, hex. */
  readonly digest: string;
}

export const EVIDENCE_FOLDER = 'data/evidence/';
export const ASSESSMENT_FILE = 'assessment.json';
export const PDF_FILE = 'report.pdf';

/** A control id may have characters that no file of a bundle has; frameworks with such an id are named by their digest. */
export function frameworkFolder({ framework: { id } }: Pick<Assessment, 'framework'>, digest: string): string {
  return `data/compliance/${/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(id) ? id : `framework-${digest.slice(0, 16)}`}/`;
}

/** Files that follow from the assessment, by name in its folder. */
export const DERIVED: Readonly<Record<string, (line: ComplianceLine) => string>> = {
  'assessment-results.json': ({ assessment, digest }) => `${canonicalize(oscalResults(assessment, digest))}\n`,
  'checklist.csv': ({ assessment }) => checklistCsv(assessment),
  'checks.csv': ({ assessment }) => checksCsv(assessment),
  'evidence.csv': ({ assessment }) => evidenceCsv(assessment),
  'report.html': ({ assessment, digest }) => complianceHtml(assessment, digest),
};

/** What report.pdf carries among its keywords, because text in a PDF cannot be read back simply. */
export const complianceMark = (digest: string): string => `compliance-assessment-sha256-${digest}`;

/** Digests of the evidence files that the bundle holds for the assessments, each once. */
export function evidenceHeld(lines: readonly Pick<ComplianceLine, 'assessment'>[]): Map<string, number> {
  const held = new Map<string, number>();
  for (const { assessment } of lines) {
    for (const { file, omitted } of assessment.evidence) {
      if (file !== null && omitted === null) held.set(file.sha256, file.bytes);
    }
  }
  return held;
}

/** Digests of evidence files that are listed and not held. */
export function evidenceOmitted(lines: readonly Pick<ComplianceLine, 'assessment'>[]): ReadonlySet<string> {
  const held = evidenceHeld(lines);
  const files = lines.flatMap(({ assessment }) =>
    assessment.evidence.flatMap(({ file }) => (file === null ? [] : [file.sha256])),
  );
  return new Set(files.filter((digest) => !held.has(digest)));
}

/** The section of report.html; the empty text without assessments. */
export function complianceSection(lines: readonly Pick<ComplianceLine, 'assessment' | 'digest'>[]): string {
  if (lines.length === 0) return '';
  const rows = lines.map(({ assessment, digest }) => {
    const coverage = coverageOf(assessment);
    const cells = [
      `${grouped(coverage.met)} of ${grouped(coverage.of)}`,
      coverageText(coverage),
      grouped(coverage.excluded),
      `<code>${digest}</code>`,
    ];
    return `<tr><th scope="row">${escapeHtml(assessment.framework.title)}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  const head = ['Framework', 'Controls met', 'Share, cut off', 'Do not apply', 'SHA-256 of the assessment'];
  return `<section><h2>Compliance</h2><table><thead><tr>${head.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table><p>Each assessment is in <code>data/compliance</code> as JSON, CSV, OSCAL, HTML and PDF; its evidence in <code>data/evidence</code>. They are signed by the console, not part of the log.</p></section>`;
}
