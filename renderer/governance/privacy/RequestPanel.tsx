import { DUE_SOURCE } from '../../../shared/compliance/due.ts';
import type { OutboxEntry } from '../../../shared/contract/outbox.ts';
import type { DataRequest } from '../../../shared/entities/index.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { PendingMark } from '../../access/PendingMark.tsx';
import { askFor } from '../../access/pending.ts';
import { type Me, refusalOf } from '../../access/rights.ts';
import { SidePanel } from '../../access/SidePanel.tsx';
import { useAction } from '../../app/query.ts';
import { Instant } from '../../ui/RelativeTime.tsx';
import { KeyValue, KeyValues, Section } from '../../ui/Section.tsx';
import { ErrorState } from '../../ui/States.tsx';
import { Verdict } from '../../ui/Verdict.tsx';
import { useNow } from '../../ui/zone.ts';
import { AnswerPart } from './AnswerPart.tsx';
import { ErasePart } from './ErasePart.tsx';
import { ExportPart } from './ExportPart.tsx';
import { PersonPart } from './PersonPart.tsx';
import { KIND_WORDS, LAW_WORDS, LeftVerdict, STATE_WORDS } from './requests.tsx';

export interface PartProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly request: DataRequest;
}
interface PanelProps extends PartProps {
  readonly pending: readonly OutboxEntry[] | undefined;
  readonly onClose: () => void;
}

/** Asks for a change of a request. */
export async function change(
  { orgId, request }: Pick<PartProps, 'orgId' | 'request'>,
  patch: Parameters<typeof patchOf>[1],
  done: string,
): Promise<void> {
  await askFor(orgId, [{ command: patchOf(request, patch), before: { ...request } }], done);
}
const patchOf = (
  { id }: DataRequest,
  patch: Partial<Pick<DataRequest, 'state' | 'user_id' | 'denied_reason' | 'answered_on' | 'due_on' | 'note'>>,
) => ({ type: 'data_request.update' as const, id, patch });

/** One request, step by step: who asks, who it is about, what is given or erased, what was answered. Give it the request's id as `key`. */
export function RequestPanel({ orgId, me, request, pending, onClose }: PanelProps) {
  const now = useNow();
  const part = { orgId, me, request };
  const gives = ['access', 'portability'].includes(request.kind);
  return (
    <SidePanel
      title={request.subject}
      about={`${KIND_WORDS[request.kind][0]!.toUpperCase()}${KIND_WORDS[request.kind].slice(1)}, ${LAW_WORDS[request.law]}`}
      onClose={onClose}
    >
      <PendingMark orgId={orgId} entries={pending} />
      <Section title="Request" className="mt-1">
        <KeyValues>
          <KeyValue name="State">
            <Verdict tone={STATE_WORDS[request.state].tone}>{STATE_WORDS[request.state].word}</Verdict>
          </KeyValue>
          <KeyValue name="Received">
            {request.received_on}, by {request.channel}
          </KeyValue>
          <KeyValue name="Due">
            <span title={DUE_SOURCE[request.law]}>{request.due_on}</span> <LeftVerdict request={request} now={now} />
          </KeyValue>
          {request.note !== '' && <KeyValue name="Note">{request.note}</KeyValue>}
        </KeyValues>
      </Section>
      <VerifyPart {...part} />
      <PersonPart {...part} />
      {(gives || request.kind === 'erasure') && <ExportPart {...part} />}
      {request.kind === 'erasure' && <ErasePart {...part} />}
      <AnswerPart {...part} />
      <Section title="History">
        <KeyValues>
          <KeyValue name="Entered">
            <Instant at={Date.parse(request.created_at)} />
          </KeyValue>
          <KeyValue name="Last change">
            <Instant at={Date.parse(request.updated_at)} />
          </KeyValue>
        </KeyValues>
        <p className="mt-1 text-12 text-dim">Every change stands in the audit log under data_request and this id.</p>
      </Section>
    </SidePanel>
  );
}

/** Whoever asks must be who they say they are, before anything is told or erased (GDPR Art. 12(6)). */
function VerifyPart(part: PartProps) {
  const verify = useAction(() => change(part, { state: 'verified' }, 'Identity verified'));
  if (part.request.state !== 'received') {
    return (
      <Section title="1. Identity">
        <Verdict tone="ok">verified</Verdict>
      </Section>
    );
  }
  return (
    <Section title="1. Identity">
      <p className="mb-2 text-dim">
        Make sure that whoever asks is the person it is about, by something only they have (GDPR Art. 12(6)).
      </p>
      <GatedButton
        kind="primary"
        refusal={refusalOf('data_request.update', part.me)}
        busy={verify.busy}
        onClick={() => void verify.run()}
      >
        Mark as verified
      </GatedButton>
      {verify.error && <ErrorState compact error={verify.error} kept="The request is as it was." />}
    </Section>
  );
}
