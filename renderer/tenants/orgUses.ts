/** Use against limits of many organizations, read for those in sight, a few at a time, and kept while the mirrors stay as they are. */
import { useEffect } from 'react';
import { create } from 'zustand';
import { readEntities } from '../access/entities.ts';
import { useOrgs } from '../app/orgs.ts';
import { type OrgUse, orgUse, workspaceRows } from './use.ts';

interface UsesState {
  /** Revision of the mirrors the uses were read at. */
  readonly revision: number;
  /** By organization; null where it could not be read. */
  readonly uses: Readonly<Record<string, OrgUse | null>>;
}

const useUses = create<UsesState>()(() => ({ revision: -1, uses: {} }));

/** Organizations read at once. */
const LANES = 4;
/** In the order asked for; those last scrolled into sight are read first. */
const waiting: string[] = [];
let lanes = 0;

async function lane(): Promise<void> {
  lanes += 1;
  for (let orgId = waiting.pop(); orgId !== undefined; orgId = waiting.pop()) {
    const { revision } = useUses.getState();
    const use = await readUse(orgId);
    useUses.setState((state) => (state.revision === revision ? { uses: { ...state.uses, [orgId]: use } } : state));
  }
  lanes -= 1;
}

async function readUse(orgId: string): Promise<OrgUse | null> {
  try {
    const [workspaces, members] = await Promise.all([readEntities(orgId, 'workspace'), readEntities(orgId, 'member')]);
    return orgUse(workspaceRows(workspaces, members));
  } catch {
    return null;
  }
}

/** Use of one organization; undefined until read, null where it cannot be. */
export function useOrgUse(orgId: string): OrgUse | null | undefined {
  const revision = useOrgs((state) => state.revision);
  const use = useUses((state) => (state.revision === revision ? state.uses[orgId] : undefined));
  useEffect(() => {
    if (useUses.getState().revision !== revision) useUses.setState({ revision, uses: {} });
    if (useUses.getState().uses[orgId] !== undefined || waiting.includes(orgId)) return;
    waiting.push(orgId);
    if (lanes < LANES) void lane();
  }, [orgId, revision]);
  return use;
}
