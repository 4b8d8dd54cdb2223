/** report.pdf of one SLA and month: what was promised, what was, and the arithmetic of the credit. */
import { grouped } from '../../shared/bundle/figures.ts';
import { slaMark } from '../../shared/bundle/slaChecks.ts';
import type { SlaIndexRow } from '../../shared/bundle/slaReport.ts';
import { COMPARISON_WORDS, percentOf, VERDICT_WORDS } from '../../shared/bundle/slaSection.ts';
import type { CreditTerms } from '../../shared/entities/sla.ts';
import { toMillionths } from '../../shared/sla/fraction.ts';
import type { MonthReport } from '../../shared/sla/model.ts';
import { sha256 } from '../crypto.ts';
import { ACCENT, type Document, heading, INK, MARGIN, makePdf, printable, rows, SOFT, table } from './paper.ts';

/** Lines of a list on paper; all of them are in report.json and report.csv. */
const LISTED_MAX = 40;
const METRICS = { availability: 'Availability', response_time: 'Response time', error_rate: 'Error rate' } as const;

/** A fraction as percent, exactly: a measurement with all its digits, a promise as it was made. */
function percent(fraction: string | number | null): string {
  if (typeof fraction !== 'number') return percentOf(fraction);
  const text = percentOf((toMillionths(fraction) / 1e6).toFixed(6));
  return text.replace(/\.?0+ %$/, ' %');
}

/** Minor units in the currency's own decimals (ISO 4217 as the runtime knows it): 125000 EUR is `1,250.00 EUR`. */
function money(minor: string, currency: string): string {
  const decimals =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 0;
  const digits = minor.padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals).replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return `${whole}${decimals === 0 ? '' : `.${digits.slice(-decimals)}`} ${currency}`;
}

const utc = (text: string): string => text.replace('T', ' ').replace(/(\.000)?Z$/, '');
const ms = (text: string | null): string => (text === null ? 'no data' : `${text} ms`);

function metricLines({ metrics, terms }: MonthReport): string[][] {
  const by = terms.response_measure.kind === 'mean' ? 'mean' : `p${terms.response_measure.percentile * 100}`;
  const lines = metrics.map(({ metric, verdict, target, actual }) => {
    const isTime = metric === 'response_time';
    const value = isTime ? ms(actual) : percent(actual);
    const promised = isTime ? `at most ${terms.max_response_time_ms} ms (${by})` : targetText(metric, target);
    return [METRICS[metric], promised, value, VERDICT_WORDS[verdict]];
  });
  return [['', 'Promised', 'Measured', 'Verdict'], ...lines];
}

function targetText(metric: 'availability' | 'error_rate', target: string): string {
  return `${metric === 'availability' ? 'at least' : 'at most'} ${percent(Number(target))}`;
}

/** The arithmetic, line by line. */
function creditLines({ credit, availability }: MonthReport, terms: CreditTerms): [string, string][] {
  const { currency, monthly_fee_minor: fee, minimum_minor: minimum } = terms;
  const tiers = terms.tiers
    .toSorted((a, b) => b.below - a.below)
    .map(({ below, percent: share }): [string, string] => [`Below ${percent(below)}`, `${share} % of the fee`]);
  const lines: [string, string][] = [
    ['Monthly fee', money(fee, currency)],
    ...tiers,
    ['Availability of the month', percent(availability)],
  ];
  if (credit === null) return [...lines, ['Credit', 'none: no tier was met']];
  lines.push(
    ['Lowest tier met', `below ${percent(credit.below)}: ${credit.percent} %`],
    [
      'Fee x percent / 100',
      `${money(fee, currency)} x ${credit.percent} / 100 = ${money(credit.creditMinor, currency)}`,
    ],
    ['Rounding', 'half up to the minor unit, once'],
    ['Least credit that is paid', money(minimum, currency)],
    ['Credit', credit.waived === null ? money(credit.creditMinor, currency) : `not paid: ${printable(credit.waived)}`],
  );
  return lines;
}

function stretches(doc: Document, title: string, lines: readonly (readonly string[])[], total: number): void {
  if (total === 0) return;
  const some = lines.slice(0, LISTED_MAX);
  heading(doc, some.length < total ? `${title}: ${some.length} of ${total}` : `${title}: ${total}`);
  table(doc, [130, 130, 0], some);
}

