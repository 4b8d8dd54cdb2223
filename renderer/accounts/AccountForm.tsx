import { useMemo, useState } from 'react';
import type { Command } from '../../shared/commands/index.ts';
import type { Member, ServiceAccount, Workspace } from '../../shared/entities/index.ts';
import { NotDone } from '../access/Anyway.tsx';
import { EffectPanel } from '../access/EffectPanel.tsx';
import { ExtraGrants } from '../access/ExtraGrants.tsx';
import { GatedButton } from '../access/GatedButton.tsx';
import type { Matrix } from '../access/matrix.ts';
import { askFor } from '../access/pending.ts';
import { memberName } from '../access/people.ts';
import { type Me, refusalOf } from '../access/rights.ts';
import { SidePanel } from '../access/SidePanel.tsx';
import { useAnyway } from '../access/useAnyway.ts';
import { usePreview } from '../access/usePreview.ts';
import { useAction } from '../app/query.ts';
import { setParams } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { DayInput } from '../ui/DayInput.tsx';
import { Field, Select, TextInput } from '../ui/Field.tsx';
import { Section } from '../ui/Section.tsx';
import {
  type AccountDraft,
  accountDraft,
  accountProblems,
  createCommand,
  EMPTY_ACCOUNT,
  updateCommand,
} from './accountDraft.ts';

interface AccountFormProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly matrix: Matrix;
  readonly members: readonly Member[];
  readonly workspaces: readonly Workspace[];
  /** Null: a new one. */
  readonly account: ServiceAccount | null;
  readonly onClose: () => void;
}

/** Create or edit a service account, with what it will be able to do. Give it the account's id as `key`. */
export function AccountForm(props: AccountFormProps) {
  const { orgId, me, account, onClose } = props;
  const [id] = useState(() => crypto.randomUUID());
  const [draft, setDraft] = useState(() => (account === null ? EMPTY_ACCOUNT : accountDraft(account)));
  const [tried, setTried] = useState(false);
  const problems = accountProblems(draft, Date.now());
  const sound = Object.keys(problems).length === 0;
  const command = useMemo((): Command | null => {
    if (!sound) return null;
    return account === null ? createCommand(draft, id) : updateCommand(draft, account);
  }, [sound, draft, account, id]);
  const state = usePreview(orgId, command);
  const refusal = refusalOf(account === null ? 'service_account.create' : 'service_account.update', me);
  const anyway = useAnyway(state.preview?.refusals);
  const save = useAction<[anyway?: boolean]>(async (despite = anyway.on) => {
    if (command === null) return;
    const name = draft.name.trim();
    await askFor(
      orgId,
      [{ command, before: account === null ? null : { ...account } }],
      account === null ? `${name} created, without a key` : `${name} changed`,
      despite,
    );
    setParams({ act: null, open: account?.id ?? id });
  });
  return (
    <SidePanel
      title={account === null ? 'New service account' : `Edit ${account.name}`}
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (command !== null && anyway.past(refusal) === null && !anyway.blocked) void save.run();
      }}
      footer={
        <>
          <GatedButton
            type="submit"
            kind="primary"
            refusal={anyway.past(refusal)}
            busy={save.busy}
            disabled={anyway.blocked || (sound && command === null)}
          >
            {account === null ? 'Create account' : 'Save'}
          </GatedButton>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <Fields {...props} draft={draft} onDraft={setDraft} problems={tried ? problems : {}} />
      <Section title="What this gives" className="mt-2">
        <EffectPanel
          orgId={orgId}
          state={state}
          anyway={anyway}
          idle={account === null ? 'Give a name to see what the account can do.' : 'Nothing is changed yet.'}
        />
        {refusal !== null && <p className="text-12 text-dim">{refusal}</p>}
        <NotDone action={save} kept="The account was not changed." />
      </Section>
    </SidePanel>
  );
}

interface FieldsProps extends Pick<AccountFormProps, 'matrix' | 'members' | 'workspaces' | 'account'> {
  readonly draft: AccountDraft;
  readonly onDraft: (draft: AccountDraft) => void;
  readonly problems: ReturnType<typeof accountProblems>;
}

function Fields({ matrix, members, workspaces, account, draft, onDraft, problems }: FieldsProps) {
  const set = (change: Partial<AccountDraft>): void => onDraft({ ...draft, ...change });
  return (
    <div className="mt-3 flex flex-col gap-3">
      <Field label="Name" error={problems.name ?? null}>
        {(ids) => (
          <TextInput {...ids} autoFocus value={draft.name} onChange={(event) => set({ name: event.target.value })} />
        )}
      </Field>
      <Field label="What it is for">
        {(ids) => (
          <TextInput
            {...ids}
            maxLength={2_000}
            value={draft.description}
            onChange={(event) => set({ description: event.target.value })}
          />
        )}
      </Field>
      {account !== null && (
        <Owner members={members} account={account} draft={draft} onOwner={(owner) => set({ owner })} />
      )}
      <Field label="Workspace">
        {(ids) => (
          <Select
            {...ids}
            value={draft.workspace}
            options={[
              { value: '', label: 'every workspace' },
              ...workspaces.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(event) => set({ workspace: event.target.value })}
          />
        )}
      </Field>
      <ExtraGrants
        label="Permissions"
        matrix={matrix}
        grants={draft.permissions}
        onChange={(permissions) => set({ permissions })}
      />
      <div className="grid grid-cols-2 gap-3">
        <Field label="Requests per minute, each key" error={problems.rate ?? null}>
          {(ids) => (
            <TextInput
              {...ids}
              inputMode="numeric"
              value={draft.rate}
              onChange={(event) => set({ rate: event.target.value })}
            />
          )}
        </Field>
        <DayInput
          label="Last day (UTC)"
          hint="Left out: no end."
          value={draft.ends}
          error={problems.ends ?? null}
          onChange={(ends) => set({ ends })}
        />
      </div>
    </div>
  );
}

interface OwnerProps {
  readonly members: readonly Member[];
  readonly account: ServiceAccount;
  readonly draft: AccountDraft;
  readonly onOwner: (userId: string) => void;
}

function Owner({ members, account, draft, onOwner }: OwnerProps) {
  const active = members.filter(({ status }) => status === 'active');
  const known = active.some(({ user_id }) => user_id === account.owner_id);
  return (
    <Field label="Owner" hint="The person who answers for it.">
      {(ids) => (
        <Select
          {...ids}
          value={draft.owner}
          options={[
            ...(known ? [] : [{ value: account.owner_id, label: `${account.owner_id}, not an active member` }]),
            ...active.map((member) => ({ value: member.user_id, label: memberName(member) })),
          ]}
          onChange={(event) => onOwner(event.target.value)}
        />
      )}
    </Field>
  );
}
