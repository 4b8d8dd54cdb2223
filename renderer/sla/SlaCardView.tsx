import { clsx } from 'clsx';
import { Bell, CalendarClock } from 'lucide-react';
import type { SlaCard, SlaJudgement, SlaMetricView } from '../../shared/contract/sla.ts';
import { SLA_METRICS } from '../../shared/entities/index.ts';
import { DASH, plural } from '../ui/numbers.ts';
import { Verdict } from '../ui/Verdict.tsx';
import { useTime } from '../ui/zone.ts';
import { BudgetBar } from './BudgetBar.tsx';
import { Sparkline } from './Sparkline.tsx';
import { METRIC_NAMES, measureText, measureWord, STATUS, scopeWords, windowHead } from './slas.ts';

interface CardProps {
  readonly card: SlaCard;
  readonly open: boolean;
  readonly onOpen: () => void;
}

/** One SLA: its standing, the three measures against their targets, what is left of the budget. */
export function SlaCardView({ card, open, onOpen }: CardProps) {
  const { tone, word } = STATUS[card.status];
  const terms = card.revision?.terms ?? null;
  return (
    <article
      className={clsx(
        'relative flex min-w-0 flex-col gap-2.5 rounded border bg-panel p-3.5',
        open ? 'border-accent' : 'border-line hover:border-line-strong',
      )}
    >
      <header className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h2 className="truncate font-bold">
            <button
              type="button"
              data-sla={card.id}
              aria-pressed={open}
              onClick={onOpen}
              className="before:absolute before:inset-0 before:content-['']"
            >
              {card.name}
            </button>
          </h2>
          <p className="truncate text-12 text-dim" title={scopeWords(card)}>
            {scopeWords(card)}
          </p>
        </div>
        <Verdict tone={tone}>{word}</Verdict>
      </header>
      <MetricRows
        day={card.day}
        window={card.window}
        measure={terms === null ? '' : measureWord(terms)}
        windowName={terms === null ? 'window' : windowHead(terms)}
      />
      {card.window !== null && <BudgetBar budget={card.window.budget} />}
      <div className="mt-auto flex items-end gap-3">
        <Sparkline values={card.sparkline} target={terms?.target_availability ?? null} />
        <span className="flex-1" />
        <Concerns card={card} />
      </div>
    </article>
  );
}

interface MetricRowsProps {
  readonly day: SlaJudgement | null;
  readonly window: SlaJudgement | null;
  readonly measure: string;
  readonly windowName: string;
}

/** Target beside actual, of the last 24 hours and of the window. */
export function MetricRows({ day, window, measure, windowName }: MetricRowsProps) {
  const of = (judgement: SlaJudgement | null, metric: SlaMetricView['metric']): SlaMetricView | null =>
    judgement?.metrics.find((one) => one.metric === metric) ?? null;
  return (
    <table className="tnum w-full text-12">
      <thead>
        <tr className="text-11 text-dim">
          <th className="text-left font-normal">Measure</th>
          <th className="pl-2 text-right font-normal">24 h</th>
          <th className="pl-2 text-right font-normal">{windowName}</th>
          <th className="pl-2 text-right font-normal">target</th>
        </tr>
      </thead>
      <tbody>
        {SLA_METRICS.map((metric) => {
          const [short, long] = [of(day, metric), of(window, metric)];
          const target = long?.target ?? short?.target ?? null;
          const bound = metric === 'availability' ? '≥' : '≤';
          return (
            <tr key={metric}>
              <th scope="row" className="py-px text-left font-normal whitespace-nowrap">
                {METRIC_NAMES[metric]}
                {metric === 'response_time' && measure !== '' && <span className="text-dim"> {measure}</span>}
              </th>
              <Figure view={short} />
              <Figure view={long} />
              <td className="pl-2 text-right whitespace-nowrap text-dim">
                {target === null ? DASH : `${bound} ${measureText(metric, target)}`}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Figure({ view }: { readonly view: SlaMetricView | null }) {
  if (view === null || view.actual === null) {
    return <td className="pl-2 text-right text-dim">{DASH}</td>;
  }
  const broken = view.verdict === 'breached';
  return (
    <td className={clsx('pl-2 text-right whitespace-nowrap', broken && 'font-bold text-bad')}>
      {broken && <span aria-hidden>✕ </span>}
      {measureText(view.metric, view.actual!)}
      {broken && <span className="sr-only"> (breached)</span>}
    </td>
  );
}

function Concerns({ card }: { readonly card: SlaCard }) {
  const time = useTime();
  const { openBreaches, openAlerts, nextRevision } = card;
  return (
    <ul className="flex flex-wrap justify-end gap-x-3 text-11 text-dim">
      {openBreaches.length > 0 && (
        <li className="text-bad">{plural(openBreaches.length, 'open breach', 'open breaches')}</li>
      )}
      {openAlerts.length > 0 && (
        <li className="flex items-center gap-1 text-warn">
          <Bell size={12} strokeWidth={1.75} aria-hidden /> {plural(openAlerts.length, 'alert')}
        </li>
      )}
      {nextRevision !== null && (
        <li className="flex items-center gap-1">
          <CalendarClock size={12} strokeWidth={1.75} aria-hidden /> new terms from{' '}
          {time.date(Date.parse(nextRevision.effective_from))}
        </li>
      )}
    </ul>
  );
}
