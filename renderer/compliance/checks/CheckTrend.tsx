import { useMemo } from 'react';
import { useRevision } from '../../access/revision.ts';
import { useQuery } from '../../app/query.ts';
import { setParams, useRoute } from '../../app/router.ts';
import { TimeChart } from '../../ui/chart/TimeChart.tsx';
import { useKeys } from '../../ui/keys.ts';
import { ErrorState, Skeleton } from '../../ui/States.tsx';
import { dayText } from './period.ts';

const DAY = 86_400_000;
const DAYS = 90;

/** The share of checks that passed, day by day as the platform found it. */
export function CheckTrend({ orgId }: { readonly orgId: string }) {
  const asTable = useRoute((route) => route.params.get('table') === '1');
  useKeys({ h: () => setParams({ table: asTable ? null : '1' }, { replace: true }) });
  const to = dayText(Date.now());
  const from = dayText(Date.now() - DAYS * DAY);
  const { data, error, slow, reload } = useQuery('checks.trend', { orgId, from, to, ids: null }, useRevision(orgId));
  const points = useMemo(
    () => (data?.days ?? []).map(({ at, percent }) => ({ at, value: percent === null ? null : percent / 100 })),
    [data],
  );
  if (error !== null) return <ErrorState compact error={error} onRetry={reload} />;
  if (data === null) return slow ? <Skeleton className="h-32 w-full" /> : <div className="h-32" />;
  if (data.days.length === 0) {
    return (
      <p className="border-b border-line px-[18px] py-3 text-dim">
        No day was evaluated yet. The platform evaluates each day after it has ended; the trend begins with the first.
      </p>
    );
  }
  return (
    <div className="border-b border-line px-[18px] py-3">
      <TimeChart
        label="Checks that passed, of those that apply"
        unit="%"
        axis="floor"
        from={Date.parse(`${from}T00:00:00Z`)}
        to={Date.parse(`${to}T00:00:00Z`) + DAY}
        asTable={asTable}
        points={points}
        targets={[]}
        bands={[]}
        format={(value) => `${(Math.floor(value * 10_000) / 100).toFixed(2)} %`}
        tick={(value) => `${Math.floor(value * 100)} %`}
        more={(index) => {
          const day = data.days[index]!;
          return `${day.numerator} of ${day.denominator} passed, ${day.excluded} do not apply`;
        }}
      />
      <p className="mt-1 text-12 text-dim">{data.basis}</p>
    </div>
  );
}
