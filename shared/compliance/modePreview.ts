/** What a change of one compliance mode does to an organization. Pure. */

import type { ComplianceCommand } from '../commands/complianceCommands.ts';
import type { ComplianceMode, Member, Organization, RetentionPolicy, Safeguards } from '../entities/index.ts';
import { effectiveModes, effectiveWith } from './enforce.ts';
import { type Effective, faultsOfSettings, type ModeSettings, presetOf } from './modes.ts';
import { atLeast, parsePeriod, periodWords } from './period.ts';
import { type RecordBook, recordFaults } from './recordRules.ts';
import { allowsRegion } from './regions.ts';

export type ModeField = Exclude<keyof Effective, 'conflicts'>;
export const FIELDS: readonly ModeField[] = [
  ...(['audit_logging_enabled', 'encryption_at_rest', 'encryption_in_transit', 'mfa_required'] as const),
  ...(['data_residency', 'audit_log_retention', 'audit_log_retention_max'] as const),
];

export interface ModeWorld {
  readonly book: RecordBook;
  readonly members: readonly Member[];
  readonly organization: Organization | null;
  readonly policies: readonly RetentionPolicy[];
  readonly safeguards: Safeguards | null;
}

/** A setting as it is shown; null: nothing is asked for. */
export function shownSetting(value: ModeSettings[ModeField] | undefined): string | null {
  if (value === undefined || value === null || value === false) return null;
  if (value === true) return 'on';
  return typeof value === 'string' ? value : value.join(', ') || 'none';
}

function changes(
  modes: readonly ComplianceMode[],
  id: string,
  before: Effective | null,
  after: Effective | null,
  settings: ModeSettings | null,
) {
  const asked = [
    ...modes.filter((mode) => mode.enabled && mode.id !== id),
    ...(settings === null ? [] : [{ id, settings }]),
  ];
  return FIELDS.map((field) => {
    const next = shownSetting(after?.[field]);
    const by =
      next === null ? [] : asked.filter((mode) => shownSetting(mode.settings[field]) === next).map((mode) => mode.id);
    return { field, before: shownSetting(before?.[field]), after: next, by };
  });
}

/** How the platform is run, where it is not what the modes ask for; checks ENC and RES find the same. */
function unmetBy(effective: Effective | null, safeguards: Safeguards | null): string[] {
  if (effective === null) return [];
  if (safeguards === null) return ['The platform has not said how it is run; what the modes ask of it cannot be told.'];
  const { at_rest, in_transit, region } = safeguards;
  return [
    ...(effective.encryption_at_rest && !at_rest.on ? [`Encryption at rest: ${at_rest.detail}`] : []),
    ...(effective.encryption_in_transit && !in_transit.on ? [`Encryption in transit: ${in_transit.detail}`] : []),
    ...(region !== '' && !allowsRegion(effective.data_residency, region)
      ? [`The platform keeps its data in ${region}: it would refuse every change of this organization's data.`]
      : []),
  ];
}

function owedAfter(id: string, before: ModeSettings): string[] {
  const { retention } = presetOf(id);
  const kept = periodWords(parsePeriod(before.audit_log_retention));
  return [
    ...(retention.min === null
      ? []
      : [
          `${retention.citation} goes on to ask for ${periodWords(parsePeriod(retention.min))} of records made while it applied.`,
        ]),
    `Nothing is pruned by this. Events of the time under the mode were to be kept ${kept}; a retention policy keeps that promise, the mode no longer does.`,
    ...(id === 'ccpa'
      ? ['Papers of cybersecurity audits and risk assessments are kept five years (CCPA Art. 9).']
      : []),
    ...(id === 'gdpr' ? ['Rights of people whose data is held do not end with the mode.'] : []),
  ];
}

/** `settings` null: switched off. */
export function modePreview(
  { book, members, organization, policies, safeguards }: ModeWorld,
  id: string,
  settings: ModeSettings | null,
  reason: string,
) {
  const before = effectiveModes(book.modes);
  const after = effectiveWith(book.modes, id, settings);
  const command: ComplianceCommand =
    settings === null
      ? { type: 'compliance_mode.disable', id, input: { reason: reason || '-' } }
      : { type: 'compliance_mode.enable', id, input: { settings, reason } };
  const floor = after?.audit_log_retention ?? null;
  const present = book.modes.find((mode) => mode.id === id);
  const asksMfa = after?.mfa_required === true && before?.mfa_required !== true && organization?.mfa_required !== true;
  return {
    effective: changes(book.modes, id, before, after, settings),
    refusals: recordFaults(command, book).map(({ words }) => words),
    warnings: [
      ...(settings === null
        ? []
        : faultsOfSettings(id, settings)
            .filter(({ refused }) => !refused)
            .map(({ message }) => message)),
      ...(after?.conflicts ?? []),
    ],
    lockedOut: asksMfa
      ? members
          .filter((one) => one.status !== 'suspended' && !one.mfa)
          .map(({ id: member, name, email }) => ({ id: member, name, email }))
      : [],
    policiesBelow: policies
      .filter(({ keep }) => floor !== null && atLeast(parsePeriod(keep), parsePeriod(floor)) !== 'always')
      .map(({ id: policy, name, keep }) => ({ id: policy, name, keep })),
    unmet: unmetBy(after, safeguards),
    owed: settings === null && present?.enabled === true ? owedAfter(id, present.settings) : [],
  };
}
