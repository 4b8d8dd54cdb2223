/** data/report.pdf: the figures of report.html on paper. */
import PDFDocument from 'pdfkit';
import { type Figures, figuresMark, grouped } from '../../shared/bundle/figures.ts';
import { NOT_PROVEN, PROVEN } from '../../shared/bundle/report.ts';
import type { Predicate } from '../../shared/bundle/statement.ts';
import { sha256 } from '../crypto.ts';

const MARGIN = 48;
const INK = '#16202b';
const SOFT = '#5a6875';
const ACCENT = '#0f6b5c';
const ACTIONS_PRINTED = 25;

/** The standard PDF fonts hold Latin-1 only; other characters are printed as ? here and in full in report.html. */
function printable(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e\u00a0-\u00ff]/gu, '?');
}

type Document = InstanceType<typeof PDFDocument>;

function heading(doc: Document, text: string): void {
  if (doc.y > doc.page.height - MARGIN - 80) doc.addPage();
  doc.moveDown(0.9).font('Helvetica-Bold').fontSize(12).fillColor(INK).text(text, MARGIN).moveDown(0.3);
}

function rows(doc: Document, items: readonly (readonly [string, string])[], labelWidth: number): void {
  const width = doc.page.width - 2 * MARGIN;
  for (const [label, value] of items) {
    doc.font('Helvetica').fontSize(9.5);
    const height = Math.max(
      doc.heightOfString(label, { width: labelWidth - 10 }),
      doc.heightOfString(value, { width: width - labelWidth }),
    );
    if (doc.y + height > doc.page.height - MARGIN) doc.addPage();
    const top = doc.y;
    doc.fillColor(SOFT).text(label, MARGIN, top, { width: labelWidth - 10 });
    doc.fillColor(INK).text(value, MARGIN + labelWidth, top, { width: width - labelWidth });
    doc.y = top + height + 3;
  }
}

function bullets(doc: Document, items: readonly string[]): void {
  doc.font('Helvetica').fontSize(9.5).fillColor(INK);
  doc.list(items.map(printable), MARGIN, doc.y, { bulletRadius: 1.5, textIndent: 10, paragraphGap: 2 });
}

function counts(doc: Document, title: string, items: readonly (readonly [string, number])[]): void {
  heading(doc, title);
  rows(
    doc,
    items.map(([name, n]) => [printable(name), grouped(n)] as const),
    320,
  );
}

function body(doc: Document, predicate: Predicate, figures: Figures, keyFingerprint: string): void {
  const { organization, period, checkpoint, range, bundle, generator, filter } = predicate;
  doc.font('Helvetica').fontSize(10).fillColor(ACCENT).text('Compliance export bundle, audit log', MARGIN, MARGIN);
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
  bullets(doc, PROVEN);
  heading(doc, 'What is not');
  bullets(doc, NOT_PROVEN);
  counts(doc, 'Outcome', figures.byOutcome);
  counts(doc, 'Kind of actor', figures.byActorType);
  counts(
    doc,
    `Actions${figures.byAction.length > ACTIONS_PRINTED ? `, the ${ACTIONS_PRINTED} most frequent of ${figures.byAction.length}` : ''}`,
    figures.byAction.slice(0, ACTIONS_PRINTED),
  );
  counts(doc, 'Most active actors', figures.topActors.slice(0, 10));
  heading(doc, 'How to check');
  doc
    .font('Helvetica')
    .fontSize(9.5)
    .text('This paper is worth nothing by itself: VERIFY.md in the bundle gives the commands.');
}

/** The same input gives the same bytes. */
export async function reportPdf(predicate: Predicate, figures: Figures, keyFingerprint: string): Promise<Uint8Array> {
  const created = new Date(predicate.bundle.created_at);
  const doc = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    bufferPages: true,
    lang: 'en',
    info: {
      Title: printable(`Compliance bundle: ${predicate.organization.name}`),
      Keywords: figuresMark(figures, sha256),
      CreationDate: created,
      ModDate: created,
    },
  });
  const chunks: Buffer[] = [];
  const done = new Promise<void>((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', resolve);
    doc.on('error', reject);
  });
  body(doc, predicate, figures, keyFingerprint);
  const { start, count } = doc.bufferedPageRange();
  for (let i = start; i < start + count; i++) {
    doc.switchToPage(i);
    doc.page.margins.bottom = 0;
    doc.font('Helvetica').fontSize(8).fillColor(SOFT);
    doc.text(`${predicate.bundle.id}   page ${i + 1} of ${count}`, MARGIN, doc.page.height - 30, { lineBreak: false });
  }
  doc.end();
  await done;
  return Buffer.concat(chunks);
}
