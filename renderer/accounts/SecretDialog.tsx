import { Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { formatHash, useRoute } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { copySecret } from '../ui/clipboard.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Check } from '../ui/Field.tsx';
import { useTime } from '../ui/zone.ts';

export interface Issued {
  /** Name of its account. */
  readonly account: string;
  readonly keyId: string;
  readonly secret: string;
  /** Ms; null: no end. */
  readonly expiresAt: number | null;
}

interface SecretDialogProps {
  readonly issued: Issued;
  readonly onStored: () => void;
}

/**
 * The secret of a new key, once. Neither a press beside it, nor Escape, nor Back closes it: only its own button, after it was said to be
 * stored. Locking the console takes it away, as everything.
 */
export function SecretDialog({ issued, onStored }: SecretDialogProps) {
  const time = useTime();
  const [stored, setStored] = useState(false);
  useStayHere();
  return (
    <Dialog
      open
      wide
      onClose={() => undefined}
      title={`Key of ${issued.account}`}
      description="This is the only time the secret is shown. Put it where the program reads it before you close this."
      footer={
        <Button kind="primary" disabled={!stored} onClick={onStored}>
          Close
        </Button>
      }
    >
      <output
        aria-label="Secret"
        className="mono block rounded border border-line bg-side px-3 py-2.5 text-13 break-all select-all"
      >
        {issued.secret}
      </output>
      <CopyRow secret={issued.secret} />
      <p className="mt-3 text-dim">
        Key <span className="mono">{issued.keyId}</span>{' '}
        {issued.expiresAt === null ? 'has no end of its own.' : `ends ${time.minute(issued.expiresAt)} ${time.label}.`}{' '}
        The platform keeps only a keyed hash of it; whoever loses it issues another.
      </p>
      <Check
        className="mt-3"
        label="I have stored it"
        checked={stored}
        onChange={(event) => setStored(event.target.checked)}
      />
    </Dialog>
  );
}

/** Copy, and how long the clipboard keeps it. */
function CopyRow({ secret }: { readonly secret: string }) {
  const [until, setUntil] = useState<number | null>(null);
  const left = useSecondsTo(until);
  const copy = async (): Promise<void> => setUntil(await copySecret(secret, 'Secret'));
  return (
    <div className="mt-2 flex items-center gap-3">
      <Button icon={Copy} autoFocus onClick={() => void copy()}>
        Copy secret
      </Button>
      <span role="timer" className="tnum text-12 text-dim">
        {until === null
          ? 'A copy is taken out of the clipboard after 45 seconds.'
          : left > 0
            ? `In the clipboard for ${left} s more.`
            : 'Taken out of the clipboard.'}
      </span>
    </div>
  );
}

/** Whole seconds until an instant, counted down to 0. */
function useSecondsTo(until: number | null): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (until === null) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [until]);
  return until === null ? 0 : Math.max(0, Math.ceil((until - now) / 1000));
}

/** Back and forward do nothing, and closing the window asks, as long as this is mounted. */
function useStayHere(): void {
  useEffect(() => {
    const here = formatHash(useRoute.getState());
    const stay = (event: Event): void => {
      event.stopImmediatePropagation();
      history.replaceState(null, '', here);
    };
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('hashchange', stay, true);
    window.addEventListener('beforeunload', ask);
    return () => {
      window.removeEventListener('hashchange', stay, true);
      window.removeEventListener('beforeunload', ask);
    };
  }, []);
}
