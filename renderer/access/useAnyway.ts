import { useState } from 'react';

export interface Anyway {
  /** The person wants the platform to be asked although the mirror speaks against it. */
  readonly on: boolean;
  readonly set: (on: boolean) => void;
  /** The mirror speaks against the change, and the person left it at that. */
  readonly blocked: boolean;
  /** A refusal by rights of the mirror, unless the platform is to be asked anyway. */
  readonly past: (refusal: string | null) => string | null;
}

/** Whether a change that by the mirror would be refused is asked for all the same. Holds only while there is a refusal. */
export function useAnyway(refusals: readonly string[] | undefined): Anyway {
  const [chosen, set] = useState(false);
  const refused = (refusals?.length ?? 0) > 0;
  const on = refused && chosen;
  return { on, set, blocked: refused && !on, past: (refusal) => (on ? null : refusal) };
}

/** Why the platform may decide otherwise than the mirror. `synced`: the instant of the last sync in words; null: there was none. */
export function anywayWords(synced: string | null): string {
  const basis =
    synced === null
      ? 'This rests on a mirror that was never synced to its end.'
      : `This rests on the mirror as of ${synced}.`;
  return `${basis} What changed since, only the platform knows: it decides, and if it refuses, that stands in the audit log.`;
}
