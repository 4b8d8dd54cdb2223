import { ShieldQuestion } from 'lucide-react';
import { useMemo } from 'react';
import type { PendingChange } from '../../../shared/contract/outbox.ts';
import { ChoiceChip } from '../../access/ChoiceChip.tsx';
import { GatedButton } from '../../access/GatedButton.tsx';
import { setParams, useRoute } from '../../app/router.ts';
import { useTableView } from '../../app/tableView.ts';
import type { CallError } from '../../bridge.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/States.tsx';
import { DataTable } from '../../ui/table/DataTable.tsx';
import type { Table } from '../../ui/table/defineTable.ts';
import type { Scene } from '../checklist/scene.ts';
import { choiceCounts, type Facet, type Filter, isFiltered, passes, readFilter } from './facets.ts';

interface Line {
  readonly id: string;
  readonly view: { readonly pending: PendingChange | null };
}

interface ListProps<L extends Line> {
  readonly scene: Scene;
  readonly frameworks: readonly { readonly id: string; readonly title: string }[];
  readonly table: Table<L>;
  readonly label: string;
  /** Null while loading. */
  readonly lines: readonly L[] | null;
  readonly facets: readonly Facet<L>[];
  readonly commands: Readonly<Record<string, (line: L) => void>>;
  readonly error: CallError | null;
  readonly onRetry: () => void;
  /** What would be here, where there is nothing at all. */
  readonly none: string;
  /** Verb of the action that brings the first one, and why it is refused. */
  readonly create: string;
  readonly creating: string | null;
}

/** One of the two lists with its filters, which the address holds. */
export function DeviationList<L extends Line>(props: ListProps<L>) {
  const { scene, table, label, lines, facets, commands, error, onRetry, none, create, creating } = props;
  const params = useRoute((route) => route.params);
  const [view, setView] = useTableView(table);
  const filter = useMemo(() => readFilter(facets, params), [facets, params]);
  const shown = useMemo(
    () => lines?.filter((line) => passes(line, facets, filter, scene.day)) ?? null,
    [lines, facets, filter, scene.day],
  );
  const open = params.get('open');
  const narrowed = isFiltered(filter) || view.text !== '';
  const cleared = { q: null, ...Object.fromEntries(facets.map(({ field }) => [field, null])) };
  return (
    <DataTable
      table={table}
      label={label}
      rows={shown}
      view={view}
      onView={setView}
      openKey={open}
      onOpen={({ id }) => setParams({ open: id, act: null }, { replace: open !== null })}
      isPending={({ view: { pending } }) => pending !== null}
      commands={commands}
      chips={lines === null || lines.length === 0 ? null : <Filters {...{ ...props, lines, filter }} />}
      error={error}
      onRetry={onRetry}
      empty={
        narrowed ? (
          <EmptyState icon={ShieldQuestion} action={<Button onClick={() => setParams(cleared)}>Clear filters</Button>}>
            Nothing passes these filters.
          </EmptyState>
        ) : (
          <EmptyState
            icon={ShieldQuestion}
            action={
              <GatedButton refusal={creating} onClick={() => setParams({ act: 'new', open: null })}>
                {create}
              </GatedButton>
            }
          >
            {none}
          </EmptyState>
        )
      }
    />
  );
}

interface FiltersProps<L> {
  readonly scene: Scene;
  readonly frameworks: readonly { readonly id: string; readonly title: string }[];
  readonly lines: readonly L[];
  readonly facets: readonly Facet<L>[];
  readonly filter: Filter;
}

/** The filters, each with its choices counted; of people and frameworks only those that are there. */
function Filters<L>({ scene, frameworks, lines, facets, filter }: FiltersProps<L>) {
  return (
    <>
      {facets.map((facet) => {
        const { field, label } = facet;
        const counts = choiceCounts(lines, facets, facet, filter, scene.day);
        const values = filter[field] ?? [];
        const few = field === 'owner' || field === 'asker' || field === 'framework';
        const choices = facet
          .choices({ ...scene, frameworks })
          .map(([value, words]) => ({ value, label: words, count: counts.get(value) ?? 0 }))
          .filter(({ value, count }) => !few || count > 0 || values.includes(value));
        return (
          <ChoiceChip
            key={field}
            {...{ label, choices, values }}
            onChange={(next) => setParams({ [field]: next.join(',') || null })}
          />
        );
      })}
    </>
  );
}
