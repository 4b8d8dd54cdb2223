import type { ReactNode } from 'react';

/** A key as printed on the keyboard. */
export function Kbd({ children }: { readonly children: ReactNode }) {
  return (
    <kbd className="inline-flex h-[17px] min-w-[17px] items-center justify-center rounded-[4px] border border-line bg-side px-1 font-mono text-11 text-dim">
      {children}
    </kbd>
  );
}
