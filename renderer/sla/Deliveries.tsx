import { useQuery } from '../app/query.ts';
import { Button } from '../ui/Button.tsx';
import { plural } from '../ui/numbers.ts';
import { ErrorState, SkeletonRows } from '../ui/States.tsx';
import { Verdict } from '../ui/Verdict.tsx';
import { useTime } from '../ui/zone.ts';

const TONES = { waiting: 'warn', delivered: 'ok', failed: 'bad' } as const;

/** What was sent to a channel and what became of it; only the platform knows, so it needs a connection. */
export function Deliveries({ orgId, id }: { readonly orgId: string; readonly id: string }) {
  const time = useTime();
  const { data, error, slow, reload } = useQuery('sla.deliveries', { orgId, id });
  if (error !== null)
    return <ErrorState compact error={error} kept="The channel itself stands in the mirror." onRetry={reload} />;
  if (data === null) return slow ? <SkeletonRows rows={3} /> : null;
  if (data.length === 0) return <p className="text-dim">Nothing was sent here yet.</p>;
  return (
    <>
      <ul>
        {data.map(({ id: key, subject, state, attempts, createdAt, lastAttemptAt, nextAttemptAt, detail }) => (
          <li key={key} className="border-t border-line py-1.5 first:border-t-0">
            <p className="flex items-center gap-2">
              <span className="min-w-0 flex-1 truncate" title={subject}>
                {subject}
              </span>
              <Verdict tone={TONES[state]}>{state}</Verdict>
            </p>
            <p className="tnum text-12 text-dim">
              {time.minute(lastAttemptAt ?? createdAt)} {time.label} · {plural(attempts, 'attempt')}
              {nextAttemptAt === null ? '' : ` · again ${time.minute(nextAttemptAt)}`}
              {detail === '' ? '' : ` · ${detail}`}
            </p>
          </li>
        ))}
      </ul>
      <Button small kind="quiet" className="mt-1 -ml-2" onClick={reload}>
        Read again
      </Button>
    </>
  );
}
