import { clsx } from 'clsx';
import { Copy } from 'lucide-react';
import { IconButton } from './Button.tsx';
import { copyText } from './clipboard.ts';
import { Tooltip } from './Tooltip.tsx';

/** The first and last characters of a long id with an ellipsis between; short ones stay whole. */
export function shorten(id: string, head = 4, tail = 4): string {
  return id.length <= head + tail + 1 ? id : `${id.slice(0, head)}…${id.slice(-tail)}`;
}

interface IdProps {
  readonly value: string;
  /** What it is, for the copy notice: "Leaf hash". */
  readonly what: string;
  readonly head?: number;
  readonly tail?: number;
  readonly className?: string;
}

/** A long id: middle ellipsis, whole on hover, copied by a press. */
export function LongId({ value, what, head = 6, tail = 6, className }: IdProps) {
  return (
    <Tooltip text={<span className="mono break-all">{value}</span>}>
      <button
        type="button"
        onClick={() => void copyText(value, what)}
        className={clsx('group mono inline-flex items-center gap-1 rounded hover:text-accent', className)}
      >
        {shorten(value, head, tail)}
        <span className="sr-only">: copy {what}</span>
        <Copy
          size={12}
          strokeWidth={1.75}
          className="opacity-0 group-hover:opacity-100 group-focus:opacity-100"
          aria-hidden
        />
      </button>
    </Tooltip>
  );
}

interface FingerprintProps {
  /** Lower-case hex. */
  readonly value: string;
  readonly what: string;
}

/** A fingerprint whole, in groups of four, two lines where there is room: made for reading aloud and comparing. */
export function Fingerprint({ value, what }: FingerprintProps) {
  return (
    <span className="inline-flex items-start gap-1 [&>button]:-mt-0.5">
      <span className="mono max-w-[39ch] leading-[1.15rem]">{value.replace(/(.{4})(?=.)/g, '$1 ')}</span>
      <IconButton icon={Copy} label={`Copy ${what}`} small onClick={() => void copyText(value, what)} />
    </span>
  );
}
