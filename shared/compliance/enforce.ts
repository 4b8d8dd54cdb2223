/** What the compliance modes that are on demand of the organization itself: the platform enforces it, the console foretells it. */
import type { ComplianceMode, Organization, OrganizationPatch } from '../entities/index.ts';
import { conflict, type Fault, field } from '../fault.ts';
import { BUILT_IN_FRAMEWORKS } from './frameworks/index.ts';
import { type Effective, effectiveSettings, type ModeSettings } from './modes.ts';
import { allowsRegion } from './regions.ts';

/** The strictest of all modes that are on; null: none is. */
export function effectiveModes(modes: readonly Pick<ComplianceMode, 'enabled' | 'settings'>[]): Effective | null {
  return effectiveSettings(modes.filter(({ enabled }) => enabled).map(({ settings }) => settings));
}

/** The same with one mode as it would be; `settings` null: switched off. */
export function effectiveWith(
  modes: readonly Pick<ComplianceMode, 'id' | 'enabled' | 'settings'>[],
  id: string,
  settings: ModeSettings | null,
): Effective | null {
  const others = modes.filter((mode) => mode.id !== id);
  return effectiveModes(settings === null ? others : [...others, { enabled: true, settings }]);
}

const places = (regions: readonly string[]): string => regions.join(', ') || 'none';

/** Why the organization's own fields cannot become what is asked for while modes are on. */
export function organizationFaults(patch: OrganizationPatch, effective: Effective | null): Fault[] {
  if (effective === null) return [];
  const faults: Fault[] = [];
  const { data_residency: regions } = effective;
  if (patch.region !== undefined && !allowsRegion(regions, patch.region)) {
    faults.push(field('/region', `The compliance modes allow ${places(regions ?? [])}.`));
  }
  if (patch.mfa_required === false && effective.mfa_required) {
    faults.push(conflict('A compliance mode asks for a second factor.', '/mfa_required'));
  }
  return faults;
}

/** Why a mode cannot be switched on as the organization is. `effective`: all modes with this one. */
export function placeFaults(effective: Effective | null, organization: Pick<Organization, 'region'> | null): Fault[] {
  const regions = effective?.data_residency ?? null;
  if (organization === null || allowsRegion(regions, organization.region)) return [];
  const words = `The organization is in ${organization.region}; the modes would allow ${places(regions!)}. Change its region first.`;
  return [conflict(words, '/settings/data_residency')];
}

/**
 * Why an organization's data may not be written to a file on a workstation in this region; null: it may. Closed where the region is not said (`''`), and
 * where it is wider than what is allowed (`eu` where `eu-central-1` is asked for).
 */
export function exportFault(
  modes: readonly Pick<ComplianceMode, 'id' | 'enabled' | 'settings'>[],
  workstationRegion: string,
): string | null {
  const regions = effectiveModes(modes)?.data_residency ?? null;
  if (allowsRegion(regions, workstationRegion)) return null;
  const names = modes
    .filter(({ enabled, settings }) => enabled && settings.data_residency !== null)
    .map(({ id }) => BUILT_IN_FRAMEWORKS.get(id)?.title ?? id)
    .sort();
  const who = new Intl.ListFormat('en').format(names);
  const [keep, allow] = names.length === 1 ? ['keeps', 'allows'] : ['keep', 'allow'];
  if (regions!.length === 0) {
    return `${who} together allow no region for this organization's data: change one of these modes first. Nothing was written.`;
  }
  return workstationRegion === ''
    ? `${who} ${keep} this organization's data in ${places(regions!)}, and this console was not told where it is. Say it in Settings under "Where this workstation is", then export again. Nothing was written.`
    : `This workstation is in ${workstationRegion}; ${who} ${allow} this organization's data in ${places(regions!)} alone. Nothing was written.`;
}
