/** report.pdf of one assessment: summary, controls, checks, exceptions, findings, evidence. */

import { summaryOf } from '../../shared/bundle/complianceReport.ts';
import { type ComplianceLine, complianceMark } from '../../shared/bundle/complianceSection.ts';
import { grouped } from '../../shared/bundle/figures.ts';
import type { Assessment } from '../../shared/compliance/exports/assessment.ts';
import { CHECK_WORDS, STATUS_WORDS } from '../../shared/compliance/exports/words.ts';
import {
  ACCENT,
  bullets,
  type Document,
  heading,
  INK,
  MARGIN,
  makePdf,
  printable,
  rows,
  SOFT,
  table,
} from './paper.ts';

/** Failing items on paper; all of them are in checks.csv. */
const ITEMS_MAX = 60;

function scope(doc: Document, assessment: Assessment, digest: string): void {
  const { organization, framework, period, known_to, assessed_at, log } = assessment;
  heading(doc, 'Scope');
  rows(
    doc,
    [
      ['Organization', printable(`${organization.name} (${organization.id})`)],
      ['Framework', printable(`${framework.title}, ${framework.edition}; issued by ${framework.issuer}`)],
      ['Period (UTC)', `${period.from} up to, not including, ${period.to}`],
      ['Known up to', known_to],
      ['Assessed', assessed_at],
      ['Log', `${grouped(log.size)} entries, root ${log.root}`],
      ['SHA-256 of assessment.json', digest],
    ],
    140,
  );
}

function controls(doc: Document, assessment: Assessment): void {
  heading(doc, 'Controls');
  const lines = assessment.controls.map((one) => [
    printable(one.ref),
    printable(one.title),
    one.status === null ? '' : STATUS_WORDS[one.status],
    one.status === null ? '' : `${one.design?.state ?? 'not assessed'} / ${one.operating?.state ?? 'not assessed'}`,
    one.checks.join(', '),
  ]);
  table(doc, [70, 185, 85, 105, 0], [['Control', '', 'Status', 'Design / operating', 'Checks'], ...lines]);
}

function checks(doc: Document, assessment: Assessment): void {
  heading(doc, 'Automated checks and their populations');
  const lines = assessment.checks.map((one) => [
    one.id,
    printable(one.title),
    CHECK_WORDS[one.state],
    `${grouped(one.failing)} of ${grouped(one.population)} ${printable(one.population_of)}, ${grouped(one.excepted)} excepted`,
  ]);
  table(doc, [50, 220, 95, 0], [['Check', '', 'Result', 'Failing'], ...lines]);
  const items = assessment.checks.flatMap((one) =>
    one.items.map((item) => [one.id, printable(item.title || item.id), printable(item.why)]),
  );
  if (items.length === 0) return;
  heading(doc, items.length > ITEMS_MAX ? `Failing items: ${ITEMS_MAX} of ${items.length}` : 'Failing items');
  table(doc, [50, 200, 0], items.slice(0, ITEMS_MAX));
}

function records(doc: Document, { exceptions, findings, evidence }: Assessment): void {
  if (exceptions.length > 0) {
    heading(doc, 'Exceptions');
    const lines = exceptions.map((one) => [
      printable(one.title),
      printable(one.reason),
      printable(one.management_response),
      one.expires_on,
    ]);
    table(doc, [120, 160, 150, 0], [['Exception', 'Reason', 'Management response', 'Ends'], ...lines]);
  }
  if (findings.length > 0) {
    heading(doc, 'Findings');
    const lines = findings.map((one) => [
      printable(one.title),
      `${one.severity}, ${one.status}`,
      printable(one.condition),
      printable(one.management_response),
    ]);
    table(doc, [120, 75, 160, 0], [['Finding', '', 'Condition', 'Management response'], ...lines]);
  }
  if (evidence.length > 0) {
    heading(doc, 'Evidence');
    const lines = evidence.map((one) => [
      printable(one.title),
      one.evidence_on,
      one.file?.sha256 ?? printable(one.url ?? ''),
      one.omitted === null ? '' : `not included: ${printable(one.omitted)}`,
    ]);
    table(doc, [130, 65, 215, 0], [['Evidence', 'Of', 'SHA-256 or address', ''], ...lines]);
  }
}

/** The same input gives the same bytes. */
export function compliancePdf({
  assessment,
  digest,
}: Pick<ComplianceLine, 'assessment' | 'digest'>): Promise<Uint8Array> {
  const { framework, organization, period, assessed_at } = assessment;
  const title = `${framework.title}: ${organization.name}`;
  return makePdf(
    { title, mark: complianceMark(digest), createdAt: assessed_at, foot: `${framework.id} ${digest.slice(0, 16)}` },
    (doc) => {
      doc.font('Helvetica').fontSize(10).fillColor(ACCENT).text('Compliance assessment', MARGIN, MARGIN);
      doc.font('Helvetica-Bold').fontSize(20).fillColor(INK).text(printable(title));
      doc.font('Helvetica').fontSize(11).text(`${period.from} up to, not including, ${period.to}`).moveDown(0.8);
      heading(doc, 'Summary');
      bullets(doc, summaryOf(assessment));
      scope(doc, assessment, digest);
      controls(doc, assessment);
      checks(doc, assessment);
      records(doc, assessment);
      doc.moveDown(0.6).font('Helvetica').fontSize(9).fillColor(SOFT);
      doc.text('This paper is worth nothing by itself: VERIFY.md in the bundle gives the commands.', MARGIN);
    },
  );
}
