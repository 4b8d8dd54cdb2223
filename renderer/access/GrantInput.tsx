// biome-ignore-all lint/a11y/useFocusableInteractive: focus rests in the combobox (active descendant)
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the combobox takes the keys (active descendant)
import { Plus } from 'lucide-react';
import { type KeyboardEvent, useId, useMemo, useState } from 'react';
import { Button } from '../ui/Button.tsx';
import { Field, TextInput } from '../ui/Field.tsx';
import type { Matrix } from './matrix.ts';
import { grantProblem, suggestGrants } from './permissionTree.ts';

interface GrantInputProps {
  readonly matrix: Matrix;
  readonly label: string;
  /** Grants there already: not offered again. */
  readonly has: (grant: string) => boolean;
  readonly onAdd: (grant: string) => void;
  readonly disabled?: boolean;
}

const OFFERED = 9;

/** A grant by typing: offered from the catalog with wildcards and scopes, refused with the reason where it is none. */
export function GrantInput({ matrix, label, has, onAdd, disabled }: GrantInputProps) {
  const id = useId();
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const [tried, setTried] = useState(false);
  const typed = text.trim();
  const offers = useMemo(
    () => (open && typed !== '' ? suggestGrants(typed, matrix, OFFERED).filter((grant) => !has(grant)) : []),
    [open, typed, matrix, has],
  );
  const problem = typed === '' ? null : has(typed) ? 'It is there already.' : grantProblem(typed, matrix.book);
  const add = (grant: string): void => {
    if (has(grant) || grantProblem(grant, matrix.book) !== null) {
      setTried(true);
      return;
    }
    onAdd(grant);
    setText('');
    setAt(-1);
    setTried(false);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setAt(Math.min(offers.length - 1, at + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(-1, at - 1));
    else if (event.key === 'Enter' && typed !== '') add(offers[at] ?? typed);
    else if (event.key === 'Escape' && open && offers.length > 0) setOpen(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="relative">
      <Field label={label} error={tried ? problem : null}>
        {(ids) => (
          <div className="flex gap-1.5">
            <TextInput
              {...ids}
              mono
              role="combobox"
              aria-expanded={offers.length > 0}
              aria-controls={id}
              aria-autocomplete="list"
              aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
              placeholder="threads:read:own"
              value={text}
              disabled={disabled ?? false}
              onChange={(event) => {
                setText(event.target.value);
                setOpen(true);
                setAt(-1);
                setTried(false);
              }}
              onBlur={() => {
                setOpen(false);
                setTried(typed !== '');
              }}
              onFocus={() => setOpen(true)}
              onKeyDown={onKeyDown}
            />
            <Button icon={Plus} disabled={disabled === true || typed === ''} onClick={() => add(typed)}>
              Add
            </Button>
          </div>
        )}
      </Field>
      <div
        id={id}
        role="listbox"
        aria-label="Grants of the catalog"
        hidden={offers.length === 0}
        className="absolute top-[54px] right-0 left-0 z-20 rounded border border-line bg-panel p-1 shadow-pop"
      >
        {offers.map((grant, i) => (
          <div
            key={grant}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === at}
            onPointerDown={(event) => {
              // Before the field loses the focus.
              event.preventDefault();
              add(grant);
            }}
            onPointerMove={() => i !== at && setAt(i)}
            className={`flex h-[26px] items-center gap-3 rounded-[4px] px-2 ${i === at ? 'bg-accent-tint' : ''}`}
          >
            <span className="mono min-w-0 flex-1 truncate">{grant}</span>
            <span className="text-12 text-dim">{grantNote(grant, matrix)}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

/** What kind of grant it is, in a word or two. */
function grantNote(grant: string, matrix: Matrix): string {
  if (grant.endsWith(':own')) return 'only own things';
  if (grant.endsWith(':shared')) return 'only shared things';
  if (!grant.endsWith(':*')) return '';
  const size = matrix.book.catalog.byResource.get(grant.slice(0, -2))?.length;
  return size === undefined ? 'wildcard' : `wildcard, ${size} now`;
}
