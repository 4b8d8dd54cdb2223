/** Settings of a mode as they are typed, and read back. Pure. */
import { ModeSettings } from '../../../shared/compliance/modes.ts';
import { parsePeriod, periodWords } from '../../../shared/compliance/period.ts';

export const SWITCHES = [
  ['audit_logging_enabled', 'Audit logging'],
  ['encryption_at_rest', 'Encryption at rest'],
  ['encryption_in_transit', 'Encryption in transit'],
  ['mfa_required', 'Second factor of everybody'],
] as const;

export interface ModeDraft {
  readonly switches: Readonly<Record<(typeof SWITCHES)[number][0], boolean>>;
  /** Regions with commas between; empty: anywhere. */
  readonly regions: string;
  /** ISO 8601 period. */
  readonly keep: string;
  /** Empty: no ceiling. */
  readonly max: string;
  readonly purpose: string;
}

export function draftOf(settings: ModeSettings): ModeDraft {
  const { data_residency, audit_log_retention, audit_log_retention_max, purpose } = settings;
  return {
    switches: {
      audit_logging_enabled: settings.audit_logging_enabled,
      encryption_at_rest: settings.encryption_at_rest,
      encryption_in_transit: settings.encryption_in_transit,
      mfa_required: settings.mfa_required,
    },
    regions: data_residency === null ? '' : data_residency.join(', '),
    ...{ keep: audit_log_retention, max: audit_log_retention_max ?? '', purpose },
  };
}

export type ModeDraftFault = Partial<Record<'regions' | 'keep' | 'max' | 'purpose', string>>;

/** The settings, or what is wrong with what was typed. */
export function readDraft({ switches, regions, keep, max, purpose }: ModeDraft): {
  readonly settings: ModeSettings | null;
  readonly faults: ModeDraftFault;
} {
  const list = regions.split(/[\s,]+/).filter(Boolean);
  const read = ModeSettings.safeParse({
    ...switches,
    data_residency: list.length === 0 ? null : list.map((region) => region.toLowerCase()),
    audit_log_retention: keep.trim().toUpperCase(),
    audit_log_retention_max: max.trim() === '' ? null : max.trim().toUpperCase(),
    purpose: purpose.trim(),
  });
  if (read.success) return { settings: read.data, faults: {} };
  const wrong = new Set(read.error.issues.map(({ path }) => path[0]));
  return {
    settings: null,
    faults: {
      ...(wrong.has('data_residency') ? { regions: 'Names such as eu or us-east-1, with commas between.' } : {}),
      ...(wrong.has('audit_log_retention') ? { keep: 'A period such as P6Y, P13M or P365D.' } : {}),
      ...(wrong.has('audit_log_retention_max') ? { max: 'A period such as P3Y, or nothing.' } : {}),
      ...(wrong.has('purpose') ? { purpose: 'At most 1,000 characters.' } : {}),
    },
  };
}

/** `6 years (P6Y)`; a text that is no period as it is. */
export function keptText(period: string | null): string {
  if (period === null) return 'none';
  try {
    return `${periodWords(parsePeriod(period))} (${period})`;
  } catch {
    return period;
  }
}

export const regionsText = (regions: readonly string[] | null): string =>
  regions === null ? 'anywhere' : regions.join(', ') || 'nowhere';
