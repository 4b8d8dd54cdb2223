import type { ControlException } from '../../../shared/entities/index.ts';
import { Instant, RelativeTime } from '../../ui/RelativeTime.tsx';
import { dayText } from '../checklist/marks.tsx';
import { endOfDay } from './lines.ts';

/** Until when an exception holds: its last day, which is a UTC day, and the instant of its end in the zone on show. */
export function Expiry({ exception }: { readonly exception: Pick<ControlException, 'expires_on'> }) {
  const end = endOfDay(exception.expires_on);
  return (
    <p>
      To the end of <span className="tnum font-medium">{dayText(exception.expires_on)}</span> UTC
      <span className="block text-12 text-dim">
        <Instant at={end} />, <RelativeTime at={end} ahead />
      </span>
    </p>
  );
}
