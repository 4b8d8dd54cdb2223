import { clsx } from 'clsx';
import type { LucideIcon } from 'lucide-react';
import type { ButtonHTMLAttributes, MouseEvent, ReactNode, Ref } from 'react';
import { Tooltip } from './Tooltip.tsx';

type Kind = 'primary' | 'plain' | 'quiet' | 'danger';

const kinds: Readonly<Record<Kind, string>> = {
  primary: 'bg-accent text-on-accent border-transparent enabled:hover:brightness-110',
  plain: 'bg-panel text-text border-line enabled:hover:bg-hover',
  quiet: 'bg-transparent text-dim border-transparent enabled:hover:bg-hover enabled:hover:text-text',
  danger: 'bg-panel text-bad border-line enabled:hover:bg-bad-tint',
};

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: Kind;
  readonly icon?: LucideIcon;
  readonly small?: boolean;
  readonly busy?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
  readonly children?: ReactNode;
}

/** A button with a verb on it. `primary` at most once a screen. A busy one stays focusable and says so. */
export function Button({
  kind = 'plain',
  icon: Icon,
  small,
  busy,
  className,
  children,
  disabled,
  onClick,
  ...rest
}: ButtonProps) {
  // Not `disabled` while busy: that would drop the keyboard's focus. A press does nothing, nor does Enter in its form.
  const press = busy ? (event: MouseEvent<HTMLButtonElement>) => event.preventDefault() : onClick;
  return (
    <button
      type="button"
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      disabled={disabled}
      onClick={press}
      className={clsx(
        'inline-flex shrink-0 items-center justify-center gap-2 whitespace-nowrap rounded border font-medium select-none',
        small ? 'h-6 px-2 text-12' : 'h-[30px] px-3 text-13',
        'disabled:opacity-55',
        busy && 'opacity-55',
        kinds[kind],
        className,
      )}
      {...rest}
    >
      {Icon && <Icon size={small ? 14 : 16} strokeWidth={1.75} aria-hidden />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  readonly icon: LucideIcon;
  /** Name for the tooltip and for assistive technology. */
  readonly label: string;
  readonly small?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** An icon alone; its name shows on hover and is its accessible name. */
export function IconButton({ icon: Icon, label, small, className, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label}>
      <button
        type="button"
        aria-label={label}
        className={clsx(
          'inline-flex shrink-0 items-center justify-center rounded text-dim enabled:hover:bg-hover enabled:hover:text-text disabled:opacity-55',
          small ? 'size-6' : 'size-[30px]',
          className,
        )}
        {...rest}
      >
        <Icon size={small ? 14 : 16} strokeWidth={1.75} aria-hidden />
      </button>
    </Tooltip>
  );
}
