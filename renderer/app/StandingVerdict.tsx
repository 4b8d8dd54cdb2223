import { clsx } from 'clsx';
import type { Connection, OrgSummary } from '../../shared/contract/connections.ts';
import { bytes, count } from '../ui/numbers.ts';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import { INTEGRITY, type Tone } from '../ui/Verdict.tsx';
import { connectionOf, useOrg, useOrgs } from './orgs.ts';
import { formatHash } from './router.ts';

const inks: Readonly<Record<Tone, string>> = {
  ok: 'text-ok',
  warn: 'text-warn',
  bad: 'text-bad',
  none: 'text-none',
  accent: 'text-accent',
};

/** What stands about the organization on show: its verdict, what that rests on, and when the platform was last heard. */
export function StandingVerdict() {
  const org = useOrg();
  const connections = useOrgs((state) => state.connections);
  if (org === null) return null;
  const connection = connectionOf(org, connections);
  const view = INTEGRITY[org.integrity.state];
  const Icon = view.icon;
  return (
    <section
      aria-label="Standing integrity verdict"
      className="shrink-0 border-t border-line px-2 pt-2.5 text-12 text-dim"
    >
      <a
        href={formatHash({ screen: 'integrity', org: org.orgId })}
        className={clsx('flex items-center gap-1.5 rounded font-medium', inks[view.tone])}
      >
        <Icon size={16} strokeWidth={1.75} className="shrink-0" aria-hidden />
        <span className="max-[880px]:sr-only">{view.sentence}</span>
      </a>
      <div className="mt-0.5 max-[880px]:hidden">
        <p className="tnum">{rests(org)}</p>
        <p className="tnum">
          {org.lastSyncAt === null ? (
            'Not synced yet'
          ) : (
            <>
              Synced <RelativeTime at={org.lastSyncAt} />
            </>
          )}{' '}
          · {bytes(org.mirrorBytes)}
        </p>
        <Contact connection={connection} />
      </div>
    </section>
  );
}

function rests(org: OrgSummary): string {
  const { state, size, openAlarms } = org.integrity;
  if (state === 'alarm') return `${count(openAlarms)} open ${openAlarms === 1 ? 'alarm' : 'alarms'}, evidence kept`;
  if (state === 'proven') return `${count(size)} events, size proven`;
  if (state === 'unverified') return `${count(org.counts.events)} events, not checked since opening`;
  return 'No events mirrored';
}

function Contact({ connection }: { readonly connection: Connection | null }) {
  if (connection === null) return <p>No platform: mirror only</p>;
  if (connection.state === 'online') return <p>Platform online</p>;
  if (connection.state === 'signed_out') return <p className="text-warn">Signed out: sign in to sync</p>;
  return (
    <p className="text-warn">
      Offline
      {connection.lastContactAt !== null && (
        <>
          , last heard <RelativeTime at={connection.lastContactAt} />
        </>
      )}
    </p>
  );
}
