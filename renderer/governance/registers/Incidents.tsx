import { Plus, Siren } from 'lucide-react';
import { useMemo } from 'react';
import { breachClock } from '../../../shared/compliance/due.ts';
import type { Incident } from '../../../shared/entities/index.ts';
import { useEntities } from '../../access/entities.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { pendingKey, usePendingOf } from '../../access/pending.ts';
import { refusalOf } from '../../access/rights.ts';
import { setParams, useRoute } from '../../app/router.ts';
import { useTableView } from '../../app/tableView.ts';
import { DASH, duration } from '../../ui/numbers.ts';
import { SplitPane } from '../../ui/SplitPane.tsx';
import { EmptyState } from '../../ui/States.tsx';
import { DataTable } from '../../ui/table/DataTable.tsx';
import { defineTable } from '../../ui/table/defineTable.ts';
import { type Tone, Verdict } from '../../ui/Verdict.tsx';
import { useNow } from '../../ui/zone.ts';
import { IncidentForm } from './IncidentForm.tsx';
import type { RegisterProps } from './RegistersTab.tsx';

interface Row {
  readonly incident: Incident;
  readonly now: number;
}
type Clock = NonNullable<ReturnType<typeof breachClock>>;

const SEVERITIES = ['low', 'medium', 'high', 'critical'];
const SEVERITY_TONE: Readonly<Record<Incident['severity'], Tone>> = {
  low: 'none',
  medium: 'warn',
  high: 'bad',
  critical: 'bad',
};
const CLOCK_TONE: Readonly<Record<Clock['state'], Tone>> = {
  running: 'warn',
  late: 'bad',
  'in time': 'ok',
  'late with reasons': 'warn',
  'not needed': 'none',
};

/** The clock of 72 hours in words. */
function clockWords(clock: Clock, now: number): string {
  if (clock.state === 'running') return `${duration(clock.due - now)} left`;
  return clock.state === 'late' ? 'over 72 h' : clock.state;
}

const responseMs = ({ incident: { detected_at, responded_at }, now }: Row): number =>
  (responded_at === null ? now : Date.parse(responded_at)) - Date.parse(detected_at);

const INCIDENTS = defineTable<Row>({
  id: 'incidents',
  noun: ['incident', 'incidents'],
  rowKey: ({ incident }) => incident.id,
  sort: { id: 'detected', desc: true },
  columns: [
    { id: 'title', head: 'Incident', size: 220, share: 1, fixed: true, value: ({ incident }) => incident.title },
    {
      id: 'severity',
      head: 'Severity',
      size: 92,
      value: ({ incident }) => incident.severity,
      compare: (a, b) => SEVERITIES.indexOf(a.incident.severity) - SEVERITIES.indexOf(b.incident.severity),
      cell: ({ incident: { severity } }) => <Verdict tone={SEVERITY_TONE[severity]}>{severity}</Verdict>,
    },
    {
      id: 'detected',
      head: 'Detected',
      size: 150,
      instant: true,
      value: ({ incident }) => Date.parse(incident.detected_at),
    },
    {
      id: 'response',
      head: 'Response',
      size: 156,
      numeric: true,
      value: responseMs,
      cell: (row) =>
        row.incident.responded_at === null ? (
          <span className="text-warn">{duration(responseMs(row))} so far</span>
        ) : (
          duration(responseMs(row))
        ),
    },
    {
      id: 'state',
      head: 'State',
      size: 96,
      value: ({ incident }) => (incident.resolved_at === null ? 'open' : 'resolved'),
      cell: ({ incident }) => (
        <Verdict tone={incident.resolved_at === null ? 'accent' : 'ok'}>
          {incident.resolved_at === null ? 'open' : 'resolved'}
        </Verdict>
      ),
    },
    {
      id: 'breach',
      head: 'Notice in 72 h',
      size: 150,
      roomFrom: 760,
      value: ({ incident, now }) => breachClock(incident, now)?.state ?? null,
      cell: ({ incident, now }) => {
        const clock = breachClock(incident, now);
        return clock === null ? DASH : <Verdict tone={CLOCK_TONE[clock.state]}>{clockWords(clock, now)}</Verdict>;
      },
    },
  ],
});

/** Security incidents, with how soon somebody responded, and the clock that a breach of personal data starts. */
export function Incidents({ orgId, me }: RegisterProps) {
  const params = useRoute((route) => route.params);
  const now = useNow();
  const incidents = useEntities(orgId, 'incident');
  const pending = usePendingOf(orgId);
  const [view, setView] = useTableView(INCIDENTS);
  const rows = useMemo(() => incidents.rows?.map((incident) => ({ incident, now })) ?? null, [incidents.rows, now]);
  const open = params.get('open');
  const chosen = incidents.rows?.find(({ id }) => id === open) ?? null;
  const close = (): void => setParams({ open: null, act: null });
  const making = params.get('act') === 'new';
  const add = (
    <GatedButton
      small={(rows?.length ?? 0) > 0}
      icon={Plus}
      refusal={refusalOf('incident.create', me)}
      onClick={() => setParams({ open: null, act: 'new' })}
    >
      Record an incident
    </GatedButton>
  );
  return (
    <SplitPane
      id="incidents"
      detailSize={36}
      list={
        <DataTable
          table={INCIDENTS}
          label="Incidents"
          rows={rows}
          view={view}
          onView={setView}
          openKey={open}
          onOpen={({ incident }) => setParams({ act: null, open: incident.id }, { replace: open !== null })}
          isPending={({ incident }) => pending.has(pendingKey('incident', incident.id))}
          error={incidents.error}
          onRetry={incidents.reload}
          chips={(rows?.length ?? 0) > 0 && add}
          empty={
            <EmptyState icon={Siren} action={add}>
              Security incidents stand here, with the time to the first response that INC-01 measures.
            </EmptyState>
          }
        />
      }
      detail={
        making || chosen !== null ? (
          <IncidentForm
            key={making ? 'new' : chosen!.id}
            orgId={orgId}
            me={me}
            incident={making ? null : chosen}
            pending={chosen === null ? undefined : pending.get(pendingKey('incident', chosen.id))}
            onClose={close}
          />
        ) : null
      }
    />
  );
}
