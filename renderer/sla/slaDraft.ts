/** What is typed into the form of an SLA, and the terms it comes to. Pure; the rules are the schema's. */
import type { Command } from '../../shared/commands/index.ts';
import { type BurnRule, DEFAULT_BURN_RULES, type Sla, SlaInput, SlaTerms } from '../../shared/entities/index.ts';
import { faultsOf } from '../../shared/sla/faults.ts';
import { newestRevision } from '../../shared/sla/terms.ts';
import { decimalsOf } from './money.ts';

export interface HoursDraft {
  readonly days: readonly number[];
  readonly from: string;
  readonly to: string;
}

export interface TierDraft {
  /** Per cent. */
  readonly below: string;
  readonly percent: string;
}

export interface RuleDraft {
  readonly long: string;
  readonly short: string;
  /** Per cent of the budget. */
  readonly budget: string;
  readonly severity: BurnRule['severity'];
}

export interface SlaDraft {
  readonly name: string;
  readonly description: string;
  /** Ids; empty: every one. */
  readonly workspace: string;
  readonly service: string;
  readonly basis: SlaTerms['availability_basis'];
  /** Per cent. */
  readonly target: string;
  readonly responseMs: string;
  /** `mean`, or a percentile as it is called: `99`. */
  readonly measure: string;
  readonly errorRate: string;
  /** Empty: calendar months; else days of a rolling window. */
  readonly rollingDays: string;
  readonly zone: string;
  readonly hours: readonly HoursDraft[];
  readonly credits: {
    readonly on: boolean;
    readonly currency: string;
    /** In whole units of the currency, with its decimals. */
    readonly fee: string;
    readonly minimum: string;
    readonly tiers: readonly TierDraft[];
  };
  readonly rules: readonly RuleDraft[];
  readonly minBad: string;
  /** Why the terms change. */
  readonly reason: string;
}

/** Moves the decimal point of a decimal text; null for a text that is none. `99.95` by -2 is `0.9995`, exactly. */
export function shifted(text: string, places: number): string | null {
  const found = /^(\d{1,15})(?:\.(\d{0,12}))?$/.exec(text.trim());
  if (found === null) return null;
  const [, whole = '', part = ''] = found;
  const digits = whole + part;
  const point = whole.length + places;
  const padded = point <= 0 ? digits.padStart(digits.length - point + 1, '0') : digits.padEnd(point, '0');
  const at = Math.max(1, point);
  const integer = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  const rest = padded.slice(at).replace(/0+$/, '');
  return rest === '' ? integer : `${integer}.${rest}`;
}

/** A fraction as per cent text: 0.9995 is `99.95`. */
export function asPercent(fraction: number): string {
  // At most six decimals by the schema; fixed, so that no exponent appears.
  return shifted(fraction.toFixed(6), 2)!;
}

const fractionOf = (percent: string): number => Number(shifted(percent, -2) ?? Number.NaN);

const CREDIT_TIERS: readonly TierDraft[] = [
  { below: '99.9', percent: '10' },
  { below: '99', percent: '25' },
  { below: '95', percent: '100' },
];

const ruleDraft = ({ long_minutes, short_minutes, budget, severity }: BurnRule): RuleDraft => ({
  ...{ long: String(long_minutes), short: String(short_minutes), budget: asPercent(budget), severity },
});

export function emptyDraft(zone: string): SlaDraft {
  return {
    ...{ name: '', description: '', workspace: '', service: '', basis: 'requests', target: '99.9', responseMs: '1000' },
    ...{ measure: '99', errorRate: '1', rollingDays: '', zone, hours: [], minBad: '10', reason: '' },
    credits: { on: false, currency: 'EUR', fee: '', minimum: '0', tiers: CREDIT_TIERS },
    rules: DEFAULT_BURN_RULES.map(ruleDraft),
  };
}

/** The newest terms of an SLA, as a draft to change. */
export function draftOf(sla: Sla): SlaDraft {
  const { terms } = newestRevision(sla);
  const { credits, response_measure: measure, window } = terms;
  const money = (minor: string): string => shifted(minor, -decimalsOf(credits?.currency ?? 'EUR'))!;
  return {
    ...{ name: sla.name, description: sla.description, workspace: sla.workspace_id ?? '', service: sla.service ?? '' },
    ...{ basis: terms.availability_basis, target: asPercent(terms.target_availability) },
    ...{ responseMs: String(terms.max_response_time_ms), errorRate: asPercent(terms.max_error_rate) },
    measure: measure.kind === 'mean' ? 'mean' : shifted(measure.percentile.toFixed(6), 2)!,
    rollingDays: window.kind === 'calendar' ? '' : String(window.days),
    zone: terms.time_zone,
    hours: terms.service_hours ?? [],
    credits:
      credits === null
        ? { on: false, currency: 'EUR', fee: '', minimum: '0', tiers: CREDIT_TIERS }
        : {
            ...{ on: true, currency: credits.currency, fee: money(credits.monthly_fee_minor) },
            minimum: money(credits.minimum_minor),
            tiers: credits.tiers.map(({ below, percent }) => ({ below: asPercent(below), percent: String(percent) })),
          },
    rules: terms.burn_rules.map(ruleDraft),
    minBad: String(terms.min_bad_events),
    reason: '',
  };
}

