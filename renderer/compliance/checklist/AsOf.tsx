import { CalendarClock, History } from 'lucide-react';
import { useState } from 'react';
import type { ChecklistBasis } from '../../../shared/contract/checklist.ts';
import { setParams } from '../../app/router.ts';
import { Button } from '../../ui/Button.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { DayInput } from '../../ui/DayInput.tsx';
import { Popover } from '../../ui/Menu.tsx';
import { plural } from '../../ui/numbers.ts';
import { dayText } from './marks.tsx';
import { today } from './words.ts';

/** Which day the checklist shows. */
export function AsOf({ at }: { readonly at: string | null }) {
  const [open, setOpen] = useState(false);
  const [day, setDay] = useState(at ?? '');
  const last = today(Date.now());
  const wrong = day !== '' && day >= last ? 'A day that is over.' : null;
  const show = (): void => {
    if (wrong !== null) return;
    setOpen(false);
    setParams({ at: day === '' ? null : day, act: null, on: null });
  };
  return (
    <Popover
      label="Day on show"
      className="w-64 p-3"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Chip
          label="As of"
          value={at === null ? 'now' : dayText(at)}
          active={at !== null}
          {...(at === null ? {} : { onRemove: () => setParams({ at: null }) })}
        />
      }
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          show();
        }}
      >
        <DayInput label="End of day (UTC)" value={day} onChange={setDay} error={wrong} autoFocus />
        <div className="flex gap-2">
          <Button type="submit" small icon={CalendarClock} disabled={wrong !== null}>
            Show this day
          </Button>
          <Button
            small
            kind="quiet"
            onClick={() => {
              setDay('');
              setOpen(false);
              setParams({ at: null });
            }}
          >
            Now
          </Button>
        </div>
      </form>
    </Popover>
  );
}

/** Says that a past day is on show, and what that rests on. */
export function PastBanner({ at, basis }: { readonly at: string; readonly basis: ChecklistBasis | null }) {
  return (
    <div role="status" className="flex items-center gap-3 border-b border-line bg-warn-tint px-[18px] py-2">
      <History size={16} strokeWidth={1.75} className="shrink-0 text-warn" aria-hidden />
      <p className="min-w-0 flex-1">
        <b className="font-bold">As it was at the end of {dayText(at)} UTC.</b> Nothing can be changed here.{' '}
        {basis !== null && <span className="text-dim">{restsOn(basis)}</span>}
      </p>
      <Button small onClick={() => setParams({ at: null })}>
        Back to now
      </Button>
    </div>
  );
}

/** What a past day rests on, in sentences. */
export function restsOn({ checks, fromLog, byDates }: ChecklistBasis): string {
  const results =
    checks === 'day' ? 'Results of checks: those kept of the day.' : 'No result of a check was kept of this day.';
  if (fromLog + byDates === 0) return `${results} No record was changed since.`;
  const told = fromLog === 0 ? '' : `${plural(fromLog, 'record')} changed since, told by the log.`;
  const guessed =
    byDates === 0 ? '' : `${plural(byDates, 'record')} changed since, of which the log withholds what they were.`;
  return [results, told, guessed].filter(Boolean).join(' ');
}
