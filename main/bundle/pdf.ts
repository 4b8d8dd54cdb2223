/** data/report.pdf: the figures of report.html on paper. */
import type { ComplianceLine } from '../../shared/bundle/complianceSection.ts';
import { type Figures, figuresMark, grouped } from '../../shared/bundle/figures.ts';
import { KINDS } from '../../shared/bundle/report.ts';
import {
  COMPARISON_WORDS,
  creditText,
  percentOf,
  type SlaLine,
  VERDICT_WORDS,
} from '../../shared/bundle/slaSection.ts';
import type { Predicate } from '../../shared/bundle/statement.ts';
import { coverageOf, coverageText } from '../../shared/compliance/exports/assessment.ts';
import { sha256 } from '../crypto.ts';
import { ACCENT, bullets, type Document, heading, INK, MARGIN, makePdf, printable, rows, table } from './paper.ts';

const ACTIONS_PRINTED = 25;

function counts(doc: Document, title: string, items: readonly (readonly [string, number])[]): void {
  heading(doc, title);
  rows(
    doc,
    items.map(([name, n]) => [printable(name), grouped(n)] as const),
    320,
  );
}

function eventCounts(doc: Document, figures: Figures): void {
  counts(doc, 'Outcome', figures.byOutcome);
  counts(doc, 'Kind of actor', figures.byActorType);
  counts(
    doc,
    `Actions${figures.byAction.length > ACTIONS_PRINTED ? `, the ${ACTIONS_PRINTED} most frequent of ${figures.byAction.length}` : ''}`,
    figures.byAction.slice(0, ACTIONS_PRINTED),
  );
  counts(doc, 'Most active actors', figures.topActors.slice(0, 10));
}

function serviceLevels(doc: Document, levels: readonly SlaLine[]): void {
  if (levels.length === 0) return;
  heading(doc, 'Service levels');
  const lines = levels.map(({ row, report }) => [
    ...[printable(row.name), row.month, VERDICT_WORDS[report.verdict], percentOf(report.availability)],
    ...[creditText(report), COMPARISON_WORDS[row.comparison]],
  ]);
  table(doc, [110, 50, 60, 75, 95, 0], [['', 'Month', 'Verdict', 'Availability', 'Credit', 'Comparison'], ...lines]);
}

function assessments(doc: Document, assessed: readonly Pick<ComplianceLine, 'assessment' | 'digest'>[]): void {
  if (assessed.length === 0) return;
  heading(doc, 'Compliance');
  const lines = assessed.map(({ assessment }) => {
    const coverage = coverageOf(assessment);
    const met = `${grouped(coverage.met)} of ${grouped(coverage.of)}`;
    return [printable(assessment.framework.title), met, coverageText(coverage)];
  });
  table(doc, [220, 110, 0], [['', 'Controls met', 'Share, cut off'], ...lines]);
}

function body(
  doc: Document,
  predicate: Predicate,
  figures: Figures,
  keyFingerprint: string,
  levels: readonly SlaLine[],
  assessed: readonly Pick<ComplianceLine, 'assessment' | 'digest'>[],
): void {
  const kind = KINDS[predicate.bundle.kind];
  const { organization, period, checkpoint, range, bundle, generator, filter } = predicate;
  doc.font('Helvetica').fontSize(10).fillColor(ACCENT).text(`Compliance export bundle, ${kind.title}`, MARGIN, MARGIN);
  doc.font('Helvetica-Bold').fontSize(20).fillColor(INK).text(printable(organization.name));
  doc.font('Helvetica').fontSize(11).text(`${period.from} up to, not including, ${period.to}`).moveDown(0.8);
  rows(
    doc,
    [
      ['Events', `${grouped(figures.events)}, sequence ${range.begin} to ${Math.max(range.begin, range.end - 1)}`],
      ['Distinct actors', grouped(figures.actors)],
      ['Fields disclosed', grouped(figures.disclosed)],
      ['Fields withheld', `${grouped(figures.withheld)} (on purpose: ${filter.withhold.join(', ') || 'none'})`],
      ['Log', `${printable(checkpoint.origin)}, ${grouped(checkpoint.size)} entries when signed`],
      ['Signed root', checkpoint.root],
      [
        'Bundle',
        `${bundle.id}, made ${bundle.created_at} by ${printable(generator.name)} ${printable(generator.version)}`,
      ],
      ['Bundle key, SHA-256', keyFingerprint],
    ],
    140,
  );
  heading(doc, 'What is proven');
  bullets(doc, kind.proven);
  heading(doc, 'What is not');
  bullets(doc, kind.notProven);
  serviceLevels(doc, levels);
  assessments(doc, assessed);
  if (predicate.bundle.kind === 'audit') eventCounts(doc, figures);
  heading(doc, 'How to check');
  doc
    .font('Helvetica')
    .fontSize(9.5)
    .text('This paper is worth nothing by itself: VERIFY.md in the bundle gives the commands.');
}

/** The same input gives the same bytes. */
export function reportPdf(
  predicate: Predicate,
  figures: Figures,
  keyFingerprint: string,
  levels: readonly SlaLine[] = [],
  assessed: readonly Pick<ComplianceLine, 'assessment' | 'digest'>[] = [],
): Promise<Uint8Array> {
  const { bundle, organization } = predicate;
  const paper = {
    title: `Compliance bundle: ${organization.name}`,
    mark: figuresMark(figures, sha256),
    ...{ createdAt: bundle.created_at, foot: bundle.id },
  };
  return makePdf(paper, (doc) => body(doc, predicate, figures, keyFingerprint, levels, assessed));
}
