import { useState } from 'react';
import type { Command } from '../../shared/commands/index.ts';
import { type Member, type Organization, type OrganizationPatch, TIERS } from '../../shared/entities/index.ts';
import { NotDone } from '../access/Anyway.tsx';
import { askFor } from '../access/pending.ts';
import { Refusals } from '../access/Refusals.tsx';
import { SidePanel } from '../access/SidePanel.tsx';
import { useAnyway } from '../access/useAnyway.ts';
import { usePreview } from '../access/usePreview.ts';
import { useAction } from '../app/query.ts';
import { Button } from '../ui/Button.tsx';
import { Check, Field, Select, TextInput } from '../ui/Field.tsx';
import { plural } from '../ui/numbers.ts';
import { organizationDraft, readOrganizationPatch } from './draft.ts';

interface OrgPanelProps {
  readonly organization: Organization;
  readonly members: readonly Member[] | null;
  readonly refusals: Readonly<Record<keyof OrganizationPatch, string | null>>;
  readonly onClose: () => void;
}

const TIER_OPTIONS = TIERS.map((tier) => ({ value: tier, label: tier }));

/** Change the organization. A field that this person may not change says why. */
export function OrgPanel({ organization, members, refusals, onClose }: OrgPanelProps) {
  const [draft, setDraft] = useState(() => organizationDraft(organization));
  const { problems, value: patch } = readOrganizationPatch(draft, organization);
  const idle = patch === null || Object.keys(patch).length === 0;
  const command: Command | null = idle ? null : { type: 'organization.update', patch };
  const { preview } = usePreview(organization.id, command);
  const refused = command === null ? [] : (preview?.refusals ?? []);
  const anyway = useAnyway(refused);
  const save = useAction<[anyway?: boolean]>(async (despite = anyway.on) => {
    if (command === null) return;
    await askFor(organization.id, [{ command, before: organization }], `${organization.name} changed`, despite);
    onClose();
  });
  const field = (name: keyof OrganizationPatch) => ({ hint: refusals[name], disabled: refusals[name] !== null });
  const zones = Intl.supportedValuesOf('timeZone');
  return (
    <SidePanel
      title="Edit organization"
      about={organization.name}
      onClose={onClose}
      onSubmit={() => !idle && !anyway.blocked && void save.run()}
      footer={
        <>
          <Button type="submit" kind="primary" busy={save.busy} disabled={idle || anyway.blocked}>
            Save
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <div className="mt-3 flex flex-col gap-3">
        <Field label="Name" error={problems.name ?? null} hint={field('name').hint}>
          {(ids) => (
            <TextInput
              {...ids}
              value={draft.name}
              disabled={field('name').disabled}
              onChange={(event) => setDraft({ ...draft, name: event.target.value })}
            />
          )}
        </Field>
        <Field label="Subscription tier" hint={field('subscription_tier').hint}>
          {(ids) => (
            <Select
              {...ids}
              value={draft.subscription_tier}
              options={TIER_OPTIONS}
              disabled={field('subscription_tier').disabled}
              onChange={(event) =>
                setDraft({ ...draft, subscription_tier: event.target.value as Organization['subscription_tier'] })
              }
            />
          )}
        </Field>
        <Field label="Region" error={problems.region ?? null} hint={field('region').hint}>
          {(ids) => (
            <TextInput
              {...ids}
              value={draft.region}
              disabled={field('region').disabled}
              onChange={(event) => setDraft({ ...draft, region: event.target.value })}
            />
          )}
        </Field>
        <Field label="Time zone" error={problems.time_zone ?? null} hint={field('time_zone').hint}>
          {(ids) => (
            <>
              <TextInput
                {...ids}
                list="tenant-zones"
                value={draft.time_zone}
                disabled={field('time_zone').disabled}
                onChange={(event) => setDraft({ ...draft, time_zone: event.target.value })}
              />
              <datalist id="tenant-zones">
                {['UTC', ...zones].map((zone) => (
                  <option key={zone} value={zone} />
                ))}
              </datalist>
            </>
          )}
        </Field>
        <Check
          label="Second factor required"
          checked={draft.mfa_required}
          disabled={field('mfa_required').disabled}
          hint={field('mfa_required').hint ?? mfaEffect(members)}
          onChange={(event) => setDraft({ ...draft, mfa_required: event.target.checked })}
        />
      </div>
      <Refusals orgId={organization.id} refusals={refused} anyway={anyway} />
      <NotDone action={save} kept="The organization was not changed." />
    </SidePanel>
  );
}

/** Whom the demand for a second factor would keep out. */
function mfaEffect(members: readonly Member[] | null): string {
  if (members === null) return 'Nobody enters without one.';
  const without = members.filter(({ mfa, status }) => !mfa && status === 'active').length;
  if (without === 0) return 'Nobody enters without one. Every active member has one set up.';
  return `Nobody enters without one: ${plural(without, 'active member')} ${without === 1 ? 'has' : 'have'} none and ${without === 1 ? 'is' : 'are'} kept out until set up.`;
}
