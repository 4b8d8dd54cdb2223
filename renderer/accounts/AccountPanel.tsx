import { KeyRound, Pencil } from 'lucide-react';
import { useState } from 'react';
import type { OutboxEntry } from '../../shared/contract/outbox.ts';
import { EffectiveList } from '../access/EffectiveList.tsx';
import { GatedButton } from '../access/GatedButton.tsx';
import { GrantList } from '../access/GrantList.tsx';
import { PendingMark } from '../access/PendingMark.tsx';
import { type Me, refusalOf } from '../access/rights.ts';
import { SidePanel } from '../access/SidePanel.tsx';
import { setParams } from '../app/router.ts';
import { LongId } from '../ui/Id.tsx';
import { count, plural } from '../ui/numbers.ts';
import { Instant, RelativeTime } from '../ui/RelativeTime.tsx';
import { KeyValue, KeyValues, Section } from '../ui/Section.tsx';
import { Verdict } from '../ui/Verdict.tsx';
import type { AccountRow } from './accounts.ts';
import { STATUS_TONE } from './accountTable.tsx';
import { KeyTable } from './KeyTable.tsx';
import { RevokeAccount, RevokeKey } from './RevokeDialogs.tsx';

interface AccountPanelProps {
  readonly orgId: string;
  readonly row: AccountRow;
  readonly pending: readonly OutboxEntry[] | undefined;
  readonly me: Me | null;
  readonly onClose: () => void;
}

/** One service account: facts, keys, and what it can do. */
export function AccountPanel({ orgId, row, pending, me, onClose }: AccountPanelProps) {
  const { account, status, inForce } = row;
  const [revoking, setRevoking] = useState(false);
  const [keyId, setKeyId] = useState<string | null>(null);
  const gone =
    account.revoked_at !== null
      ? 'The account is revoked for good.'
      : pending?.some(({ target }) => target.op === 'create')
        ? 'The account is not created yet.'
        : null;
  return (
    <SidePanel
      title={
        <>
          {account.name} <Verdict tone={STATUS_TONE[status]}>{status}</Verdict>
        </>
      }
      about={account.description === '' ? undefined : account.description}
      onClose={onClose}
      footer={
        <>
          <GatedButton
            kind="primary"
            icon={KeyRound}
            refusal={gone ?? refusalOf('service_account.key.issue', me)}
            onClick={() => setParams({ act: 'issue' })}
          >
            {inForce === 0 ? 'Issue key' : 'Regenerate key'}
          </GatedButton>
          <GatedButton
            icon={Pencil}
            refusal={gone ?? refusalOf('service_account.update', me)}
            onClick={() => setParams({ act: 'edit' })}
          >
            Edit
          </GatedButton>
          <span className="flex-1" />
          <GatedButton
            kind="danger"
            refusal={gone ?? refusalOf('service_account.revoke', me)}
            onClick={() => setRevoking(true)}
          >
            Revoke account
          </GatedButton>
        </>
      }
    >
      <PendingMark orgId={orgId} entries={pending} />
      <Facts row={row} />
      <Section title={`Keys · ${plural(inForce, 'key')} in force`}>
        <KeyTable account={account} refusal={gone ?? refusalOf('service_account.key.revoke', me)} onRevoke={setKeyId} />
      </Section>
      <Section title={`Permissions as written · ${count(account.permissions.length)}`}>
        {account.permissions.length === 0 ? (
          <p className="text-dim">None: every request of it is refused.</p>
        ) : (
          <GrantList label="Permissions as written" grants={account.permissions} />
        )}
      </Section>
      <EffectiveList orgId={orgId} holder={{ type: 'service_account', id: account.id }} />
      <RevokeAccount orgId={orgId} account={account} open={revoking} onClose={() => setRevoking(false)} />
      <RevokeKey orgId={orgId} account={account} keyId={keyId} onClose={() => setKeyId(null)} />
    </SidePanel>
  );
}

function Facts({ row }: { readonly row: AccountRow }) {
  const { account, owner, workspace } = row;
  return (
    <Section title="Account">
      <KeyValues>
        <KeyValue name="Owner">
          {owner}
          {!account.owner_active && (
            <Verdict tone="warn" className="ml-2">
              not an active member
            </Verdict>
          )}
        </KeyValue>
        <KeyValue name="Workspace">{workspace ?? 'every one'}</KeyValue>
        <KeyValue name="Rate limit">{plural(account.rate_limit, 'request')} per minute and key</KeyValue>
        <KeyValue name="Created">
          <Instant at={Date.parse(account.created_at)} />
        </KeyValue>
        <KeyValue name={account.revoked_at === null ? 'Ends' : 'Revoked'}>
          <End at={account.revoked_at ?? account.expires_at} />
        </KeyValue>
        <KeyValue name="Id">
          <LongId value={account.id} what="Account id" head={14} />
        </KeyValue>
      </KeyValues>
    </Section>
  );
}

function End({ at }: { readonly at: string | null }) {
  if (at === null) return 'no end set';
  return (
    <>
      <Instant at={Date.parse(at)} />
      <span className="text-dim">
        , <RelativeTime at={Date.parse(at)} ahead />
      </span>
    </>
  );
}
