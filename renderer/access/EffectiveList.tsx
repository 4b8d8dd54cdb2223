import { useRef, useState } from 'react';
import type { Basis, EffectiveGrant, HolderRef } from '../../shared/contract/access.ts';
import { useQuery } from '../app/query.ts';
import { Button } from '../ui/Button.tsx';
import { Select } from '../ui/Field.tsx';
import { count, duration, plural } from '../ui/numbers.ts';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import { Section } from '../ui/Section.tsx';
import { ErrorState, SkeletonRows } from '../ui/States.tsx';
import { NARROWS, type Narrow, narrowed, scopeWords } from './effective.ts';
import { PathLine } from './PathLine.tsx';
import { useRevision } from './revision.ts';
import { SearchInput } from './SearchInput.tsx';

interface EffectiveProps {
  readonly orgId: string;
  readonly holder: HolderRef;
}

/** Grants shown at first, and by each press for more. */
const PAGE = 60;

/** Everything one holder can do now, through what, and when it was last done. */
export function EffectiveList({ orgId, holder }: EffectiveProps) {
  const revision = useRevision(orgId);
  const answer = useQuery('access.effective', { orgId, holder, at: null }, revision);
  const [text, setText] = useState('');
  const [narrow, setNarrow] = useState<Narrow>('all');
  const [shown, setShown] = useState(PAGE);
  const listRef = useRef<HTMLUListElement>(null);
  const data = answer.stale ? null : answer.data;
  const found = data === null ? [] : narrowed(data.grants, text, narrow);
  return (
    <Section title="Effective permissions" className="mt-1">
      {answer.error && (
        <ErrorState compact error={answer.error} kept="The mirror was not changed." onRetry={answer.reload} />
      )}
      {data === null && answer.slow && <SkeletonRows rows={5} />}
      {data !== null && (
        <>
          <div className="flex items-center gap-1.5 pb-1.5">
            <SearchInput
              label="Filter permissions"
              value={text}
              onChange={setText}
              listRef={listRef}
              className="min-w-0 flex-1"
            />
            <Select
              aria-label="Which permissions"
              className="!h-[26px] !w-auto"
              value={narrow}
              options={NARROWS}
              onChange={(event) => setNarrow(event.target.value as Narrow)}
            />
          </div>
          <p role="status" className="tnum text-12 text-dim">
            {count(found.length)} of {plural(data.grants.length, 'permission')} · {basisWords(data.basis)}
          </p>
          <ul ref={listRef} tabIndex={-1} aria-label="Effective permissions" className="focus:outline-none">
            {found.slice(0, shown).map((grant) => (
              <GrantItem key={grant.permission} grant={grant} />
            ))}
          </ul>
          {found.length > shown && (
            <Button small className="mt-2" onClick={() => setShown(shown + PAGE * 4)}>
              Show more of {count(found.length - shown)}
            </Button>
          )}
        </>
      )}
    </Section>
  );
}

/** What the answer rests on. */
export function basisWords({ from, events, elapsedMs, unknownChanges }: Basis): string {
  const source = from === 'log' ? 'replayed from the proven log' : 'from the mirror';
  const looked = events > 0 ? `, ${plural(events, 'event')} looked at` : '';
  const unknown = unknownChanges > 0 ? `; ${plural(unknownChanges, 'change')} not told by the log` : '';
  return `${source}${looked} in ${duration(elapsedMs)}${unknown}`;
}

function GrantItem({ grant }: { readonly grant: EffectiveGrant }) {
  const scope = scopeWords(grant.scopes);
  return (
    <li className="border-b border-line py-1 last:border-0">
      <div className="flex items-baseline gap-2">
        <span className="mono min-w-0 truncate font-medium" title={grant.permission}>
          {grant.permission}
        </span>
        {scope !== null && <span className="shrink-0 text-12 text-dim">{scope}</span>}
        <span className="ml-auto shrink-0 text-12 text-dim">
          {grant.lastUsedAt === null ? (
            'never used'
          ) : (
            <>
              used <RelativeTime at={grant.lastUsedAt} />
            </>
          )}
        </span>
      </div>
      {grant.paths.map((path) => (
        <PathLine key={`${path.text} ${path.scope}`} path={path} />
      ))}
    </li>
  );
}
