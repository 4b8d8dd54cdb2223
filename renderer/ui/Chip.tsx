import { clsx } from 'clsx';
import { X } from 'lucide-react';
import type { ButtonHTMLAttributes, Ref } from 'react';

interface ChipProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'value'> {
  /** First half of the sentence, e.g. "Outcome". */
  readonly label: string;
  /** Second half, e.g. "denied". */
  readonly value?: string;
  /** Whether it narrows anything now. */
  readonly active?: boolean;
  readonly onRemove?: () => void;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A filter that reads as a sentence; pressing opens its editor, the cross removes it. */
export function Chip({ label, value, active, onRemove, className, ...rest }: ChipProps) {
  return (
    <span
      className={clsx(
        'inline-flex h-[26px] max-w-96 items-center rounded border',
        active ? 'border-accent bg-accent-tint' : 'border-line bg-panel',
        className,
      )}
    >
      <button
        type="button"
        className="flex h-full min-w-0 items-center gap-1.5 rounded px-2 text-13 hover:bg-hover"
        {...rest}
      >
        <span className="text-dim">{label}</span>
        {value !== undefined && <span className="truncate font-medium">{value}</span>}
      </button>
      {onRemove && (
        <button
          type="button"
          aria-label={`Remove filter ${label} ${value ?? ''}`}
          onClick={onRemove}
          className="flex h-full w-6 items-center justify-center rounded text-dim hover:bg-hover hover:text-text"
        >
          <X size={14} strokeWidth={1.75} aria-hidden />
        </button>
      )}
    </span>
  );
}
