import { X } from 'lucide-react';
import type { FormEvent, KeyboardEvent, ReactNode } from 'react';
import { IconButton } from '../ui/Button.tsx';

interface SidePanelProps {
  readonly title: ReactNode;
  /** One line under the title. */
  readonly about?: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons that stay in sight, the chief one first. */
  readonly footer?: ReactNode;
  /** Makes the panel a form. */
  readonly onSubmit?: () => void;
  /** Whether Escape leaves the form from any of its fields. */
  readonly leaves?: boolean;
}

/** The detail beside a list: title, content, and the buttons of a form at its foot. */
export function SidePanel({ title, about, onClose, children, footer, onSubmit, leaves = false }: SidePanelProps) {
  const body = (
    <>
      <div className="flex-1 px-4 pt-3 pb-5">
        <div className="flex items-start justify-between gap-3">
          <h2 className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 pt-0.5 text-15 font-bold break-words">
            {title}
          </h2>
          <IconButton icon={X} small label="Close (Esc)" onClick={onClose} />
        </div>
        {about && <p className="text-dim">{about}</p>}
        {children}
      </div>
      {footer && (
        <div className="sticky bottom-0 flex flex-wrap items-center gap-2 border-t border-line bg-panel px-4 py-3">
          {footer}
        </div>
      )}
    </>
  );
  const look = 'flex min-h-full flex-col bg-panel';
  if (onSubmit === undefined) return <div className={look}>{body}</div>;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit();
  };
  const leave = (event: KeyboardEvent): void => {
    // What has closed a list or a finder of the form has taken the key already.
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    onClose();
  };
  return (
    <form className={look} onSubmit={submit} {...(leaves ? { onKeyDown: leave } : {})} noValidate>
      {body}
    </form>
  );
}