function creditsOf({ on, currency, fee, minimum, tiers }: SlaDraft['credits']): unknown {
  if (!on) return null;
  const code = currency.trim().toUpperCase();
  return {
    currency: code,
    monthly_fee_minor: shifted(fee, decimalsOf(code)) ?? '',
    minimum_minor: shifted(minimum, decimalsOf(code)) ?? '',
    tiers: tiers.map(({ below, percent }) => ({ below: fractionOf(below), percent: Number(percent) })),
  };
}

/** The terms of a draft as the schema reads them. */
function readTerms(draft: SlaDraft) {
  const whole = (text: string): number => (/^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN);
  return SlaTerms.safeParse({
    availability_basis: draft.basis,
    target_availability: fractionOf(draft.target),
    max_response_time_ms: whole(draft.responseMs),
    response_measure:
      draft.measure === 'mean' ? { kind: 'mean' } : { kind: 'percentile', percentile: fractionOf(draft.measure) },
    max_error_rate: fractionOf(draft.errorRate),
    window: draft.rollingDays === '' ? { kind: 'calendar' } : { kind: 'rolling', days: whole(draft.rollingDays) },
    time_zone: draft.zone.trim(),
    service_hours: draft.hours.length === 0 ? null : draft.hours,
    credits: creditsOf(draft.credits),
    burn_rules: draft.rules.map(({ long, short, budget, severity }) => ({
      ...{ long_minutes: whole(long), short_minutes: whole(short), budget: fractionOf(budget), severity },
    })),
    min_bad_events: whole(draft.minBad),
  });
}

/** Places of a form, and what the schema calls them. */
const PLACES: Readonly<Record<string, { readonly field: string; readonly words: string }>> = {
  target_availability: { field: 'target', words: 'A share from 0 to 100 % with at most four decimals.' },
  max_response_time_ms: { field: 'responseMs', words: 'Whole milliseconds, from 1 to an hour.' },
  response_measure: { field: 'measure', words: 'A percentile between 0 and 100.' },
  max_error_rate: { field: 'errorRate', words: 'A share from 0 to 100 % with at most four decimals.' },
  window: { field: 'rollingDays', words: 'From 1 to 92 days.' },
  time_zone: { field: 'zone', words: 'A zone such as Europe/Berlin.' },
  service_hours: { field: 'hours', words: 'At least one day, and times such as 08:00; the last is 24:00.' },
  credits: {
    field: 'credits',
    words:
      'A currency of three letters, amounts with its decimals, and tiers: below a share, whole per cent of the fee.',
  },
  burn_rules: {
    field: 'rules',
    words: 'Whole minutes, the short window shorter than the long one, a share of the budget.',
  },
  min_bad_events: { field: 'minBad', words: 'A whole number, 0 or more.' },
};

export interface ReadDraft {
  /** Null while something is wrong. */
  readonly terms: SlaTerms | null;
  /** Words by field of the form. */
  readonly problems: Readonly<Record<string, string>>;
}

export function readDraft(draft: SlaDraft): ReadDraft {
  const problems: Record<string, string> = {};
  if (!SlaInput.shape.name.safeParse(draft.name).success) problems.name = '1 to 120 characters.';
  const read = readTerms(draft);
  for (const issue of read.error?.issues ?? []) {
    const place = PLACES[String(issue.path[0])];
    if (place !== undefined) problems[place.field] ??= place.words;
  }
  if (!read.success) return { terms: null, problems };
  const [fault] = faultsOf(read.data);
  if (fault !== undefined) problems.rules = fault;
  return { terms: fault === undefined ? read.data : null, problems };
}

/** The command that makes the SLA of a draft; null while something is wrong. */
export function createCommand(draft: SlaDraft, id: string): Command | null {
  const { terms, problems } = readDraft(draft);
  if (terms === null || Object.keys(problems).length > 0) return null;
  const { name, description, workspace, service } = draft;
  return {
    type: 'sla.create',
    id,
    input: {
      ...{ name: name.trim(), description, terms },
      workspace_id: workspace === '' ? null : workspace,
      service: service === '' ? null : service,
    },
  };
}

/** The command that changes an SLA as drafted; null while something is wrong, and where nothing changes. */
export function updateCommand(draft: SlaDraft, sla: Sla): Command | null {
  const { terms, problems } = readDraft(draft);
  if (terms === null || Object.keys(problems).length > 0) return null;
  const patch = {
    ...(draft.name.trim() === sla.name ? {} : { name: draft.name.trim() }),
    ...(draft.description === sla.description ? {} : { description: draft.description }),
    ...(sameTerms(terms, newestRevision(sla).terms) ? {} : { terms, reason: draft.reason.trim() }),
  };
  return Object.keys(patch).length === 0 ? null : { type: 'sla.update', id: sla.id, patch };
}

/** Whether two terms promise the same; the schema gives both the same order of fields. */
export function sameTerms(a: SlaTerms, b: SlaTerms): boolean {
  return JSON.stringify(a) === JSON.stringify(SlaTerms.parse(b));
}
