import { useMemo } from 'react';
import type { SlaCard } from '../../shared/contract/sla.ts';
import { useRevision } from '../access/revision.ts';
import { useQuery } from '../app/query.ts';
import { setParams } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { type ChartBand, TimeChart } from '../ui/chart/TimeChart.tsx';
import { bandsWhere } from '../ui/chart/timeChart.ts';
import { count } from '../ui/numbers.ts';
import { ErrorState, Skeleton } from '../ui/States.tsx';
import { RANGES, type RangeName, STEP_MS, spanOf } from './ranges.ts';
import { measureWord, percentText } from './slas.ts';

interface TrendsProps {
  readonly orgId: string;
  readonly card: SlaCard;
  /** End of what the mirror has. */
  readonly asOf: number;
  readonly range: RangeName;
  readonly asTable: boolean;
}

/** The three measures over time, with the targets that held and what was in breach, excluded or not observed. */
export function Trends({ orgId, card, asOf, range, asTable }: TrendsProps) {
  const span = spanOf(range, asOf);
  const { data, error, slow, stale, reload } = useQuery(
    'sla.trend',
    { orgId, id: card.id, ...span },
    useRevision(orgId),
  );
  const step = STEP_MS[span.step];
  const bands = useMemo((): ChartBand[] => {
    if (data === null) return [];
    const from = (kind: ChartBand['kind'], list: readonly { from: number; to: number }[]) =>
      list.map((band) => ({ ...band, kind }));
    return [
      ...from(
        'excluded',
        bandsWhere(data.points, step, ({ excluded }) => excluded > 0.5),
      ),
      ...from(
        'unobserved',
        bandsWhere(data.points, step, ({ unobserved }) => unobserved > 0.5),
      ),
    ];
  }, [data, step]);
  if (error !== null) return <ErrorState compact error={error} onRetry={reload} />;
  if (data === null) return slow ? <Skeleton className="h-32 w-full" /> : <div className="h-32" />;
  const breachesOf = (metric: string): ChartBand[] =>
    data.breaches
      .filter((breach) => breach.metric === metric)
      .map(({ opened_at, closed_at }) => ({
        kind: 'breach',
        from: Date.parse(opened_at),
        to: closed_at === null ? span.to : Date.parse(closed_at),
      }));
  const common = { from: span.from, to: span.to, asTable };
  const points = (of: 'availability' | 'responseMs' | 'errorRate') =>
    data.points.map((point) => ({ at: point.at, value: point[of] }));
  const targets = (of: 'target_availability' | 'max_response_time_ms' | 'max_error_rate') =>
    data.targets.map(({ from, to, terms }) => ({ from, to, value: terms[of] }));
  const requests = (index: number): string => `${count(data.points[index]!.requests)} requests`;
  const measure = card.revision === null ? '' : ` ${measureWord(card.revision.terms)}`;
  return (
    <div className={stale ? 'flex flex-col gap-3 opacity-60' : 'flex flex-col gap-3'}>
      <TimeChart
        {...common}
        label="Availability"
        unit="%"
        axis="ceiling"
        points={points('availability')}
        targets={targets('target_availability')}
        bands={[...bands, ...breachesOf('availability')]}
        format={(value) => percentText(value, 4)}
        tick={(value) => percentText(value, 2)}
        more={requests}
      />
      <TimeChart
        {...common}
        label={`Response time${measure}`}
        unit="ms"
        axis="floor"
        points={points('responseMs')}
        targets={targets('max_response_time_ms')}
        bands={[...bands, ...breachesOf('response_time')]}
        format={(value) => `${count(value)} ms`}
        tick={(value) => `${count(value)} ms`}
        more={requests}
      />
      <TimeChart
        {...common}
        label="Error rate"
        unit="%"
        axis="floor"
        points={points('errorRate')}
        targets={targets('max_error_rate')}
        bands={[...bands, ...breachesOf('error_rate')]}
        format={(value) => percentText(value, 4)}
        tick={(value) => percentText(value, 2)}
        more={(index) => `${count(data.points[index]!.failed)} failed of ${requests(index)}`}
      />
    </div>
  );
}

/** Which stretch the charts show. */
export function RangeChoice({ range }: { readonly range: RangeName }) {
  return (
    <fieldset className="flex gap-1" aria-label="Period of the charts">
      {(Object.keys(RANGES) as RangeName[]).map((name) => (
        <Button
          key={name}
          small
          kind={name === range ? 'plain' : 'quiet'}
          aria-pressed={name === range}
          onClick={() => setParams({ range: name === 'week' ? null : name }, { replace: true })}
        >
          {RANGES[name].label}
        </Button>
      ))}
    </fieldset>
  );
}
