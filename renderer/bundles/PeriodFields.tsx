import { useState } from 'react';
import { useRoute } from '../app/router.ts';
import { Field, Select, TextInput } from '../ui/Field.tsx';
import { formatMinute, zoneLabel } from '../ui/time.ts';
import { daysPeriod, formatDay, type Period, PRESETS, type PresetId, presetPeriod } from './periods.ts';

export interface PeriodState {
  readonly preset: PresetId;
  readonly first: string;
  readonly last: string;
  readonly value: Period | null;
  readonly choose: (preset: PresetId) => void;
  readonly setDays: (first: string, last: string) => void;
}

/** The chosen period. The address may bring one (`from` and `to`, as the audit log's range); it becomes whole days. */
export function usePeriod(zone: string): PeriodState {
  const params = useRoute((route) => route.params);
  const [now] = useState(() => Date.now());
  const [state, setState] = useState(() => initial(params, now, zone));
  const value =
    state.preset === 'custom' ? daysPeriod(state.first, state.last, zone) : presetPeriod(state.preset, now, zone);
  return {
    ...state,
    value,
    choose: (preset) => {
      const from = value ?? presetPeriod('last-month', now, zone);
      setState({ preset, first: formatDay(from.from, zone), last: formatDay(from.to - 1, zone) });
    },
    setDays: (first, last) => setState({ preset: 'custom', first, last }),
  };
}

function initial(
  params: URLSearchParams,
  now: number,
  zone: string,
): { preset: PresetId; first: string; last: string } {
  const from = Date.parse(params.get('from') ?? '');
  const to = Date.parse(params.get('to') ?? '');
  if (from < to) return { preset: 'custom', first: formatDay(from, zone), last: formatDay(to - 1, zone) };
  const month = presetPeriod('last-90-days', now, zone);
  return { preset: 'last-90-days', first: formatDay(month.from, zone), last: formatDay(month.to - 1, zone) };
}

export function PeriodFields({ period, zone }: { readonly period: PeriodState; readonly zone: string }) {
  return (
    <>
      <Field
        label={`Period by recorded time, in organization zone ${zoneLabel(zone)}`}
        hint={
          period.value && (
            <span className="tnum">
              {formatMinute(period.value.from, zone)} to before {formatMinute(period.value.to, zone)}
            </span>
          )
        }
      >
        {(ids) => (
          <Select
            {...ids}
            value={period.preset}
            options={PRESETS.map((preset) => ({ value: preset.id, label: preset.label }))}
            onChange={(event) => period.choose(event.target.value as PresetId)}
          />
        )}
      </Field>
      {period.preset === 'custom' && (
        <div className="grid grid-cols-2 gap-3">
          <Field label="First day">
            {(ids) => (
              <TextInput
                {...ids}
                type="date"
                value={period.first}
                onChange={(event) => period.setDays(event.target.value, period.last)}
              />
            )}
          </Field>
          <Field
            label="Last day, included"
            error={period.value === null ? 'Choose a last day on or after the first.' : null}
          >
            {(ids) => (
              <TextInput
                {...ids}
                type="date"
                value={period.last}
                onChange={(event) => period.setDays(period.first, event.target.value)}
              />
            )}
          </Field>
        </div>
      )}
    </>
  );
}
