import type { ReactNode } from 'react';
import { Letter } from '../app/OrgSwitcher.tsx';

interface StartFrameProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
  readonly foot?: ReactNode;
}

/** The frame of the screens before the vault is open: one column, nothing else. */
export function StartFrame({ title, lead, children, foot }: StartFrameProps) {
  return (
    <main className="h-full overflow-y-auto bg-bg">
      <div className="mx-auto flex min-h-full w-full max-w-[460px] flex-col justify-center px-5 py-10">
        <div className="mb-6 flex items-center gap-2 text-dim">
          <Letter name="Governance" />
          <span className="font-medium">Governance Console</span>
        </div>
        <h1 className="text-20 font-bold">{title}</h1>
        {lead && <div className="mt-2 text-dim">{lead}</div>}
        <div className="mt-5 flex flex-col gap-4">{children}</div>
        {foot && <div className="mt-8 border-t border-line pt-3 text-12 text-dim">{foot}</div>}
      </div>
    </main>
  );
}
