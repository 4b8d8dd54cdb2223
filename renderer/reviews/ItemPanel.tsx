import { Check, Undo2, X } from 'lucide-react';
import { useState } from 'react';
import type { EffectiveGrant } from '../../shared/contract/access.ts';
import { type AccessReviewItem, DecisionInput, type Member } from '../../shared/entities/index.ts';
import { basisWords } from '../access/EffectiveList.tsx';
import { useRevision } from '../access/revision.ts';
import { useQuery } from '../app/query.ts';
import { navigate } from '../app/router.ts';
import { holderKey } from '../questions/questions.ts';
import { Button } from '../ui/Button.tsx';
import { Field, TextInput } from '../ui/Field.tsx';
import { Kbd } from '../ui/Kbd.tsx';
import { count, plural } from '../ui/numbers.ts';
import { Instant, RelativeTime } from '../ui/RelativeTime.tsx';
import { KeyValue, KeyValues, Section } from '../ui/Section.tsx';
import { Skeleton } from '../ui/States.tsx';
import { useDebounced } from '../ui/useDebounced.ts';
import { evidence } from './evidence.ts';
import { reviewerNames } from './reviews.ts';
import { DecisionVerdict } from './WorkRowView.tsx';

interface ItemPanelProps {
  readonly orgId: string;
  readonly item: AccessReviewItem;
  readonly title: string;
  readonly instructions: string;
  readonly members: readonly Member[];
  /** Why it cannot be decided; null where it can. */
  readonly lock: string | null;
  /** The reason of a revocation is being typed. */
  readonly revoking: boolean;
  readonly onRevoking: (revoking: boolean) => void;
  readonly onDecide: (decision: 'confirm' | 'revoke' | null, reason: string) => void;
}

/** Everything the holder of an item can do, as a question. */
function goToHolder({ type, id }: AccessReviewItem['holder']): void {
  navigate({ params: { tab: 'questions', ask: 'holder', holder: holderKey({ type, id }) } });
}

/** One item: what it gives and whether it was used, and the decision. Give it the item's id as `key`. */
export function ItemPanel(props: ItemPanelProps) {
  const { orgId, item, title, instructions, members, lock, revoking, onRevoking, onDecide } = props;
  return (
    <div className="flex min-h-full flex-col bg-panel px-4 pt-3 pb-5">
      <h2 className="text-15 font-bold break-words">{title}</h2>
      <p className="flex flex-wrap items-center gap-2 text-dim">
        of {item.holder.name}
        <Button small kind="quiet" onClick={() => goToHolder(item.holder)}>
          Everything held
        </Button>
      </p>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        {lock !== null ? (
          <p className="text-dim">{lock}</p>
        ) : revoking ? (
          <ReasonForm onCancel={() => onRevoking(false)} onRevoke={(reason) => onDecide('revoke', reason)} />
        ) : (
          <>
            <Button icon={Check} onClick={() => onDecide('confirm', '')}>
              Confirm <Kbd>C</Kbd>
            </Button>
            <Button kind="danger" icon={X} onClick={() => onRevoking(true)}>
              Revoke <Kbd>R</Kbd>
            </Button>
            {item.decision !== null && (
              <Button kind="quiet" icon={Undo2} onClick={() => onDecide(null, '')}>
                Undo <Kbd>U</Kbd>
              </Button>
            )}
          </>
        )}
      </div>
      <Section title="Decision" className="mt-2">
        <KeyValues>
          <KeyValue name="Now">
            <DecisionVerdict decision={item.decision} />
          </KeyValue>
          {item.reason !== '' && <KeyValue name="Reason">{item.reason}</KeyValue>}
          {item.decided_by !== null && <KeyValue name="By">{reviewerNames([item.decided_by], members)[0]}</KeyValue>}
          {item.decided_at !== null && (
            <KeyValue name="At">
              <Instant at={Date.parse(item.decided_at)} />
            </KeyValue>
          )}
          {item.refused !== null && <KeyValue name="Not carried out">{item.refused}</KeyValue>}
        </KeyValues>
      </Section>
      <Evidence orgId={orgId} item={item} />
      {instructions !== '' && (
        <Section title="Instructions">
          <p className="whitespace-pre-line text-dim">{instructions}</p>
        </Section>
      )}
    </div>
  );
}

interface ReasonProps {
  readonly onCancel: () => void;
  readonly onRevoke: (reason: string) => void;
}

function ReasonForm({ onCancel, onRevoke }: ReasonProps) {
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const problem = DecisionInput.safeParse({ decision: 'revoke', reason }).success
    ? null
    : 'Say why in at most 2,000 characters; it stands in the signed result.';
  return (
    <form
      className="w-full"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (problem === null) onRevoke(reason.trim());
      }}
    >
      <Field label="Reason for revoking" error={tried ? problem : null}>
        {(ids) => (
          <TextInput
            {...ids}
            autoFocus
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return;
              event.preventDefault();
              event.stopPropagation();
              onCancel();
            }}
          />
        )}
      </Field>
      <div className="mt-2 flex gap-2">
        <Button type="submit" kind="danger" icon={X}>
          Revoke <Kbd>Enter</Kbd>
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  );
}

/** Somebody who walks through the list does not ask for every holder passed, ms. */
const REST_MS = 200;

/** What the item gives its holder today, and when that was last used, from the mirror's proven log. */
function Evidence({ orgId, item }: Pick<ItemPanelProps, 'orgId' | 'item'>) {
  const holder = useDebounced(`${item.holder.type} ${item.holder.id}`, REST_MS);
  const asked = holder === `${item.holder.type} ${item.holder.id}`;
  const answer = useQuery(
    'access.effective',
    asked ? { orgId, holder: { type: item.holder.type, id: item.holder.id }, at: null } : null,
    useRevision(orgId),
  );
  const data = answer.stale || !asked ? null : answer.data;
  if (answer.error !== null && asked) {
    return (
      <Section title="Evidence">
        <p className="text-dim">The holder’s access cannot be computed: {answer.error.message}</p>
      </Section>
    );
  }
  if (data === null) {
    return (
      <Section title="Evidence">
        <Skeleton className="w-3/4" />
      </Section>
    );
  }
  const { through, used, lastUsedAt } = evidence(item, data.grants);
  return (
    <Section title="Evidence">
      <p>
        {through.length === 0 ? (
          data.holder.status === 'active' ? (
            'It gives nothing now.'
          ) : (
            `It gives nothing now: the holder is ${data.holder.status}.`
          )
        ) : (
          <>
            Gives {plural(through.length, 'permission')}, {count(used)} of them used
            {lastUsedAt === null ? (
              ' never'
            ) : (
              <>
                , last <RelativeTime at={lastUsedAt} />
              </>
            )}
            .
          </>
        )}
      </p>
      <p className="tnum text-12 text-dim">Computed {basisWords(data.basis)}.</p>
      <ul className="mt-2">
        {through.slice(0, SHOWN).map((grant) => (
          <PermissionLine key={grant.permission} grant={grant} />
        ))}
        {through.length > SHOWN && <li className="py-1 text-dim">and {count(through.length - SHOWN)} more</li>}
      </ul>
    </Section>
  );
}

const SHOWN = 40;

function PermissionLine({ grant }: { readonly grant: EffectiveGrant }) {
  return (
    <li className="flex h-[25px] items-center gap-3 border-b border-line last:border-0">
      <span className="mono truncate">{grant.permission}</span>
      <span className="ml-auto shrink-0 text-12 text-dim">
        {grant.lastUsedAt === null ? 'never used' : <RelativeTime at={grant.lastUsedAt} />}
      </span>
    </li>
  );
}
