import { useEffect, useState } from 'react';
import { Field, TextInput } from './Field.tsx';

interface DayInputProps {
  readonly label: string;
  readonly hint?: string;
  /** `2026-11-24`; empty for none. */
  readonly value: string;
  readonly onChange: (day: string) => void;
  /** Why the day that is given cannot stand. */
  readonly error?: string | null;
  readonly autoFocus?: boolean;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether a text names a day there is. */
export function isDay(text: string): boolean {
  return DAY.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;
}

/** A day by typing, year first, which reads the same everywhere. What is no day is said and not handed on. */
export function DayInput({ label, hint, value, onChange, error, autoFocus }: DayInputProps) {
  const [text, setText] = useState(value);
  const [left, setLeft] = useState(false);
  useEffect(() => setText(value), [value]);
  const sound = text === '' || isDay(text);
  return (
    <div className="w-36">
      <Field
        label={label}
        hint={hint}
        error={left && !sound ? 'A day, such as 2026-11-24.' : sound ? (error ?? null) : null}
      >
        {(ids) => (
          <TextInput
            {...ids}
            mono
            placeholder="YYYY-MM-DD"
            maxLength={10}
            autoFocus={autoFocus ?? false}
            value={text}
            onChange={(event) => {
              const next = event.target.value.trim();
              setText(next);
              setLeft(false);
              if (next === '' || isDay(next)) onChange(next);
            }}
            onBlur={() => setLeft(true)}
          />
        )}
      </Field>
    </div>
  );
}
