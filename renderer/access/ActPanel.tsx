import { useMemo, useState } from 'react';
import type { Member } from '../../shared/entities/index.ts';
import { useAction } from '../app/query.ts';
import { setParams } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { ConfirmByTyping } from '../ui/Dialog.tsx';
import { Field, Select } from '../ui/Field.tsx';
import { plural } from '../ui/numbers.ts';
import { Section } from '../ui/Section.tsx';
import { ErrorState } from '../ui/States.tsx';
import { NotDone } from './Anyway.tsx';
import { type Act, commandOf } from './acts.ts';
import { EffectList } from './EffectPanel.tsx';
import { type Effect, effectOf } from './effect.ts';
import { GatedButton } from './GatedButton.tsx';
import { askFor } from './pending.ts';
import { type CatalogRole, memberName, roleName } from './people.ts';
import { type Me, memberRefusal } from './rights.ts';
import { SidePanel } from './SidePanel.tsx';
import { type Anyway, useAnyway } from './useAnyway.ts';
import { usePreviews } from './usePreviews.ts';

interface Words {
  readonly title: string;
  readonly verb: string;
  readonly done: string;
  /** Of the audited action, for the question of rights. */
  readonly action: string;
}

const WORDS: Readonly<Record<Act, Words>> = {
  role: { title: 'Change role', verb: 'Change role', done: 'changed', action: 'member.role.update' },
  suspend: { title: 'Suspend', verb: 'Suspend', done: 'suspended', action: 'member.suspend' },
  reactivate: { title: 'Reactivate', verb: 'Reactivate', done: 'reactivated', action: 'member.reactivate' },
  remove: { title: 'Remove', verb: 'Remove', done: 'removed', action: 'member.delete' },
};

interface ActPanelProps {
  readonly orgId: string;
  readonly act: Act;
  readonly members: readonly Member[];
  readonly roles: readonly CatalogRole[];
  readonly me: Me | null;
  readonly onDone: () => void;
}

/** One act on one or many members, with what it does for each before it is asked for. */
export function ActPanel({ orgId, act, members, roles, me, onDone }: ActPanelProps) {
  const [role, setRole] = useState('');
  const [confirming, setConfirming] = useState(false);
  const words = WORDS[act];
  const asks = useMemo(
    () =>
      members.flatMap((member) => {
        const command = commandOf(act, member, role);
        return command === null ? [] : [{ command, before: { ...member } }];
      }),
    [act, members, role],
  );
  const commands = useMemo(() => asks.map(({ command }) => command), [asks]);
  const state = usePreviews(orgId, commands);
  const effect = effectOf(state.previews);
  const refusal =
    members.map((member) => memberRefusal(words.action, member, me)).find((each) => each !== null) ?? null;
  const whom = members.length === 1 && members[0] ? memberName(members[0]) : plural(members.length, 'member');
  const anyway = useAnyway(effect.refusals);
  const carry = useAction<[anyway?: boolean]>(async (despite = anyway.on) => {
    setConfirming(false);
    await askFor(
      orgId,
      asks,
      act === 'role' ? `Role of ${whom} changed to ${roleName(role, roles)}` : `${whom} ${words.done}`,
      despite,
    );
    onDone();
  });
  const close = (): void => setParams({ act: null });
  const ready = asks.length > 0 && state.done === state.total && !anyway.blocked;
  const still = members.length - asks.length;
  return (
    <SidePanel
      title={`${words.title}: ${whom}`}
      onClose={close}
      onSubmit={() =>
        ready && anyway.past(refusal) === null && (act === 'remove' ? setConfirming(true) : void carry.run())
      }
      footer={
        <>
          <GatedButton
            type="submit"
            kind={act === 'remove' || act === 'suspend' ? 'danger' : 'primary'}
            refusal={anyway.past(refusal)}
            busy={carry.busy}
            disabled={!ready}
          >
            {asks.length > 1
              ? `${words.verb}${act === 'role' ? ' of' : ''} ${plural(asks.length, 'member')}`
              : words.verb}
          </GatedButton>
          <Button onClick={close}>Cancel</Button>
        </>
      }
    >
      {act === 'role' && <RoleChoice role={role} roles={roles} onRole={setRole} />}
      {refusal !== null && <p className="mt-2 text-dim">{refusal}</p>}
      {act !== 'role' && <p className="mt-2 text-dim">{consequence(act)}</p>}
      {still > 0 && (act !== 'role' || role !== '') && (
        <p className="mt-2 text-12 text-dim">
          {plural(still, 'member')} stay{still === 1 ? 's' : ''} as {still === 1 ? 'it is' : 'they are'}.
        </p>
      )}
      {asks.length > 0 && (
        <Effects orgId={orgId} anyway={anyway} effect={effect} done={state.done} total={state.total} />
      )}
      {state.error && <ErrorState compact error={state.error} kept="Nothing was changed." />}
      <NotDone action={carry} kept="Nothing was changed." />
      <ConfirmByTyping
        open={confirming}
        onClose={() => setConfirming(false)}
        title={`Remove ${whom}?`}
        effect={`${plural(effect.lost, 'permission')} ${effect.lost === 1 ? 'is' : 'are'} lost at the next request. Whoever is removed must be invited again to come back.`}
        name={members.length === 1 && members[0] ? members[0].email : `remove ${members.length} members`}
        action="Remove"
        busy={carry.busy}
        onConfirm={() => void carry.run()}
      />
    </SidePanel>
  );
}

function consequence(act: Exclude<Act, 'role'>): string {
  if (act === 'suspend') return 'Refused at the next request, until reactivated. Role and grants are kept.';
  if (act === 'reactivate') return 'Role and grants work again at once.';
  return 'Membership, role and extra grants end. The audit log keeps what was done.';
}

interface RoleChoiceProps {
  readonly role: string;
  readonly roles: readonly CatalogRole[];
  readonly onRole: (id: string) => void;
}

function RoleChoice({ role, roles, onRole }: RoleChoiceProps) {
  return (
    <div className="mt-3">
      <Field label="New role">
        {(ids) => (
          <Select
            {...ids}
            autoFocus
            value={role}
            options={[
              { value: '', label: 'Choose a role' },
              ...roles.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(event) => onRole(event.target.value)}
          />
        )}
      </Field>
    </div>
  );
}

interface EffectsProps {
  readonly orgId: string;
  readonly anyway: Anyway;
  readonly effect: Effect;
  readonly done: number;
  readonly total: number;
}

function Effects({ orgId, anyway, effect, done, total }: EffectsProps) {
  return (
    <Section title="What this changes, for whom" className="mt-2">
      {done < total ? (
        <p role="status" className="tnum text-dim">
          Computed for {done} of {plural(total, 'member')}
        </p>
      ) : (
        <EffectList
          orgId={orgId}
          anyway={anyway}
          effect={effect}
          note={`Computed for ${plural(total, 'member')} from the mirror; nothing is sent yet.`}
        />
      )}
    </Section>
  );
}
