import { useMemo } from 'react';
import type { ChecklistRowView } from '../../../shared/contract/checklist.ts';
import { type Choice, ChoiceChip } from '../../access/ChoiceChip.tsx';
import { setParams } from '../../app/router.ts';
import { CHOICES, type ControlFilter, FILTERS, type FilterField, filterCounts, NOBODY } from './rows.ts';
import type { Scene } from './scene.ts';
import { GRAVITY, STATUS } from './words.ts';

const LABELS: Readonly<Record<FilterField, string>> = {
  status: 'Status',
  owner: 'Owner',
  due: 'Due',
  checks: 'Checks',
  evidence: 'Evidence',
  has: 'Open',
};

interface FiltersProps {
  readonly rows: readonly ChecklistRowView[];
  readonly filter: ControlFilter;
  readonly scene: Scene;
}

/** The filters over controls, each with its choices counted; the signed-in person stands first among owners. */
export function Filters({ rows, filter, scene }: FiltersProps) {
  const choices = useMemo(() => {
    const own = scene.people.filter(({ value }) => value === scene.userId);
    const others = scene.people.filter(({ value }) => value !== scene.userId);
    const words = (field: FilterField): readonly (readonly [string, string])[] => {
      if (field === 'status') return GRAVITY.map((status) => [status, STATUS[status].word]);
      if (field !== 'owner') return Object.entries(CHOICES[field]);
      return [
        ...own.map(({ value, label }) => [value, `${label} (me)`] as const),
        [NOBODY, 'nobody'],
        ...others.map(({ value, label }) => [value, label] as const),
      ];
    };
    return Object.fromEntries(
      FILTERS.map((field) => {
        const counts = filterCounts(rows, filter, field);
        return [field, words(field).map(([value, label]) => ({ value, label, count: counts.get(value) ?? 0 }))];
      }),
    ) as unknown as Readonly<Record<FilterField, readonly Choice[]>>;
  }, [rows, filter, scene]);
  return (
    <>
      {FILTERS.map((field) => (
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
