import { clsx } from 'clsx';
import { TriangleAlert } from 'lucide-react';
import { count } from '../ui/numbers.ts';
import type { Use } from './use.ts';

const FILL: Readonly<Record<Use['state'], string>> = { free: 'bg-accent', near: 'bg-warn', full: 'bg-bad' };
const WORDS: Readonly<Record<Use['state'], string>> = { free: '', near: 'near its limit', full: 'at its limit' };

interface UseBarProps {
  readonly use: Use;
  /** What is counted, for assistive technology: "threads". */
  readonly unit: string;
}

/** Use against a limit: bar, figures, and a word where it is near or full. */
export function UseBar({ use, unit }: UseBarProps) {
  const { used, max, share, state } = use;
  return (
    <span className="flex w-full items-center gap-2">
      <span aria-hidden className="h-1.5 w-10 shrink-0 overflow-hidden rounded-full bg-line">
        <span className={clsx('block h-full rounded-full', FILL[state])} style={{ width: `${share * 100}%` }} />
      </span>
      <span className="tnum">
        {count(used)} <span className="text-dim">of {count(max)}</span>
        <span className="sr-only"> {unit}</span>
      </span>
      {state !== 'free' && (
        <span className={clsx('flex items-center gap-1 text-12', state === 'full' ? 'text-bad' : 'text-warn')}>
          <TriangleAlert size={12} strokeWidth={1.75} aria-hidden />
          {state === 'full' ? 'full' : 'near'}
          <span className="sr-only">: {WORDS[state]}</span>
        </span>
      )}
    </span>
  );
}
