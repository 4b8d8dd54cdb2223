import { Tooltip } from './Tooltip.tsx';
import { useRelative, useTime } from './zone.ts';

interface RelativeProps {
  readonly at: number;
  /** May lie ahead, as the end of a key: then `in 5 d`. */
  readonly ahead?: boolean;
}

/** `2 min ago`; the exact time with its zone on hover and focus. */
export function RelativeTime({ at, ahead }: RelativeProps) {
  const time = useTime();
  const relative = useRelative(at, ahead);
  return (
    <Tooltip text={<span className="tnum">{time.exact(at)}</span>}>
      <time dateTime={new Date(at).toISOString()} className="whitespace-nowrap">
        {relative}
      </time>
    </Tooltip>
  );
}

interface InstantProps {
  readonly at: number;
  /** Without the zone, where a head or the sentence names it already. */
  readonly bare?: boolean;
}

/** `24 Nov 2026, 14:07 UTC` in the zone on show; exact on hover. */
export function Instant({ at, bare }: InstantProps) {
  const time = useTime();
  return (
    <Tooltip text={<span className="tnum">{time.exact(at)}</span>}>
      <time dateTime={new Date(at).toISOString()} className="tnum whitespace-nowrap">
        {bare ? time.minute(at) : `${time.minute(at)} ${time.label}`}
      </time>
    </Tooltip>
  );
}
