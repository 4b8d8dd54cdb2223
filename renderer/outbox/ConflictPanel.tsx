import { Check, GitMerge, RefreshCw, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { Conflict, OutboxEntry } from '../../shared/contract/outbox.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { usePending } from '../access/pending.ts';
import { useRevision } from '../access/revision.ts';
import { SidePanel } from '../access/SidePanel.tsx';
import { useOrgs } from '../app/orgs.ts';
import { useAction, useQuery } from '../app/query.ts';
import { setParams } from '../app/router.ts';
import { call } from '../bridge.ts';
import { Button } from '../ui/Button.tsx';
import { plural } from '../ui/numbers.ts';
import { ErrorState, SkeletonRows } from '../ui/States.tsx';
import { toast } from '../ui/toasts.ts';
import { Verdict } from '../ui/Verdict.tsx';
import {
  type Choices,
  chosenMine,
  type FieldKind,
  fieldKind,
  firstChoices,
  isMineToChoose,
  type Side,
  sendProblem,
} from './conflict.ts';
import { fieldName, type NameOf, STATES, sentence, valueLines } from './entries.ts';
import { Value } from './FieldChange.tsx';

interface ConflictPanelProps {
  readonly orgId: string;
  readonly entry: OutboxEntry;
  readonly nameOf: NameOf;
}

/** A change that met another: base, mine and theirs side by side, a side to choose for each field. */
export function ConflictPanel({ orgId, entry, nameOf }: ConflictPanelProps) {
  const answer = useQuery('outbox.conflict', { orgId, id: entry.id }, useRevision(orgId));
  const data = answer.stale ? null : answer.data;
  if (data !== null) return <Decide key={data.theirVersion} orgId={orgId} conflict={data} nameOf={nameOf} />;
  return (
    <SidePanel title={sentence(entry)} onClose={() => setParams({ open: null })}>
      {answer.error !== null ? (
        <ErrorState
          compact
          error={answer.error}
          kept="The change stands as it was."
          onRetry={answer.reload}
          actions={
            <Button
              small
              icon={RefreshCw}
              onClick={() =>
                void useOrgs
                  .getState()
                  .sync(orgId)
                  .catch(() => undefined)
              }
            >
              Sync now
            </Button>
          }
        />
      ) : (
        answer.slow && <SkeletonRows rows={4} />
      )}
    </SidePanel>
  );
}

interface DecideProps {
  readonly orgId: string;
  readonly conflict: Conflict;
  readonly nameOf: NameOf;
}

function Decide({ orgId, conflict, nameOf }: DecideProps) {
  const { entry, fields, theirs, theirVersion } = conflict;
  const [choices, setChoices] = useState<Choices>(() => firstChoices(conflict));
  const mine = chosenMine(choices);
  const problem = sendProblem(conflict, choices);
  const resolve = useAction(async (take: Side) => {
    const { entry: left } = await call('outbox.resolve', {
      ...{ orgId, id: entry.id, take },
      fields: take === 'mine' ? [...mine] : [],
    });
    await usePending.getState().load(orgId);
    if (take === 'theirs') toast({ text: `Theirs stands. Change of ${entry.title} dropped.` });
    else if (left === null) toast({ text: `${sentence(entry)}: done` });
    else if (left.state === 'waiting') toast({ text: `${sentence(entry)}: waits to be sent` });
    else toast({ text: `${sentence(entry)}: ${left.error?.message ?? left.state}`, tone: 'bad' });
    setParams({ open: left?.id ?? null }, { replace: true });
  });
  const clashes = fields.filter(({ clash }) => clash).length;
  return (
    <SidePanel
      title={
        <>
          {sentence(entry)} <Verdict tone={STATES.conflict.tone}>{STATES.conflict.word}</Verdict>
        </>
      }
      about={
        theirs === null
          ? 'The thing is gone on the platform: what was asked for has nothing to change.'
          : `Somebody changed it after you looked: ${plural(clashes, 'clash', 'clashes')} in ${plural(fields.length, 'field')}. Made against version ${entry.baseVersion}, now version ${theirVersion}.`
      }
      onClose={() => setParams({ open: null })}
      onSubmit={() => problem === null && void resolve.run('mine')}
      footer={
        <>
          {theirs !== null && (
            <GatedButton type="submit" kind="primary" icon={GitMerge} refusal={problem} busy={resolve.busy}>
              {mine.length === 0 ? 'Send mine' : `Send ${plural(mine.length, 'field')} of mine`}
            </GatedButton>
          )}
          <Button busy={resolve.busy} onClick={() => void resolve.run('theirs')}>
            Take theirs
          </Button>
          {problem !== null && <span className="text-12 text-dim">{problem}</span>}
        </>
      }
    >
      {resolve.error && <ErrorState compact error={resolve.error} kept="Nothing was decided." />}
      <table className="mt-3 w-full table-fixed border-collapse">
        <thead>
          <tr className="h-7 text-left text-12 text-dim">
            <th className="w-[22%] font-medium">Field</th>
            <th className="font-medium">Base</th>
            <th className="font-medium">Mine</th>
            <th className="font-medium">Theirs</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <FieldRow
              key={field.field}
              field={field}
              gone={theirs === null}
              choosable={theirs !== null && isMineToChoose(entry.command, field.field)}
              side={choices[field.field] ?? null}
              nameOf={nameOf}
              onSide={(side) => setChoices({ ...choices, [field.field]: side })}
            />
          ))}
        </tbody>
      </table>
    </SidePanel>
  );
}

