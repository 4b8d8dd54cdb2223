/** Addresses of the screens as text: pure, so that tests need no window. */
export const SCREENS = [
  'overview',
  'tenants',
  'access',
  'accounts',
  'audit',
  'integrity',
  'sla',
  'compliance',
  'governance',
  'bundles',
  'changes',
  'settings',
  'connect',
] as const;
export type Screen = (typeof SCREENS)[number];

export interface Route {
  readonly screen: Screen;
  readonly org: string | null;
  readonly params: URLSearchParams;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** The route of a hash; anything unknown is the overview. */
export function parseHash(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const parts = path.split('/').filter(Boolean);
  const org = parts[0] === 'o' && parts[1] !== undefined ? decoded(parts[1]) : null;
  const named = org === null ? parts[0] : parts[2];
  const screen = SCREENS.find((name) => name === named) ?? 'overview';
  return { screen, org, params: new URLSearchParams(search) };
}

/** The hash of a route. */
export function formatHash(route: { screen: Screen; org?: string | null; params?: URLSearchParams }): string {
  const search = route.params?.toString() ?? '';
  const prefix = route.org ? `#/o/${encodeURIComponent(route.org)}/` : '#/';
  return `${prefix}${route.screen}${search === '' ? '' : `?${search}`}`;
}