function figures(doc: Document, report: MonthReport): void {
  heading(doc, 'Figures');
  rows(
    doc,
    [
      ['Requests', grouped(report.total_requests)],
      ['Of them failed', grouped(report.failed_requests)],
      ['Up, down', `${report.uptime_minutes} min, ${report.downtime_minutes} min`],
      ['Not observed, excluded', `${report.unobserved_minutes} min, ${report.excluded_minutes} min`],
      ...bounds(report),
      ['Response time, mean', ms(report.avg_response_time)],
      [
        'p50, p95, p99 (within 1 %)',
        [report.p50_response_time, report.p95_response_time, report.p99_response_time].map(ms).join(', '),
      ],
    ],
    170,
  );
}

function bounds({ availability_bounds: found }: MonthReport): [string, string][] {
  if (found === null) return [];
  return [['If the unobserved time had been', `down: ${percent(found.low)}, up: ${percent(found.high)}`]];
}

function body(doc: Document, report: MonthReport, row: SlaIndexRow, organization: string): void {
  const { sla, terms, period } = report;
  doc.font('Helvetica').fontSize(10).fillColor(ACCENT).text('Monthly service level report', MARGIN, MARGIN);
  doc.font('Helvetica-Bold').fontSize(20).fillColor(INK).text(printable(sla.name));
  doc
    .font('Helvetica')
    .fontSize(11)
    .text(`${report.month} in ${report.time_zone}: ${VERDICT_WORDS[report.verdict]}`)
    .moveDown(0.8);
  const scope = [
    sla.service === null ? 'every service' : sla.service,
    sla.workspace_id === null ? 'every workspace' : sla.workspace_id,
  ];
  rows(
    doc,
    [
      ['Organization', printable(organization)],
      ['Judged (UTC)', `${utc(period.from)} up to, not including, ${utc(period.to)}`],
      ['Measured by', scope.join(', ')],
      ['Terms', `revision ${report.revision}, availability by ${terms.availability_basis}`],
    ],
    140,
  );
  heading(doc, 'Promised and kept');
  table(doc, [110, 170, 130, 0], metricLines(report));
  figures(doc, report);
  if (terms.credits !== null) {
    heading(doc, 'Credit statement');
    rows(doc, creditLines(report, terms.credits), 170);
  }
  heading(doc, 'What this rests on');
  rows(
    doc,
    [
      ['SHA-256 of report.json', row.digest],
      ['Comparison', `${COMPARISON_WORDS[row.comparison]}${row.issue === null ? '' : ` (issue ${row.issue})`}`],
      [
        'Computed from',
        `${grouped(report.inputs.minutes)} minutes of series ${report.inputs.series.join(', ') || 'none'}`,
      ],
    ],
    140,
  );
  doc.moveDown(0.6).font('Helvetica').fontSize(9).fillColor(SOFT);
  doc.text(
    'Shares are cut off, never rounded up to a target. This paper is worth nothing by itself: VERIFY.md in the bundle gives the commands.',
    MARGIN,
  );
  const line = ({ from, to, minutes }: MonthReport['gaps'][number]) => [utc(from), utc(to), `${minutes} min`];
  stretches(doc, 'Outages (UTC)', report.outages.map(line), report.counts.outages);
  const excluded = report.exclusions.map(({ from, to, reason, retroactive }) => [
    ...[utc(from), utc(to), `${printable(reason)}${retroactive ? ' (made afterwards)' : ''}`],
  ]);
  stretches(doc, 'Maintenance that counts for nothing (UTC)', excluded, excluded.length);
  stretches(doc, 'Gaps in the data (UTC)', report.gaps.map(line), report.counts.gaps);
}

/** The same input gives the same bytes. `text` is report.json. */
export function slaPdf(
  { text, report, row }: { readonly text: string; readonly report: MonthReport; readonly row: SlaIndexRow },
  organization: string,
  createdAt: string,
): Promise<Uint8Array> {
  const paper = {
    title: `${report.sla.name}, ${report.month}`,
    mark: slaMark(text, sha256),
    ...{ createdAt, foot: `${report.sla.id} ${report.month}` },
  };
  return makePdf(paper, (doc) => body(doc, report, row, organization));
}
