import { useMemo } from 'react';
import { useEntities } from '../access/entities.ts';
import { memberName } from '../access/people.ts';
import { useCatalog } from '../access/useCatalog.ts';
import type { NameOf } from './entries.ts';

/** Names of roles, workspaces and users, for the fields that hold their ids. */
export function useNames(orgId: string): NameOf {
  const { catalog } = useCatalog(orgId);
  const members = useEntities(orgId, 'member');
  const workspaces = useEntities(orgId, 'workspace');
  return useMemo(() => {
    const roles = new Map(catalog?.roles.map(({ id, name }) => [id, name]));
    const users = new Map(members.rows?.map((member) => [member.user_id, memberName(member)]));
    const places = new Map(workspaces.rows?.map(({ id, name }) => [id, name]));
    const by: Readonly<Record<string, ReadonlyMap<string, string>>> = {
      role: roles,
      inherits: roles,
      owner_id: users,
      reviewers: users,
      workspace_id: places,
      workspaces: places,
    };
    return (field, id) => by[field]?.get(id) ?? id;
  }, [catalog, members.rows, workspaces.rows]);
}
