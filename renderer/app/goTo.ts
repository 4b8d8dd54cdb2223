import { ALL_NAV, type Jump } from './nav.ts';
import { useOrgs } from './orgs.ts';
import { navigate, type Screen, useRoute } from './router.ts';

/** Id of the organization on show: the address's, else the last chosen. */
export function currentOrgId(): string | null {
  return useRoute.getState().org ?? useOrgs.getState().chosen;
}

/** To a screen, with the chosen organization in the address where the screen is about one. */
export function goTo(screen: Screen): void {
  const perOrg = ALL_NAV.some((item) => item.screen === screen && item.perOrg);
  navigate({ screen, org: perOrg ? currentOrgId() : null });
}

/** To a part of a screen about the chosen organization. */
export function jumpTo({ screen, params }: Pick<Jump, 'screen' | 'params'>): void {
  navigate({ screen, org: currentOrgId(), params });
}

/** Show an organization: on the same screen where that is about one, else its audit log. */
export function goToOrg(orgId: string): void {
  const { screen } = useRoute.getState();
  const perOrg = ALL_NAV.some((item) => item.screen === screen && item.perOrg);
  navigate({ screen: perOrg ? screen : 'audit', org: orgId, params: {} });
}
