import { Copy, ShieldCheck } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { AuditEventDetail, InclusionView } from '../../shared/contract/audit.ts';
import { useQuery } from '../app/query.ts';
import { Button } from '../ui/Button.tsx';
import { copyText } from '../ui/clipboard.ts';
import { LongId, shorten } from '../ui/Id.tsx';
import { count, plural } from '../ui/numbers.ts';
import { ErrorState } from '../ui/States.tsx';
import { Verdict } from '../ui/Verdict.tsx';
import { Fact, Part } from './Part.tsx';

interface ProofProps {
  readonly orgId: string;
  readonly detail: AuditEventDetail;
  /** Sequence number of the event whose proof was asked for; null for none. */
  readonly asked: number | null;
  readonly onVerify: () => void;
}

/** The inclusion proof, recomputed on demand from the stored bytes against the signed checkpoint. */
export function Proof({ orgId, detail, asked, onVerify }: ProofProps) {
  const wanted = asked === detail.row.seq;
  const proof = useQuery('audit.prove', wanted ? { orgId, seq: detail.row.seq } : null);
  return (
    <Part title="Proof">
      <dl>
        <Fact label="Leaf">
          <LongId value={detail.leafHash} what="Leaf hash" head={8} tail={8} />
        </Fact>
        {proof.data && <Checkpoint proof={proof.data} />}
        <Fact label="Inclusion">
          {proof.data ? (
            <Inclusion proof={proof.data} />
          ) : (
            <Button small icon={ShieldCheck} busy={proof.loading && wanted} onClick={onVerify}>
              Verify
            </Button>
          )}
        </Fact>
      </dl>
      {proof.error && (
        <ErrorState compact error={proof.error} kept="The mirror was not changed." onRetry={proof.reload} />
      )}
      {proof.data && <Path proof={proof.data} />}
    </Part>
  );
}

function Checkpoint({ proof }: { readonly proof: InclusionView }) {
  return (
    <Fact label="Checkpoint">
      <span className="tnum">{count(proof.treeSize)}</span> · signed by log key{' '}
      <LongId value={proof.keyFingerprint} what="Key fingerprint" head={6} tail={4} className="text-dim" />
    </Fact>
  );
}

function Inclusion({ proof }: { readonly proof: InclusionView }) {
  return proof.verified ? (
    <Verdict tone="ok">{plural(proof.hashesRecomputed, 'hash', 'hashes')} recomputed</Verdict>
  ) : (
    <Verdict tone="bad">not proven: the recomputed root differs</Verdict>
  );
}

function Path({ proof }: { readonly proof: InclusionView }) {
  const [open, setOpen] = useState(false);
  // A failed proof shows its evidence unasked.
  useEffect(() => setOpen(!proof.verified), [proof.verified]);
  const text = JSON.stringify(proof, null, 2);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)} className="mt-1">
      <summary className="rounded text-12 text-dim hover:text-text">
        Path of {plural(proof.path.length, 'hash', 'hashes')} to the signed root
      </summary>
      <dl className="mt-1">
        <Fact label="Recomputed">
          <LongId value={proof.computedRoot} what="Recomputed root" head={8} tail={8} />
        </Fact>
        <Fact label="Signed root">
          <LongId value={proof.signedRoot} what="Signed root" head={8} tail={8} />
        </Fact>
      </dl>
      <ol
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
        tabIndex={0}
        className="mono mt-1 max-h-56 overflow-y-auto rounded border border-line bg-side px-2.5 py-1.5 leading-[18px]"
        aria-label="Path"
      >
        {proof.path.map((hash, level) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a path's hashes stand by level
          <li key={level} className="flex gap-3">
            <span className="w-5 text-right text-dim">{level}</span>
            <span title={hash}>{shorten(hash, 14, 14)}</span>
          </li>
        ))}
      </ol>
      <pre className="mono mt-1.5 overflow-x-auto rounded border border-line bg-side px-2.5 py-1.5 whitespace-pre-wrap break-all">
        {proof.checkpoint}
      </pre>
      <Button small icon={Copy} className="mt-1.5" onClick={() => void copyText(text, 'Proof')}>
        Copy proof
      </Button>
    </details>
  );
}
