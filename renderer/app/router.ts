/**
 * The hash holds the state of the screen: `#/o/<organization>/<screen>?…`, or `#/<screen>?…` where no organization is meant. Back, forward and
 * a pasted address work because screens read everything from here.
 */
import { create } from 'zustand';
import { formatHash, parseHash, type Route, type Screen } from './hash.ts';

export { formatHash, type Route, type Screen } from './hash.ts';

export const useRoute = create<Route>()(() => parseHash(location.hash));

window.addEventListener('hashchange', () => useRoute.setState(parseHash(location.hash)));

interface Target {
  readonly screen?: Screen;
  readonly org?: string | null;
  readonly params?: URLSearchParams | Readonly<Record<string, string>>;
}

/**
 * Go somewhere. What is left out stays, except that another screen or organization starts without parameters. `replace` leaves no step for Back:
 * for changes that follow the hand, such as moving a selection.
 */
export function navigate(target: Target, options: { replace?: boolean } = {}): void {
  const now = useRoute.getState();
  const screen = target.screen ?? now.screen;
  const org = target.org === undefined ? now.org : target.org;
  const same = screen === now.screen && org === now.org;
  const params = target.params ? new URLSearchParams(target.params) : same ? now.params : new URLSearchParams();
  const hash = formatHash({ screen, org, params });
  if (hash === location.hash) return;
  if (options.replace) {
    history.replaceState(null, '', hash);
    useRoute.setState(parseHash(hash));
  } else {
    location.hash = hash;
  }
}

/** Change some parameters of the current screen; null removes one. */
export function setParams(changes: Readonly<Record<string, string | null>>, options: { replace?: boolean } = {}): void {
  const params = new URLSearchParams(useRoute.getState().params);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) params.delete(name);
    else params.set(name, value);
  }
  navigate({ params }, options);
}
