import { clsx } from 'clsx';
import { X } from 'lucide-react';
import type { JobProgress } from '../../shared/contract/jobs.ts';
import { IconButton } from './Button.tsx';
import { progressText } from './progressText.ts';

interface ProgressProps {
  readonly label: string;
  readonly progress: JobProgress;
  readonly onCancel?: () => void;
  /** In the side bar: the phase alone, the figures are one press away. */
  readonly compact?: boolean;
}

/** Long work: phase, count, rate, time left, cancel. Without a known total the bar says "working" instead of a share. */
export function Progress({ label, progress, onCancel, compact }: ProgressProps) {
  const { done, total } = progress;
  const share = total === null || total === 0 ? null : Math.min(1, done / total);
  return (
    <div className="flex items-center gap-2">
      <div className="min-w-0 flex-1">
        <div className="flex justify-between gap-3 text-12">
          <span className="truncate font-medium">{label}</span>
          {share !== null && <span className="tnum whitespace-nowrap text-dim">{Math.floor(share * 100)} %</span>}
        </div>
        <div
          role="progressbar"
          aria-label={label}
          aria-valuemin={0}
          aria-valuemax={100}
          {...(share === null ? {} : { 'aria-valuenow': Math.floor(share * 100) })}
          aria-valuetext={progressText(progress)}
          className="my-1 h-1 overflow-hidden rounded-full bg-line"
        >
          <div
            className={share === null ? 'working h-full w-full' : 'h-full rounded-full bg-accent'}
            style={share === null ? undefined : { width: `${share * 100}%` }}
          />
        </div>
        <p className={clsx('tnum text-12 text-dim', compact ? 'truncate' : 'break-words')} title={progress.phase}>
          {compact ? progress.phase : `${progress.phase} · ${progressText(progress)}`}
        </p>
      </div>
      {onCancel && <IconButton icon={X} label={`Cancel: ${label}`} small onClick={onCancel} />}
    </div>
  );
}
