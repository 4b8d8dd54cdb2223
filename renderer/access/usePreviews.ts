import { useEffect, useState } from 'react';
import type { Command } from '../../shared/commands/index.ts';
import { asCallError, type CallError, call } from '../bridge.ts';
import { useRevision } from './revision.ts';
import type { Preview } from './usePreview.ts';

export interface PreviewsState {
  readonly previews: readonly Preview[];
  readonly done: number;
  readonly total: number;
  readonly error: CallError | null;
}

/** Asked at once. */
const LANES = 4;

/** What several changes would do, each asked for by itself, a few at a time. */
export function usePreviews(orgId: string, commands: readonly Command[]): PreviewsState {
  const revision = useRevision(orgId);
  const key = JSON.stringify(commands);
  const [state, setState] = useState<PreviewsState>({ previews: [], done: 0, total: commands.length, error: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the commands by value; the revision asks again on purpose
  useEffect(() => {
    let current = true;
    let next = 0;
    const previews: Preview[] = [];
    setState({ previews, done: 0, total: commands.length, error: null });
    const lane = async (): Promise<void> => {
      for (let command = commands[next++]; current && command !== undefined; command = commands[next++]) {
        const preview = await call('access.preview', { orgId, command });
        previews.push(preview);
        if (current) setState({ previews: [...previews], done: previews.length, total: commands.length, error: null });
      }
    };
    Promise.all(Array.from({ length: LANES }, lane)).catch((thrown: unknown) => {
      if (current) setState((old) => ({ ...old, error: asCallError(thrown) }));
      current = false;
    });
    return () => {
      current = false;
    };
  }, [orgId, key, revision]);
  return state;
}
