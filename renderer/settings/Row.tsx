import { type ReactNode, useId } from 'react';

interface RowProps {
  readonly label: string;
  readonly hint?: string;
  readonly children: (id: string) => ReactNode;
}

/** One setting: what it is on the left, its control on the right. */
export function Row({ label, hint, children }: RowProps) {
  const id = useId();
  return (
    <div className="flex min-h-[46px] items-center justify-between gap-6 border-b border-line py-1.5 last:border-b-0">
      <div>
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint && <p className="text-12 text-dim">{hint}</p>}
      </div>
      <div className="w-64 shrink-0">{children(id)}</div>
    </div>
  );
}
