import { ArrowRight, Minus, Plus } from 'lucide-react';
import { count } from '../ui/numbers.ts';
import { fieldName, lineChanges, type NameOf, valueLines } from './entries.ts';

/** Lines of a long list that are shown. */
const SHOWN = 30;

interface FieldChangeProps {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
  /** There was nothing before: only what would be is shown. */
  readonly fresh: boolean;
  readonly nameOf: NameOf;
}

/** One field: from what to what. Of a list what goes and what comes. */
export function FieldChange({ field, before, after, fresh, nameOf }: FieldChangeProps) {
  const [from, to] = [valueLines(field, before, nameOf), valueLines(field, after, nameOf)];
  const list = Array.isArray(before) || Array.isArray(after);
  return (
    <>
      <dt className="text-dim">{fieldName(field)}</dt>
      <dd className="min-w-0 break-words">
        {fresh ? (
          <Value lines={to} />
        ) : list ? (
          <Lines from={from} to={to} />
        ) : (
          <span className="flex flex-wrap items-baseline gap-x-2">
            <span className="text-dim line-through decoration-line-strong">
              <Value lines={from} />
            </span>
            <ArrowRight size={13} strokeWidth={1.75} className="shrink-0 self-center text-dim" aria-label="becomes" />
            <span className="font-medium">
              <Value lines={to} />
            </span>
          </span>
        )}
      </dd>
    </>
  );
}

/** A value as text, `none` for an empty one. */
export function Value({ lines }: { readonly lines: readonly string[] }) {
  if (lines.length === 0) return <span className="text-dim">none</span>;
  if (lines.length === 1) return <>{lines[0]}</>;
  return (
    <span className="block">
      {lines.slice(0, SHOWN).map((line) => (
        <span key={line} className="mono block">
          {line}
        </span>
      ))}
      {lines.length > SHOWN && <span className="block text-dim">and {count(lines.length - SHOWN)} more</span>}
    </span>
  );
}

function Lines({ from, to }: { readonly from: readonly string[]; readonly to: readonly string[] }) {
  const { changes, kept } = lineChanges(from, to);
  return (
    <ul>
      {changes.slice(0, SHOWN).map(({ line, kind }) => {
        const Icon = kind === 'new' ? Plus : Minus;
        return (
          <li
            key={`${kind} ${line}`}
            className={`flex items-center gap-1.5 ${kind === 'new' ? 'text-ok' : 'text-bad'}`}
          >
            <Icon size={12} strokeWidth={2} className="shrink-0" aria-label={kind === 'new' ? 'added' : 'taken away'} />
            <span className="mono truncate">{line}</span>
          </li>
        );
      })}
      {changes.length > SHOWN && <li className="text-dim">and {count(changes.length - SHOWN)} more</li>}
      {kept > 0 && <li className="text-12 text-dim">{count(kept)} kept</li>}
    </ul>
  );
}
