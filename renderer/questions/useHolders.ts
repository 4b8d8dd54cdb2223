import { useCallback, useMemo, useState } from 'react';
import type { Holder, HolderRef } from '../../shared/contract/access.ts';
import { useRevision } from '../access/revision.ts';
import { useQuery } from '../app/query.ts';
import { useDebounced } from '../ui/useDebounced.ts';
import type { Option } from './Combo.tsx';
import { holderKey } from './questions.ts';

/** The contract's bound for one answer. */
const MOST = 5_000;

export interface HolderChoice {
  /** Those known, those removed since included. */
  readonly holders: readonly Holder[];
  readonly suggest: (text: string) => readonly Option[];
  readonly onText: (text: string) => void;
  /** Name of a holder; its id while it is not known. */
  readonly nameOf: (ref: HolderRef | null) => string;
}

/** Names that begin with what was typed come first. */
function rank(name: string, text: string): number {
  return name.toLocaleLowerCase('en').startsWith(text.toLocaleLowerCase('en')) ? 0 : 1;
}

/** Who there is to ask about. Of more than fit one answer, those found by what was typed. */
export function useHolders(orgId: string): HolderChoice {
  const [typed, onText] = useState('');
  const revision = useRevision(orgId);
  const first = useQuery('access.holders', { orgId, limit: MOST }, revision);
  const many = (first.data?.total ?? 0) > MOST;
  const rested = useDebounced(typed.trim(), 200);
  const found = useQuery('access.holders', many && rested !== '' ? { orgId, text: rested, limit: 20 } : null, revision);
  const holders = useMemo(() => {
    const rows = [...(first.data?.rows ?? []), ...(found.data?.rows ?? [])];
    return [...new Map(rows.map((holder) => [holderKey(holder), holder])).values()];
  }, [first.data, found.data]);
  const suggest = useCallback(
    (text: string): readonly Option[] => {
      const words = text.toLocaleLowerCase('en').split(/\s+/).filter(Boolean);
      return holders
        .filter(({ name, detail, id }) => {
          const hay = `${name} ${detail} ${id}`.toLocaleLowerCase('en');
          return words.every((word) => hay.includes(word));
        })
        .toSorted((a, b) => rank(a.name, text) - rank(b.name, text))
        .slice(0, 12)
        .map((holder) => ({
          value: holderKey(holder),
          label: holder.name,
          detail: `${holder.type === 'member' ? holder.detail : 'service account'}${holder.status === 'active' ? '' : `, ${holder.status}`}`,
        }));
    },
    [holders],
  );
  const nameOf = (ref: HolderRef | null): string => {
    if (ref === null) return '';
    return holders.find(({ type, id }) => type === ref.type && id === ref.id)?.name ?? ref.id;
  };
  return { holders, suggest, onText, nameOf };
}
