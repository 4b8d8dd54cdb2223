import { useState } from 'react';
import { Field, TextInput } from '../../ui/Field.tsx';
import { formatMinute } from '../../ui/time.ts';
import { parseWall } from '../../ui/wallClock.ts';
import { useTime } from '../../ui/zone.ts';

interface InstantProps {
  readonly label: string;
  readonly hint?: string;
  /** RFC 3339; null: none. */
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
  readonly required?: boolean;
  /** The form was sent: what is missing is said. */
  readonly tried?: boolean;
}

/** A time by typing, in the zone of the screens; what is no time is said and handed on as none. */
export function InstantField({ label, hint, value, onChange, required, tried }: InstantProps) {
  const time = useTime();
  const [text, setText] = useState(() => (value === null ? '' : formatMinute(Date.parse(value), time.zone)));
  const [left, setLeft] = useState(false);
  const at = parseWall(text, time.zone);
  const missing = text.trim() === '' && required === true && tried === true;
  const wrong = text.trim() !== '' && at === null && (left || tried === true);
  return (
    <Field label={label} hint={hint} error={missing || wrong ? 'A time such as 2026-11-24 22:00.' : null}>
      {(ids) => (
        <TextInput
          {...ids}
          mono
          placeholder="YYYY-MM-DD HH:MM"
          value={text}
          onBlur={() => setLeft(true)}
          onChange={(event) => {
            setText(event.target.value);
            const read = parseWall(event.target.value, time.zone);
            onChange(read == null ? null : new Date(read).toISOString());
          }}
        />
      )}
    </Field>
  );
}
