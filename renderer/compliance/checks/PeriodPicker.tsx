import { ChevronLeft, ChevronRight } from 'lucide-react';
import { setParams } from '../../app/router.ts';
import { IconButton } from '../../ui/Button.tsx';
import { isDay } from '../../ui/DayInput.tsx';
import { Select, TextInput } from '../../ui/Field.tsx';
import { formatDate } from '../../ui/time.ts';
import {
  asSpan,
  type Chosen,
  periodParams,
  periodWords,
  SPAN_WORDS,
  SPANS,
  type SpanName,
  stepPeriod,
} from './period.ts';

/** Days as text sort as days. */
const earlier = (a: string, b: string): string => [a, b].sort()[0]!;
const later = (a: string, b: string): string => [a, b].sort()[1]!;

const OPTIONS = SPANS.map((value) => ({ value, label: SPAN_WORDS[value] }));

/** Which days the checks are about. Days begin at midnight UTC, wherever they are looked at: so does the platform count them. */
export function PeriodPicker({ chosen }: { readonly chosen: Chosen }) {
  const choose = (next: Chosen): void => setParams(periodParams(next), { replace: true });
  return (
    <fieldset className="flex flex-wrap items-center gap-1.5" aria-label="Period of the checks, UTC">
      <div className="w-28">
        <Select
          aria-label="Kind of period"
          value={chosen.span}
          options={OPTIONS}
          onChange={(event) => choose(asSpan(chosen, event.target.value as SpanName))}
        />
      </div>
      <IconButton icon={ChevronLeft} small label="Earlier ([)" onClick={() => choose(stepPeriod(chosen, -1))} />
      {chosen.span === 'custom' ? (
        <>
          <DayField
            label="First day"
            value={chosen.first}
            onDay={(first) => choose({ ...chosen, first, last: later(first, chosen.last) })}
          />
          <span className="text-dim">to</span>
          <DayField
            label="Last day"
            value={chosen.last}
            onDay={(last) => choose({ ...chosen, last, first: earlier(last, chosen.first) })}
          />
        </>
      ) : (
        <span className="tnum min-w-24 text-center font-medium">
          {periodWords(chosen, (at) => formatDate(at, 'UTC'))}
        </span>
      )}
      <IconButton icon={ChevronRight} small label="Later (])" onClick={() => choose(stepPeriod(chosen, 1))} />
      <span className="text-12 text-dim">UTC</span>
    </fieldset>
  );
}

interface DayFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onDay: (day: string) => void;
}

/** Taken over when it is a day and the field is left, so that half a date moves nothing. */
function DayField({ label, value, onDay }: DayFieldProps) {
  return (
    <div className="w-28">
      <TextInput
        key={value}
        aria-label={label}
        mono
        maxLength={10}
        placeholder="YYYY-MM-DD"
        defaultValue={value}
        onBlur={(event) => {
          const day = event.target.value.trim();
          if (isDay(day) && day !== value) onDay(day);
          else event.target.value = value;
        }}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      />
    </div>
  );
}
