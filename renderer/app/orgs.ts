import { create } from 'zustand';
import type { Connection, OrgSummary } from '../../shared/contract/connections.ts';
import { asCallError, type CallError, call, on } from '../bridge.ts';
import { useZoneStore } from '../ui/zone.ts';
import { useRoute } from './router.ts';

interface OrgsState {
  readonly orgs: readonly OrgSummary[] | null;
  readonly connections: readonly Connection[];
  readonly error: CallError | null;
  /** Counts up with every change of any mirror: a `revision` for useQuery. */
  readonly revision: number;
  /** The organization last chosen; screens that need one use it when the address names none. */
  readonly chosen: string | null;
  readonly load: () => Promise<void>;
  readonly sync: (orgId: string) => Promise<void>;
}

/** Mirrored organizations and the platforms they come from. */
export const useOrgs = create<OrgsState>()((set) => ({
  orgs: null,
  connections: [],
  error: null,
  revision: 0,
  chosen: null,
  load: async () => {
    try {
      const [orgs, connections] = await Promise.all([call('orgs.list', {}), call('connections.list', {})]);
      const sorted = [...orgs].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
      set((state) => ({ orgs: sorted, connections, error: null, revision: state.revision + 1 }));
    } catch (thrown) {
      set({ error: asCallError(thrown) });
    }
  },
  sync: async (orgId) => {
    await call('sync.start', { orgId });
  },
}));

on('orgs.changed', () => void useOrgs.getState().load());

/** The organization on show: the address's, else the last chosen, else the first. */
export function useOrg(): OrgSummary | null {
  const named = useRoute((route) => route.org);
  const chosen = useOrgs((state) => state.chosen);
  const orgs = useOrgs((state) => state.orgs);
  if (orgs === null) return null;
  if (named !== null) return orgs.find((org) => org.orgId === named) ?? null;
  return orgs.find((org) => org.orgId === chosen) ?? orgs[0] ?? null;
}

/** The connection an organization is synced through; null for one that came without. */
export function connectionOf(org: OrgSummary, connections: readonly Connection[]): Connection | null {
  return connections.find((connection) => connection.id === org.connectionId) ?? null;
}

/** Remember the organization on show, and offer its zone to the time display. */
export function rememberOrg(org: OrgSummary | null): void {
  useOrgs.setState({ chosen: org?.orgId ?? null });
  useZoneStore.setState((state) => ({
    orgZone: org?.timeZone ?? null,
    choice: state.choice === 'org' && org === null ? 'utc' : state.choice,
  }));
}

/** IANA zone of a mirrored organization; UTC for one that is not mirrored any more. */
export function useOrgZone(orgId: string): string {
  return useOrgs((state) => state.orgs?.find((org) => org.orgId === orgId)?.timeZone) ?? 'UTC';
}
