import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { GatedButton } from '../access/GatedButton.tsx';
import { type Me, refusalOf } from '../access/rights.ts';
import { SidePanel } from '../access/SidePanel.tsx';
import { useAction } from '../app/query.ts';
import { call } from '../bridge.ts';
import { Button } from '../ui/Button.tsx';
import { Field, Select } from '../ui/Field.tsx';
import { plural } from '../ui/numbers.ts';
import { ErrorState } from '../ui/States.tsx';
import { useNow, useTime } from '../ui/zone.ts';
import { issueInput, LIFETIMES, OVERLAPS, olderEnd } from './accountDraft.ts';
import type { AccountRow } from './accounts.ts';
import type { Issued } from './SecretDialog.tsx';

interface IssuePanelProps {
  readonly orgId: string;
  readonly row: AccountRow;
  readonly me: Me | null;
  readonly onIssued: (issued: Issued) => void;
  readonly onClose: () => void;
}

/** A new key: how long it lasts, and what becomes of those in force. The platform must be reachable: the secret is in its answer alone. */
export function IssuePanel({ orgId, row, me, onIssued, onClose }: IssuePanelProps) {
  const { account, inForce } = row;
  const now = useNow();
  const time = useTime();
  const [lifetime, setLifetime] = useState('90');
  const [overlap, setOverlap] = useState(inForce === 0 ? 'keep' : '86400');
  const end = olderEnd(overlap, now);
  const offline = me !== null && !me.online ? 'Issuing a key needs the platform, which cannot be reached now.' : null;
  const refusal = offline ?? refusalOf('service_account.key.issue', me);
  const issue = useAction(async () => {
    const { keyId, secret, expiresAt } = await call('accounts.issueKey', {
      orgId,
      ...issueInput(account.id, lifetime, overlap, Date.now()),
    });
    onIssued({ account: account.name, keyId, secret, expiresAt });
  });
  return (
    <SidePanel
      title={inForce === 0 ? `Issue a key of ${account.name}` : `Regenerate the key of ${account.name}`}
      about="The secret is shown once, here, and is kept nowhere."
      onClose={onClose}
      onSubmit={() => refusal === null && void issue.run()}
      footer={
        <>
          <GatedButton type="submit" kind="primary" icon={KeyRound} refusal={refusal} busy={issue.busy}>
            Issue key
          </GatedButton>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <div className="mt-3 flex flex-col gap-3">
        {offline !== null && (
          <p role="status" className="text-dim">
            {offline} Its secret exists only in the platform’s answer, so it cannot wait.
          </p>
        )}
        <Field
          label="New key lasts"
          hint={
            lifetime === ''
              ? 'A key without an end works until somebody revokes it.'
              : `Until ${time.minute(now + Number(lifetime) * 86_400_000)} ${time.label}.`
          }
        >
          {(ids) => (
            <Select
              {...ids}
              autoFocus
              value={lifetime}
              options={LIFETIMES}
              onChange={(event) => setLifetime(event.target.value)}
            />
          )}
        </Field>
        {inForce > 0 && (
          <Field
            label={`${plural(inForce, 'key')} in force now`}
            hint={
              end === null
                ? `${inForce === 1 ? 'It goes' : 'They go'} on working beside the new one.`
                : `${inForce === 1 ? 'It works' : 'They work'} until ${time.minute(end)} ${time.label} at the latest, then no more: put the new key to use before that.`
            }
          >
            {(ids) => (
              <Select
                {...ids}
                value={overlap}
                options={OVERLAPS}
                onChange={(event) => setOverlap(event.target.value)}
              />
            )}
          </Field>
        )}
        {issue.error && <ErrorState compact error={issue.error} kept="No key was issued." />}
      </div>
    </SidePanel>
  );
}
