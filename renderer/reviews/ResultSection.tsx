import { Copy, FileDown } from 'lucide-react';
import type { ReviewResultView } from '../../shared/contract/reviews.ts';
import type { AccessReview, Member } from '../../shared/entities/index.ts';
import { useRevision } from '../access/revision.ts';
import { useQuery } from '../app/query.ts';
import { Button } from '../ui/Button.tsx';
import { copyText } from '../ui/clipboard.ts';
import { LongId } from '../ui/Id.tsx';
import { count, plural } from '../ui/numbers.ts';
import { Instant } from '../ui/RelativeTime.tsx';
import { KeyValue, KeyValues, Section } from '../ui/Section.tsx';
import { ErrorState, Skeleton } from '../ui/States.tsx';
import { Verdict } from '../ui/Verdict.tsx';
import { verdictOf } from './result.ts';
import { reviewerNames } from './reviews.ts';

interface ResultProps {
  readonly orgId: string;
  readonly review: AccessReview;
  readonly members: readonly Member[] | null;
}

/** Hands a text to the user as a file. */
function download(name: string, text: string): void {
  const link = document.createElement('a');
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** What was signed at close, by which key, and whether it holds for the campaign and the items in the mirror. */
export function ResultSection({ orgId, review, members }: ResultProps) {
  const text = review.result ?? '';
  const query = useQuery('reviews.result', { orgId, reviewId: review.id }, useRevision(orgId));
  const data = query.stale ? null : query.data;
  return (
    <Section title="Signed result">
      {query.error !== null && (
        <ErrorState compact error={query.error} kept="The mirror was not changed." onRetry={query.reload} />
      )}
      {data === null ? query.slow && <Skeleton className="w-3/5" /> : <Judged result={data} members={members} />}
      <div className="mt-3 flex gap-2">
        <Button icon={FileDown} onClick={() => download(`access-review-${review.id}.dsse.json`, text)}>
          Download result
        </Button>
        <Button icon={Copy} onClick={() => void copyText(text, 'Signed result')}>
          Copy
        </Button>
      </div>
    </Section>
  );
}

interface JudgedProps {
  readonly result: ReviewResultView;
  readonly members: readonly Member[] | null;
}

function Judged({ result, members }: JudgedProps) {
  const { tone, word, why } = verdictOf(result);
  const { says } = result;
  return (
    <>
      <p role="status" className="mb-2">
        <Verdict tone={tone}>{word}</Verdict> <span className="mt-1 block text-dim">{why}</span>
      </p>
      <KeyValues wide>
        <SignedBy result={result} />
        {says !== null && (
          <>
            <KeyValue name="Closed by">
              {reviewerNames([says.closedBy], members)[0]}, <Instant at={Date.parse(says.closedAt)} />
            </KeyValue>
            <KeyValue name="Counts">
              <span className="tnum">
                {count(says.counts.confirmed)} confirmed, {count(says.counts.revoked)} revoked,{' '}
                {count(says.counts.refused)} of them not carried out, {count(says.counts.undecided)} undecided
              </span>
            </KeyValue>
            <KeyValue name="Digest of the result">
              <LongId value={says.digest} what="Digest of the result" head={10} tail={10} />
            </KeyValue>
            <KeyValue name="Digest of the items">
              <LongId value={says.itemsSha256} what="Digest of the items" head={10} tail={10} />
            </KeyValue>
          </>
        )}
        <KeyValue name="Items in the mirror">
          <Verdict tone={result.items.same ? 'ok' : 'bad'}>
            {result.items.same
              ? `${count(result.items.count)} hashed, the same digest`
              : `${count(result.items.count)} hashed, another digest`}
          </Verdict>
        </KeyValue>
        <KeyValue name="Campaign in the mirror">
          <Verdict tone={result.campaign ? 'ok' : 'bad'}>
            {result.campaign ? 'as signed' : 'not the one it speaks of'}
          </Verdict>
        </KeyValue>
      </KeyValues>
    </>
  );
}

function SignedBy({ result: { signedBy, keysKnown } }: { readonly result: ReviewResultView }) {
  return (
    <KeyValue name="Signed by">
      {signedBy === null ? (
        keysKnown === 0 ? (
          'no review key is known here'
        ) : (
          `none of ${plural(keysKnown, 'known review key')}`
        )
      ) : (
        <>
          <LongId value={signedBy.fingerprint} what="Fingerprint of the review key" head={10} tail={10} />
          <span className="block text-12 text-dim">
            {signedBy.pinned ? 'Pinned' : 'Came later than the pinned key,'} <Instant at={signedBy.firstSeenAt} />,{' '}
            <span className="whitespace-nowrap">ECDSA P-256, DSSE</span>
          </span>
        </>
      )}
    </KeyValue>
  );
}
