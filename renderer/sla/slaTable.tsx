import type { SlaCard, SlaJudgement } from '../../shared/contract/sla.ts';
import type { SlaMetric } from '../../shared/entities/index.ts';
import { DASH } from '../ui/numbers.ts';
import { defineTable } from '../ui/table/defineTable.ts';
import { Verdict } from '../ui/Verdict.tsx';
import { measureText, STATUS, scopeWords, URGENCY } from './slas.ts';

const metricOf = (judgement: SlaJudgement | null, metric: SlaMetric) =>
  judgement?.metrics.find((one) => one.metric === metric) ?? null;

const figure = (id: string, head: string, metric: SlaMetric, size: number, roomFrom?: number) => ({
  id,
  head,
  size,
  numeric: true as const,
  ...(roomFrom === undefined ? {} : { roomFrom }),
  value: ({ window }: SlaCard) => metricOf(window, metric)?.actual ?? null,
  cell: ({ window }: SlaCard) => {
    const view = metricOf(window, metric);
    if (view === null || view.actual === null) return <span className="text-dim">{DASH}</span>;
    return (
      <span className={view.verdict === 'breached' ? 'font-bold text-bad' : undefined}>
        {measureText(metric, view.actual)}
      </span>
    );
  },
});

/** SLAs of one organization, densely. */
export const SLAS = defineTable<SlaCard>({
  id: 'slas',
  noun: ['SLA', 'SLAs'],
  rowKey: ({ id }) => id,
  sort: { id: 'status', desc: false },
  columns: [
    { id: 'name', head: 'Name', size: 170, share: 1, fixed: true, value: ({ name }) => name },
    {
      id: 'status',
      head: 'Standing',
      size: 110,
      value: ({ status }) => STATUS[status].word,
      compare: (a, b) => URGENCY.indexOf(a.status) - URGENCY.indexOf(b.status),
      cell: ({ status }) => <Verdict tone={STATUS[status].tone}>{STATUS[status].word}</Verdict>,
    },
    { id: 'scope', head: 'Measured by', size: 190, share: 1, roomFrom: 700, value: (card) => scopeWords(card) },
    figure('availability', 'Availability', 'availability', 104),
    figure('response', 'Response time', 'response_time', 112, 640),
    figure('errors', 'Error rate', 'error_rate', 90, 560),
    {
      id: 'budget',
      head: 'Budget left (%)',
      size: 112,
      numeric: true,
      roomFrom: 480,
      value: ({ window }) => window?.budget.remaining ?? null,
      cell: ({ window }) => {
        const remaining = window?.budget.remaining ?? null;
        if (remaining === null) return <span className="text-dim">{DASH}</span>;
        return (
          <span className={remaining < 0.25 ? 'font-bold text-bad' : undefined}>{Math.trunc(remaining * 100)}</span>
        );
      },
    },
    {
      id: 'breaches',
      head: 'Open breaches',
      size: 112,
      numeric: true,
      roomFrom: 860,
      value: ({ openBreaches }) => openBreaches.length,
    },
    {
      id: 'alerts',
      head: 'Alerts',
      size: 72,
      numeric: true,
      roomFrom: 940,
      value: ({ openAlerts }) => openAlerts.length,
    },
    { id: 'id', head: 'Id', size: 160, roomFrom: Number.POSITIVE_INFINITY, value: ({ id }) => id },
  ],
});
