import { Search } from 'lucide-react';
import type { RefObject } from 'react';
import { Kbd } from '../ui/Kbd.tsx';

interface SearchInputProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** Where Enter, Arrow down and a second Escape go. */
  readonly listRef: RefObject<HTMLElement | null>;
  readonly inputRef?: RefObject<HTMLInputElement | null>;
  /** The key that comes here. */
  readonly hotkey?: string;
  readonly className?: string;
}

/** A filter box over a list: Escape empties it, then goes back to the list. */
export function SearchInput({ label, value, onChange, listRef, inputRef, hotkey, className }: SearchInputProps) {
  return (
    <label
      className={`flex h-[26px] items-center gap-1.5 rounded border border-line bg-panel px-2 focus-within:outline-2 focus-within:-outline-offset-1 focus-within:outline-accent hover:bg-hover ${className ?? 'w-[220px]'}`}
    >
      <Search size={15} strokeWidth={1.75} className="shrink-0 text-dim" aria-hidden />
      <input
        ref={inputRef}
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        maxLength={200}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' || event.key === 'ArrowDown') listRef.current?.focus();
          else if (event.key === 'Escape' && value !== '') onChange('');
          else if (event.key === 'Escape') listRef.current?.focus();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
        className="min-w-0 flex-1 bg-transparent outline-none [&::-webkit-search-cancel-button]:hidden"
      />
      {hotkey && <Kbd>{hotkey}</Kbd>}
    </label>
  );
}
