import { useState } from 'react';
import { ANSWERED } from '../../../shared/compliance/due.ts';
import { GatedButton } from '../../access/GatedButton.tsx';
import { refusalOf } from '../../access/rights.ts';
import { useAction } from '../../app/query.ts';
import { Button } from '../../ui/Button.tsx';
import { Field, TextArea } from '../../ui/Field.tsx';
import { KeyValue, KeyValues, Section } from '../../ui/Section.tsx';
import { ErrorState } from '../../ui/States.tsx';
import { useNow } from '../../ui/zone.ts';
import { change, type PartProps } from './RequestPanel.tsx';

/** What the person was answered, and when. A denial needs its reason, which the register keeps (11 CCR § 7101(b)). */
export function AnswerPart(part: PartProps) {
  const { request, me } = part;
  const today = new Date(useNow()).toISOString().slice(0, 10);
  const [denying, setDenying] = useState(false);
  const [reason, setReason] = useState('');
  const fulfil = useAction(() => change(part, { state: 'fulfilled', answered_on: today }, 'Answered'));
  const deny = useAction(async () => {
    await change(part, { state: 'denied', answered_on: today, denied_reason: reason.trim() }, 'Denied');
    setDenying(false);
  });
  const withdraw = useAction(() => change(part, { state: 'withdrawn' }, 'Withdrawn'));
  const refusal = refusalOf('data_request.update', me);
  if (ANSWERED.includes(request.state)) {
    return (
      <Section title="5. Answer">
        <KeyValues>
          <KeyValue name="Answered">{request.answered_on ?? 'withdrawn'}</KeyValue>
          {request.denied_reason !== '' && <KeyValue name="Reason">{request.denied_reason}</KeyValue>}
        </KeyValues>
      </Section>
    );
  }
  const error = fulfil.error ?? deny.error ?? withdraw.error;
  return (
    <Section title="5. Answer">
      {denying ? (
        <div className="flex flex-col gap-2">
          <Field label="Reason for denying, in whole or in part">
            {(ids) => (
              <TextArea
                {...ids}
                rows={2}
                autoFocus
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            )}
          </Field>
          <div className="flex gap-2">
            <GatedButton
              kind="danger"
              refusal={refusal ?? (reason.trim() === '' ? 'A denial needs its reason.' : null)}
              busy={deny.busy}
              onClick={() => void deny.run()}
            >
              Deny
            </GatedButton>
            <Button onClick={() => setDenying(false)}>Cancel</Button>
          </div>
        </div>
      ) : (
        <div className="flex flex-wrap gap-2">
          <GatedButton refusal={refusal} busy={fulfil.busy} onClick={() => void fulfil.run()}>
            Answered today
          </GatedButton>
          <GatedButton kind="danger" refusal={refusal} onClick={() => setDenying(true)}>
            Deny
          </GatedButton>
          <GatedButton kind="quiet" refusal={refusal} busy={withdraw.busy} onClick={() => void withdraw.run()}>
            Withdrawn by the person
          </GatedButton>
        </div>
      )}
      {error && <ErrorState compact error={error} kept="The request is as it was." />}
    </Section>
  );
}
