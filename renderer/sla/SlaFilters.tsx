import { useEffect, useRef } from 'react';
import type { SlaCard, SlaStatus } from '../../shared/contract/sla.ts';
import { ChoiceChip } from '../access/ChoiceChip.tsx';
import { setParams } from '../app/router.ts';
import { Check, TextInput } from '../ui/Field.tsx';
import { plural } from '../ui/numbers.ts';
import { type SlaFilter, STATUS, shownCards, statusCounts } from './slas.ts';

interface FiltersProps {
  readonly cards: readonly SlaCard[];
  readonly filter: SlaFilter;
  /** Ended ones are shown too. */
  readonly ended: boolean;
  /** Beside a table, which has words and a count of its own. */
  readonly bare: boolean;
}

/** What narrows the cards: words, standing, workspace. */
export function SlaFilters({ cards, filter, ended, bare }: FiltersProps) {
  const counts = statusCounts(cards);
  const workspaces = [
    ...new Map(
      cards.map(({ workspaceId, workspaceName }) => [
        workspaceId ?? '',
        workspaceName ?? workspaceId ?? 'every workspace',
      ]),
    ),
  ];
  const shown = shownCards(cards, filter).length;
  return (
    <>
      {!bare && <FindBox text={filter.text} />}
      <ChoiceChip
        label="Standing"
        choices={counts.map(({ status, n }) => ({ value: status, label: STATUS[status].word, count: n }))}
        values={filter.status === null ? [] : [filter.status]}
        onChange={(values) => setParams({ status: (values.at(-1) as SlaStatus | undefined) ?? null })}
      />
      {workspaces.length > 1 && (
        <ChoiceChip
          label="Workspace"
          choices={workspaces.map(([value, label]) => ({
            value,
            label,
            count: cards.filter(({ workspaceId }) => (workspaceId ?? '') === value).length,
          }))}
          values={filter.workspace === null ? [] : [filter.workspace]}
          onChange={(values) => setParams({ workspace: values.at(-1) ?? null })}
        />
      )}
      <Check
        label="ended too"
        className="text-12"
        checked={ended}
        onChange={(event) => setParams({ ended: event.target.checked ? '1' : null })}
      />
      {!bare && (
        <span className="tnum ml-auto text-12 text-dim" role="status">
          {plural(shown, 'SLA')}
          {shown === cards.length ? '' : ` of ${cards.length}`}
        </span>
      )}
    </>
  );
}

/** Narrows the cards by words; `/` goes there. */
function FindBox({ text }: { readonly text: string }) {
  const find = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== '/' || (event.target instanceof HTMLElement && event.target.matches('input, textarea, select')))
        return;
      event.preventDefault();
      find.current?.focus();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  return (
    <TextInput
      ref={find}
      className="h-[26px]! w-44!"
      placeholder="Filter by name or service"
      aria-label="Filter by name or service"
      value={text}
      onChange={(event) => setParams({ q: event.target.value || null }, { replace: true })}
      onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
    />
  );
}
