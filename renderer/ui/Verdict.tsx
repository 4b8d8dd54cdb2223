import { clsx } from 'clsx';
import {
  CircleCheck,
  CircleDashed,
  CircleX,
  type LucideIcon,
  ShieldAlert,
  ShieldCheck,
  TriangleAlert,
} from 'lucide-react';
import type { ReactNode } from 'react';

export type Tone = 'ok' | 'warn' | 'bad' | 'none' | 'accent';

const tones: Readonly<Record<Tone, string>> = {
  ok: 'bg-ok-tint text-ok',
  warn: 'bg-warn-tint text-warn',
  bad: 'bg-bad-tint text-bad',
  none: 'bg-none-tint text-none',
  accent: 'bg-accent-tint text-accent',
};
const icons: Readonly<Record<Tone, LucideIcon>> = {
  ok: CircleCheck,
  warn: TriangleAlert,
  bad: CircleX,
  none: CircleDashed,
  accent: CircleDashed,
};

interface VerdictProps {
  readonly tone: Tone;
  readonly icon?: LucideIcon | null;
  readonly className?: string;
  /** The word: a verdict is never told by colour alone. */
  readonly children: ReactNode;
}

/** A verdict: icon, word and tint. `icon={null}` where the word stands in a dense column. */
export function Verdict({ tone, icon, className, children }: VerdictProps) {
  const Icon = icon === null ? null : (icon ?? icons[tone]);
  return (
    <span
      className={clsx(
        'inline-flex h-5 shrink-0 align-middle items-center gap-1.5 whitespace-nowrap rounded px-[7px] text-12 font-medium',
        tones[tone],
        className,
      )}
    >
      {Icon && <Icon size={14} strokeWidth={1.75} aria-hidden />}
      {children}
    </span>
  );
}

/** The standing verdicts of a mirror, one place for tone, icon and word. */
export const INTEGRITY: Readonly<
  Record<
    'proven' | 'unverified' | 'alarm' | 'never_synced',
    { tone: Tone; icon: LucideIcon; word: string; sentence: string }
  >
> = {
  proven: { tone: 'ok', icon: ShieldCheck, word: 'proven', sentence: 'Log proven complete' },
  unverified: { tone: 'warn', icon: TriangleAlert, word: 'unverified', sentence: 'Log not verified' },
  alarm: { tone: 'bad', icon: ShieldAlert, word: 'ALARM', sentence: 'ALARM: see evidence' },
  never_synced: { tone: 'none', icon: CircleDashed, word: 'never synced', sentence: 'Never synced' },
};
