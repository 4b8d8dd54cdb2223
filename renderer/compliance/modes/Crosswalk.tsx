import { ArrowLeft, Scale } from 'lucide-react';
import { useMemo } from 'react';
import { useQuery } from '../../app/query.ts';
import { setParams, useRoute } from '../../app/router.ts';
import { useTableView } from '../../app/tableView.ts';
import { Button } from '../../ui/Button.tsx';
import { Select } from '../../ui/Field.tsx';
import { DASH } from '../../ui/numbers.ts';
import { EmptyState } from '../../ui/States.tsx';
import { DataTable } from '../../ui/table/DataTable.tsx';
import { defineTable } from '../../ui/table/defineTable.ts';
import { RELATION } from '../checklist/words.ts';
import type { FrameworkLine } from './modeTable.tsx';

interface Mapped {
  readonly id: string;
  readonly order: number;
  readonly from: string;
  readonly fromTitle: string;
  readonly relation: string;
  readonly to: string;
  readonly toId: string;
  readonly reason: string;
  readonly checks: readonly string[];
}

const TABLE = defineTable<Mapped>({
  id: 'crosswalk',
  noun: ['mapping', 'mappings'],
  rowKey: ({ id }) => id,
  sort: { id: 'from', desc: false },
  columns: [
    {
      id: 'from',
      head: 'Control',
      size: 220,
      share: 1,
      fixed: true,
      value: ({ from, fromTitle }) => `${from} ${fromTitle}`,
      compare: (a, b) => a.order - b.order,
      cell: ({ from, fromTitle }) => (
        <span className="truncate" title={fromTitle}>
          <span className="font-mono text-12 text-dim">{from}</span> {fromTitle}
        </span>
      ),
    },
    { id: 'relation', head: 'Relation', size: 130, value: ({ relation }) => RELATION[relation] ?? relation },
    {
      id: 'to',
      head: 'Control of the other',
      size: 150,
      value: ({ to }) => to,
      cell: ({ to }) => <span className="font-mono text-12">{to}</span>,
    },
    {
      id: 'reason',
      head: 'Why',
      size: 300,
      share: 2,
      value: ({ reason }) => reason,
      cell: ({ reason }) => (
        <span className="truncate" title={reason}>
          {reason}
        </span>
      ),
    },
    {
      id: 'checks',
      head: 'Checks in common',
      size: 150,
      roomFrom: 900,
      value: ({ checks }) => checks.join(', ') || null,
      cell: ({ checks }) => <span className="font-mono text-12">{checks.join(', ') || DASH}</span>,
    },
  ],
});

/** Which control of one framework has to do with which of another, and why: one check or piece of evidence serves them all. */
export function Crosswalk({ lines }: { readonly lines: readonly FrameworkLine[] }) {
  const params = useRoute((route) => route.params);
  const builtIn = lines.filter(({ own }) => own === null);
  const from = builtIn.find(({ id }) => id === params.get('a'))?.id ?? builtIn[0]?.id ?? null;
  const to =
    builtIn.find(({ id }) => id === params.get('b') && id !== from)?.id ??
    builtIn.find(({ id }) => id !== from)?.id ??
    null;
  const { data, error, reload } = useQuery('compliance.framework', from === null ? null : { id: from });
  const [view, setView] = useTableView(TABLE);
  const rows = useMemo(
    () =>
      data === null || data.id !== from
        ? null
        : data.controls.flatMap((control, order) =>
            control.related
              .filter(({ framework }) => framework === to)
              .map(
                (one): Mapped => ({
                  ...{ id: `${control.id} ${one.controlId}`, order, from: control.ref, fromTitle: control.title },
                  ...{
                    relation: one.relation,
                    to: one.ref,
                    toId: one.controlId,
                    reason: one.reason,
                    checks: one.checks,
                  },
                }),
              ),
          ),
    [data, from, to],
  );
  const options = builtIn.map(({ id, title }) => ({ value: id, label: title }));
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-panel px-[18px] py-2">
        <Button icon={ArrowLeft} onClick={() => setParams({ view: null, a: null, b: null })}>
          Frameworks
        </Button>
        <div className="w-40">
          <Select
            aria-label="Framework"
            value={from ?? ''}
            options={options}
            onChange={(event) => setParams({ a: event.target.value }, { replace: true })}
          />
        </div>
        <span className="text-dim">beside</span>
        <div className="w-40">
          <Select
            aria-label="Other framework"
            value={to ?? ''}
            options={options.filter(({ value }) => value !== from)}
            onChange={(event) => setParams({ b: event.target.value }, { replace: true })}
          />
        </div>
        <p className="text-12 text-dim">
          Our judgement: a mapping says what overlaps, never that one satisfies the other.
        </p>
      </div>
      <div className="min-h-0 flex-1">
        <DataTable
          table={TABLE}
          label="Crosswalk"
          rows={rows}
          view={view}
          onView={setView}
          onOpen={({ toId }) =>
            setParams({ tab: 'controls', view: null, framework: to, control: toId, a: null, b: null })
          }
          error={error}
          onRetry={reload}
          empty={<EmptyState icon={Scale}>Nothing of these two frameworks maps onto each other.</EmptyState>}
        />
      </div>
    </div>
  );
}
