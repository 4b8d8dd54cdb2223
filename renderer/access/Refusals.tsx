import { Ban } from 'lucide-react';
import { AnywayCheck } from './Anyway.tsx';
import type { Anyway } from './useAnyway.ts';

interface RefusalsProps {
  readonly orgId: string;
  readonly refusals: readonly string[];
  /** The way past them. */
  readonly anyway: Anyway;
}

/** Why the platform would refuse a change, before it is asked for, and the way to ask all the same. */
export function Refusals({ orgId, refusals, anyway }: RefusalsProps) {
  if (refusals.length === 0) return null;
  return (
    <>
      <div role="status" aria-label="Would be refused" className="my-2 rounded bg-bad-tint px-3 py-2 text-bad">
        <ul>
          {refusals.map((refusal) => (
            <li key={refusal} className="flex items-start gap-2">
              <Ban size={14} strokeWidth={1.75} className="mt-[3px] shrink-0" aria-hidden />
              <span className="min-w-0 break-words">
                <span className="sr-only">Would be refused: </span>
                {refusal}
              </span>
            </li>
          ))}
        </ul>
      </div>
      <AnywayCheck orgId={orgId} anyway={anyway} />
    </>
  );
}
