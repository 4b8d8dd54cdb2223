import { Undo2 } from 'lucide-react';
import type { OutboxEntry } from '../../shared/contract/outbox.ts';
import { Button } from '../ui/Button.tsx';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import { type Tone, Verdict } from '../ui/Verdict.tsx';
import { revoke } from './pending.ts';

const STATES: Readonly<Record<OutboxEntry['state'], { readonly tone: Tone; readonly word: string }>> = {
  waiting: { tone: 'warn', word: 'waits to be sent' },
  sending: { tone: 'accent', word: 'being sent' },
  conflict: { tone: 'bad', word: 'changed meanwhile' },
  refused: { tone: 'bad', word: 'refused' },
};

const VERBS: Readonly<Record<OutboxEntry['target']['op'], string>> = {
  create: 'Creation',
  update: 'Change',
  delete: 'Removal',
};

interface PendingMarkProps {
  readonly orgId: string;
  readonly entries: readonly OutboxEntry[] | undefined;
  /** Where the things themselves are not in sight: with their names. */
  readonly named?: boolean;
}

/** Which fields an update is about: `role, workspaces`. */
function changedFields({ command }: OutboxEntry): string {
  return 'patch' in command ? Object.keys(command.patch).join(', ').replaceAll('_', ' ') : '';
}

/** What was asked for a thing and is not carried out: dotted edge, state in words, and the way to take it back. */
export function PendingMark({ orgId, entries, named = false }: PendingMarkProps) {
  if (entries === undefined || entries.length === 0) return null;
  return (
    <ul className="mt-3 rounded border border-dashed border-warn px-3 py-1">
      {entries.map((entry) => (
        <li key={entry.id} className="flex flex-wrap items-center gap-x-2 gap-y-1 py-1">
          <span className="font-medium">
            {VERBS[entry.target.op]}
            {named && ` of ${entry.title}`}
          </span>
          <span className="text-12 text-dim">{changedFields(entry)}</span>
          <Verdict tone={STATES[entry.state].tone}>{STATES[entry.state].word}</Verdict>
          <span className="flex-1 text-12 whitespace-nowrap text-dim">
            asked <RelativeTime at={entry.createdAt} />
          </span>
          {entry.state !== 'sending' && !entry.inDoubt && (
            <Button small icon={Undo2} onClick={() => void revoke(orgId, entry)}>
              Revoke change
            </Button>
          )}
          {entry.inDoubt && (
            <p className="basis-full text-12 text-dim">It was sent and its answer is not known: it is asked again.</p>
          )}
          {entry.error !== null && <p className="basis-full text-12 text-bad">{entry.error.message}</p>}
        </li>
      ))}
    </ul>
  );
}
