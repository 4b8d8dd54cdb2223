import { useState } from 'react';
import type { AuditFilter } from '../../shared/contract/audit.ts';
import { Button } from '../ui/Button.tsx';
import { Chip } from '../ui/Chip.tsx';
import { Check, Field, TextInput } from '../ui/Field.tsx';
import { Popover } from '../ui/Menu.tsx';
import { parseWall, wallText } from '../ui/wallClock.ts';
import type { useTime } from '../ui/zone.ts';
import { rangeText } from './words.ts';

const HOUR = 3_600_000;
const PRESETS: readonly (readonly [string, number])[] = [
  ['Last hour', HOUR],
  ['Last 24 hours', 24 * HOUR],
  ['Last 7 days', 168 * HOUR],
  ['Last 30 days', 720 * HOUR],
  ['Last 90 days', 2160 * HOUR],
];

interface TimeChipProps {
  readonly filter: AuditFilter;
  readonly time: ReturnType<typeof useTime>;
  readonly onChange: (changes: Pick<AuditFilter, 'from' | 'to'> | Pick<AuditFilter, 'basis'>) => void;
}

/** The time range as a chip: presets, an absolute range in the zone on show, and which of the two clocks counts. */
export function TimeChip({ filter, time, onChange }: TimeChipProps) {
  const [open, setOpen] = useState(false);
  const bounded = filter.from !== null || filter.to !== null;
  const set = (from: number | null, to: number | null): void => {
    setOpen(false);
    onChange({ from, to });
  };
  return (
    <Popover
      label="Time filter"
      open={open}
      onOpenChange={setOpen}
      className="w-84 p-3"
      trigger={
        <Chip
          label={filter.basis === 'recorded' ? 'Recorded' : 'Time'}
          value={rangeText(filter, time)}
          active={bounded}
          {...(bounded ? { onRemove: () => set(null, null) } : {})}
        />
      }
    >
      <div className="flex flex-wrap gap-1.5">
        {PRESETS.map(([name, length]) => (
          <Button key={name} small onClick={() => lastOf(length, set)}>
            {name}
          </Button>
        ))}
        <Button small onClick={() => set(null, null)}>
          All time
        </Button>
      </div>
      <RangeForm filter={filter} time={time} onSet={set} />
      <fieldset className="mt-3 border-t border-line pt-3">
        <legend className="sr-only">Which time counts</legend>
        <Check
          type="radio"
          name="basis"
          label="Time of the act"
          hint="As the source claims it."
          checked={filter.basis === 'occurred'}
          onChange={() => onChange({ basis: 'occurred' })}
        />
        <Check
          type="radio"
          name="basis"
          className="mt-1.5"
          label="Time of recording"
          hint="As the log's sequencer wrote it; never goes back."
          checked={filter.basis === 'recorded'}
          onChange={() => onChange({ basis: 'recorded' })}
        />
      </fieldset>
    </Popover>
  );
}

function lastOf(length: number, set: (from: number, to: number | null) => void): void {
  // To the start of a minute, so that the same press twice is the same address.
  const now = Math.floor(Date.now() / 60_000) * 60_000;
  set(now - length, null);
}

interface RangeFormProps {
  readonly filter: AuditFilter;
  readonly time: ReturnType<typeof useTime>;
  readonly onSet: (from: number | null, to: number | null) => void;
}

function RangeForm({ filter, time, onSet }: RangeFormProps) {
  const [from, setFrom] = useState(filter.from === null ? '' : wallText(filter.from, time.zone));
  const [to, setTo] = useState(filter.to === null ? '' : wallText(filter.to, time.zone));
  const start = parseWall(from, time.zone);
  const end = parseWall(to, time.zone);
  const wrong = (text: string, at: number | null): string | null =>
    text.trim() !== '' && at === null ? 'Write it as 2026-11-24 or 2026-11-24 14:10' : null;
  const reversed = start !== null && end !== null && start >= end ? 'The end must be after the start' : null;
  const valid = wrong(from, start) === null && wrong(to, end) === null && reversed === null;
  return (
    <form
      className="mt-3 flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (valid) onSet(start, end);
      }}
    >
      <Field label={`From (${time.label})`} error={wrong(from, start)}>
        {(ids) => (
          <TextInput
            {...ids}
            mono
            placeholder="2026-11-24 00:00"
            value={from}
            onChange={(e) => setFrom(e.target.value)}
          />
        )}
      </Field>
      <Field label={`Before (${time.label})`} error={wrong(to, end) ?? reversed}>
        {(ids) => (
          <TextInput {...ids} mono placeholder="2026-11-25 00:00" value={to} onChange={(e) => setTo(e.target.value)} />
        )}
      </Field>
      <Button type="submit" disabled={!valid}>
        Show this range
      </Button>
    </form>
  );
}
