import { Copy, FileDown } from 'lucide-react';
import { useMemo } from 'react';
import type { AccessReview, AccessReviewItem, Member } from '../../shared/entities/index.ts';
import { Button } from '../ui/Button.tsx';
import { copyText } from '../ui/clipboard.ts';
import { LongId } from '../ui/Id.tsx';
import { count } from '../ui/numbers.ts';
import { Instant } from '../ui/RelativeTime.tsx';
import { KeyValue, KeyValues, Section } from '../ui/Section.tsx';
import { Verdict } from '../ui/Verdict.tsx';
import { openResult, speaksOf } from './result.ts';
import { reviewerNames } from './reviews.ts';

interface ResultProps {
  readonly review: AccessReview;
  /** Null until read. */
  readonly items: readonly AccessReviewItem[] | null;
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

/** What was signed at close: who closed it, the counts, the digests, and whether the items here are those it speaks of. */
export function ResultSection({ review, items, members }: ResultProps) {
  const text = review.result ?? '';
  const result = useMemo(() => openResult(text), [text]);
  const same = useMemo(() => (result === null || items === null ? null : speaksOf(result, items)), [result, items]);
  if (result === null) {
    return (
      <Section title="Signed result">
        <p className="text-bad">The result cannot be read: it has not the form of this version.</p>
      </Section>
    );
  }
  const { counts, digest, items_sha256 } = result;
  return (
    <Section title="Signed result">
      <KeyValues wide>
        <KeyValue name="Closed by">
          {reviewerNames([result.review.closed_by], members)[0]}, <Instant at={Date.parse(result.review.closed_at)} />
        </KeyValue>
        <KeyValue name="Signed by">review key of the organization (ECDSA P-256, DSSE)</KeyValue>
        <KeyValue name="Counts">
          <span className="tnum">
            {count(counts.confirmed)} confirmed, {count(counts.revoked)} revoked, {count(counts.refused)} of them not
            carried out, {count(counts.undecided)} undecided
          </span>
        </KeyValue>
        <KeyValue name="Digest of the result">
          <LongId value={digest} what="Digest of the result" head={10} tail={10} />
        </KeyValue>
        <KeyValue name="Digest of the items">
          <LongId value={items_sha256} what="Digest of the items" head={10} tail={10} />
        </KeyValue>
        <KeyValue name="Items in the mirror">
          {same === null ? (
            'being read'
          ) : same ? (
            <Verdict tone="ok">{count(items?.length)} hashed, the same digest</Verdict>
          ) : (
            <Verdict tone="bad">not those the result speaks of</Verdict>
          )}
        </KeyValue>
      </KeyValues>
      <p className="mt-2 text-12 text-dim">
        The signature itself is not checked here. To check it, take the file and the organization’s review key, whose
        fingerprint your platform operator gives you.
      </p>
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
