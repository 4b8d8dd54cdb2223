import { useMemo } from 'react';
import type { Workspace } from '../../shared/entities/index.ts';
import { type Choice, ChoiceChip } from '../access/ChoiceChip.tsx';
import { setParams } from '../app/router.ts';
import {
  type AccountField,
  type AccountFilter,
  type AccountRow,
  accountCounts,
  CONCERN_WORDS,
  CONCERNS,
  EVERY_WORKSPACE,
} from './accounts.ts';

const LABELS: Readonly<Record<AccountField, string>> = {
  concern: 'Attention',
  status: 'Status',
  workspace: 'Workspace',
};
const STATUSES = ['in force', 'no key', 'expired', 'revoked'] as const;

interface FiltersProps {
  readonly rows: readonly AccountRow[];
  readonly filter: AccountFilter;
  readonly workspaces: readonly Workspace[];
}

/** The filters over service accounts, each with its choices counted. */
export function AccountFilters({ rows, filter, workspaces }: FiltersProps) {
  const choices = useMemo((): Readonly<Record<AccountField, readonly Choice[]>> => {
    const from = (field: AccountField, values: readonly (readonly [string, string])[]): readonly Choice[] => {
      const counts = accountCounts(rows, filter, field);
      return values.map(([value, label]) => ({ value, label, count: counts.get(value) ?? 0 }));
    };
    return {
      concern: from(
        'concern',
        CONCERNS.map((concern) => [concern, CONCERN_WORDS[concern]]),
      ),
      status: from(
        'status',
        STATUSES.map((status) => [status, status]),
      ),
      workspace: from('workspace', [
        [EVERY_WORKSPACE, 'every workspace'],
        ...workspaces.map(({ id, name }) => [id, name] as const),
      ]),
    };
  }, [rows, filter, workspaces]);
  return (
    <>
      {(Object.keys(LABELS) as AccountField[]).map((field) => (
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
