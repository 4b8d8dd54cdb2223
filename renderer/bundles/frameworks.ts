/** Which frameworks can be assessed in a bundle, and which of them are chosen to begin with. Pure. */
import type { Output } from '../../shared/contract/index.ts';

type Known = Output<'compliance.overview'>['frameworks'][number];
export type FrameworkInUse = Pick<Known, 'id' | 'title' | 'own' | 'mode'>;

/** As many as `bundles.export` takes. */
export const FRAMEWORKS_MAX = 20;

/** Those whose mode is on, then those of the organization itself; the others that come with the console are in nobody's use. */
export function inUse<F extends FrameworkInUse>(frameworks: readonly F[]): F[] {
  return [...frameworks.filter(({ mode }) => mode), ...frameworks.filter(({ mode, own }) => own && !mode)];
}

/** Ids of those whose mode is on, the first FRAMEWORKS_MAX. */
export function chosenAtFirst(frameworks: readonly FrameworkInUse[]): string[] {
  return frameworks
    .filter(({ mode }) => mode)
    .map(({ id }) => id)
    .slice(0, FRAMEWORKS_MAX);
}

/** What ticking the section chooses: the modes that are on, else everything in use. */
export function chosenByTick(frameworks: readonly FrameworkInUse[]): string[] {
  const modes = chosenAtFirst(frameworks);
  if (modes.length > 0) return modes;
  return inUse(frameworks)
    .map(({ id }) => id)
    .slice(0, FRAMEWORKS_MAX);
}
