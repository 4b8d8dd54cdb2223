/** SLA cards in words and order. Pure; verdicts and figures come from the contract. */
import type { SlaBudgetView, SlaCard, SlaMonthRow, SlaStatus } from '../../shared/contract/sla.ts';
import type { SlaMetric, SlaTerms } from '../../shared/entities/index.ts';
import { formatDate } from '../ui/time.ts';
import type { Tone } from '../ui/Verdict.tsx';

export const STATUS: Readonly<Record<SlaStatus, { readonly tone: Tone; readonly word: string }>> = {
  breached: { tone: 'bad', word: 'breached' },
  at_risk: { tone: 'warn', word: 'at risk' },
  no_data: { tone: 'none', word: 'no data' },
  compliant: { tone: 'ok', word: 'compliant' },
  ended: { tone: 'none', word: 'ended' },
};
/** What asks for a look comes first. */
export const URGENCY: readonly SlaStatus[] = ['breached', 'at_risk', 'no_data', 'compliant', 'ended'];

export const VERDICTS: Readonly<Record<SlaMonthRow['verdict'], { readonly tone: Tone; readonly word: string }>> = {
  compliant: { tone: 'ok', word: 'kept' },
  breached: { tone: 'bad', word: 'missed' },
  no_data: { tone: 'none', word: 'no data' },
};

/** What a channel can be told of. */
export const EVENT_WORDS = {
  page: 'page alerts',
  ticket: 'ticket alerts',
  breach: 'breaches',
  resolved: 'what is over',
} as const;

export const METRIC_NAMES: Readonly<Record<SlaMetric, string>> = {
  availability: 'Availability',
  response_time: 'Response time',
  error_rate: 'Error rate',
};

/** `p99`, `mean`. */
export function measureWord({ response_measure: measure }: Pick<SlaTerms, 'response_measure'>): string {
  if (measure.kind === 'mean') return 'mean';
  // 0.999 is p99.9: written from its digits, because 0.999 * 100 is not 99.9.
  const digits = String(measure.percentile).slice(2).padEnd(2, '0');
  return `p${digits.slice(0, 2)}${digits.length > 2 ? `.${digits.slice(2)}` : ''}`;
}

/** `calendar month` or `last 28 days`. */
export function windowWords({ window }: Pick<SlaTerms, 'window'>): string {
  return window.kind === 'calendar' ? 'calendar month' : `last ${window.days} days`;
}

/** The same as the head of a column: `month`, `28 days`. */
export function windowHead({ window }: Pick<SlaTerms, 'window'>): string {
  return window.kind === 'calendar' ? 'this month' : `${window.days} days`;
}

/** A measure as shown among others: shares cut off at three decimals, milliseconds whole; the report has every digit. */
export function measureText(metric: SlaMetric, value: number): string {
  return metric === 'response_time' ? `${Math.round(value).toLocaleString('en-US')} ms` : percentText(value, 3);
}

/** What an SLA is measured by: `billing · api`, or every service of every workspace. */
export function scopeWords({
  workspaceName,
  workspaceId,
  service,
}: Pick<SlaCard, 'workspaceName' | 'workspaceId' | 'service'>): string {
  const workspace = workspaceName ?? workspaceId;
  return `${service ?? 'every service'} · ${workspace ?? 'every workspace'}`;
}

/** A share as whole per cent, cut off towards zero: what is not all gone never reads as 0 left unless it is below one. */
export function budgetWords({ remaining, basis }: SlaBudgetView): string {
  if (remaining === null) return 'no budget: nothing was measured';
  if (remaining <= 0) return `${basis === 'time' ? 'time' : 'request'} budget spent, ${percentOf(-remaining)} over`;
  return `${percentOf(remaining)} of the budget left`;
}

function percentOf(share: number): string {
  const percent = Math.trunc(share * 100) + 0;
  return percent === 0 && share > 0 ? 'under 1 %' : `${percent.toLocaleString('en-US')} %`;
}

export interface SlaFilter {
  readonly text: string;
  readonly status: SlaStatus | null;
  readonly workspace: string | null;
}

export function readSlaFilter(params: URLSearchParams): SlaFilter {
  return {
    text: params.get('q') ?? '',
    status: URGENCY.find((status) => status === params.get('status')) ?? null,
    workspace: params.get('workspace'),
  };
}

/** The cards that pass, most urgent first, then by name. */
export function shownCards(cards: readonly SlaCard[], { text, status, workspace }: SlaFilter): SlaCard[] {
  const wanted = text.trim().toLowerCase();
  return cards
    .filter(
      (card) =>
        (status === null || card.status === status) &&
        (workspace === null || (card.workspaceId ?? '') === workspace) &&
        (wanted === '' ||
          `${card.name} ${card.service ?? ''} ${card.workspaceName ?? ''}`.toLowerCase().includes(wanted)),
    )
    .toSorted((a, b) => URGENCY.indexOf(a.status) - URGENCY.indexOf(b.status) || a.name.localeCompare(b.name));
}

/** How many cards have each status, most urgent first. */
export function statusCounts(cards: readonly SlaCard[]): readonly { readonly status: SlaStatus; readonly n: number }[] {
  return URGENCY.map((status) => ({ status, n: cards.filter((card) => card.status === status).length })).filter(
    ({ n }) => n > 0,
  );
}

/** A fraction as per cent with at most so many decimals, cut off: 0.99999 with 2 is `99.99 %`. */
export function percentText(fraction: number, decimals: number): string {
  const scale = 10 ** decimals;
  // The nearest double of 99.95 lies below it: a hair is added before cutting, far under what is shown.
  const cut = Math.floor(fraction * 100 * scale + 1e-6) / scale;
  return `${cut.toLocaleString('en-US', { maximumFractionDigits: decimals })} %`;
}

/** `2026-10` as `Oct 2026`. */
export function monthText(month: string): string {
  return formatDate(Date.parse(`${month}-15T00:00:00Z`), 'UTC').replace(/^\d+ /, '');
}

/** A fraction as text, cut by whoever made it, as per cent: the point moves two places, `0.99871` is `99.871`. */
export function shareText(fraction: string): string {
  const [whole = '0', part = ''] = fraction.split('.');
  const digits = `${whole}${part.padEnd(2, '0')}`;
  const at = whole.length + 2;
  const integer = digits.slice(0, at).replace(/^0+(?=\d)/, '');
  const rest = digits.slice(at);
  return rest === '' ? integer : `${integer}.${rest}`;
}

/** A decimal text with its thousands grouped: `44700.000` is `44,700.000`. */
export function grouped(decimal: string): string {
  const [whole = '', part] = decimal.split('.');
  const integer = BigInt(whole).toLocaleString('en-US');
  return part === undefined ? integer : `${integer}.${part}`;
}
