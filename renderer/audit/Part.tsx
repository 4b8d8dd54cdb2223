import type { ReactNode } from 'react';

/** A part of the panel under a line. */
export function Part({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className="mt-3 border-t border-line pt-2.5" aria-label={title}>
      <div className="mb-1.5 flex h-6 items-center">
        <h3 className="flex-1 text-12 font-bold text-dim">{title}</h3>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** A line of label and value. */
export function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="grid min-h-[23px] grid-cols-[102px_1fr] items-baseline">
      <dt className="text-dim">{label}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  );
}
