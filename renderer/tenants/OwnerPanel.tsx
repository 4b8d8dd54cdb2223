import { useState } from 'react';
import type { Command } from '../../shared/commands/index.ts';
import type { Member, Organization } from '../../shared/entities/index.ts';
import { NotDone } from '../access/Anyway.tsx';
import { askFor } from '../access/pending.ts';
import { memberName } from '../access/people.ts';
import { Refusals } from '../access/Refusals.tsx';
import { SidePanel } from '../access/SidePanel.tsx';
import { useAnyway } from '../access/useAnyway.ts';
import { usePreview } from '../access/usePreview.ts';
import { useAction } from '../app/query.ts';
import { Button } from '../ui/Button.tsx';
import { ConfirmByTyping } from '../ui/Dialog.tsx';
import { Field, Select } from '../ui/Field.tsx';

interface OwnerPanelProps {
  readonly organization: Organization;
  readonly members: readonly Member[];
  readonly onClose: () => void;
}

/** Hand the organization over. Only its owner can, and only the new owner could hand it back: the name is typed to confirm. */
export function OwnerPanel({ organization, members, onClose }: OwnerPanelProps) {
  const [chosen, setChosen] = useState('');
  const [confirming, setConfirming] = useState(false);
  const candidates = members.filter(({ status, user_id }) => status === 'active' && user_id !== organization.owner_id);
  const next = candidates.find(({ user_id }) => user_id === chosen) ?? null;
  const command: Command | null =
    next === null ? null : { type: 'organization.update', patch: { owner_id: next.user_id } };
  const { preview, busy } = usePreview(organization.id, command);
  const refused = command === null ? [] : (preview?.refusals ?? []);
  const anyway = useAnyway(refused);
  const hand = useAction<[anyway?: boolean]>(async (despite = anyway.on) => {
    if (command === null || next === null) return;
    setConfirming(false);
    await askFor(
      organization.id,
      [{ command, before: organization }],
      `${organization.name} handed over to ${memberName(next)}`,
      despite,
    );
    onClose();
  });
  return (
    <SidePanel
      title="Transfer ownership"
      about={organization.name}
      onClose={onClose}
      footer={
        <>
          <Button
            kind="danger"
            busy={hand.busy}
            disabled={next === null || anyway.blocked || busy}
            onClick={() => setConfirming(true)}
          >
            Transfer ownership
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <p className="my-3 text-dim">
        The owner cannot be removed or suspended. Your own role stays as it is; only the new owner can hand the
        organization on.
      </p>
      <Field label="New owner" hint={candidates.length === 0 ? 'There is no other active member.' : undefined}>
        {(ids) => (
          <Select
            {...ids}
            value={chosen}
            options={[
              { value: '', label: 'Choose an active member' },
              ...candidates.map((member) => ({
                value: member.user_id,
                label: `${memberName(member)} · ${member.email}`,
              })),
            ]}
            onChange={(event) => setChosen(event.target.value)}
          />
        )}
      </Field>
      <Refusals orgId={organization.id} refusals={refused} anyway={anyway} />
      <NotDone action={hand} kept="The owner was not changed." />
      <ConfirmByTyping
        open={confirming && next !== null}
        onClose={() => setConfirming(false)}
        title={`Transfer ${organization.name}?`}
        effect={
          <>
            <b>{next && memberName(next)}</b> becomes the owner. You stop being it at once and cannot take it back.
          </>
        }
        name={organization.name}
        action="Transfer ownership"
        busy={hand.busy}
        onConfirm={() => void hand.run()}
      />
    </SidePanel>
  );
}
