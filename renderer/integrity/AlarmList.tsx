import { clsx } from 'clsx';
import type { Alarm } from '../../shared/contract/integrity.ts';
import { setParams } from '../app/router.ts';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import { Verdict } from '../ui/Verdict.tsx';

/** Alarms newest first; acknowledged ones stay listed. */
export function AlarmList({ alarms, chosen }: { readonly alarms: readonly Alarm[]; readonly chosen: string | null }) {
  return (
    <ul aria-label="Alarms" className="border-b border-line">
      {alarms.map((alarm) => (
        <li key={alarm.id}>
          <button
            type="button"
            aria-pressed={alarm.id === chosen}
            onClick={() => setParams({ alarm: alarm.id })}
            className={clsx(
              'focus-inset flex w-full items-center gap-3 border-b border-line px-[18px] py-2 text-left last:border-0',
              alarm.id === chosen ? 'bg-accent-tint' : 'hover:bg-hover',
            )}
          >
            {alarm.acknowledged === null ? (
              <Verdict tone="bad">ALARM</Verdict>
            ) : (
              <Verdict tone="warn">acknowledged</Verdict>
            )}
            <span className="mono shrink-0">{alarm.kind}</span>
            <span className="min-w-0 flex-1 truncate">{alarm.message}</span>
            <span className="shrink-0 text-12 text-dim">
              <RelativeTime at={alarm.raisedAt} />
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
