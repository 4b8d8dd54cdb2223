import { LogIn } from 'lucide-react';
import { useOrgs } from '../app/orgs.ts';
import { navigate } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { plural } from '../ui/numbers.ts';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import { Verdict } from '../ui/Verdict.tsx';

/** A line for each platform that cannot be synced with now, and why. */
export function SignedOut() {
  const connections = useOrgs((state) => state.connections);
  return connections
    .filter((connection) => connection.state !== 'online')
    .map((connection) => (
      <div key={connection.id} className="flex items-center gap-3 border-b border-line bg-panel px-[18px] py-1.5">
        <Verdict tone="warn">{connection.state === 'offline' ? 'offline' : 'signed out'}</Verdict>
        <span className="min-w-0 flex-1 truncate text-dim">
          {connection.url} · {plural(connection.orgIds.length, 'organization')} readable from the mirror
          {connection.lastContactAt !== null && (
            <>
              {' '}
              · last heard <RelativeTime at={connection.lastContactAt} />
            </>
          )}
        </span>
        {connection.state === 'signed_out' && (
          <Button
            small
            icon={LogIn}
            onClick={() => navigate({ screen: 'connect', org: null, params: { again: connection.id } })}
          >
            Sign in again
          </Button>
        )}
      </div>
    ));
}
