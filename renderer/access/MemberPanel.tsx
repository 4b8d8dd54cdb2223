import { useState } from 'react';
import type { Command } from '../../shared/commands/index.ts';
import type { OutboxEntry } from '../../shared/contract/outbox.ts';
import type { Member, Workspace } from '../../shared/entities/index.ts';
import { useAction } from '../app/query.ts';
import { navigate } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { Field, Select } from '../ui/Field.tsx';
import { LongId } from '../ui/Id.tsx';
import { Instant } from '../ui/RelativeTime.tsx';
import { KeyValue, KeyValues, Section } from '../ui/Section.tsx';
import { Verdict } from '../ui/Verdict.tsx';
import { NotDone } from './Anyway.tsx';
import type { Act } from './acts.ts';
import { EffectiveList } from './EffectiveList.tsx';
import { EffectPanel } from './EffectPanel.tsx';
import { ExtraGrants } from './ExtraGrants.tsx';
import { GatedButton } from './GatedButton.tsx';
import type { Matrix } from './matrix.ts';
import { memberDraft, memberPatch } from './memberDraft.ts';
import { STATUS } from './memberTable.tsx';
import { PendingMark } from './PendingMark.tsx';
import { askFor } from './pending.ts';
import { memberName } from './people.ts';
import { type Me, memberRefusal } from './rights.ts';
import { SidePanel } from './SidePanel.tsx';
import { useAnyway } from './useAnyway.ts';
import { usePreview } from './usePreview.ts';
import { WorkspaceChoice } from './WorkspaceChoice.tsx';

interface MemberPanelProps {
  readonly orgId: string;
  readonly member: Member;
  readonly owner: boolean;
  readonly matrix: Matrix;
  readonly workspaces: readonly Workspace[];
  readonly pending: readonly OutboxEntry[] | undefined;
  readonly me: Me | null;
  readonly onAct: (act: Act) => void;
  readonly onClose: () => void;
}

/** One member: access to change with its effect, and everything held, through what. Give it the member's id and version as `key`. */
export function MemberPanel(props: MemberPanelProps) {
  const { orgId, member, owner, matrix, workspaces, pending, me, onAct, onClose } = props;
  const [draft, setDraft] = useState(() => memberDraft(member));
  const patch = memberPatch(draft, member);
  const changed = Object.keys(patch).length > 0;
  const command: Command | null = changed ? { type: 'member.update', id: member.id, patch } : null;
  const state = usePreview(orgId, command);
  const refusal = memberRefusal('member.update', member, me);
  const anyway = useAnyway(state.preview?.refusals);
  const name = memberName(member);
  const save = useAction<[anyway?: boolean]>(async (despite = anyway.on) => {
    if (command === null) return;
    await askFor(orgId, [{ command, before: { ...member } }], `Access of ${name} changed`, despite);
  });
  return (
    <SidePanel
      title={
        <>
          {name} <Verdict tone={STATUS[member.status].tone}>{STATUS[member.status].word}</Verdict>
          {owner && (
            <Verdict tone="accent" icon={null} className="ml-1.5">
              owner
            </Verdict>
          )}
        </>
      }
      about={member.email}
      onClose={onClose}
      onSubmit={() => changed && refusal === null && !anyway.blocked && void save.run()}
      footer={
        changed ? (
          <>
            <GatedButton type="submit" kind="primary" refusal={refusal} busy={save.busy} disabled={anyway.blocked}>
              Save access
            </GatedButton>
            <Button onClick={() => setDraft(memberDraft(member))}>Discard</Button>
          </>
        ) : (
          <Acts member={member} me={me} onAct={onAct} />
        )
      }
    >
      <PendingMark orgId={orgId} entries={pending} />
      <About member={member} />
      <Section title="Access">
        <div className="flex flex-col gap-3">
          <Field label="Role" hint={refusal}>
            {(ids) => (
              <Select
                {...ids}
                value={draft.role}
                disabled={refusal !== null}
                options={matrix.roles.map((role) => ({ value: role.id, label: role.name }))}
                onChange={(event) => setDraft({ ...draft, role: event.target.value })}
              />
            )}
          </Field>
          <ExtraGrants
            label="Extra grants"
            matrix={matrix}
            grants={draft.permissions}
            disabled={refusal !== null}
            onChange={(permissions) => setDraft({ ...draft, permissions })}
          />
          <WorkspaceChoice
            workspaces={workspaces}
            value={draft.workspaces}
            disabled={refusal !== null}
            onChange={(chosen) => setDraft({ ...draft, workspaces: chosen })}
          />
        </div>
        {changed && <EffectPanel orgId={orgId} state={state} idle="" anyway={anyway} />}
        <NotDone action={save} kept="The access was not changed." />
      </Section>
      <EffectiveList orgId={orgId} holder={{ type: 'member', id: member.id }} />
    </SidePanel>
  );
}

function About({ member }: { readonly member: Member }) {
  return (
    <Section title="Membership">
      <KeyValues>
        <KeyValue name="Member id">
          <LongId value={member.id} what="Member id" head={8} />
        </KeyValue>
        <KeyValue name={member.joined_at === null ? 'Invited' : 'Joined'}>
          <Instant at={Date.parse(member.joined_at ?? member.invited_at)} />
        </KeyValue>
        {member.suspended_at !== null && (
          <KeyValue name="Suspended">
            <Instant at={Date.parse(member.suspended_at)} />
          </KeyValue>
        )}
        <KeyValue name="Second factor">
          {member.mfa ? 'set up' : <span className="text-warn">not set up</span>}
        </KeyValue>
        {member.external_id !== null && <KeyValue name="Directory">kept by SCIM</KeyValue>}
      </KeyValues>
    </Section>
  );
}

interface ActsProps {
  readonly member: Member;
  readonly me: Me | null;
  readonly onAct: (act: Act) => void;
}

function Acts({ member, me, onAct }: ActsProps) {
  return (
    <>
      {member.status === 'suspended' ? (
        <GatedButton refusal={memberRefusal('member.reactivate', member, me)} onClick={() => onAct('reactivate')}>
          Reactivate
        </GatedButton>
      ) : (
        <GatedButton refusal={memberRefusal('member.suspend', member, me)} onClick={() => onAct('suspend')}>
          Suspend
        </GatedButton>
      )}
      <GatedButton kind="danger" refusal={memberRefusal('member.delete', member, me)} onClick={() => onAct('remove')}>
        Remove
      </GatedButton>
      <span className="flex-1" />
      <Button kind="quiet" onClick={() => navigate({ params: { tab: 'roles', open: member.role } })}>
        Show role
      </Button>
    </>
  );
}
