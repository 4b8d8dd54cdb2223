import { clsx } from 'clsx';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { Button } from './Button.tsx';
import { Field, TextInput } from './Field.tsx';

interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** One sentence under the title. */
  readonly description?: ReactNode;
  readonly children?: ReactNode;
  /** Buttons, the safe one first. */
  readonly footer?: ReactNode;
  readonly wide?: boolean;
}

/** A modal window. The shade is a plain element: Radix's own would inject a style element, which the policy refuses. */
export function Dialog({ open, onClose, title, description, children, footer, wide }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <div className="appear fixed inset-0 z-40 bg-[rgb(10_12_18/45%)]" aria-hidden />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={clsx(
            'appear fixed top-[14vh] left-1/2 z-50 flex max-h-[76vh] w-[calc(100vw-2rem)] -translate-x-1/2 flex-col rounded-lg border border-line bg-panel shadow-pop focus:outline-none',
            wide ? 'max-w-2xl' : 'max-w-md',
          )}
        >
          <div className="px-5 pt-4 pb-1">
            <Radix.Title className="text-15 font-bold">{title}</Radix.Title>
            {description && <Radix.Description className="mt-1 text-13 text-dim">{description}</Radix.Description>}
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-3">{children}</div>
          {footer && <div className="flex justify-end gap-2 border-t border-line px-5 py-3">{footer}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ConfirmProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** The counted effect, e.g. "1,204,118 mirrored events become unreadable". */
  readonly effect: ReactNode;
  /** What has to be typed. */
  readonly name: string;
  /** The verb on the button. */
  readonly action: string;
  readonly busy?: boolean;
  /** It cannot be done as things are, and `effect` says why. */
  readonly blocked?: boolean;
  readonly onConfirm: () => void;
}

/** For what cannot be undone: the effect is counted first, the name is typed to confirm. */
export function ConfirmByTyping({
  open,
  onClose,
  title,
  effect,
  name,
  action,
  busy,
  blocked,
  onConfirm,
}: ConfirmProps) {
  const [typed, setTyped] = useState('');
  const close = (): void => {
    setTyped('');
    onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={title}
      footer={
        <>
          <Button onClick={close}>Keep</Button>
          <Button kind="danger" disabled={typed !== name || blocked === true} busy={busy ?? false} onClick={onConfirm}>
            {action}
          </Button>
        </>
      }
    >
      <div className="mb-3 text-13">{effect}</div>
      <Field label={`Type “${name}” to confirm`}>
        {(ids) => <TextInput {...ids} value={typed} onChange={(event) => setTyped(event.target.value)} autoFocus />}
      </Field>
    </Dialog>
  );
}
