import type { DisclosureName } from '../../shared/contract/bundles.ts';
import { useQuery } from '../app/query.ts';
import { Fingerprint } from '../ui/Id.tsx';
import { bytes, count, DASH } from '../ui/numbers.ts';
import { KeyValue, KeyValues, Section } from '../ui/Section.tsx';
import { ErrorState, Skeleton } from '../ui/States.tsx';
import { Verdict } from '../ui/Verdict.tsx';
import type { Period } from './periods.ts';

interface PreviewProps {
  readonly orgId: string;
  readonly period: Period | null;
  readonly withhold: readonly DisclosureName[];
}

/** What would leave, counted in the mirror before anything is written, and who signs. */
export function Preview({ orgId, period, withhold }: PreviewProps) {
  const preview = useQuery('bundles.preview', period && { orgId, ...period, withhold: [...withhold].sort() });
  const signer = useQuery('bundles.signer', {});
  const data = preview.data;
  return (
    <Section
      title="What leaves"
      aside={
        data &&
        (data.proven ? (
          <Verdict tone="ok">whole period proven</Verdict>
        ) : (
          <Verdict tone="warn">not proven to its end</Verdict>
        ))
      }
    >
      {preview.error && <ErrorState compact error={preview.error} onRetry={preview.reload} />}
      {data === null && preview.slow && <Skeleton className="w-56" />}
      {data && (
        <div className={preview.stale ? 'opacity-60' : undefined} aria-busy={preview.stale}>
          <KeyValues>
            <KeyValue name="Events">
              <span className="tnum">
                {count(data.events)}
                {data.firstSeq !== null && data.lastSeq !== null && (
                  <span className="text-dim">
                    {' '}
                    · seq {count(data.firstSeq)} to {count(data.lastSeq)}
                  </span>
                )}
              </span>
            </KeyValue>
            <KeyValue name="Disclosures">
              <span className="tnum">
                {data.estimate.exact ? '' : 'about '}
                {count(data.disclosed)} leave, {count(data.withheld)} withheld
              </span>
            </KeyValue>
            <KeyValue name="Size, about">{data.events === 0 ? DASH : bytes(data.estimatedBytes)}</KeyValue>
          </KeyValues>
          {data.events > 0 && <p className="mt-1 text-12 text-dim">{data.estimate.basis}</p>}
          {!data.proven && (
            <p className="mt-1 text-12 text-dim">
              The verified checkpoint ends before the period does. The bundle would say so; sync first, or choose a
              shorter period.
            </p>
          )}
        </div>
      )}
      {signer.data && (
        <div className="mt-1.5">
          <KeyValues>
            <KeyValue name="Signer">
              <Fingerprint value={signer.data.fingerprint} what="Bundle key fingerprint" />
            </KeyValue>
          </KeyValues>
        </div>
      )}
    </Section>
  );
}
