import { ArrowDownRight, ArrowUpRight, ChevronDown, ChevronRight, Route } from 'lucide-react';
import { useState } from 'react';
import type { AccessChange } from '../../shared/contract/access.ts';
import { count, plural } from '../ui/numbers.ts';
import { Tooltip } from '../ui/Tooltip.tsx';
import type { HolderEffect } from './effect.ts';
import { useNamedWay } from './roleNames.ts';

/** Lines shown of a long list before the rest is only counted. */
const SHOWN = 40;

/** For whom a change does what; a press on a name lists the permissions with the ways before and after. */
export function HolderEffects({ holders }: { readonly holders: readonly HolderEffect[] }) {
  return (
    <ul>
      {holders.slice(0, SHOWN).map((effect) => (
        <HolderLine
          key={`${effect.holder.type} ${effect.holder.id}`}
          effect={effect}
          startOpen={holders.length === 1}
        />
      ))}
      {holders.length > SHOWN && (
        <li className="py-1 text-dim">and {plural(holders.length - SHOWN, 'other holder')}</li>
      )}
    </ul>
  );
}

function HolderLine({ effect, startOpen }: { readonly effect: HolderEffect; readonly startOpen: boolean }) {
  const [open, setOpen] = useState(startOpen);
  const { holder, gained, lost, moved } = effect;
  const Arrow = open ? ChevronDown : ChevronRight;
  const changes = [...lost, ...gained, ...moved];
  return (
    <li className="border-b border-line last:border-0">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex h-[29px] w-full items-center gap-1.5 rounded text-left hover:bg-hover"
      >
        <Arrow size={14} strokeWidth={1.75} className="shrink-0 text-dim" aria-hidden />
        <span className="min-w-0 flex-1 truncate font-medium">
          {holder.name} {holder.detail !== holder.name && <span className="font-normal text-dim">{holder.detail}</span>}
        </span>
        <Tally lost={lost.length} gained={gained.length} moved={moved.length} />
      </button>
      {open && (
        <ul className="pb-1.5 pl-5">
          {changes.slice(0, SHOWN).map((change) => (
            <ChangeLine key={`${change.change} ${change.permission}`} change={change} />
          ))}
          {changes.length > SHOWN && <li className="text-12 text-dim">and {count(changes.length - SHOWN)} more</li>}
        </ul>
      )}
    </li>
  );
}

interface TallyProps {
  readonly lost: number;
  readonly gained: number;
  readonly moved: number;
}

/** `loses 2 · gains 6`, each with its arrow. */
export function Tally({ lost, gained, moved }: TallyProps) {
  return (
    <span className="tnum flex shrink-0 items-center gap-2 text-12">
      {lost > 0 && (
        <span className="flex items-center gap-0.5 text-bad">
          <ArrowDownRight size={13} strokeWidth={1.75} aria-hidden /> loses {count(lost)}
        </span>
      )}
      {gained > 0 && (
        <span className="flex items-center gap-0.5 text-ok">
          <ArrowUpRight size={13} strokeWidth={1.75} aria-hidden /> gains {count(gained)}
        </span>
      )}
      {lost === 0 && gained === 0 && moved > 0 && <span className="text-dim">keeps {count(moved)}, other way</span>}
    </span>
  );
}

const KINDS = {
  gained: { icon: ArrowUpRight, word: 'Gains', ink: 'text-ok' },
  lost: { icon: ArrowDownRight, word: 'Loses', ink: 'text-bad' },
  path: { icon: Route, word: 'Keeps, through another way:', ink: 'text-dim' },
} as const;

function ways(paths: AccessChange['before'], named: (text: string) => string): string {
  return paths.length === 0 ? 'not held' : paths.map(({ text }) => named(text)).join('; ');
}

function ChangeLine({ change }: { readonly change: AccessChange }) {
  const named = useNamedWay();
  const { icon: Icon, word, ink } = KINDS[change.change];
  const [first] = change.after;
  return (
    <Tooltip
      side="left"
      text={
        <>
          Before: {ways(change.before, named)}
          <br />
          After: {ways(change.after, named)}
        </>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the ways before and after show on focus too */}
      <li tabIndex={0} className="flex min-h-[22px] items-center gap-1.5 rounded">
        <Icon size={13} strokeWidth={1.75} className={`shrink-0 ${ink}`} aria-hidden />
        <span className="sr-only">{word}</span>
        <span className="mono max-w-[62%] shrink-0 truncate">{change.permission}</span>
        {first !== undefined && <span className="ml-auto truncate pl-2 text-11 text-dim">{named(first.text)}</span>}
      </li>
    </Tooltip>
  );
}
