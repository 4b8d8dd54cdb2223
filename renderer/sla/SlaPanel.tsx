import { FileText, Gauge, Pencil } from 'lucide-react';
import type { ReactNode } from 'react';
import type { SlaCard } from '../../shared/contract/sla.ts';
import { monthAfter, monthOf } from '../../shared/sla/calendar.ts';
import { useEntities } from '../access/entities.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { useRevision } from '../access/revision.ts';
import { type Me, refusalOf } from '../access/rights.ts';
import { SidePanel } from '../access/SidePanel.tsx';
import { useQuery } from '../app/query.ts';
import { setParams, useRoute } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { Section } from '../ui/Section.tsx';
import { EmptyState, ErrorState, Skeleton } from '../ui/States.tsx';
import { Verdict } from '../ui/Verdict.tsx';
import { useTime } from '../ui/zone.ts';
import { BudgetBar } from './BudgetBar.tsx';
import { BurnDown } from './BurnDown.tsx';
import { EndSla } from './EndSla.tsx';
import { HeatMap } from './HeatMap.tsx';
import { Incidents } from './Incidents.tsx';
import { Months } from './Months.tsx';
import { ReportPanel } from './ReportPanel.tsx';
import { readDay, readRange, spanOf } from './ranges.ts';
import { MetricRows } from './SlaCardView.tsx';
import { SlaForm } from './SlaForm.tsx';
import { measureWord, STATUS, scopeWords, windowHead, windowWords } from './slas.ts';
import { RangeChoice, Trends } from './Trends.tsx';

interface PanelProps {
  readonly orgId: string;
  readonly me: Me | null;
  /** IANA zone of the organization. */
  readonly zone: string;
  /** Null while they are read. */
  readonly cards: readonly SlaCard[] | null;
  readonly asOf: number | null;
}

/** What stands beside the cards: one SLA, its report, its form; null while none is chosen. */
export function useSlaPanel({ orgId, me, zone, cards, asOf }: PanelProps): ReactNode | null {
  const params = useRoute((route) => route.params);
  const [open, act] = [params.get('open'), params.get('act')];
  const card = cards?.find(({ id }) => id === open) ?? null;
  const slas = useEntities(orgId, 'sla');
  const workspaces = useEntities(orgId, 'workspace');
  const sla = slas.rows?.find(({ id }) => id === open) ?? null;
  const close = (): void => setParams({ open: null, act: null, month: null, job: null, from: null, to: null });
  const back = (): void => setParams({ act: null, month: null, job: null });
  if (act === 'new' || (act === 'edit' && sla !== null)) {
    const form = { orgId, me, zone, workspaces: workspaces.rows ?? [], sla: act === 'new' ? null : sla };
    return <SlaForm key={form.sla?.id ?? 'new'} {...form} onClose={act === 'new' ? close : back} />;
  }
  if (card === null) return null;
  if (act === 'report') {
    const months = monthsOf(card, asOf ?? Date.now());
    return <ReportPanel orgId={orgId} id={card.id} name={card.name} months={months} onClose={back} />;
  }
  const ending = act === 'end' && (
    <EndSla orgId={orgId} sla={card} open={card.openBreaches.length + card.openAlerts.length} onClose={back} />
  );
  return (
    <>
      <SlaDetail orgId={orgId} me={me} card={card} asOf={asOf} onClose={close} />
      {ending}
    </>
  );
}

/** Months an SLA was in force in, newest first, at most three years of them. */
function monthsOf(card: SlaCard, asOf: number): string[] {
  const revision = card.revision ?? card.nextRevision;
  const zone = revision?.terms.time_zone ?? 'UTC';
  const months: string[] = [];
  for (let month = monthOf(asOf, zone); months.length < 36; month = monthAfter(month, -1)) months.push(month);
  return months;
}

interface DetailProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly card: SlaCard;
  readonly asOf: number | null;
  readonly onClose: () => void;
}

/** Everything about one SLA: measures, trends, budget, days, what happened, months. */
function SlaDetail({ orgId, me, card, asOf, onClose }: DetailProps) {
  const params = useRoute((route) => route.params);
  const range = readRange(params);
  const { tone, word } = STATUS[card.status];
  const terms = card.revision?.terms ?? null;
  const end = asOf ?? Date.now();
  const day = readDay(params);
  const span = day ?? spanOf(range, end);
  const time = useTime();
  return (
    <SidePanel
      title={
        <>
          {card.name} <Verdict tone={tone}>{word}</Verdict>
        </>
      }
      about={`${scopeWords(card)}${terms === null ? '' : ` · ${windowWords(terms)} · ${terms.time_zone}`}`}
      onClose={onClose}
      footer={
        <>
          <Button kind="primary" icon={FileText} onClick={() => setParams({ act: 'report' })}>
            Monthly report
          </Button>
          <GatedButton
            icon={Pencil}
            refusal={card.status === 'ended' ? 'The SLA has ended.' : refusalOf('sla.update', me)}
            onClick={() => setParams({ act: 'edit' })}
          >
            Revise
          </GatedButton>
          <span className="flex-1" />
          <GatedButton
            kind="danger"
            refusal={card.status === 'ended' ? 'The SLA has ended.' : refusalOf('sla.end', me)}
            onClick={() => setParams({ act: 'end' })}
          >
            End SLA
          </GatedButton>
        </>
      }
    >
      {card.description !== '' && <p className="mt-1 text-dim">{card.description}</p>}
      <Section title="Measures" className="max-w-lg">
        <MetricRows
          day={card.day}
          window={card.window}
          measure={terms === null ? '' : measureWord(terms)}
          windowName={terms === null ? 'window' : windowHead(terms)}
        />
        {card.window !== null && (
          <div className="mt-2">
            <BudgetBar budget={card.window.budget} />
          </div>
        )}
      </Section>
      <Section title="Over time" aside={<RangeChoice range={range} />}>
        {asOf === null ? (
          <EmptyState icon={Gauge}>Charts appear here once the mirror has minutes of this service.</EmptyState>
        ) : (
          <Trends orgId={orgId} card={card} asOf={asOf} range={range} asTable={params.get('figures') === 'table'} />
        )}
      </Section>
      <Section title="Error budget of the window">
        <BurnDown orgId={orgId} id={card.id} asTable={params.get('figures') === 'table'} />
      </Section>
      <Section title="Days">
        <Days orgId={orgId} id={card.id} />
      </Section>
      <Section
        title={day === null ? 'What happened in this period' : `What happened on ${time.date(day.from)}`}
        aside={
          day !== null && (
            <Button small kind="quiet" onClick={() => setParams({ from: null, to: null }, { replace: true })}>
              Whole period
            </Button>
          )
        }
      >
        <Incidents orgId={orgId} id={card.id} from={span.from} to={span.to} />
      </Section>
      <Section title="Closed months">
        <Months orgId={orgId} id={card.id} />
      </Section>
    </SidePanel>
  );
}

function Days({ orgId, id }: { readonly orgId: string; readonly id: string }) {
  const { data, error, slow, reload } = useQuery('sla.days', { orgId, id }, useRevision(orgId));
  if (error !== null) return <ErrorState compact error={error} onRetry={reload} />;
  if (data === null) return slow ? <Skeleton className="h-40 w-full" /> : null;
  if (data.days.length === 0) return <p className="text-dim">No day is over yet.</p>;
  return (
    <HeatMap
      days={data}
      onDay={({ from, to }) => setParams({ from: String(from), to: String(to) }, { replace: true })}
    />
  );
}
