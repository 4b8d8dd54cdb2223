import type { IntegrityView } from '../../shared/contract/integrity.ts';
import { Fingerprint, LongId } from '../ui/Id.tsx';
import { count, duration } from '../ui/numbers.ts';
import { Instant, RelativeTime } from '../ui/RelativeTime.tsx';
import { KeyValue, KeyValues, Section } from '../ui/Section.tsx';
import { Verdict } from '../ui/Verdict.tsx';

interface Props {
  readonly view: IntegrityView;
}

/** The newest signed statement of the log's size and root. */
export function Checkpoint({ view }: Props) {
  const checkpoint = view.checkpoint;
  return (
    <Section title="Signed checkpoint">
      {checkpoint === null ? (
        <p className="text-dim">None yet: the first sync brings one.</p>
      ) : (
        <>
          <KeyValues>
            <KeyValue name="Log">
              <span className="mono">{checkpoint.origin}</span>
            </KeyValue>
            <KeyValue name="Size">
              <span className="tnum">{count(checkpoint.size)} events</span>
            </KeyValue>
            <KeyValue name="Root">
              <LongId value={checkpoint.root} what="Root hash" head={12} tail={12} />
            </KeyValue>
            <KeyValue name="Received">
              <Instant at={checkpoint.receivedAt} />
            </KeyValue>
            {checkpoint.signatures.map((signature) => (
              <KeyValue key={`${signature.name} ${signature.keyHash}`} name="Signed by">
                <span className="inline-flex flex-wrap items-center gap-2">
                  <span className="mono">
                    {signature.name} {signature.keyHash}
                  </span>
                  {signature.verified ? (
                    <Verdict tone="ok">signature verified</Verdict>
                  ) : (
                    <Verdict tone="none">not checked</Verdict>
                  )}
                </span>
              </KeyValue>
            ))}
          </KeyValues>
          <details className="mt-2">
            <summary className="w-fit rounded text-12 text-dim hover:text-text">Signed note as received</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard (WCAG 2.1.1) */}
            <pre tabIndex={0} className="mono mt-1 overflow-x-auto rounded border border-line bg-side p-2">
              {checkpoint.note}
            </pre>
          </details>
        </>
      )}
    </Section>
  );
}

/** The key that alone may sign this log. */
export function PinnedKey({ view }: Props) {
  const pinned = view.pinned;
  return (
    <Section title="Pinned log key">
      {pinned === null ? (
        <p className="text-dim">No key is pinned. Connect the platform and compare its fingerprint.</p>
      ) : (
        <KeyValues>
          <KeyValue name="Fingerprint">
            <Fingerprint value={pinned.fingerprint} what="Log key fingerprint" />
          </KeyValue>
          <KeyValue name="Pinned">
            <Instant at={pinned.pinnedAt} />
          </KeyValue>
          <KeyValue name="Verifier key">
            <LongId value={pinned.vkey} what="Verifier key" head={18} tail={10} />
          </KeyValue>
        </KeyValues>
      )}
    </Section>
  );
}

/** Whether every page of the file is known to be readable. */
function pagesRead({ readAtOpen, checkedAt }: IntegrityView['pages']) {
  if (readAtOpen) return <span>each time the mirror is opened</span>;
  return checkedAt === null ? <span>not yet; this is done in the background</span> : <RelativeTime at={checkedAt} />;
}

/** The last time every stored event was hashed again. */
export function LastVerification({ view }: Props) {
  const last = view.lastFullVerification;
  return (
    <Section title="Last full verification">
      {last === null ? (
        <p className="text-dim">
          Every batch was verified as it came in. The stored bytes have not been hashed again since; “Verify every
          event” does.
        </p>
      ) : (
        <KeyValues>
          <KeyValue name="Result">
            {last.matched ? (
              <Verdict tone="ok">root equals the signed root</Verdict>
            ) : (
              <Verdict tone="bad">what is stored differs; the alarm names it</Verdict>
            )}
          </KeyValue>
          <KeyValue name="Rests on">
            <span className="tnum">
              {count(last.leaves)} events, {count(last.hashes)} hashes recomputed in {duration(last.elapsedMs)}
            </span>
          </KeyValue>
          <KeyValue name="When">
            <RelativeTime at={last.at} />
          </KeyValue>
        </KeyValues>
      )}
      <KeyValues>
        <KeyValue name="All pages read">{pagesRead(view.pages)}</KeyValue>
      </KeyValues>
    </Section>
  );
}
