import { clsx } from 'clsx';
import { Check, type LucideIcon } from 'lucide-react';
import { DropdownMenu as Radix, Popover as RadixPopover } from 'radix-ui';
import type { ReactNode } from 'react';

const surface = 'appear z-40 rounded border border-line bg-panel p-1 text-13 shadow-pop';

interface MenuProps {
  /** One button. */
  readonly trigger: ReactNode;
  readonly align?: 'start' | 'end';
  readonly children: ReactNode;
  readonly className?: string;
}

/** A menu of commands. Not modal: the page keeps its scroll and no style element is injected, which the policy would refuse. */
export function Menu({ trigger, align = 'start', children, className }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className={clsx(
            surface,
            'max-h-(--radix-dropdown-menu-content-available-height) min-w-48 overflow-y-auto',
            className,
          )}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface MenuItemProps {
  readonly icon?: LucideIcon;
  readonly checked?: boolean;
  readonly hint?: ReactNode;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

export function MenuItem({ icon: Icon, checked, hint, danger, disabled, onSelect, children }: MenuItemProps) {
  return (
    <Radix.Item
      disabled={disabled ?? false}
      onSelect={onSelect}
      className={clsx(
        'flex h-7 items-center gap-2 rounded-[4px] px-2 outline-none data-highlighted:bg-accent-tint data-disabled:opacity-55',
        danger && 'text-bad',
      )}
    >
      {Icon && <Icon size={16} strokeWidth={1.75} className="shrink-0" aria-hidden />}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {hint && <span className="text-12 text-dim">{hint}</span>}
      {checked && <Check size={14} strokeWidth={2} className="text-accent" aria-label="chosen" />}
    </Radix.Item>
  );
}

export function MenuLine() {
  return <Radix.Separator className="mx-1 my-1 h-px bg-line" />;
}

interface PopoverProps extends MenuProps {
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
  /** Accessible name of the panel. */
  readonly label: string;
}

/** A small panel of controls beside its button. */
export function Popover({ trigger, align = 'start', children, className, label, open, onOpenChange }: PopoverProps) {
  return (
    <RadixPopover.Root {...(open === undefined ? {} : { open })} {...(onOpenChange ? { onOpenChange } : {})}>
      <RadixPopover.Trigger asChild>{trigger}</RadixPopover.Trigger>
      <RadixPopover.Portal>
        <RadixPopover.Content
          aria-label={label}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className={clsx(surface, className)}
        >
          {children}
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  );
}

export const PopoverClose = RadixPopover.Close;
