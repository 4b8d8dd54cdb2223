import { clsx } from 'clsx';
import { Copy, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { CallError } from '../bridge.ts';
import { Button } from './Button.tsx';
import { copyText } from './clipboard.ts';

/** Grey bars of the real layout's size; the caller shows it only after 150 ms (`slow` of useQuery). */
export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden className={clsx('skeleton h-3', className)} />;
}

/** Rows of a table that is still loading. */
export function SkeletonRows({ rows = 8, className }: { readonly rows?: number; readonly className?: string }) {
  return (
    <div role="status" aria-label="Loading" className={className}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all alike and never move
        <div key={row} className="flex h-[30px] items-center gap-6 border-b border-line px-[18px]">
          <Skeleton className="w-40" />
          <Skeleton className="w-20" />
          <Skeleton className="w-28" />
          <Skeleton className="ml-auto w-16" />
        </div>
      ))}
    </div>
  );
}

interface EmptyProps {
  readonly icon: LucideIcon;
  /** One sentence: what would be here. */
  readonly children: ReactNode;
  /** The one action that brings it. */
  readonly action?: ReactNode;
}

export function EmptyState({ icon: Icon, children, action }: EmptyProps) {
  return (
    <div className="flex h-full min-h-48 flex-col items-center justify-center gap-3 p-8 text-center">
      <Icon size={22} strokeWidth={1.5} className="text-faint" aria-hidden />
      <p className="max-w-md text-dim">{children}</p>
      {action}
    </div>
  );
}

interface ErrorProps {
  readonly error: CallError;
  /** What was not lost, e.g. "The mirror was not changed." */
  readonly kept?: string;
  readonly onRetry?: () => void;
  readonly actions?: ReactNode;
  /** Inside a panel rather than filling a screen. */
  readonly compact?: boolean;
}

/** What happened, what was not lost, what to do, and the code to copy. */
export function ErrorState({ error, kept, onRetry, actions, compact }: ErrorProps) {
  const report = `${error.code}: ${error.message}${error.details ? `\n${JSON.stringify(error.details, null, 2)}` : ''}`;
  return (
    <div
      role="alert"
      className={clsx('flex gap-2.5', compact ? 'border-l-2 border-bad py-1 pl-2.5' : 'mx-auto max-w-xl p-8')}
    >
      <TriangleAlert size={16} strokeWidth={1.75} className="mt-0.5 shrink-0 text-bad" aria-hidden />
      <div className="min-w-0">
        <p className="font-bold">{error.message}</p>
        <p className="mt-1 text-dim">
          {kept ? `${kept} ` : ''}
          {error.remedy}
        </p>
        <div className="mt-3 flex flex-wrap items-center gap-2">
          {onRetry && (
            <Button small onClick={onRetry}>
              Try again
            </Button>
          )}
          {actions}
          <Button
            small
            kind="quiet"
            icon={Copy}
            className={clsx(!onRetry && !actions && '-ml-2')}
            onClick={() => void copyText(report, 'Error code')}
          >
            <span className="font-mono">{error.code}</span>
          </Button>
        </div>
      </div>
    </div>
  );
}
