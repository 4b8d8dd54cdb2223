/** What the SLA thread answers: the contract's questions with the instant at which they were asked. */
import type { HandlerInput, Output, ProcedureName } from '../../shared/contract/index.ts';
import type { SlaReportIssue } from '../../shared/entities/index.ts';

export type Asked<N extends ProcedureName> = HandlerInput<N> & { readonly now: number };
type Ask<N extends ProcedureName> = (asked: Asked<N>) => Promise<Output<N>>;

/** A monthly report as it goes into a bundle. */
export interface ReportFile {
  readonly sla: string;
  readonly name: string;
  readonly month: string;
  /** What is judged of the month, ms. */
  readonly period: { readonly from: number; readonly to: number };
  /** RFC 8785 text. */
  readonly text: string;
  /** SHA-256 of the text, hex. */
  readonly digest: string;
  /** What the platform issued; null where it did not. */
  readonly issued: Pick<SlaReportIssue, 'issue' | 'digest'> | null;
}

export interface SlaThread {
  /** Opens the mirror's file for reading; the key is zeroed. Throws MIRROR_*. */
  attach(orgId: string, file: { readonly path: string; readonly key: Uint8Array }): Promise<void>;
  detach(orgId: string): Promise<void>;
  list: Ask<'sla.list'>;
  trend: Ask<'sla.trend'>;
  burndown: Ask<'sla.burndown'>;
  days: Ask<'sla.days'>;
  incidents: Ask<'sla.incidents'>;
  months: Ask<'sla.months'>;
  whatIf: Ask<'sla.whatIf'>;
  report: Ask<'sla.report'>;
  services(orgId: string): Promise<Output<'sla.services'>>;
  /** Reports of these SLAs (null: of all) for months that are over and lie in [from, to), by SLA and month. A month in which one was not judged has none. */
  reports(orgId: string, ids: readonly string[] | null, from: number, to: number, now: number): Promise<ReportFile[]>;
  /** Reports of one local month of each SLA's own zone. Throws NOT_FOUND for an SLA that was not judged in it, INPUT_INVALID for a month that is not over. */
  monthReports(orgId: string, ids: readonly string[], month: string, now: number): Promise<ReportFile[]>;
}
