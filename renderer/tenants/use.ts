/** Use of a workspace against its limits, counted as the platform counts it (docs/ARCHITECTURE, Tenants and access). */
import type { Member, Workspace } from '../../shared/entities/index.ts';
import { takesSeat } from '../../shared/rbac/index.ts';

export interface Use {
  readonly used: number;
  readonly max: number;
  /** Part of the limit in use, 0 to 1; 1 where the limit is 0 and nothing fits. */
  readonly share: number;
  readonly state: 'free' | 'near' | 'full';
}

/** From this part of a limit on it is said to be near. */
const NEAR = 0.9;

export function limitUse(used: number, max: number): Use {
  const share = max === 0 ? 1 : Math.min(1, used / max);
  return { used, max, share, state: used >= max ? 'full' : share >= NEAR ? 'near' : 'free' };
}

/** Members that count against `max_users`: not suspended, and with this workspace among theirs, or with every one. */
export function usersOf(workspaceId: string, members: readonly Member[]): readonly Member[] {
  return members.filter((member) => takesSeat(member, workspaceId));
}

export interface WorkspaceRow {
  readonly workspace: Workspace;
  readonly threads: Use;
  readonly users: Use;
}

/** Workspaces with their use; one pass over the members. */
export function workspaceRows(workspaces: readonly Workspace[], members: readonly Member[]): readonly WorkspaceRow[] {
  const counts = new Map<string, number>();
  let everywhere = 0;
  for (const { status, workspaces: named } of members) {
    if (status === 'suspended') continue;
    if (named === null) everywhere += 1;
    else for (const id of named) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return workspaces.map((workspace) => ({
    workspace,
    threads: limitUse(workspace.threads, workspace.max_threads),
    users: limitUse(everywhere + (counts.get(workspace.id) ?? 0), workspace.max_users),
  }));
}

export interface OrgUse {
  readonly threads: Use;
  readonly users: Use;
  /** Workspaces of which some limit is nearly or wholly used. */
  readonly tight: number;
}

/** An organization's workspaces taken together. */
export function orgUse(rows: readonly WorkspaceRow[]): OrgUse {
  const sum = (pick: (row: WorkspaceRow) => number): number => rows.reduce((total, row) => total + pick(row), 0);
  return {
    threads: limitUse(
      sum(({ threads }) => threads.used),
      sum(({ threads }) => threads.max),
    ),
    users: limitUse(
      sum(({ users }) => users.used),
      sum(({ users }) => users.max),
    ),
    tight: rows.filter(({ threads, users }) => threads.state !== 'free' || users.state !== 'free').length,
  };
}
