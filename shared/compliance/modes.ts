/** What a compliance mode sets, what is offered for it, and what several together come to: the strictest of each. */
import { z } from 'zod';
import { atLeast, longest, type Period, PeriodText, parsePeriod, shortest } from './period.ts';
import { narrowest, Regions } from './regions.ts';

/** Names of REQUIREMENTS. Periods and regions instead of days and one word, because law counts in years and names sets. */
export const ModeSettings = z.strictObject({
  audit_logging_enabled: z.boolean(),
  encryption_at_rest: z.boolean(),
  encryption_in_transit: z.boolean(),
  mfa_required: z.boolean(),
  data_residency: Regions,
  /** Audit logs are kept at least so long. */
  audit_log_retention: PeriodText,
  /** And no longer than this; null: no ceiling. */
  audit_log_retention_max: PeriodText.nullable(),
  /** Why they are kept so long: GDPR asks for it, and every reader of a log. */
  purpose: z.string().max(1_000),
});
export type ModeSettings = z.infer<typeof ModeSettings>;

export interface Bound {
  /** ISO 8601; null: none. */
  readonly min: string | null;
  readonly max: string | null;
  readonly basis: 'law' | 'contract' | 'policy';
  readonly citation: string;
  readonly note: string;
}

export interface Preset {
  readonly framework: string;
  /** The settings of the first sketch of this product, as users know them. */
  readonly sketch: ModeSettings;
  /** What is suggested instead, or equally. */
  readonly suggested: ModeSettings;
  readonly retention: Bound;
  readonly residency: Bound & { readonly regions: Regions };
}

const ON = {
  audit_logging_enabled: true,
  encryption_at_rest: true,
  encryption_in_transit: true,
  mfa_required: true,
} as const;
const keeping = (
  audit_log_retention: string,
  data_residency: Regions,
  more: Partial<ModeSettings> = {},
): ModeSettings => ({
  ...ON,
  data_residency,
  audit_log_retention,
  audit_log_retention_max: null,
  purpose: '',
  ...more,
});
const NO_PLACE = (citation: string, note: string) =>
  ({ min: null, max: null, regions: null, basis: 'policy', citation, note }) as const;

/** Figures and what is wrong with some of them: COMPLIANCE, table of the first sketch against law. */
export const PRESETS: readonly Preset[] = [
  {
    framework: 'soc2',
    sketch: keeping('P365D', null),
    suggested: keeping('P18M', null),
    retention: {
      min: null,
      max: null,
      basis: 'policy',
      citation: 'SOC 2: no period; the own policy',
      note: 'A window of twelve months and the fieldwork after it need 15 to 18 months.',
    },
    residency: NO_PLACE('SOC 2: own commitments', 'Nothing but what was promised.'),
  },
  {
    framework: 'hipaa',
    sketch: keeping('P1825D', ['us']),
    suggested: keeping('P6Y', ['us']),
    retention: {
      min: 'P6Y',
      max: null,
      basis: 'law',
      citation: '45 CFR 164.316(b)(2)(i)',
      note: 'Six years of documentation, 2,191 or 2,192 days. Whether raw logs are documentation was never said; kept as if they were.',
    },
    residency: NO_PLACE(
      'OCR guidance on cloud computing',
      'Abroad is allowed with a business associate agreement and a risk analysis; some states bar Medicaid data.',
    ),
  },
  {
    framework: 'gdpr',
    sketch: keeping('P2555D', ['eu']),
    suggested: keeping('P1Y', ['eu'], { audit_log_retention_max: 'P3Y' }),
    retention: {
      min: null,
      max: null,
      basis: 'law',
      citation: 'Regulation (EU) 2016/679 Art. 5(1)(e)',
      note: 'No least period: a ceiling by purpose, which must be written down. CNIL: logs 6 to 12 months, up to 3 years for internal control.',
    },
    residency: {
      ...{ min: null, max: null, regions: null, basis: 'law' },
      citation: 'Regulation (EU) 2016/679 Ch. V',
      note: 'Adequacy and safeguards allow more than the EU; access from outside is a transfer although data stays.',
    },
  },
  {
    framework: 'pci-dss',
    sketch: keeping('P365D', null),
    suggested: keeping('P1Y', null),
    retention: {
      min: 'P1Y',
      max: null,
      basis: 'contract',
      citation: 'PCI DSS 4.0.1, 10.5.1',
      note: 'Twelve months, the last three at hand. 365 days are a day short over a 29 February.',
    },
    residency: NO_PLACE('PCI DSS 4.0.1', 'None.'),
  },
  {
    framework: 'ccpa',
    sketch: keeping('P730D', ['us']),
    suggested: keeping('P24M', ['us']),
    retention: {
      min: 'P24M',
      max: null,
      basis: 'law',
      citation: '11 CCR § 7101(a)',
      note: '24 months of records of requests; 730 days are a day short over a 29 February. Papers of cybersecurity audits: five years.',
    },
    residency: NO_PLACE('CCPA', 'No rule of place among the sections read.'),
  },
];

