import { useMemo } from 'react';
import type { SlaTerms } from '../../shared/entities/index.ts';
import { useQuery } from '../app/query.ts';
import { plural } from '../ui/numbers.ts';
import { ErrorState, SkeletonRows } from '../ui/States.tsx';
import { useDebounced } from '../ui/useDebounced.ts';
import { MonthTable } from './Months.tsx';

interface WhatIfProps {
  readonly orgId: string;
  /** Null: an SLA there is not yet. */
  readonly id: string | null;
  readonly workspaceId: string | null;
  readonly service: string | null;
  /** Null while the terms cannot stand. */
  readonly terms: SlaTerms | null;
}

/** The closed months again under the terms of the form, each beside what it was. */
export function WhatIf({ orgId, id, workspaceId, service, terms }: WhatIfProps) {
  const text = useDebounced(terms === null ? null : JSON.stringify(terms), 300);
  const rested = useMemo(() => (text === null ? null : (JSON.parse(text) as SlaTerms)), [text]);
  const { data, error, slow, stale, reload } = useQuery(
    'sla.whatIf',
    rested === null ? null : { orgId, id, workspaceId, service, terms: rested },
  );
  if (terms === null) return <p className="text-dim">Shown as soon as every field is sound.</p>;
  if (error !== null) return <ErrorState compact error={error} onRetry={reload} />;
  if (data === null) return slow ? <SkeletonRows rows={4} /> : null;
  const months = data.months.toReversed();
  const judged = months.filter(({ would }) => would.verdict !== 'no_data');
  const kept = judged.filter(({ would }) => would.verdict === 'compliant').length;
  return (
    <div className={stale ? 'opacity-60' : undefined} aria-live="polite">
      {data.warnings.map((warning) => (
        <p key={warning} className="text-12 text-warn">
          {warning}
        </p>
      ))}
      <p className="mb-1">
        {judged.length === 0
          ? 'The mirror has no data of closed months to judge.'
          : `${kept} of ${plural(judged.length, 'month')} with data would have been kept.`}
      </p>
      {judged.length > 0 && (
        <MonthTable
          rows={months.map(({ would }) => would)}
          {...(id === null ? {} : { was: new Map(months.map(({ month, was }) => [month, was])) })}
        />
      )}
    </div>
  );
}
