import { type ReactNode, useEffect } from 'react';
import { Kbd } from './Kbd.tsx';
import { type KeyHint, useScreenKeys } from './keys.ts';
import { useTime, useZoneStore } from './zone.ts';

interface PageFrameProps {
  readonly title: string;
  /** What the screen is about, e.g. "Northwind Health · all workspaces". */
  readonly scope?: ReactNode;
  /** A `Verdict`, standing at the right before the actions. */
  readonly verdict?: ReactNode;
  /** Plain buttons, then at most one primary. */
  readonly actions?: ReactNode;
  /** Keys of this screen. Keep the array outside the component. */
  readonly keys?: readonly KeyHint[];
  /** What the figures rest on, e.g. "Computed from the mirror". */
  readonly provenance?: ReactNode;
  readonly children: ReactNode;
}

const none: readonly KeyHint[] = [];

/** The frame of every screen: title bar, content, and the bar with keys, provenance and time zone. */
export function PageFrame({ title, scope, verdict, actions, keys = none, provenance, children }: PageFrameProps) {
  const setHints = useScreenKeys((state) => state.set);
  useEffect(() => {
    setHints(keys);
    document.title = `${title} · Governance Console`;
    return () => setHints(none);
  }, [keys, setHints, title]);
  return (
    <div className="flex h-full min-w-0 flex-col bg-bg">
      {/* In a narrow window the actions go below the tabs rather than squeeze them. */}
      <header className="flex min-h-[51px] shrink-0 items-center gap-2.5 border-b border-line bg-panel px-[18px] max-[760px]:flex-wrap max-[760px]:py-1.5">
        <h1 className="text-15 font-bold whitespace-nowrap">{title}</h1>
        <div className="min-w-0 flex-1 truncate text-dim has-[[role=tablist]]:max-[760px]:min-w-fit">{scope}</div>
        {verdict}
        {actions}
      </header>
      <main className="min-h-0 flex-1 overflow-hidden">{children}</main>
      <StatusBar hints={keys} provenance={provenance} />
    </div>
  );
}

function StatusBar({ hints, provenance }: { readonly hints: readonly KeyHint[]; readonly provenance: ReactNode }) {
  return (
    <footer className="flex h-[31px] shrink-0 items-center gap-4 overflow-hidden border-t border-line bg-panel px-[18px] text-12 text-dim">
      {/* What does not fit wraps out of sight whole; the key list (?) has all of it. */}
      <div className="flex h-[30px] min-w-0 flex-wrap gap-x-4 overflow-hidden">
        {hints.map((hint) => (
          <span key={hint.label} className="flex h-[30px] items-center gap-1 whitespace-nowrap">
            {hint.keys.map((key) => (
              <Kbd key={key}>{key}</Kbd>
            ))}
            <span className="ml-0.5">{hint.label}</span>
          </span>
        ))}
      </div>
      <div className="ml-auto flex shrink-0 items-center gap-4 whitespace-nowrap">
        {provenance && <span>{provenance}</span>}
        <ZoneSwitch />
      </div>
    </footer>
  );
}

/** Says which zone times are in; a press or T goes to the next. */
function ZoneSwitch() {
  const time = useTime();
  const cycle = useZoneStore((state) => state.cycle);
  const words = {
    utc: 'Times in UTC',
    org: `Times in organization zone ${time.label}`,
    local: `Times in local zone ${time.label}`,
  };
  const text = words[time.choice as keyof typeof words] ?? `Times in ${time.label}`;
  return (
    <button type="button" onClick={cycle} className="flex items-center gap-1.5 rounded px-1 hover:text-text">
      {text} <Kbd>T</Kbd>
    </button>
  );
}
