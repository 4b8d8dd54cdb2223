import { useMemo, useState } from 'react';
import type { Sla, Workspace } from '../../shared/entities/index.ts';
import { monthOf, monthSpan } from '../../shared/sla/calendar.ts';
import { newestRevision } from '../../shared/sla/terms.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { askFor } from '../access/pending.ts';
import { useRevision } from '../access/revision.ts';
import { type Me, refusalOf } from '../access/rights.ts';
import { SidePanel } from '../access/SidePanel.tsx';
import { useAction, useQuery } from '../app/query.ts';
import { setParams } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { Field, TextInput } from '../ui/Field.tsx';
import { Section } from '../ui/Section.tsx';
import { ErrorState } from '../ui/States.tsx';
import { useTime } from '../ui/zone.ts';
import { Scope, Targets, Window } from './FormTargets.tsx';
import { Alerts, Credits, Hours } from './FormTerms.tsx';
import { createCommand, draftOf, emptyDraft, readDraft, type SlaDraft, sameTerms, updateCommand } from './slaDraft.ts';
import { WhatIf } from './WhatIf.tsx';

interface SlaFormProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly zone: string;
  readonly workspaces: readonly Workspace[];
  /** Null: a new one. */
  readonly sla: Sla | null;
  readonly onClose: () => void;
}

/** Define an SLA or agree on new terms, with what the last twelve months would have been under them. Give it the SLA's id as `key`. */
export function SlaForm({ orgId, me, zone, workspaces, sla, onClose }: SlaFormProps) {
  const time = useTime();
  const [id] = useState(() => crypto.randomUUID());
  const [draft, setDraft] = useState<SlaDraft>(() => (sla === null ? emptyDraft(zone) : draftOf(sla)));
  const [tried, setTried] = useState(false);
  const { terms, problems } = useMemo(() => readDraft(draft), [draft]);
  const command = useMemo(
    () => (sla === null ? createCommand(draft, id) : updateCommand(draft, sla)),
    [draft, sla, id],
  );
  const services = useQuery('sla.services', { orgId }, useRevision(orgId));
  const refusal = refusalOf(sla === null ? 'sla.create' : 'sla.update', me);
  const present = sla === null ? null : newestRevision(sla).terms;
  const revises = present !== null && terms !== null && !sameTerms(terms, present);
  const save = useAction(async () => {
    if (command === null) return;
    const done = sla === null ? `${draft.name.trim()} defined` : `${draft.name.trim()} changed`;
    await askFor(orgId, [{ command, before: sla === null ? null : { ...sla } }], done);
    setParams({ act: null, open: sla?.id ?? id });
  });
  const set = (change: Partial<SlaDraft>): void => setDraft((old) => ({ ...old, ...change }));
  const shown = tried ? problems : {};
  const parts = { draft, set, problems: shown };
  return (
    <SidePanel
      title={sla === null ? 'New SLA' : `Revise ${sla.name}`}
      about={
        sla === null
          ? 'It is judged from the moment it is made.'
          : 'Other terms hold from the first of next month, so that no month has two measures; the months before keep theirs.'
      }
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (command !== null && refusal === null) void save.run();
      }}
      footer={
        <>
          <GatedButton
            type="submit"
            kind="primary"
            refusal={refusal}
            busy={save.busy}
            disabled={tried && command === null}
          >
            {sla === null ? 'Define SLA' : 'Save'}
          </GatedButton>
          <Button onClick={onClose}>Cancel</Button>
          {revises && present !== null && (
            <span className="text-12 text-dim">
              new terms from {time.minute(monthSpan(monthOf(Date.now(), present.time_zone), present.time_zone).to)}{' '}
              {time.label}
            </span>
          )}
        </>
      }
    >
      <Scope {...parts} fixed={sla !== null} workspaces={workspaces} services={services.data ?? []} />
      <Targets {...parts} />
      <Window {...parts} />
      <Hours {...parts} />
      <Credits {...parts} />
      <Alerts {...parts} terms={terms} />
      {revises && (
        <div className="mt-3">
          <Field label="Why the terms change" hint="Stands beside the revision for good.">
            {(ids) => (
              <TextInput
                {...ids}
                maxLength={2_000}
                value={draft.reason}
                onChange={(event) => set({ reason: event.target.value })}
              />
            )}
          </Field>
        </div>
      )}
      <Section title="The last twelve months under these terms" className="mt-2">
        <WhatIf
          orgId={orgId}
          id={sla?.id ?? null}
          workspaceId={draft.workspace === '' ? null : draft.workspace}
          service={draft.service === '' ? null : draft.service}
          terms={terms}
        />
      </Section>
      {save.error && <ErrorState compact error={save.error} kept="Nothing was changed." />}
    </SidePanel>
  );
}
