import { ChevronDown, ChevronRight, Copy } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { AuditEventDetail } from '../../shared/contract/audit.ts';
import { IconButton } from '../ui/Button.tsx';
import { copyText } from '../ui/clipboard.ts';
import { TextInput } from '../ui/Field.tsx';
import { plural } from '../ui/numbers.ts';
import { layOut, linesWith, MAX_LINES } from './originalText.ts';
import { Part } from './Part.tsx';
import { disclosed, isRecord } from './words.ts';

/** The event as the source wrote it, where it was imported; folded until asked for. */
export function Original({ detail }: { readonly detail: AuditEventDetail }) {
  const [open, setOpen] = useState(false);
  const value = disclosed(detail, 'detail');
  if (!isRecord(value) || typeof value.original !== 'string') return null;
  const format = typeof value.format === 'string' ? value.format : 'source';
  const original = value.original;
  const Icon = open ? ChevronDown : ChevronRight;
  return (
    <Part
      title={`Imported original (${format})`}
      aside={
        <>
          <IconButton
            small
            icon={Copy}
            label="Copy the original as it was imported"
            onClick={() => void copyText(original, 'Original')}
          />
          <IconButton
            small
            icon={Icon}
            label={open ? 'Fold the original' : 'Unfold the original'}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          />
        </>
      }
    >
      {open && <OriginalView original={original} />}
    </Part>
  );
}

function OriginalView({ original }: { readonly original: string }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const laidOut = useMemo(() => layOut(original), [original]);
  const hits = useMemo(() => linesWith(laidOut.lines, text), [laidOut, text]);
  const marked = useRef<HTMLDivElement>(null);
  const current = hits[at % Math.max(1, hits.length)];
  // biome-ignore lint/correctness/useExhaustiveDependencies: another hit is the reason to scroll
  useEffect(() => {
    marked.current?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  return (
    <>
      <div className="mb-1.5 flex items-center gap-2">
        <TextInput
          aria-label="Search within the original"
          placeholder="Search within"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') setAt(at + (event.shiftKey ? Math.max(0, hits.length - 1) : 1));
          }}
        />
        {text.trim() !== '' && (
          <span role="status" className="tnum shrink-0 text-12 text-dim">
            {hits.length === 0 ? 'none' : `${(at % hits.length) + 1} of ${plural(hits.length, 'line')}`}
          </span>
        )}
      </div>
      <section
        aria-label="Original"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
        tabIndex={0}
        className="mono max-h-80 overflow-auto rounded border border-line bg-side px-2.5 py-2 leading-[18px]"
      >
        {laidOut.lines.map((line, index) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text that never changes
            key={index}
            ref={index === current ? marked : null}
            className={`whitespace-pre-wrap break-all ${index === current ? 'bg-accent-tint' : hits.includes(index) ? 'bg-warn-tint' : ''}`}
          >
            {line}
          </div>
        ))}
      </section>
      {laidOut.cut && <p className="mt-1 text-12 text-dim">The first {MAX_LINES} lines are shown; copy gives all.</p>}
    </>
  );
}
