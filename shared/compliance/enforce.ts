/** What the compliance modes that are on demand of the organization itself: the platform enforces it, the console foretells it. */
import type { ComplianceMode, Organization, OrganizationPatch } from '../entities/index.ts';
import { conflict, type Fault, field } from '../fault.ts';
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
