/** Members as rows of a table, the filters over them, and how many each choice would leave. Pure. */
import type { Member, Workspace } from '../../shared/entities/index.ts';
import { type CatalogRole, memberName, roleName } from './people.ts';

export interface MemberRow {
  readonly member: Member;
  readonly name: string;
  readonly role: string;
  /** Names of the workspaces; null for every one. */
  readonly workspaces: readonly string[] | null;
}

export const FILTER_FIELDS = ['role', 'status', 'workspace', 'mfa', 'extra'] as const;
export type FilterField = (typeof FILTER_FIELDS)[number];
/** Chosen values by field; none chosen: any. */
export type MemberFilter = Readonly<Record<FilterField, readonly string[]>>;

/** A member with every workspace, as a choice of the workspace filter. */
export const EVERY_WORKSPACE = '*';

export function memberRows(
  members: readonly Member[],
  roles: readonly CatalogRole[] | null,
  workspaces: readonly Workspace[] | null,
): readonly MemberRow[] {
  const names = new Map(workspaces?.map(({ id, name }) => [id, name]));
  const roleNames = new Map(roles?.map(({ id, name }) => [id, name]));
  return members.map((member) => ({
    member,
    name: memberName(member),
    role: roleNames.get(member.role) ?? roleName(member.role, null),
    workspaces: member.workspaces?.map((id) => names.get(id) ?? id) ?? null,
  }));
}

/** The values of a member that a field is filtered by. */
function valuesOf({ member }: MemberRow, field: FilterField): readonly string[] {
  switch (field) {
    case 'role':
      return [member.role];
    case 'status':
      return [member.status];
    case 'workspace':
      // One with every workspace may use any that is asked for.
      return member.workspaces ?? [EVERY_WORKSPACE];
    case 'mfa':
      return [member.mfa ? 'yes' : 'no'];
    case 'extra':
      return [member.permissions.length > 0 ? 'yes' : 'no'];
  }
}

function passes(row: MemberRow, field: FilterField, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  if (field === 'workspace' && row.member.workspaces === null) return true;
  return valuesOf(row, field).some((value) => wanted.includes(value));
}

/** The rows that pass every field but `except`. */
export function filterMembers(
  rows: readonly MemberRow[],
  filter: MemberFilter,
  except: FilterField | null = null,
): readonly MemberRow[] {
  const asked = FILTER_FIELDS.filter((field) => field !== except && filter[field].length > 0);
  if (asked.length === 0) return rows;
  return rows.filter((row) => asked.every((field) => passes(row, field, filter[field])));
}

/** How many rows have each value of a field, the other filters applied. */
export function facetCounts(
  rows: readonly MemberRow[],
  filter: MemberFilter,
  field: FilterField,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const row of filterMembers(rows, filter, field)) {
    for (const value of valuesOf(row, field)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

/** Filters from the address: each field's values joined with commas. */
export function readFilter(params: URLSearchParams): MemberFilter {
  const values = (field: FilterField): readonly string[] => params.get(field)?.split(',').filter(Boolean) ?? [];
  return {
    role: values('role'),
    status: values('status'),
    workspace: values('workspace'),
    mfa: values('mfa'),
    extra: values('extra'),
  };
}
