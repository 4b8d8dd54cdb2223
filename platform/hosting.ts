/** What the operator says of how this platform is run: it cannot know where its disks are, nor what stands before it. */
import { AppError } from '../shared/errors.ts';

export interface Hosting {
  /** Region in which the data is, such as `eu-central-1`; null: not said. */
  readonly region: string | null;
  /** How the store's disks are encrypted, in the operator's words; null: not said. */
  readonly atRest: string | null;
  /** `terminated`: TLS ends before this process, which is reached by nobody else. */
  readonly tls: 'terminated' | 'none';
}

export const NO_HOSTING: Hosting = { region: null, atRest: null, tls: 'none' };

/** `MC_REGION`, `MC_AT_REST`, `MC_TLS`. Throws INPUT_INVALID for a region or a word that is none. */
export function hostingFromEnv(env: Readonly<Record<string, string | undefined>>): Hosting {
  const region = env.MC_REGION?.trim() || null;
  if (region !== null && !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(region)) {
    throw new AppError('INPUT_INVALID', 'MC_REGION is a name such as eu-central-1.');
  }
  const tls = env.MC_TLS?.trim() || 'none';
  if (tls !== 'none' && tls !== 'terminated') throw new AppError('INPUT_INVALID', 'MC_TLS is "terminated" or "none".');
  return { region, atRest: env.MC_AT_REST?.trim().slice(0, 500) || null, tls };
}
