import { KeyRound, UserPlus } from 'lucide-react';
import type { AccessPath } from '../../shared/contract/access.ts';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import { WayIcon } from './CellMark.tsx';
import { PATH_WORDS, pathKind } from './pathWords.ts';
import { useNamedWay } from './roleNames.ts';

/** One way to a permission: its kind by icon and word, the way itself, its scope, and since when. */
export function PathLine({ path }: { readonly path: AccessPath }) {
  const kind = pathKind(path);
  const text = useNamedWay()(path.text);
  return (
    <span className="flex min-w-0 items-center gap-1.5 text-12 text-dim">
      <span className="flex w-4 shrink-0 justify-center text-accent">
        {kind === 'extra' ? (
          <UserPlus size={12} strokeWidth={2} aria-hidden />
        ) : kind === 'key' ? (
          <KeyRound size={12} strokeWidth={2} aria-hidden />
        ) : (
          <WayIcon way={kind} />
        )}
      </span>
      <span className="shrink-0">
        {PATH_WORDS[kind]}
        {kind !== 'wildcard' && path.by === 'wildcard' && ', wildcard'}
        {path.scope !== null && `, only ${path.scope}`}
      </span>
      <span className="truncate text-text" title={text}>
        {text}
      </span>
      {path.since !== null && (
        <span className="ml-auto shrink-0 pl-2">
          since <RelativeTime at={path.since} />
        </span>
      )}
    </span>
  );
}
