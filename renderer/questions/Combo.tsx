// biome-ignore-all lint/a11y/useFocusableInteractive: focus rests in the combobox (active descendant)
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the combobox takes the keys (active descendant)
import { clsx } from 'clsx';
import { type KeyboardEvent, useId, useState } from 'react';
import { Field, TextInput } from '../ui/Field.tsx';

export interface Option {
  readonly value: string;
  readonly label: string;
  /** Stands dim after the label. */
  readonly detail?: string;
}

interface ComboProps {
  readonly label: string;
  /** What is chosen, as text; empty for nothing. */
  readonly chosen: string;
  readonly placeholder: string;
  /** Options for a text, best first; a dozen at most are shown. */
  readonly suggest: (text: string) => readonly Option[];
  readonly onPick: (value: string) => void;
  /** Every letter typed, for options that are asked for. */
  readonly onText?: (text: string) => void;
  readonly mono?: boolean;
  readonly autoFocus?: boolean;
  readonly className?: string;
}

const SHOWN = 12;

/** One of many by typing: arrows and Enter choose, Escape goes back to what was chosen. */
export function Combo(props: ComboProps) {
  const { label, chosen, placeholder, suggest, onPick, onText, mono, autoFocus, className } = props;
  const id = useId();
  /** Null while nobody types: the field then shows what is chosen. */
  const [text, setText] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const options = text === null ? [] : suggest(text.trim()).slice(0, SHOWN);
  const type = (next: string | null): void => {
    setText(next);
    setAt(0);
    onText?.(next ?? '');
  };
  const pick = (option: Option | undefined): void => {
    if (option === undefined) return;
    onPick(option.value);
    type(null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' && text === null) type('');
    else if (event.key === 'ArrowDown') setAt(Math.min(options.length - 1, at + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
    else if (event.key === 'Enter' && text !== null) pick(options[at]);
    else if (event.key === 'Escape' && text !== null) type(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const open = options.length > 0;
  return (
    <div className={clsx('relative', className)}>
      <Field label={label}>
        {(ids) => (
          <TextInput
            {...ids}
            mono={mono ?? false}
            role="combobox"
            aria-expanded={open}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={open ? `${id}-${at}` : undefined}
            autoFocus={autoFocus ?? false}
            placeholder={placeholder}
            maxLength={200}
            value={text ?? chosen}
            onFocus={(event) => event.target.select()}
            onChange={(event) => type(event.target.value)}
            onBlur={() => type(null)}
            onKeyDown={onKeyDown}
          />
        )}
      </Field>
      {text !== null && (
        <div className="absolute top-full left-0 z-30 mt-1 w-max min-w-full max-w-[min(38rem,75vw)] rounded border border-line bg-panel p-1 shadow-pop">
          <div id={`${id}-list`} role="listbox" aria-label={label} className="max-h-80 overflow-y-auto">
            {options.map((option, index) => (
              <div
                key={option.value}
                id={`${id}-${index}`}
                role="option"
                aria-selected={index === at}
                // The press must not take the focus away from the field before it is heard.
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => pick(option)}
                className={clsx(
                  'flex h-7 items-center gap-2 rounded-[4px] px-2',
                  index === at ? 'bg-accent-tint' : 'hover:bg-hover',
                )}
              >
                <span className={clsx('max-w-[65%] shrink-0 truncate', mono && 'mono max-w-full')}>{option.label}</span>
                {option.detail && <span className="ml-auto truncate pl-3 text-12 text-dim">{option.detail}</span>}
              </div>
            ))}
          </div>
          {!open && <p className="px-2 py-1.5 text-dim">Nothing of that name.</p>}
        </div>
      )}
    </div>
  );
}
