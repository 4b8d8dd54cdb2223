import { useMemo } from 'react';
import type { Workspace } from '../../shared/entities/index.ts';
import { setParams } from '../app/router.ts';
import { type Choice, ChoiceChip } from './ChoiceChip.tsx';
import { EVERY_WORKSPACE, type FilterField, facetCounts, type MemberFilter, type MemberRow } from './members.ts';
import type { CatalogRole } from './people.ts';

interface FiltersProps {
  readonly rows: readonly MemberRow[];
  readonly filter: MemberFilter;
  readonly roles: readonly CatalogRole[];
  readonly workspaces: readonly Workspace[];
}

const LABELS: Readonly<Record<FilterField, string>> = {
  role: 'Role',
  status: 'Status',
  workspace: 'Workspace',
  mfa: 'Second factor',
  extra: 'Extra grants',
};
const WORDS: Readonly<Record<'mfa' | 'extra', Readonly<Record<string, string>>>> = {
  mfa: { yes: 'set up', no: 'none' },
  extra: { yes: 'some', no: 'none' },
};

/** The filters over members, each with its choices counted. */
export function MemberFilters({ rows, filter, roles, workspaces }: FiltersProps) {
  const choices = useMemo(() => choicesOf(rows, filter, roles, workspaces), [rows, filter, roles, workspaces]);
  return (
    <>
      {(Object.keys(LABELS) as FilterField[]).map((field) => (
        <ChoiceChip
          key={field}
          label={LABELS[field]}
          choices={choices[field]}
          values={filter[field]}
          onChange={(values) => setParams({ [field]: values.join(',') || null })}
        />
      ))}
    </>
  );
}

function choicesOf(
  rows: readonly MemberRow[],
  filter: MemberFilter,
  roles: readonly CatalogRole[],
  workspaces: readonly Workspace[],
): Readonly<Record<FilterField, readonly Choice[]>> {
  const from = (
    field: FilterField,
    values: readonly (readonly [value: string, label: string])[],
  ): readonly Choice[] => {
    const counts = facetCounts(rows, filter, field);
    return values.map(([value, label]) => ({ value, label, count: counts.get(value) ?? 0 }));
  };
  const held = new Set(rows.map(({ member }) => member.role));
  const shown = roles.filter(({ id, builtIn }) => builtIn || held.has(id) || filter.role.includes(id));
  return {
    role: from(
      'role',
      shown.map(({ id, name }) => [id, name]),
    ),
    status: from(
      'status',
      ['active', 'invited', 'suspended'].map((status) => [status, status]),
    ),
    workspace: from('workspace', [
      [EVERY_WORKSPACE, 'every workspace'],
      ...workspaces.map(({ id, name }) => [id, name] as const),
    ]),
    mfa: from('mfa', Object.entries(WORDS.mfa)),
    extra: from('extra', Object.entries(WORDS.extra)),
  };
}
