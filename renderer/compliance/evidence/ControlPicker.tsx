import { X } from 'lucide-react';
import { useId, useState } from 'react';
import type { Output } from '../../../shared/contract/index.ts';
import { Field, TextInput } from '../../ui/Field.tsx';

export type Controls = Output<'evidence.list'>['controls'];

interface PickerProps {
  readonly controls: Controls;
  readonly value: readonly string[];
  readonly onChange: (ids: readonly string[]) => void;
}

/** Controls by typing: the browser's own list of suggestions, and those chosen below it. */
export function ControlPicker({ controls, value, onChange }: PickerProps) {
  const list = useId();
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const add = (typed: string): boolean => {
    const wanted = typed.trim().toLowerCase();
    const found = controls.find(({ id, ref }) => id === wanted || ref.toLowerCase() === wanted);
    if (found === undefined) return false;
    if (!value.includes(found.id)) onChange([...value, found.id]);
    setText('');
    setWrong(false);
    return true;
  };
  return (
    <div className="flex flex-col gap-1.5">
      <Field
        label="Controls"
        hint="Id or reference, then Enter"
        error={wrong ? 'No control of any framework has this id or reference.' : null}
      >
        {(ids) => (
          <TextInput
            {...ids}
            list={list}
            value={text}
            placeholder="soc2-cc6.1"
            onChange={(event) => {
              const typed = event.target.value;
              setText(typed);
              setWrong(false);
              // A suggestion that was chosen comes whole.
              if (controls.some(({ id }) => id === typed)) add(typed);
            }}
            onBlur={() => text.trim() !== '' && setWrong(!add(text))}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || text.trim() === '') return;
              event.preventDefault();
              setWrong(!add(text));
            }}
          />
        )}
      </Field>
      <datalist id={list}>
        {controls.map(({ id, ref, title }) => (
          <option key={id} value={id} label={`${ref} ${title}`} />
        ))}
      </datalist>
      {value.length > 0 && (
        <ul className="flex flex-wrap gap-1.5" aria-label="Controls chosen">
          {value.map((id) => (
            <li key={id} className="mono inline-flex h-6 items-center rounded border border-line bg-panel pl-2 text-12">
              {id}
              <button
                type="button"
                aria-label={`Remove ${id}`}
                onClick={() => onChange(value.filter((one) => one !== id))}
                className="flex size-6 items-center justify-center rounded text-dim hover:bg-hover hover:text-text"
              >
                <X size={12} strokeWidth={1.75} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
