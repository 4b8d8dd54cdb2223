/** The sla section: monthly reports as they stand in a bundle, their index and their CSV. */
import * as z from 'zod';
import { SLA_METRICS, SlaTerms } from '../entities/sla.ts';
import { AppError } from '../errors.ts';
import { canonicalize, isCanonical, type Json } from '../json/index.ts';
import type { MonthReport } from '../sla/model.ts';
import { accessCsv } from './access.ts';

export const SLA_INDEX = 'data/sla/reports.json';
/** A month with 1,000 outages, gaps and as many exclusions is about 0.4 MiB. */
export const SLA_REPORT_BYTES_MAX = 8 * 1024 * 1024;

const Hex = z.string().regex(/^[0-9a-f]{64}$/);
const Month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);
const Id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);

/** A line of the index. `equal`: the platform issued the same text, by its digest as synced. */
export const SlaIndexRow = z.strictObject({
  sla: Id,
  name: z.string().max(120),
  month: Month,
  digest: Hex,
  comparison: z.enum(['equal', 'differs', 'not_issued']),
  issue: z.int().min(1).nullable(),
  issued_digest: Hex.nullable(),
});
export type SlaIndexRow = z.infer<typeof SlaIndexRow>;

export type SlaFile = 'report.json' | 'report.csv' | 'report.pdf';
/** Name of a file of one report. */
export const slaFile = ({ sla, month }: Pick<SlaIndexRow, 'sla' | 'month'>, file: SlaFile): string =>
  `data/sla/${sla}/${month}/${file}`;

const Verdict = z.enum(['compliant', 'breached', 'no_data']);
/** Cut off at six decimals. */
const FractionText = z.string().regex(/^(0|1)\.\d{6}$/);
const Decimal = z.string().regex(/^\d{1,15}(\.\d{1,9})?$/);
const Minor = z.string().regex(/^\d{1,15}$/);
const Instant = z.iso.datetime();
const Stretch = z.strictObject({ from: Instant, to: Instant, minutes: Decimal });
const Count = z.int().min(0);

export const MonthReportSchema = z.strictObject({
  format: z.literal('mission-control/sla-report/1'),
  organization: z.string().max(512),
  sla: z.strictObject({
    id: Id,
    name: z.string().max(120),
    workspace_id: z.string().max(64).nullable(),
    service: z.string().max(100).nullable(),
  }),
  month: Month,
  time_zone: z.string().max(64),
  period: z.strictObject({ from: Instant, to: Instant, hours: z.number().min(0) }),
  revision: z.int().min(1),
  terms: SlaTerms,
  verdict: Verdict,
  availability: FractionText.nullable(),
  availability_bounds: z.strictObject({ low: FractionText, high: FractionText }).nullable(),
  uptime_minutes: Decimal,
  downtime_minutes: Decimal,
  unobserved_minutes: Decimal,
  excluded_minutes: Decimal,
  avg_response_time: Decimal.nullable(),
  p50_response_time: Decimal.nullable(),
  p95_response_time: Decimal.nullable(),
  p99_response_time: Decimal.nullable(),
  error_rate: FractionText.nullable(),
  total_requests: Count,
  failed_requests: Count,
  metrics: z
    .array(
      z.strictObject({
        metric: z.enum(SLA_METRICS),
        verdict: Verdict,
        target: z.string().max(40),
        actual: z.string().max(40).nullable(),
      }),
    )
    .max(SLA_METRICS.length),
  outages: z.array(Stretch).max(1_000),
  exclusions: z
    .array(z.strictObject({ from: Instant, to: Instant, reason: z.string().max(500), retroactive: z.boolean() }))
    .max(10_000),
  gaps: z.array(Stretch).max(1_000),
  counts: z.strictObject({ outages: Count, gaps: Count }),
  credit: z
    .strictObject({
      availability: FractionText,
      below: z.number(),
      percent: z.int(),
      feeMinor: Minor,
      creditMinor: Minor,
      currency: z.string().regex(/^[A-Z]{3}$/),
      waived: z.string().max(500).nullable(),
    })
    .nullable(),
  inputs: z.strictObject({ series: z.array(z.string().max(64)), minutes: Count, digest: z.string().max(128) }),
});

/** Reads report.json. Throws LOG_MALFORMED. */
export function readMonthReport(text: string): MonthReport {
  if (!isCanonical(text)) throw new AppError('LOG_MALFORMED', 'The report is not canonical JSON (RFC 8785).');
  const read = MonthReportSchema.safeParse(JSON.parse(text));
  if (read.success) return read.data;
  const issue = read.error.issues[0]!;
  throw new AppError('LOG_MALFORMED', `The report is not of this format: ${issue.path.join('.')}: ${issue.message}`);
}

/** RFC 8785 array of the rows. */
export function slaIndexText(rows: readonly SlaIndexRow[]): string {
  return `${canonicalize(rows as unknown as Json)}\n`;
}

/** Reads reports.json. Throws LOG_MALFORMED. */
export function readSlaIndex(text: string): SlaIndexRow[] {
  const read = isCanonical(text.slice(0, -1)) ? z.array(SlaIndexRow).safeParse(JSON.parse(text)) : null;
  if (read?.success !== true || slaIndexText(read.data) !== text) {
    throw new AppError('LOG_MALFORMED', 'The index of reports is not of this format.');
  }
  return read.data;
}

const COLUMNS = ['kind', 'name', 'verdict', 'target', 'value', 'from', 'to', 'minutes', 'note'] as const;
type Row = Partial<Record<(typeof COLUMNS)[number], Json>>;

const FIGURES = [
  ...['availability', 'uptime_minutes', 'downtime_minutes', 'unobserved_minutes', 'excluded_minutes'],
  ...['avg_response_time', 'p50_response_time', 'p95_response_time', 'p99_response_time'],
  ...['error_rate', 'total_requests', 'failed_requests'],
] as const satisfies readonly (keyof MonthReport)[];

/** The report as one table: a row a metric, a figure, an outage, an exclusion, a gap, and the credit. */
export function slaCsv(report: MonthReport): string {
  const { credit } = report;
  const figures = report as unknown as Readonly<Record<string, Json>>;
  const rows: Row[] = [
    { kind: 'report', name: report.sla.name, verdict: report.verdict, from: report.period.from, to: report.period.to },
    ...report.metrics.map((one): Row => ({ ...one, kind: 'metric', name: one.metric, value: one.actual })),
    ...FIGURES.map((name): Row => ({ kind: 'figure', name, value: figures[name] ?? null })),
    ...report.outages.map((one): Row => ({ kind: 'outage', ...one })),
    ...report.exclusions.map(
      ({ from, to, reason, retroactive }): Row => ({
        ...{ kind: 'exclusion', name: retroactive ? 'retroactive' : 'announced', from, to, note: reason },
      }),
    ),
    ...report.gaps.map((one): Row => ({ kind: 'gap', ...one })),
  ];
  if (credit !== null) {
    rows.push({
      ...{ kind: 'credit', name: `${credit.percent} percent of the fee`, target: String(credit.below) },
      ...{ value: `${credit.creditMinor} ${credit.currency} minor units`, note: credit.waived },
    });
  }
  const known = rows.map((row) => Object.fromEntries(COLUMNS.map((column) => [column, row[column] ?? null])));
  return accessCsv(COLUMNS, known);
}
