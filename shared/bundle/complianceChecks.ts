/** The files of the compliance section against each other, the statement and their own arithmetic. */
import { toHex, toUtf8 } from '../bytes.ts';
import { ASSESSMENT_BYTES_MAX, assessmentFault, readAssessment } from '../compliance/exports/assessment.ts';
import { at, Fault } from './checks.ts';
import {
  ASSESSMENT_FILE,
  type ComplianceLine,
  complianceMark,
  DERIVED,
  EVIDENCE_FOLDER,
  evidenceHeld,
  evidenceOmitted,
  frameworkFolder,
  PDF_FILE,
} from './complianceSection.ts';
import type { BundleFiles, VerifyPorts } from './files.ts';
import { digestOf, readText, readWhole } from './inventory.ts';
import { LIMITS, STATEMENT } from './layout.ts';
import { holds } from './slaChecks.ts';
import type { Predicate } from './statement.ts';

async function checkOne(
  files: BundleFiles,
  name: string,
  predicate: Predicate,
  { sha256 }: VerifyPorts,
): Promise<ComplianceLine> {
  const text = await readText(files, name, ASSESSMENT_BYTES_MAX);
  const assessment = await at(name, () => readAssessment(text));
  const fault = assessmentFault(assessment);
  if (fault !== null) throw new Fault(`${name}: ${fault}`, name);
  const line = { assessment, text, digest: toHex(sha256(toUtf8(text))) };
  const folder = frameworkFolder(assessment, line.digest);
  if (`${folder}${ASSESSMENT_FILE}` !== name)
    throw new Fault(`${name} is of another framework than its folder says.`, name);
  const { organization, period } = predicate;
  if (assessment.organization.id !== organization.id) throw new Fault(`${name} is of another organization.`, name);
  if (assessment.period.from !== period.from || assessment.period.to !== period.to) {
    throw new Fault(`${name} is of another period than the statement.`, name);
  }
  for (const [file, make] of Object.entries(DERIVED)) {
    const derived = `${folder}${file}`;
    if ((await readText(files, derived, LIMITS.smallFileBytes)) !== make(line)) {
      throw new Fault(`${derived} does not say what ${name} says.`, derived);
    }
  }
  const pdf = `${folder}${PDF_FILE}`;
  if (!holds(await readWhole(files, pdf, LIMITS.smallFileBytes), toUtf8(complianceMark(line.digest)))) {
    throw new Fault(`${pdf} was made from another assessment.`, pdf);
  }
  return line;
}

async function checkEvidence(
  files: BundleFiles,
  lines: readonly ComplianceLine[],
  predicate: Predicate,
  ports: VerifyPorts,
): Promise<number> {
  const held = evidenceHeld(lines);
  const omitted = evidenceOmitted(lines);
  const counts = predicate.sections.evidence ?? { expected: 0, included: 0, omitted: 0, withheld: 0 };
  if (
    counts.included !== held.size ||
    counts.omitted !== omitted.size ||
    counts.expected !== held.size + omitted.size
  ) {
    throw new Fault(
      `The statement counts ${counts.included} evidence files and ${counts.omitted} omitted; the assessments list ${held.size} and ${omitted.size}.`,
      STATEMENT,
    );
  }
  for (const name of files.names.filter((one) => one.startsWith(EVIDENCE_FOLDER))) {
    if (!held.has(name.slice(EVIDENCE_FOLDER.length)))
      throw new Fault(`${name} is evidence of nothing in the assessments.`, name);
  }
  for (const [digest, bytes] of held) {
    const name = `${EVIDENCE_FOLDER}${digest}`;
    if (!files.names.includes(name)) throw new Fault(`${name} is missing, and no omission is listed.`, name);
    if (files.size(name) !== bytes || (await digestOf(files, name, ports)) !== digest) {
      throw new Fault(`${name} is not the file that was kept as evidence.`, name);
    }
  }
  return held.size;
}

/** Every assessment of the section; none where the statement counts none. Throws Fault. */
export async function checkCompliance(
  files: BundleFiles,
  predicate: Predicate,
  ports: VerifyPorts,
): Promise<readonly [readonly ComplianceLine[], string]> {
  const { compliance: counts } = predicate.sections;
  const present = files.names.filter((name) => name.startsWith('data/compliance/'));
  if (counts === undefined) {
    const stray = present[0] ?? files.names.find((name) => name.startsWith(EVIDENCE_FOLDER));
    if (stray !== undefined) throw new Fault(`${stray} is not in the statement.`, stray);
    return [[], 'No compliance section'];
  }
  const names = present.filter((name) => name.endsWith(`/${ASSESSMENT_FILE}`)).sort();
  if (counts.included !== names.length || counts.expected !== names.length + counts.omitted) {
    throw new Fault(`There are ${names.length} assessments; the statement says ${counts.included}.`, STATEMENT);
  }
  const lines: ComplianceLine[] = [];
  for (const name of names) lines.push(await checkOne(files, name, predicate, ports));
  const known = new Set(
    lines.flatMap((line) => {
      const folder = frameworkFolder(line.assessment, line.digest);
      return [ASSESSMENT_FILE, PDF_FILE, ...Object.keys(DERIVED)].map((file) => `${folder}${file}`);
    }),
  );
  const stray = present.find((name) => !known.has(name));
  if (stray !== undefined) throw new Fault(`${stray} belongs to no assessment.`, stray);
  const evidence = await checkEvidence(files, lines, predicate, ports);
  return [
    lines,
    `${lines.length} assessments agree with their tables and reports, ${evidence} evidence files with their digests`,
  ];
}
