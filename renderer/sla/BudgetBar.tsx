import { clsx } from 'clsx';
import type { SlaBudgetView } from '../../shared/contract/sla.ts';
import { useTime } from '../ui/zone.ts';
import { budgetWords } from './slas.ts';

/** Error budget left, as a bar and in words; with the day it ends where the pace says so. */
export function BudgetBar({ budget }: { readonly budget: SlaBudgetView }) {
  const time = useTime();
  const { remaining, exhaustedAt, projected } = budget;
  const left = remaining === null ? 0 : Math.max(0, Math.min(1, remaining));
  const low = remaining !== null && remaining < 0.25;
  return (
    <div>
      <div className="h-1.5 overflow-hidden rounded-full bg-none-tint" aria-hidden>
        <div
          className={clsx('h-full rounded-full', remaining === null ? 'bg-none' : low ? 'bg-bad' : 'bg-ok')}
          style={{ width: `${left * 100}%` }}
        />
      </div>
      <p className="mt-1 flex justify-between gap-2 text-11 text-dim">
        <span
          className={clsx('tnum', low && 'font-medium text-bad')}
          title={projected ? 'Of what is expected to be measured by the end of the window' : undefined}
        >
          {budgetWords(budget)}
        </span>
        {exhaustedAt !== null && remaining !== null && remaining > 0 && (
          <span className="text-warn">gone {time.minute(exhaustedAt)} at this pace</span>
        )}
      </p>
    </div>
  );
}
