import { CirclePause, CircleX, EyeOff, Flame, type LucideIcon, ScrollText, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { SlaIncident } from '../../shared/contract/sla.ts';
import { useRevision } from '../access/revision.ts';
import { useQuery } from '../app/query.ts';
import { navigate } from '../app/router.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { count, duration } from '../ui/numbers.ts';
import { ErrorState, SkeletonRows } from '../ui/States.tsx';
import { useTime } from '../ui/zone.ts';

const KINDS: Readonly<
  Record<SlaIncident['kind'], { readonly icon: LucideIcon; readonly look: string; readonly word: string }>
> = {
  outage: { icon: CircleX, look: 'text-bad', word: 'Outage' },
  breach: { icon: TriangleAlert, look: 'text-bad', word: 'Breach' },
  alert: { icon: Flame, look: 'text-warn', word: 'Burn alert' },
  exclusion: { icon: CirclePause, look: 'text-dim', word: 'Maintenance' },
  gap: { icon: EyeOff, look: 'text-dim', word: 'No data' },
};
const PAGE = 20;

interface IncidentsProps {
  readonly orgId: string;
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** What happened in a period, newest first, each with the way to the audit events of its time. */
export function Incidents({ orgId, id, from, to }: IncidentsProps) {
  const [limit, setLimit] = useState(PAGE);
  const { data, error, slow, reload } = useQuery('sla.incidents', { orgId, id, from, to, limit }, useRevision(orgId));
  if (error !== null) return <ErrorState compact error={error} onRetry={reload} />;
  if (data === null) return slow ? <SkeletonRows rows={4} /> : null;
  if (data.rows.length === 0)
    return <p className="text-dim">Nothing happened in this period: no outage, breach, alert, maintenance or gap.</p>;
  return (
    <>
      <ul className="flex flex-col">
        {data.rows.map((incident) => (
          <Incident key={`${incident.kind} ${incident.id}`} orgId={orgId} incident={incident} />
        ))}
      </ul>
      {data.total > data.rows.length && (
        <Button small kind="quiet" className="mt-1 -ml-2" onClick={() => setLimit((n) => Math.min(500, n + 100))}>
          Show more of {count(data.total)}
        </Button>
      )}
    </>
  );
}

function Incident({ orgId, incident }: { readonly orgId: string; readonly incident: SlaIncident }) {
  const time = useTime();
  const { icon: Icon, look, word } = KINDS[incident.kind];
  const end = incident.to === null ? 'goes on' : duration(incident.to - incident.from);
  // A minute before and after: what caused it and what ended it stand there.
  const around = { from: String(incident.from - 60_000), to: String((incident.to ?? Date.now()) + 60_000) };
  return (
    <li className="flex items-start gap-2 border-t border-line py-1.5 first:border-t-0">
      <Icon size={14} strokeWidth={1.75} className={`mt-[3px] shrink-0 ${look}`} aria-label={word} />
      <div className="min-w-0 flex-1">
        <p className="truncate" title={incident.title}>
          {incident.title}
        </p>
        <p className="tnum truncate text-12 text-dim" title={incident.detail}>
          {time.minute(incident.from)} · {end}
          {incident.detail === '' ? '' : ` · ${incident.detail}`}
        </p>
      </div>
      <IconButton
        small
        icon={ScrollText}
        label="Audit events of this time"
        onClick={() => navigate({ screen: 'audit', org: orgId, params: around })}
      />
    </li>
  );
}
