import { useState } from 'react';
import type { Command } from '../../shared/commands/index.ts';
import type { OutboxEntry } from '../../shared/contract/outbox.ts';
import type { Member, MemberPatch, Workspace } from '../../shared/entities/index.ts';
import { useAction } from '../app/query.ts';
import { setParams } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { Field, Select } from '../ui/Field.tsx';
import { LongId } from '../ui/Id.tsx';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import { Section } from '../ui/Section.tsx';
import { ErrorState } from '../ui/States.tsx';
import { Verdict } from '../ui/Verdict.tsx';
import type { Act } from './ActPanel.tsx';
import { EffectiveList } from './EffectiveList.tsx';
import { EffectPanel } from './EffectPanel.tsx';
import { ExtraGrants } from './ExtraGrants.tsx';
import { GatedButton } from './GatedButton.tsx';
import type { Matrix } from './matrix.ts';
import { STATUS } from './memberTable.tsx';
import { PendingMark } from './PendingMark.tsx';
import { askFor } from './pending.ts';
import { memberName } from './people.ts';
import { type Me, memberRefusal } from './rights.ts';
import { SidePanel } from './SidePanel.tsx';
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

interface Draft {
  readonly role: string;
  readonly permissions: readonly string[];
  readonly workspaces: readonly string[] | null;
}

/** What a draft changes of a member; empty where it changes nothing. */
export function memberPatch(draft: Draft, now: Member): MemberPatch {
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  return {
    ...(draft.role === now.role ? {} : { role: draft.role }),
    ...(same(draft.permissions, now.permissions.toSorted()) ? {} : { permissions: [...draft.permissions] }),
    ...(same(draft.workspaces, now.workspaces?.toSorted() ?? null)
      ? {}
      : { workspaces: draft.workspaces === null ? null : [...draft.workspaces] }),
  };
}

function draftOf({ role, permissions, workspaces }: Member): Draft {
  return { role, permissions: permissions.toSorted(), workspaces: workspaces?.toSorted() ?? null };
}

/** One member: access to change with its effect, and everything held, through what. Give it the member's id and version as `key`. */
export function MemberPanel(props: MemberPanelProps) {
  const { orgId, member, owner, matrix, workspaces, pending, me, onAct, onClose } = props;
  const [draft, setDraft] = useState(() => draftOf(member));
  const patch = memberPatch(draft, member);
  const changed = Object.keys(patch).length > 0;
  const command: Command | null = changed ? { type: 'member.update', id: member.id, patch } : null;
  const state = usePreview(orgId, command);
  const refusal = memberRefusal('member.update', member, me);
  const blocked = (state.preview?.refusals.length ?? 0) > 0;
  const name = memberName(member);
  const save = useAction(async () => {
    if (command !== null) await askFor(orgId, [{ command, before: { ...member } }], `Access of ${name} changed`);
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
      about={<About member={member} />}
      onClose={onClose}
      onSubmit={() => changed && refusal === null && !blocked && void save.run()}
      footer={
        changed ? (
          <>
            <GatedButton
              type="submit"
              kind="primary"
              refusal={refusal}
              busy={save.busy}
              disabled={blocked || state.busy}
            >
              Save access
            </GatedButton>
            <Button onClick={() => setDraft(draftOf(member))}>Discard</Button>
          </>
        ) : (
          <Acts member={member} me={me} onAct={onAct} />
        )
      }
    >
      <PendingMark orgId={orgId} entries={pending} />
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
        {changed && <EffectPanel state={state} idle="" />}
        {save.error && <ErrorState compact error={save.error} kept="The access was not changed." />}
      </Section>
      <EffectiveList orgId={orgId} holder={{ type: 'member', id: member.id }} />
    </SidePanel>
  );
}

function About({ member }: { readonly member: Member }) {
  return (
    <>
      {member.email} · <LongId value={member.id} what="Member id" /> ·{' '}
      {member.joined_at === null ? (
        <>
          invited <RelativeTime at={Date.parse(member.invited_at)} />
        </>
      ) : (
        <>
          joined <RelativeTime at={Date.parse(member.joined_at)} />
        </>
      )}
      {' · '}second factor {member.mfa ? 'set up' : 'not set up'}
      {member.external_id !== null && ' · kept by a directory (SCIM)'}
    </>
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
      <Button kind="quiet" onClick={() => setParams({ tab: 'roles', open: member.role, act: null })}>
        Show role
      </Button>
    </>
  );
}
