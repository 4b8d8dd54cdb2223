import type { AuditEventDetail } from '../../shared/contract/audit.ts';
import { LongId } from '../ui/Id.tsx';
import { DASH } from '../ui/numbers.ts';
import { Verdict } from '../ui/Verdict.tsx';
import { useTime } from '../ui/zone.ts';
import { Fact } from './Part.tsx';
import { disclosed, isRecord, nameOf, OUTCOMES } from './words.ts';

/** Who did what to what, from where. What was withheld is said to be withheld, what never was is a dash. */
export function Facts({ detail }: { readonly detail: AuditEventDetail }) {
  const time = useTime();
  const { row, event } = detail;
  const { tone, word } = OUTCOMES[row.outcome];
  const request = typeof event.request === 'string' ? event.request : null;
  const withheld = detail.withheld > 0 ? 'not disclosed' : DASH;
  return (
    <dl className="mt-3">
      <Fact label="Actor">
        <Named detail={detail} name="actor" id={row.actor.id} shown={nameOf(row.actor)} type={row.actor.type} />
      </Fact>
      <Fact label="Action">
        <span className="mono">{row.action}</span>
      </Fact>
      <Fact label="Outcome">
        <Verdict tone={tone}>{word}</Verdict>
      </Fact>
      <Fact label="Target">
        {row.target === null ? (
          DASH
        ) : (
          <Named detail={detail} name="target" id={row.target.id} shown={nameOf(row.target)} type={row.target.type} />
        )}
      </Fact>
      <Fact label="Workspace">{row.workspace === null ? 'outside any workspace' : nameOf(row.workspace)}</Fact>
      <Fact label="Source">{sourceText(disclosed(detail, 'source')) ?? withheld}</Fact>
      <Fact label="Recorded">
        <span className="tnum">{time.exact(row.recordedAt)}</span>
      </Fact>
      <Fact label="Request">
        {request === null ? DASH : <LongId value={request} what="Request id" head={10} tail={6} />}
      </Fact>
    </dl>
  );
}

interface NamedProps {
  readonly detail: AuditEventDetail;
  readonly name: 'actor' | 'target';
  readonly id: string;
  readonly shown: string;
  readonly type: string;
}

function Named({ detail, name, id, shown, type }: NamedProps) {
  const value = disclosed(detail, name);
  const email = isRecord(value) && typeof value.email === 'string' ? value.email : null;
  return (
    <>
      <span className={name === 'actor' ? 'font-medium' : undefined}>{shown}</span>
      <span className="text-dim">
        {shown === id ? ' · ' : ', '}
        {type.replaceAll('_', ' ')}
        {email !== null && email !== shown && ` · ${email}`}
        {shown !== id && (
          <>
            {' '}
            <IdText id={id} />
          </>
        )}
      </span>
    </>
  );
}

/** A short id as it is; a long one, such as a UUID, in the middle ellipsis with copy. */
function IdText({ id }: { readonly id: string }) {
  return id.length > 24 ? <LongId value={id} what="Id" head={8} tail={6} className="text-dim" /> : id;
}

/** `203.0.113.24 · Mozilla/5.0 …`; null where nothing is disclosed. */
function sourceText(source: unknown): string | null {
  if (!isRecord(source)) return null;
  const parts = [source.ip, source.user_agent].filter(
    (part): part is string => typeof part === 'string' && part !== '',
  );
  return parts.length === 0 ? null : parts.join(' · ');
}
