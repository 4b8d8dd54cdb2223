import type { Command } from '../../shared/commands/index.ts';
import type { Output } from '../../shared/contract/index.ts';
import { useQuery } from '../app/query.ts';
import type { CallError } from '../bridge.ts';
import { useDebounced } from '../ui/useDebounced.ts';
import { useRevision } from './revision.ts';

export type Preview = Output<'access.preview'>;

export interface PreviewState {
  /** What the change would do; null until computed. */
  readonly preview: Preview | null;
  /** A newer question is under way. */
  readonly busy: boolean;
  readonly error: CallError | null;
}

/** Typing rests this long before it is asked what it would do, ms. */
const REST_MS = 250;

/** What a change would do and for whom, asked anew when the change rests. Null asks nothing. */
export function usePreview(orgId: string, command: Command | null): PreviewState {
  const revision = useRevision(orgId);
  const text = command === null ? null : JSON.stringify(command);
  const rested = useDebounced(text, REST_MS);
  const asked = rested === null || text === null ? null : { orgId, command: JSON.parse(rested) as Command };
  const answer = useQuery('access.preview', asked, revision);
  return {
    preview: text === null ? null : answer.data,
    busy: text !== null && (text !== rested || answer.loading || answer.stale),
    error: text === null ? null : answer.error,
  };
}
