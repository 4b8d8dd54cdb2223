import { Asterisk, X } from 'lucide-react';
import { Tooltip } from '../ui/Tooltip.tsx';

interface GrantListProps {
  readonly label: string;
  readonly grants: readonly string[];
  /** Left out where they are only shown. */
  readonly onRemove?: (grant: string) => void;
  /** Why one cannot stand, by grant. */
  readonly problems?: ReadonlyMap<string, string>;
}

/** Grants as written, each with its cross. A wildcard is marked by a star, a scope stands in the text. */
export function GrantList({ label, grants, onRemove, problems }: GrantListProps) {
  return (
    <ul aria-label={label} className="flex flex-wrap gap-1.5">
      {grants.map((grant) => {
        const problem = problems?.get(grant);
        return (
          <li
            key={grant}
            className={`inline-flex h-6 max-w-full items-center gap-1 rounded border pl-2 ${onRemove ? '' : 'pr-2'} ${problem === undefined ? 'border-line' : 'border-bad text-bad'}`}
          >
            {grant.includes('*') && (
              <Asterisk size={12} strokeWidth={2} className="shrink-0 text-accent" aria-label="wildcard" />
            )}
            <Tooltip text={problem ?? grant}>
              <span className="mono truncate">{grant}</span>
            </Tooltip>
            {onRemove && (
              <button
                type="button"
                aria-label={`Remove grant ${grant}`}
                onClick={() => onRemove(grant)}
                className="flex size-[22px] items-center justify-center rounded text-dim hover:bg-hover hover:text-text"
              >
                <X size={12} strokeWidth={1.75} aria-hidden />
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
