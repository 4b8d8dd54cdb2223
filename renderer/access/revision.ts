import { create } from 'zustand';
import { useOrgs } from '../app/orgs.ts';
import { on } from '../bridge.ts';
import { usePending } from './pending.ts';

/** How often each organization's mirror was said to have changed. */
const useChanges = create<Readonly<Record<string, number>>>()(() => ({}));

on('orgs.changed', ({ orgIds }) => {
  useChanges.setState((counts) => Object.fromEntries(orgIds.map((orgId) => [orgId, (counts[orgId] ?? 0) + 1])));
});

/** A text that changes whenever the mirror or the outbox of this organization did: a `revision` for useQuery. Changes of others leave it. */
export function useRevision(orgId: string): string {
  const changes = useChanges((counts) => counts[orgId] ?? 0);
  const asked = usePending((state) => state.revisions[orgId] ?? 0);
  // After a break of the event stream the summary alone tells that something came in.
  const synced = useOrgs((state) => state.orgs?.find((org) => org.orgId === orgId)?.lastSyncAt ?? 0);
  return `${changes} ${asked} ${synced}`;
}
