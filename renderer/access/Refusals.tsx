import { Ban } from 'lucide-react';

/** Why the platform would refuse a change, before it is asked for. */
export function Refusals({ refusals }: { readonly refusals: readonly string[] }) {
  if (refusals.length === 0) return null;
  return (
    <ul role="status" aria-label="Would be refused" className="my-2 rounded bg-bad-tint px-3 py-2 text-bad">
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
  );
}
