import { ArrowDownRight, ArrowUpRight, Bot, Route, User } from 'lucide-react';
import type { AccessChange, AccessPath, Holder } from '../../shared/contract/access.ts';
import { useNamedWay, useRoleName } from '../access/roleNames.ts';
import { DASH } from '../ui/numbers.ts';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import { type Tone, Verdict } from '../ui/Verdict.tsx';
import { CHANGE_WORDS, waysText } from './words.ts';

/** A holder's name with what it is, and its state where it is not active. */
export function HolderCell({ holder }: { readonly holder: Holder }) {
  const Icon = holder.type === 'member' ? User : Bot;
  return (
    <span className="inline-flex max-w-full items-center gap-1.5" title={holder.detail}>
      <Icon
        size={14}
        strokeWidth={1.75}
        className="shrink-0 text-dim"
        aria-label={holder.type === 'member' ? 'member' : 'service account'}
      />
      <span className="truncate font-medium">{holder.name}</span>
      {holder.status !== 'active' && <span className="shrink-0 text-12 text-dim">{holder.status}</span>}
    </span>
  );
}

/** The role of a member by its name; a dash for a service account, which has none. */
export function RoleCell({ role }: { readonly role: string | null }) {
  const name = useRoleName(role);
  return name === null ? <span className="text-dim">{DASH}</span> : <span title={name}>{name}</span>;
}

/** The first way, and how many more there are. */
export function WaysCell({ paths, none = DASH }: { readonly paths: readonly AccessPath[]; readonly none?: string }) {
  const named = useNamedWay();
  const [first] = paths;
  if (first === undefined) return <span className="text-dim">{none}</span>;
  return (
    <span title={waysText(paths, named)}>
      {waysText([first], named)}
      {paths.length > 1 && <span className="text-dim"> and {paths.length - 1} more</span>}
    </span>
  );
}

/** How long ago; a word where there is no instant. */
export function AgoCell({ at, none }: { readonly at: number | null; readonly none: string }) {
  return at === null ? <span className="text-dim">{none}</span> : <RelativeTime at={at} />;
}

const CHANGES: Readonly<Record<AccessChange['change'], { readonly tone: Tone; readonly icon: typeof Route }>> = {
  gained: { tone: 'ok', icon: ArrowUpRight },
  lost: { tone: 'bad', icon: ArrowDownRight },
  path: { tone: 'none', icon: Route },
};

/** What became of a permission. */
export function ChangeVerdict({ change }: { readonly change: AccessChange['change'] }) {
  return (
    <Verdict tone={CHANGES[change].tone} icon={CHANGES[change].icon}>
      {CHANGE_WORDS[change]}
    </Verdict>
  );
}
