import { clsx } from 'clsx';
import type { CheckResultState } from '../../../shared/entities/index.ts';
import { DASH } from '../../ui/numbers.ts';
import { Tooltip } from '../../ui/Tooltip.tsx';
import { formatDate } from '../../ui/time.ts';
import { Verdict } from '../../ui/Verdict.tsx';
import { CHECK, EFFECT, type Look, NO_RESULT } from './words.ts';

/** A verdict with its own icon and word. */
export function Mark({ look }: { readonly look: Look }) {
  return (
    <Verdict tone={look.tone} icon={look.icon}>
      {look.word}
    </Verdict>
  );
}

const INK = { ok: 'text-ok', warn: 'text-warn', bad: 'text-bad', none: 'text-dim', accent: 'text-accent' } as const;

/** Icon and word without ground, for the quieter of two verdicts in a line. */
export function QuietMark({ look, note }: { readonly look: Look; readonly note?: string | undefined }) {
  const Icon = look.icon;
  return (
    <span className={clsx('inline-flex items-center gap-1.5', INK[look.tone])}>
      <Icon size={14} strokeWidth={1.75} className="shrink-0" aria-hidden />
      {look.word}
      {note && <span className="text-11 text-dim">{note}</span>}
    </span>
  );
}

/** Result of an automated check; null: it was never computed. */
export function CheckMark({ state }: { readonly state: CheckResultState | null }) {
  return <Mark look={state === null ? NO_RESULT : CHECK[state]} />;
}

interface OperatingProps {
  readonly operating: { readonly state: keyof typeof EFFECT; readonly basis: 'manual' | 'automated' | null };
}

/** Operating effectiveness; what the checks alone say is marked as theirs. */
export function OperatingMark({ operating }: OperatingProps) {
  const look = EFFECT[operating.state];
  if (operating.basis !== 'automated') return <QuietMark look={look} />;
  return (
    <Tooltip text="By its automated checks; nobody has assessed it.">
      <span>
        <QuietMark look={look} note="by checks" />
      </span>
    </Tooltip>
  );
}

/** `12 Dec 2026` of a day `2026-12-12`. */
export const dayText = (day: string): string => formatDate(Date.parse(`${day}T00:00:00Z`), 'UTC');

/** A day something is due; past ones in words too. */
export function DueDay({ day, overdue }: { readonly day: string | null; readonly overdue: boolean }) {
  if (day === null) return <span className="text-dim">{DASH}</span>;
  return (
    <span className={clsx('tnum', overdue && 'font-medium text-bad')}>
      {dayText(day)}
      {overdue && ', overdue'}
    </span>
  );
}
