import { Check, EyeOff } from 'lucide-react';
import type { z } from 'zod';
import type { AuditEventDetail, DisclosureView } from '../../shared/contract/audit.ts';
import { LongId } from '../ui/Id.tsx';
import { plural } from '../ui/numbers.ts';
import { diffLines } from './diff.ts';
import { Part } from './Part.tsx';
import { disclosed, isRecord } from './words.ts';

type Disclosure = z.infer<typeof DisclosureView>;

/** What a change took away and added. */
export function ChangeDiff({ detail }: { readonly detail: AuditEventDetail }) {
  const change = disclosed(detail, 'change');
  if (!isRecord(change)) return null;
  const lines = diffLines(change.before, change.after);
  return (
    <Part title="Change">
      <div className="mono overflow-x-auto rounded border border-line bg-side px-2.5 py-2 leading-[18px]">
        {lines.length === 0 && <p className="text-dim">Before and after are the same.</p>}
        {lines.map((line) => (
          <p
            key={`${line.kind} ${line.path} ${line.value}`}
            className={`whitespace-pre-wrap break-words ${line.kind === 'removed' ? 'text-bad' : 'text-ok'}`}
          >
            <span className="sr-only">{line.kind === 'removed' ? 'removed ' : 'added '}</span>
            <span aria-hidden>{line.kind === 'removed' ? '- ' : '+ '}</span>
            {line.path}: {line.value}
          </p>
        ))}
      </div>
    </Part>
  );
}

/** Every disclosure: those here with their digest checked into the leaf, those withheld or erased as what they are. */
export function Disclosures({ detail }: { readonly detail: AuditEventDetail }) {
  const { disclosures, disclosed: here, withheld } = detail;
  if (disclosures.length === 0) return null;
  return (
    <Part title="Disclosed" aside={<span className="text-12 text-dim">{`${here} of ${here + withheld}`}</span>}>
      <ul>
        {disclosures.map((one) => (
          <DisclosureLine key={one.digest} one={one} />
        ))}
      </ul>
      {withheld > 0 && (
        <p className="mt-1 text-12 text-dim">
          {plural(withheld, 'value')} withheld or erased. The digest still stands in the leaf, so the proof is whole.
        </p>
      )}
    </Part>
  );
}

function DisclosureLine({ one }: { readonly one: Disclosure }) {
  if (one.name === null) {
    return (
      <li className="flex min-h-[23px] items-center gap-2">
        <EyeOff size={14} strokeWidth={1.75} className="shrink-0 text-none" aria-hidden />
        <span className="flex-1 text-dim">
          {one.erased === null
            ? 'withheld'
            : `${one.erased.name} erased on ${new Date(one.erased.at).toISOString().slice(0, 10)} by event ${one.erased.bySeq}`}
        </span>
        <LongId value={one.digest} what="Digest" />
      </li>
    );
  }
  const known = ['actor', 'target', 'source', 'change'].includes(one.name) || isImported(one);
  return (
    <li>
      <div className="flex min-h-[23px] items-center gap-2">
        <Check size={14} strokeWidth={2} className="shrink-0 text-ok" aria-hidden />
        <span className="flex-1">{one.name}</span>
        <LongId value={one.digest} what="Digest" />
      </div>
      {!known && (
        <pre className="mono mt-0.5 mb-1.5 max-h-48 overflow-auto rounded border border-line bg-side px-2.5 py-1.5 whitespace-pre-wrap break-words">
          {typeof one.value === 'string' ? one.value : JSON.stringify(one.value, null, 2)}
        </pre>
      )}
    </li>
  );
}

function isImported(one: Disclosure): boolean {
  return one.name === 'detail' && isRecord(one.value) && typeof one.value.original === 'string';
}
