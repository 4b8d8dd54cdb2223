import { ChevronDown, ChevronUp, Copy, Link, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { AuditEventDetail } from '../../shared/contract/audit.ts';
import { useQuery } from '../app/query.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { copyText } from '../ui/clipboard.ts';
import { count } from '../ui/numbers.ts';
import { ErrorState, Skeleton } from '../ui/States.tsx';
import { useTime } from '../ui/zone.ts';
import { ChangeDiff, Disclosures } from './Disclosures.tsx';
import { Facts } from './Facts.tsx';
import { Original } from './Original.tsx';
import { Proof } from './Proof.tsx';
import { eventTitle } from './words.ts';

interface DetailProps {
  readonly orgId: string;
  readonly seq: number;
  /** Sequence number of the event whose proof was asked for (V); null for none. */
  readonly proofAsked: number | null;
  readonly onVerify: () => void;
  readonly onClose: () => void;
  readonly onStep: (by: 1 | -1) => void;
}

/** One event with all that is known about it: what happened, who, what changed, and how it is proven. */
export function DetailPanel(props: DetailProps) {
  const { orgId, seq } = props;
  const answer = useQuery('audit.get', { orgId, seq });
  const detail = answer.data?.row.seq === seq ? answer.data : null;
  const time = useTime();
  const top = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another event starts at its top
  useEffect(() => {
    top.current?.scrollTo(0, 0);
  }, [seq]);
  return (
    <section ref={top} aria-label={`Event ${count(seq)}`} className="h-full overflow-y-auto bg-panel px-4 pt-2.5 pb-6">
      <div className="flex items-start gap-1">
        <h2 className="min-w-0 flex-1 pt-0.5 font-bold break-words">{detail ? eventTitle(detail) : 'Event'}</h2>
        <IconButton small icon={ChevronUp} label="Previous event (K)" onClick={() => props.onStep(-1)} />
        <IconButton small icon={ChevronDown} label="Next event (J)" onClick={() => props.onStep(1)} />
        <IconButton small icon={X} label="Close (Esc)" onClick={props.onClose} />
      </div>
      <p className="tnum text-12 text-dim">
        {detail && `${time.exact(detail.row.occurredAt)} · `}seq {count(seq)}
      </p>
      {detail ? (
        <Body {...props} detail={detail} />
      ) : answer.error ? (
        <ErrorState compact error={answer.error} kept="The mirror was not changed." onRetry={answer.reload} />
      ) : (
        answer.slow && <Waiting />
      )}
    </section>
  );
}

function Waiting() {
  return (
    <div role="status" aria-label="Loading the event" className="mt-4 flex flex-col gap-3">
      {[40, 55, 35, 50, 45].map((width) => (
        <span key={width} style={{ width: `${width}%` }}>
          <Skeleton className="w-full" />
        </span>
      ))}
    </div>
  );
}

function Body({ orgId, detail, proofAsked, onVerify }: DetailProps & { readonly detail: AuditEventDetail }) {
  return (
    <>
      <Facts detail={detail} />
      <ChangeDiff detail={detail} />
      <Proof key={detail.row.seq} orgId={orgId} detail={detail} asked={proofAsked} onVerify={onVerify} />
      <div className="mt-4 flex flex-wrap gap-2">
        <Button icon={Copy} onClick={() => void copyText(eventJson(detail), 'Event as JSON')}>
          Copy JSON
        </Button>
        <Button icon={Link} onClick={() => void copyText(location.href, 'Link to this event')}>
          Copy link
        </Button>
      </div>
      <Disclosures detail={detail} />
      <Original key={`original-${detail.row.seq}`} detail={detail} />
    </>
  );
}

/** The event as the log holds it, its disclosures beside it. */
export function eventJson(detail: AuditEventDetail): string {
  const { event, disclosures, leafHash } = detail;
  return JSON.stringify({ event, disclosures, leafHash }, null, 2);
}
