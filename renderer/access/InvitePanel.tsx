import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import type { Member, Workspace } from '../../shared/entities/index.ts';
import { useAction } from '../app/query.ts';
import { setParams } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { Field, Select, TextInput } from '../ui/Field.tsx';
import { Section } from '../ui/Section.tsx';
import { NotDone } from './Anyway.tsx';
import { EffectPanel } from './EffectPanel.tsx';
import { ExtraGrants } from './ExtraGrants.tsx';
import { GatedButton } from './GatedButton.tsx';
import type { Matrix } from './matrix.ts';
import { EMPTY_INVITE, type InviteDraft, readInvite } from './memberDraft.ts';
import { askFor } from './pending.ts';
import { type Me, refusalOf } from './rights.ts';
import { SidePanel } from './SidePanel.tsx';
import { useAnyway } from './useAnyway.ts';
import { usePreview } from './usePreview.ts';
import { WorkspaceChoice } from './WorkspaceChoice.tsx';

interface InvitePanelProps {
  readonly orgId: string;
  readonly matrix: Matrix;
  readonly members: readonly Member[];
  readonly workspaces: readonly Workspace[];
  readonly me: Me | null;
  readonly onClose: () => void;
}

/** Invite a member: who, as what, where; and what they will be able to do. */
export function InvitePanel({ orgId, matrix, members, workspaces, me, onClose }: InvitePanelProps) {
  const [id] = useState(() => crypto.randomUUID());
  const [draft, setDraft] = useState<InviteDraft>(EMPTY_INVITE);
  const [tried, setTried] = useState(false);
  const { emailProblem, nameProblem, command } = readInvite(draft, id, members);
  const state = usePreview(orgId, command);
  const refusal = refusalOf('member.create', me);
  const anyway = useAnyway(state.preview?.refusals);
  const invite = useAction<[anyway?: boolean]>(async (despite = anyway.on) => {
    if (command === null) return;
    await askFor(orgId, [{ command, before: null }], `${draft.email.trim()} invited`, despite);
    setParams({ invite: null, open: id });
  });
  return (
    <SidePanel
      title="Invite a member"
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (anyway.past(refusal) === null && !anyway.blocked) void invite.run();
      }}
      footer={
        <>
          <GatedButton
            type="submit"
            kind="primary"
            icon={UserPlus}
            refusal={anyway.past(refusal)}
            busy={invite.busy}
            disabled={anyway.blocked}
          >
            Invite
          </GatedButton>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <div className="mt-3 flex flex-col gap-3">
        <Field label="E-mail" error={tried ? emailProblem : null}>
          {(ids) => (
            <TextInput
              {...ids}
              type="email"
              autoFocus
              value={draft.email}
              onBlur={() => setTried(tried || draft.email !== '')}
              onChange={(event) => setDraft({ ...draft, email: event.target.value })}
            />
          )}
        </Field>
        <Field label="Name" hint="May be left out." error={nameProblem}>
          {(ids) => (
            <TextInput
              {...ids}
              value={draft.name}
              onChange={(event) => setDraft({ ...draft, name: event.target.value })}
            />
          )}
        </Field>
        <Field label="Role">
          {(ids) => (
            <Select
              {...ids}
              value={draft.role}
              options={matrix.roles.map((role) => ({ value: role.id, label: role.name }))}
              onChange={(event) => setDraft({ ...draft, role: event.target.value })}
            />
          )}
        </Field>
        <ExtraGrants
          label="Extra grants"
          matrix={matrix}
          grants={draft.permissions}
          onChange={(permissions) => setDraft({ ...draft, permissions })}
        />
        <WorkspaceChoice
          workspaces={workspaces}
          value={draft.workspaces}
          onChange={(chosen) => setDraft({ ...draft, workspaces: chosen })}
        />
      </div>
      <Section title="What this gives" className="mt-2">
        <EffectPanel
          orgId={orgId}
          state={state}
          idle="Give an address to see what the invitation gives."
          anyway={anyway}
        />
        {refusal !== null && <p className="text-12 text-dim">{refusal}</p>}
        <NotDone action={invite} kept="Nobody was invited." />
      </Section>
    </SidePanel>
  );
}
