import { Command } from 'cmdk';
import { Check } from 'lucide-react';
import { Chip } from '../ui/Chip.tsx';
import { Popover } from '../ui/Menu.tsx';
import { count } from '../ui/numbers.ts';

export interface Choice {
  readonly value: string;
  readonly label: string;
  /** Rows it would leave. */
  readonly count: number;
}

interface ChoiceChipProps {
  /** First half of the sentence: "Role". */
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}

/** A filter by chosen values that reads as a sentence; pressing opens the choices with counts. */
export function ChoiceChip({ label, choices, values, onChange }: ChoiceChipProps) {
  const named = values.map((value) => choices.find((choice) => choice.value === value)?.label ?? value);
  const toggle = (value: string): void =>
    onChange(values.includes(value) ? values.filter((other) => other !== value) : [...values, value]);
  return (
    <Popover
      label={`${label} filter`}
      className="w-72"
      trigger={
        <Chip
          label={label}
          value={
            named.length === 0 ? 'any' : named.length > 2 ? `${named.length} of ${choices.length}` : named.join(' or ')
          }
          active={values.length > 0}
          {...(values.length > 0 ? { onRemove: () => onChange([]) } : {})}
        />
      }
    >
      <Command label={`${label} choices`} loop>
        <Command.Input
          autoFocus
          placeholder={`Find among ${choices.length}`}
          className="h-7 w-full rounded-[4px] bg-transparent px-2 outline-none"
        />
        <Command.List className="mt-1 max-h-72 overflow-y-auto border-t border-line pt-1">
          <Command.Empty className="px-2 py-3 text-dim">Nothing of that name.</Command.Empty>
          {choices.map((choice) => (
            <Command.Item
              key={choice.value}
              value={choice.value}
              keywords={[choice.label]}
              onSelect={() => toggle(choice.value)}
              className="flex h-7 items-center gap-2 rounded-[4px] px-2 data-[selected=true]:bg-accent-tint"
            >
              <span className="flex size-4 shrink-0 items-center justify-center rounded-[4px] border border-line-strong">
                {values.includes(choice.value) && (
                  <Check size={12} strokeWidth={2.5} className="text-accent" aria-label="chosen" />
                )}
              </span>
              <span className="min-w-0 flex-1 truncate">{choice.label}</span>
              <span className="tnum text-12 text-dim">{count(choice.count)}</span>
            </Command.Item>
          ))}
        </Command.List>
      </Command>
    </Popover>
  );
}
