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

/** `24 Nov 2026, 14:07` in the zone on show; exact on hover. */
export function Instant({ at }: { readonly at: number }) {
  const time = useTime();
  return (
    <Tooltip text={<span className="tnum">{time.exact(at)}</span>}>
      <time dateTime={new Date(at).toISOString()} className="tnum whitespace-nowrap">
        {time.minute(at)}
      </time>
    </Tooltip>
  );
}
