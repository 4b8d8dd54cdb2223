import { clsx } from 'clsx';
import type { ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A titled part of a panel; parts are told apart by a line, not by boxes. */
export function Section({ title, aside, children, className }: SectionProps) {
  return (
    <section className={clsx('border-b border-line py-3 last:border-b-0', className)}>
      <div className="mb-1.5 flex min-h-6 items-center justify-between gap-3">
        <h2 className="text-12 font-bold text-dim">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** Names on the left, values on the right, as in the detail panel. */
export function KeyValues({ children, wide }: { readonly children: ReactNode; readonly wide?: boolean }) {
  return (
    <dl className={clsx('grid items-baseline gap-y-[3px]', wide ? 'grid-cols-[150px_1fr]' : 'grid-cols-[102px_1fr]')}>
      {children}
    </dl>
  );
}

export function KeyValue({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-dim">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
