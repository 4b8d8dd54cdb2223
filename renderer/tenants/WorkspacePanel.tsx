import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Command } from '../../shared/commands/index.ts';
import type { OutboxEntry } from '../../shared/contract/outbox.ts';
import type { Member, Workspace } from '../../shared/entities/index.ts';
import { NotDone } from '../access/Anyway.tsx';
import { GatedButton } from '../access/GatedButton.tsx';
import { PendingMark } from '../access/PendingMark.tsx';
import { askFor } from '../access/pending.ts';
import { memberName } from '../access/people.ts';
import { Refusals } from '../access/Refusals.tsx';
import { SidePanel } from '../access/SidePanel.tsx';
import { useAnyway } from '../access/useAnyway.ts';
import { usePreview } from '../access/usePreview.ts';
import { useAction } from '../app/query.ts';
import { navigate, setParams } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { ConfirmByTyping } from '../ui/Dialog.tsx';
import { LongId } from '../ui/Id.tsx';
import { plural } from '../ui/numbers.ts';
import { Instant } from '../ui/RelativeTime.tsx';
import { KeyValue, KeyValues, Section } from '../ui/Section.tsx';
import { readNewWorkspace, readWorkspacePatch, workspaceDraft } from './draft.ts';
import { usersOf } from './use.ts';
import { WorkspaceFields } from './WorkspaceFields.tsx';

interface PanelProps {
  readonly orgId: string;
  /** Why this person may not change workspaces; null where they may. */
  readonly refusal: string | null;
  readonly onClose: () => void;
}

/** A new workspace. */
export function NewWorkspacePanel({ orgId, refusal, onClose }: PanelProps) {
  const [draft, setDraft] = useState(() => workspaceDraft(null));
  const [tried, setTried] = useState(false);
  const [id] = useState(() => crypto.randomUUID());
  const { problems, value } = readNewWorkspace(draft);
  const command: Command | null = value === null ? null : { type: 'workspace.create', id, input: value };
  const { preview } = usePreview(orgId, command);
  const refused = command === null ? [] : (preview?.refusals ?? []);
  const anyway = useAnyway(refused);
  const create = useAction<[anyway?: boolean]>(async (despite = anyway.on) => {
    if (command === null) return;
    await askFor(orgId, [{ command, before: null }], `Workspace ${draft.name.trim()} created`, despite);
    setParams({ new: null, ws: id });
  });
  return (
    <SidePanel
      title="New workspace"
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (anyway.past(refusal) === null && !anyway.blocked) void create.run();
      }}
      footer={
        <>
          <GatedButton
            type="submit"
            kind="primary"
            refusal={anyway.past(refusal)}
            busy={create.busy}
            disabled={anyway.blocked}
          >
            Create workspace
          </GatedButton>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <WorkspaceFields draft={draft} problems={tried ? problems : {}} onChange={setDraft} autoFocus />
      <Refusals orgId={orgId} refusals={refused} anyway={anyway} />
      <NotDone action={create} kept="No workspace was created." />
    </SidePanel>
  );
}

interface WorkspacePanelProps extends PanelProps {
  readonly workspace: Workspace;
  readonly members: readonly Member[];
  readonly pending: readonly OutboxEntry[] | undefined;
}

