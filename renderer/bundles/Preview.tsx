import { clsx } from 'clsx';
import type { DisclosureName } from '../../shared/contract/bundles.ts';
import { useQuery } from '../app/query.ts';
import { Fingerprint } from '../ui/Id.tsx';
import { bytes, count, plural } from '../ui/numbers.ts';
import { Section } from '../ui/Section.tsx';
import { ErrorState, Skeleton } from '../ui/States.tsx';
import { Verdict } from '../ui/Verdict.tsx';
import type { Period } from './periods.ts';

interface PreviewProps {
  readonly orgId: string;
  readonly period: Period | null;
  readonly withhold: readonly DisclosureName[];
}

/** What would leave, counted in the mirror before anything is written. Stands beside the button that does it. */
export function Preview({ orgId, period, withhold }: PreviewProps) {
  const preview = useQuery('bundles.preview', period && { orgId, ...period, withhold: [...withhold].sort() });
  const { data } = preview;
  if (preview.error) return <ErrorState compact error={preview.error} onRetry={preview.reload} />;
  if (data === null) return <div className="h-[42px] pt-1">{preview.slow && <Skeleton className="w-56" />}</div>;
  return (
    <div className={clsx('tnum text-12', preview.stale && 'opacity-60')} aria-busy={preview.stale}>
      <div className="flex items-center justify-between gap-2">
        <span>
          <b className="font-bold">{plural(data.events, 'event')}</b>
          {data.firstSeq !== null && data.lastSeq !== null && (
            <span className="text-dim">
              {' '}
              · seq {count(data.firstSeq)} to {count(data.lastSeq)}
            </span>
          )}
        </span>
        {data.proven ? (
          <Verdict tone="ok">whole period proven</Verdict>
        ) : (
          <Verdict tone="warn">not proven to its end</Verdict>
        )}
      </div>
      <p className="mt-1 text-dim">
        {plural(data.disclosed, 'disclosure')} leave, {count(data.withheld)} withheld
        {data.events > 0 && ` · about ${bytes(data.estimatedBytes)}`}
      </p>
      {!data.proven && (
        <p className="mt-1 text-dim">
          The verified checkpoint ends before the period does. The bundle would say so; sync first, or choose a shorter
          period.
        </p>
      )}
    </div>
  );
}

/** The key that signs. */
export function Signer() {
  const signer = useQuery('bundles.signer', {});
  return (
    <Section title="Signed by">
      {signer.error && <ErrorState compact error={signer.error} onRetry={signer.reload} />}
      {signer.data && <Fingerprint value={signer.data.fingerprint} what="Bundle key fingerprint" />}
    </Section>
  );
}
