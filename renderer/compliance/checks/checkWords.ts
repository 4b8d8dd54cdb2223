/** Checks in words and order. Pure; states and figures come from the contract. */

import { CHECKS, type CheckGroup } from '../../../shared/compliance/checks/catalog.ts';
import type { CheckRun } from '../../../shared/contract/checks.ts';
import type { CheckParameters, CheckResult, CheckResultState } from '../../../shared/entities/index.ts';
import type { Tone } from '../../ui/Verdict.tsx';

export const STATES: Readonly<Record<CheckResultState, { readonly tone: Tone; readonly word: string }>> = {
  fail: { tone: 'bad', word: 'failed' },
  insufficient_data: { tone: 'warn', word: 'not enough data' },
  exception: { tone: 'accent', word: 'excepted' },
  pass: { tone: 'ok', word: 'passed' },
  not_applicable: { tone: 'none', word: 'does not apply' },
};
/** What asks for a look comes first. */
export const STATE_ORDER: readonly CheckResultState[] = [
  'fail',
  'insufficient_data',
  'exception',
  'pass',
  'not_applicable',
];

export const GROUPS: Readonly<Record<CheckGroup, string>> = {
  ACC: 'Access of people',
  SVC: 'Service accounts',
  LOG: 'Audit log',
  RET: 'Retention',
  RES: 'Residency',
  ENC: 'Encryption',
  AVL: 'Availability',
  INC: 'Incidents',
  CAP: 'Capacity',
  MIR: 'Mirror',
};

/** One line of the list; null: not evaluated. */
export interface CheckRow {
  readonly check: string;
  readonly group: CheckGroup;
  readonly title: string;
  readonly state: CheckResultState | null;
  readonly summary: string;
  readonly population: number | null;
  readonly failing: number | null;
  readonly excepted: number | null;
  /** Since when the state is what it is, as the platform saw it; null where it is not known. */
  readonly since: number | null;
  readonly supports: readonly string[];
}

/** A line for each of the forty: of the run where there is one, else of what the platform last found. */
export function rowsOf(run: CheckRun | null, latest: readonly CheckResult[]): CheckRow[] {
  const told = new Map(latest.map((one) => [one.id, one]));
  const found = new Map(run?.checks.map((one) => [one.check, one]));
  return CHECKS.map(({ id, group, title, supports }) => {
    const platform = told.get(id);
    const one = run === null ? platform : found.get(id);
    const base = { check: id, group, title, supports };
    if (one === undefined) {
      return { ...base, state: null, summary: '', population: null, failing: null, excepted: null, since: null };
    }
    const { state, summary, population, failing, excepted } = one;
    const since = platform?.state === state ? Date.parse(platform.since) : null;
    return { ...base, state, summary, population, failing, excepted, since };
  });
}

export function stateCounts(
  rows: readonly CheckRow[],
): readonly { readonly state: CheckResultState; readonly n: number }[] {
  return STATE_ORDER.map((state) => ({ state, n: rows.filter((row) => row.state === state).length })).filter(
    ({ n }) => n > 0,
  );
}

/** Those that pass the filter, in the order of the catalog. */
export function shownRows(
  rows: readonly CheckRow[],
  text: string,
  state: CheckResultState | null,
): readonly CheckRow[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    const within = `${row.check} ${row.title} ${row.supports.join(' ')}`.toLowerCase();
    return (state === null || row.state === state) && words.every((word) => within.includes(word));
  });
}

const FRAMEWORKS = { soc2: 'SOC 2', hipaa: 'HIPAA', gdpr: 'GDPR', pci: 'PCI DSS', ccpa: 'CCPA' } as const;
/** `SOC 2, HIPAA, GDPR`. */
export function frameworkWords(supports: readonly string[]): string {
  const present = new Set(supports.map((id) => id.slice(0, id.indexOf('-'))));
  return (Object.keys(FRAMEWORKS) as (keyof typeof FRAMEWORKS)[])
    .filter((id) => present.has(id))
    .map((id) => FRAMEWORKS[id])
    .join(', ');
}

/** How each figure is asked for, with its unit. */
export const PARAMETERS: Readonly<Record<keyof CheckParameters, { readonly label: string; readonly unit: string }>> = {
  own_domains: { label: 'Own e-mail domains', unit: 'domains' },
  admins_max: { label: 'Most admins', unit: 'admins' },
  idle_days: { label: 'Idle for at most', unit: 'days' },
  review_months: { label: 'Reviewed every', unit: 'months' },
  termination_hours: { label: 'Access ends within', unit: 'hours' },
  key_age_days: { label: 'Key rotated within', unit: 'days' },
  key_life_days: { label: 'Key expires within', unit: 'days' },
  heartbeat_hours: { label: 'Heartbeat every', unit: 'hours' },
  skew_seconds: { label: 'Clocks differ by at most', unit: 'seconds' },
  failed_sign_ins: { label: 'Failed sign-ins before lockout', unit: 'attempts' },
  cryptoperiod_days: { label: 'Data key replaced within', unit: 'days' },
  incident_response_minutes: { label: 'Response within', unit: 'minutes' },
  quota_percent: { label: 'Use of quota at most', unit: '%' },
  mirror_age_hours: { label: 'Synced within', unit: 'hours' },
};
