import { CalendarCheck } from 'lucide-react';
import { useMemo, useState } from 'react';
import { reviewDays } from '../../../shared/compliance/due.ts';
import type { LogReview } from '../../../shared/entities/index.ts';
import { useEntities } from '../../access/entities.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { askFor, pendingKey, usePendingOf } from '../../access/pending.ts';
import { refusalOf } from '../../access/rights.ts';
import { useAction } from '../../app/query.ts';
import { navigate } from '../../app/router.ts';
import { Button } from '../../ui/Button.tsx';
import { Field, TextInput } from '../../ui/Field.tsx';
import { count, plural } from '../../ui/numbers.ts';
import { ErrorState, SkeletonRows } from '../../ui/States.tsx';
import { Verdict } from '../../ui/Verdict.tsx';
import { useNow } from '../../ui/zone.ts';
import type { RegisterProps } from './RegistersTab.tsx';

const DAY = 86_400_000;
const WEEKS = 13;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The explorer over one UTC day. */
function goToDay(day: string): void {
  const from = Date.parse(`${day}T00:00:00Z`);
  navigate({ screen: 'audit', params: { from: new Date(from).toISOString(), to: new Date(from + DAY).toISOString() } });
}

/** Whole weeks that end with the week of yesterday, oldest first; days to come are null. */
function weeksOf(reviewed: ReadonlySet<string>, yesterday: string): ({ day: string; reviewed: boolean } | null)[][] {
  const weekday = (new Date(`${yesterday}T00:00:00Z`).getUTCDay() + 6) % 7;
  const days = reviewDays(reviewed, yesterday, WEEKS * 7 - (6 - weekday)).reverse();
  const cells = [...days, ...Array.from({ length: 6 - weekday }, () => null)];
  return Array.from({ length: WEEKS }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

/** That somebody looked through the log of each day (UTC): what LOG-07 asks for. */
export function LogReviews({ orgId, me }: RegisterProps) {
  const yesterday = dayOf(useNow() - DAY);
  const reviews = useEntities(orgId, 'log_review');
  const pending = usePendingOf(orgId);
  const [day, setDay] = useState(yesterday);
  const byDay = useMemo(() => Map.groupBy(reviews.rows ?? [], (review) => review.day), [reviews.rows]);
  const weeks = useMemo(() => weeksOf(new Set(byDay.keys()), yesterday), [byDay, yesterday]);
  if (reviews.error) {
    return <ErrorState error={reviews.error} kept="The mirror was not changed." onRetry={reviews.reload} />;
  }
  if (reviews.rows === null) return <SkeletonRows rows={7} />;
  const past = weeks.flat().filter((one) => one !== null);
  const missing = past.filter(({ reviewed }) => !reviewed).length;
  return (
    <div className="h-full overflow-y-auto px-[18px] py-4">
      <p className="tnum mb-3" role="status">
        {count(past.length - missing)} of {plural(past.length, 'day')} reviewed since {past[0]?.day}.{' '}
        {missing === 0 ? (
          <Verdict tone="ok">none missing</Verdict>
        ) : (
          <Verdict tone="warn">{count(missing)} missing</Verdict>
        )}
      </p>
      <Calendar weeks={weeks} chosen={day} onChoose={setDay} />
      <DayPart
        key={day}
        orgId={orgId}
        me={me}
        day={day}
        yesterday={yesterday}
        reviews={byDay.get(day) ?? []}
        waits={(byDay.get(day) ?? []).some(({ id }) => pending.has(pendingKey('log_review', id)))}
      />
    </div>
  );
}

interface CalendarProps {
  readonly weeks: readonly (readonly ({ readonly day: string; readonly reviewed: boolean } | null)[])[];
  readonly chosen: string;
  readonly onChoose: (day: string) => void;
}

/** Weeks as rows; each day a button that says in words what its mark says. Arrow keys go from day to day. */
function Calendar({ weeks, chosen, onChoose }: CalendarProps) {
  const move = (event: React.KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = dayOf(Date.parse(`${chosen}T00:00:00Z`) + step * DAY);
    if (!weeks.flat().some((one) => one?.day === next)) return;
    onChoose(next);
    document.getElementById(`review-${next}`)?.focus();
  };
  return (
    <table className="border-separate border-spacing-1" onKeyDown={move}>
      <caption className="sr-only">Days reviewed, weeks as rows</caption>
      <thead>
        <tr className="text-12 text-dim">
          <th className="pr-3 text-left font-normal">Week of</th>
          {WEEKDAYS.map((name) => (
            <th key={name} className="font-normal">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]?.day}>
            <th className="tnum pr-3 text-left text-12 font-normal text-dim">{week[0]?.day}</th>
            {week.map((one, i) =>
              one === null ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: days to come are all alike and never move
                <td key={i} />
              ) : (
                <td key={one.day}>
                  <button
                    type="button"
                    id={`review-${one.day}`}
                    tabIndex={one.day === chosen ? 0 : -1}
                    aria-pressed={one.day === chosen}
                    aria-label={`${one.day}: ${one.reviewed ? 'reviewed' : 'not reviewed'}`}
                    title={`${one.day}: ${one.reviewed ? 'reviewed' : 'not reviewed'}`}
                    onClick={() => onChoose(one.day)}
                    className={`tnum h-7 w-12 rounded border text-12 ${one.day === chosen ? 'border-accent' : 'border-transparent'} ${one.reviewed ? 'bg-ok-tint text-ok' : 'bg-none-tint text-none'}`}
                  >
                    {one.reviewed ? '✓ ' : '– '}
                    {one.day.slice(8)}
                  </button>
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface DayProps extends RegisterProps {
  readonly day: string;
  readonly yesterday: string;
  readonly reviews: readonly LogReview[];
  readonly waits: boolean;
}

/** One day: read its log, then say so. */
function DayPart({ orgId, me, day, yesterday, reviews, waits }: DayProps) {
  const [note, setNote] = useState('');
  const save = useAction(async () => {
    const command = { type: 'log_review.create' as const, id: crypto.randomUUID(), input: { day, note: note.trim() } };
    await askFor(orgId, [{ command, before: null }], `Review of ${day} recorded`);
    setNote('');
  });
  return (
    <section className={`mt-4 max-w-xl border-t pt-3 ${waits ? 'border-dashed border-warn' : 'border-line'}`}>
      <h2 className="mb-2 font-bold">
        {day}
        {day === yesterday && ' (yesterday)'}
      </h2>
      {reviews.map((review) => (
        <p key={review.id} className="mb-1">
          <Verdict tone="ok">reviewed</Verdict> {review.note === '' ? 'Nothing was noted.' : review.note}
          {waits && <span className="text-12 text-warn"> waits to be sent</span>}
        </p>
      ))}
      <Field label="What was noticed">
        {(ids) => <TextInput {...ids} value={note} onChange={(event) => setNote(event.target.value)} />}
      </Field>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button onClick={() => goToDay(day)}>Open the log of this day</Button>
        <GatedButton
          kind="primary"
          icon={CalendarCheck}
          refusal={refusalOf('log_review.create', me)}
          busy={save.busy}
          onClick={() => void save.run()}
        >
          {day === yesterday ? 'Record review of yesterday' : 'Record review'}
        </GatedButton>
      </div>
      {save.error && <ErrorState compact error={save.error} kept="Nothing was recorded." />}
    </section>
  );
}