const OTHER: Omit<Preset, 'framework'> = {
  sketch: keeping('P365D', null),
  suggested: keeping('P1Y', null),
  retention: {
    min: null,
    max: null,
    basis: 'policy',
    citation: 'own policy',
    note: 'A framework of the organization.',
  },
  residency: NO_PLACE('own policy', 'A framework of the organization.'),
};

/** What is offered for a framework; one of the organization's own gets what "else" says. */
export function presetOf(framework: string): Preset {
  return PRESETS.find((preset) => preset.framework === framework) ?? { framework, ...OTHER };
}

export interface SettingsFault {
  readonly path: keyof ModeSettings;
  readonly message: string;
  readonly refused: boolean;
}

/** What is wrong with the settings of one framework's mode: below law is refused, the rest is said. */
export function faultsOfSettings(framework: string, settings: ModeSettings): SettingsFault[] {
  const { retention } = presetOf(framework);
  const keep = parsePeriod(settings.audit_log_retention);
  const faults: SettingsFault[] = [];
  if (retention.min !== null && atLeast(keep, parsePeriod(retention.min)) !== 'always') {
    const message = `Shorter than ${retention.min}, which ${retention.citation} asks for.`;
    faults.push({ path: 'audit_log_retention', message, refused: true });
  }
  const max = settings.audit_log_retention_max;
  if (max !== null && atLeast(parsePeriod(max), keep) !== 'always') {
    faults.push({ path: 'audit_log_retention_max', message: 'Shorter than what must be kept.', refused: true });
  }
  if (framework === 'gdpr' && settings.purpose.trim() === '') {
    faults.push({ path: 'purpose', message: 'Art. 5(1)(e) asks for the purpose to be written down.', refused: true });
  }
  if (settings.data_residency !== null && settings.data_residency.length === 0) {
    faults.push({ path: 'data_residency', message: 'No region is allowed.', refused: true });
  }
  return faults;
}

export interface Effective extends Omit<ModeSettings, 'purpose'> {
  /** What the modes ask for together and cannot have: a region that none of them allows, a ceiling below the least period. */
  readonly conflicts: readonly string[];
}

/** Several modes at once: the strictest of each. Null without a mode. */
export function effectiveSettings(modes: readonly ModeSettings[]): Effective | null {
  if (modes.length === 0) return null;
  const any = (field: keyof typeof ON): boolean => modes.some((mode) => mode[field]);
  const textOf = (period: Period | null, texts: readonly string[]): string | null =>
    texts.find((text) => period !== null && JSON.stringify(parsePeriod(text)) === JSON.stringify(period)) ?? null;
  const keeps = modes.map(({ audit_log_retention }) => audit_log_retention);
  const ceilings = modes.flatMap(({ audit_log_retention_max: max }) => (max === null ? [] : [max]));
  const keep = longest(keeps.map(parsePeriod))!;
  const max = shortest(ceilings.map(parsePeriod));
  const regions = narrowest(modes.map(({ data_residency }) => data_residency));
  const conflicts: string[] = [];
  if (regions !== null && regions.length === 0) conflicts.push('No region is allowed by all of them.');
  if (max !== null && atLeast(max, keep) !== 'always') {
    conflicts.push('One asks to keep audit logs longer than another allows.');
  }
  return {
    audit_logging_enabled: any('audit_logging_enabled'),
    encryption_at_rest: any('encryption_at_rest'),
    encryption_in_transit: any('encryption_in_transit'),
    mfa_required: any('mfa_required'),
    data_residency: regions,
    audit_log_retention: textOf(keep, keeps)!,
    audit_log_retention_max: textOf(max, ceilings),
    conflicts,
  };
}
