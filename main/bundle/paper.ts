/** Papers of a bundle: A4, standard fonts, the same bytes for the same input. */
import PDFDocument from 'pdfkit';

export const MARGIN = 48;
export const INK = '#16202b';
export const SOFT = '#5a6875';
export const ACCENT = '#0f6b5c';

export type Document = InstanceType<typeof PDFDocument>;

/** The standard PDF fonts hold Latin-1 only; other characters are printed as ? here and in full in report.html. */
export function printable(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e\u00a0-\u00ff]/gu, '?');
}

export function heading(doc: Document, text: string): void {
  if (doc.y > doc.page.height - MARGIN - 80) doc.addPage();
  doc.moveDown(0.9).font('Helvetica-Bold').fontSize(12).fillColor(INK).text(text, MARGIN).moveDown(0.3);
}

/** Lines of cells; a width of 0 takes what is left. A line that does not fit begins a page. */
export function table(doc: Document, widths: readonly number[], lines: readonly (readonly string[])[]): void {
  const left = doc.page.width - 2 * MARGIN - widths.reduce((sum, width) => sum + width, 0);
  const full = widths.map((width) => (width === 0 ? left : width));
  doc.font('Helvetica').fontSize(9.5);
  for (const cells of lines) {
    const height = Math.max(...cells.map((cell, i) => doc.heightOfString(cell || ' ', { width: full[i]! - 8 })));
    if (doc.y + height > doc.page.height - MARGIN) doc.addPage();
    const top = doc.y;
    let at = MARGIN;
    for (const [i, cell] of cells.entries()) {
      doc.fillColor(i === 0 ? SOFT : INK).text(cell, at, top, { width: full[i]! - 8 });
      at += full[i]!;
    }
    doc.y = top + height + 3;
  }
  doc.x = MARGIN;
}

export function rows(doc: Document, items: readonly (readonly [string, string])[], labelWidth: number): void {
  table(doc, [labelWidth, 0], items);
}

export function bullets(doc: Document, items: readonly string[]): void {
  doc.font('Helvetica').fontSize(9.5).fillColor(INK);
  doc.list(items.map(printable), MARGIN, doc.y, { bulletRadius: 1.5, textIndent: 10, paragraphGap: 2 });
}

export interface Paper {
  readonly title: string;
  /** What the verifier looks for among the keywords. */
  readonly mark: string;
  readonly createdAt: string;
  /** At the foot of each page, before its number. */
  readonly foot: string;
}

/** Lays out the paper. */
export async function makePdf(
  { title, mark, createdAt, foot }: Paper,
  body: (doc: Document) => void,
): Promise<Uint8Array> {
  const created = new Date(createdAt);
  const doc = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    bufferPages: true,
    lang: 'en',
    info: { Title: printable(title), Keywords: mark, CreationDate: created, ModDate: created },
  });
  const chunks: Buffer[] = [];
  const done = new Promise<void>((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', resolve);
    doc.on('error', reject);
  });
  body(doc);
  const { start, count } = doc.bufferedPageRange();
  for (let i = start; i < start + count; i++) {
    doc.switchToPage(i);
    doc.page.margins.bottom = 0;
    doc.font('Helvetica').fontSize(8).fillColor(SOFT);
    doc.text(`${foot}   page ${i + 1} of ${count}`, MARGIN, doc.page.height - 30, { lineBreak: false });
  }
  doc.end();
  await done;
  return Buffer.concat(chunks);
}
