import { useEffect } from 'react';
import { usePending, usePendingOf } from '../access/pending.ts';
import { useRunning } from '../app/jobs.ts';
import { needsPerson } from './entries.ts';

/** Changes of the organization on show that were not carried out; red where a person has to decide. Beside the entry of the side bar. */
export function ChangesCount({ orgId }: { readonly orgId: string }) {
  const entries = [...usePendingOf(orgId).values()].flat();
  const sending = useRunning('send-outbox', orgId)?.id ?? null;
  // What was sent may have been refused, which changes no mirror: the end of sending tells.
  // biome-ignore lint/correctness/useExhaustiveDependencies: read again whenever sending began or ended
  useEffect(() => {
    usePending
      .getState()
      .load(orgId)
      .catch(() => undefined);
  }, [orgId, sending]);
  if (entries.length === 0) return null;
  const people = entries.filter(needsPerson).length;
  return (
    <span
      className={`tnum rounded-[4px] px-1 text-11 font-bold max-[880px]:hidden ${people > 0 ? 'bg-bad-tint text-bad' : 'bg-warn-tint text-warn'}`}
    >
      {entries.length}
      <span className="sr-only"> {people > 0 ? `changes, ${people} to decide` : 'changes wait'}</span>
    </span>
  );
}