const KIND_WORDS: Readonly<Record<FieldKind, string>> = {
  clash: 'clash',
  same: 'both the same',
  mine: 'only mine',
  theirs: 'only theirs',
};

interface FieldRowProps {
  readonly field: Conflict['fields'][number];
  readonly gone: boolean;
  readonly choosable: boolean;
  readonly side: Side | null;
  readonly nameOf: NameOf;
  readonly onSide: (side: Side) => void;
}

function FieldRow({ field, gone, choosable, side, nameOf, onSide }: FieldRowProps) {
  const kind = fieldKind(field);
  const lines = (value: unknown) => <Value lines={valueLines(field.field, value, nameOf)} />;
  const choice = (which: Side) => (
    <Cell
      name={`choice-${field.field}`}
      label={`${which === 'mine' ? 'Mine' : 'Theirs'} for ${fieldName(field.field)}`}
      chosen={side === which}
      choosable={choosable && kind !== 'same'}
      onChoose={() => onSide(which)}
    >
      {which === 'theirs' && gone ? <span className="text-dim">gone</span> : lines(field[which])}
    </Cell>
  );
  return (
    <tr className="border-t border-line align-top">
      <th scope="row" className="py-2 pr-2 text-left font-normal">
        <span className="block break-words">{fieldName(field.field)}</span>
        {kind === 'clash' ? (
          <Verdict tone="bad" icon={TriangleAlert}>
            {KIND_WORDS[kind]}
          </Verdict>
        ) : (
          <span className="text-12 text-dim">{KIND_WORDS[kind]}</span>
        )}
      </th>
      <td className="py-2 pr-2 break-words text-dim">{lines(field.base)}</td>
      {choice('mine')}
      {choice('theirs')}
    </tr>
  );
}

interface CellProps {
  readonly name: string;
  readonly label: string;
  readonly chosen: boolean;
  readonly choosable: boolean;
  readonly onChoose: () => void;
  readonly children: React.ReactNode;
}

/** A side's value, with the radio that chooses it; where nothing is to choose, a tick at the one that stands. */
function Cell({ name, label, chosen, choosable, onChoose, children }: CellProps) {
  const look = 'flex items-start gap-1.5 px-1.5';
  return (
    <td className={`py-2 pr-2 break-words ${chosen ? 'bg-accent-tint' : ''}`}>
      {choosable ? (
        <label className={look}>
          <input
            type="radio"
            name={name}
            aria-label={label}
            checked={chosen}
            onChange={onChoose}
            className="mt-[3px] size-3.5 shrink-0 accent-accent"
          />
          <span className="min-w-0">{children}</span>
        </label>
      ) : (
        <span className={look}>
          {chosen && <Check size={14} strokeWidth={2} className="mt-[3px] shrink-0 text-accent" aria-label="stands" />}
          <span className="min-w-0">{children}</span>
        </span>
      )}
    </td>
  );
}