/** One workspace: its limits to change, who uses it, and its removal. Give it the workspace's id as `key`. */
export function WorkspacePanel({ orgId, workspace, members, pending, refusal, onClose }: WorkspacePanelProps) {
  const [draft, setDraft] = useState(() => workspaceDraft(workspace));
  const { problems, value: patch } = readWorkspacePatch(draft, workspace);
  const idle = patch === null || Object.keys(patch).length === 0;
  const command: Command | null = idle ? null : { type: 'workspace.update', id: workspace.id, patch };
  const { preview } = usePreview(orgId, command);
  const refused = command === null ? [] : (preview?.refusals ?? []);
  const users = usersOf(workspace.id, members);
  const anyway = useAnyway(refused);
  const save = useAction<[anyway?: boolean]>(async (despite = anyway.on) => {
    if (command === null) return;
    await askFor(orgId, [{ command, before: workspace }], `Workspace ${workspace.name} changed`, despite);
  });
  return (
    <SidePanel
      title={workspace.name}
      about={
        <>
          since <Instant at={Date.parse(workspace.created_at)} /> ·{' '}
          <LongId value={workspace.id} what="Workspace id" head={18} />
        </>
      }
      onClose={onClose}
      onSubmit={() => refusal === null && !anyway.blocked && void save.run()}
      footer={
        <>
          <GatedButton
            type="submit"
            kind="primary"
            refusal={refusal}
            busy={save.busy}
            disabled={idle || anyway.blocked}
          >
            Save
          </GatedButton>
          {!idle && <Button onClick={() => setDraft(workspaceDraft(workspace))}>Discard</Button>}
          <span className="flex-1" />
          <DeleteWorkspace orgId={orgId} workspace={workspace} users={users.length} refusal={refusal} />
        </>
      }
    >
      <PendingMark orgId={orgId} entries={pending} />
      <WorkspaceFields
        draft={draft}
        problems={problems}
        onChange={setDraft}
        used={{ threads: workspace.threads, users: users.length }}
        disabled={refusal !== null}
      />
      {refusal !== null && <p className="mt-2 text-12 text-dim">{refusal}</p>}
      <Refusals orgId={orgId} refusals={refused} anyway={anyway} />
      <NotDone action={save} kept="The workspace was not changed." />
      <UsedBy orgId={orgId} workspace={workspace} users={users} />
    </SidePanel>
  );
}

/** People listed before the rest is only counted. */
const SHOWN = 8;

interface UsedByProps {
  readonly orgId: string;
  readonly workspace: Workspace;
  readonly users: readonly Member[];
}

function UsedBy({ orgId, workspace, users }: UsedByProps) {
  const named = users.filter(({ workspaces }) => workspaces !== null);
  return (
    <Section
      title="Who may use it"
      className="mt-4"
      aside={
        <Button small onClick={() => navigate({ screen: 'access', org: orgId, params: { workspace: workspace.id } })}>
          Show members
        </Button>
      }
    >
      <KeyValues wide>
        <KeyValue name="By name">{plural(named.length, 'member')}</KeyValue>
        <KeyValue name="With every workspace">{plural(users.length - named.length, 'member')}</KeyValue>
      </KeyValues>
      {named.length > 0 && (
        <p className="mt-1 text-12 text-dim">
          {named.slice(0, SHOWN).map(memberName).join(', ')}
          {named.length > SHOWN && ` and ${plural(named.length - SHOWN, 'other')}`}
        </p>
      )}
    </Section>
  );
}

interface DeleteProps {
  readonly orgId: string;
  readonly workspace: Workspace;
  readonly users: number;
  readonly refusal: string | null;
}

function DeleteWorkspace({ orgId, workspace, users, refusal }: DeleteProps) {
  const [open, setOpen] = useState(false);
  const command: Command = { type: 'workspace.delete', id: workspace.id };
  const { preview, busy } = usePreview(orgId, open ? command : null);
  const refused = preview?.refusals ?? [];
  const anyway = useAnyway(refused);
  const remove = useAction<[anyway?: boolean]>(async (despite = anyway.on) => {
    await askFor(orgId, [{ command, before: workspace }], `Workspace ${workspace.name} deleted`, despite);
    setOpen(false);
    setParams({ ws: null });
  });
  return (
    <>
      <GatedButton kind="danger" icon={Trash2} refusal={refusal} onClick={() => setOpen(true)}>
        Delete workspace
      </GatedButton>
      <ConfirmByTyping
        open={open}
        onClose={() => setOpen(false)}
        title={`Delete workspace ${workspace.name}?`}
        effect={
          <>
            <p>
              {plural(workspace.threads, 'thread')}, {plural(users, 'member')} {users === 1 ? 'uses' : 'use'} it. Its
              limits and its name are gone for good; the audit log keeps what was done in it.
            </p>
            <Refusals orgId={orgId} refusals={refused} anyway={anyway} />
            <NotDone action={remove} kept="The workspace was not deleted." />
          </>
        }
        name={workspace.name}
        action="Delete workspace"
        busy={remove.busy}
        blocked={busy || anyway.blocked}
        onConfirm={() => void remove.run()}
      />
    </>
  );
}
