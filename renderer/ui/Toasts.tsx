import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { IconButton } from './Button.tsx';
import { useToasts } from './toasts.ts';

/** The notices of the moment, bottom right, read out politely. */
export function Toasts() {
  const items = useToasts((state) => state.items);
  const dismiss = useToasts((state) => state.dismiss);
  return (
    <section
      aria-label="Notices"
      aria-live="polite"
      className="fixed right-4 bottom-11 z-50 flex flex-col items-end gap-2"
    >
      {items.map((item) => (
        <div
          key={item.id}
          className={clsx(
            'appear flex max-w-md items-center gap-2 rounded border bg-panel py-1 pr-1 pl-3 shadow-pop',
            item.tone === 'bad' ? 'border-bad text-bad' : 'border-line',
          )}
        >
          <span>{item.text}</span>
          {item.action && (
            <button
              type="button"
              className="rounded px-1.5 py-0.5 font-medium text-accent hover:bg-hover"
              onClick={() => {
                item.action?.run();
                dismiss(item.id);
              }}
            >
              {item.action.label}
            </button>
          )}
          <IconButton icon={X} label="Dismiss" small onClick={() => dismiss(item.id)} />
        </div>
      ))}
    </section>
  );
}
