import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import { bytes, count, plural } from '../ui/numbers.ts';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import { Skeleton } from '../ui/States.tsx';
import { useSlow } from '../ui/useSlow.ts';

const STRIP = 'grid shrink-0 grid-cols-4 border-b border-line bg-panel max-[1000px]:grid-cols-2';
/** Lines between the figures and none at the edges, in one row of four or two of two. */
const CELL =
  'min-w-0 border-line px-[18px] not-first:border-l max-[1000px]:odd:border-l-0 max-[1000px]:nth-[n+3]:border-t';

/** Four figures over the table; each says under it what it rests on. */
export function Totals({ orgs }: { readonly orgs: readonly OrgSummary[] }) {
  const sum = (pick: (org: OrgSummary) => number): number => orgs.reduce((total, org) => total + pick(org), 0);
  const workspaces = sum((org) => org.counts.workspaces);
  const members = sum((org) => org.counts.members);
  const proven = orgs.filter((org) => org.integrity.state === 'proven').length;
  const alarms = sum((org) => org.integrity.openAlarms);
  const oldest = orgs.reduce<number | null>(
    (least, org) => (org.lastSyncAt !== null && (least === null || org.lastSyncAt < least) ? org.lastSyncAt : least),
    null,
  );
  const provenEvents = sum((org) => (org.integrity.state === 'proven' ? org.integrity.size : 0));
  return (
    <div className={STRIP}>
      <Figure value={plural(orgs.length, 'organization')}>
        {plural(workspaces, 'workspace')}, {plural(members, 'member')}
      </Figure>
      <Figure
        value={plural(
          sum((org) => org.counts.events),
          'event',
        )}
      >
        Mirror of {bytes(sum((org) => org.mirrorBytes))}, encrypted on disk
      </Figure>
      <Figure value={`${proven} of ${orgs.length} proven`} tone={proven === orgs.length ? 'ok' : 'plain'}>
        {count(provenEvents)} events hash to a signed root
      </Figure>
      <Figure
        value={
          alarms === 0 ? (
            'No open alarm'
          ) : (
            <a href="#/overview?sort=verdict" className="rounded hover:underline">
              {plural(alarms, 'open alarm')}
            </a>
          )
        }
        tone={alarms === 0 ? 'plain' : 'bad'}
      >
        {oldest === null ? (
          'Nothing synced yet'
        ) : (
          <>
            Oldest sync <RelativeTime at={oldest} />
          </>
        )}
      </Figure>
    </div>
  );
}

/** The same strip before the figures are read. */
export function TotalsSkeleton() {
  const slow = useSlow(true);
  return (
    <div className={STRIP}>
      {['organizations', 'events', 'proven', 'alarms'].map((name) => (
        <div key={name} className={clsx(CELL, 'h-[69px] py-3.5')}>
          {slow && <Skeleton className="h-5 w-32" />}
          {slow && <Skeleton className="mt-2 w-44" />}
        </div>
      ))}
    </div>
  );
}

interface FigureProps {
  readonly value: ReactNode;
  readonly tone?: 'plain' | 'ok' | 'bad';
  readonly children: ReactNode;
}

function Figure({ value, tone = 'plain', children }: FigureProps) {
  return (
    <div className={clsx(CELL, 'py-3')}>
      <p className={clsx('tnum truncate text-20 font-bold', tone === 'ok' && 'text-ok', tone === 'bad' && 'text-bad')}>
        {value}
      </p>
      <p className="tnum truncate text-12 text-dim">{children}</p>
    </div>
  );
}
