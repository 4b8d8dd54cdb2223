import { X } from 'lucide-react';
import { useCallback, useState } from 'react';
import { AccessReviewInput, type Member } from '../../shared/entities/index.ts';
import { NotDone } from '../access/Anyway.tsx';
import { GatedButton } from '../access/GatedButton.tsx';
import { askFor } from '../access/pending.ts';
import { memberName } from '../access/people.ts';
import { type Me, refusalOf } from '../access/rights.ts';
import { SidePanel } from '../access/SidePanel.tsx';
import { endOfDay } from '../accounts/accountDraft.ts';
import { useAction } from '../app/query.ts';
import { setParams } from '../app/router.ts';
import { Combo } from '../questions/Combo.tsx';
import { Button } from '../ui/Button.tsx';
import { DayInput } from '../ui/DayInput.tsx';
import { Field, TextArea, TextInput } from '../ui/Field.tsx';

interface ReviewFormProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly members: readonly Member[];
}

const close = (): void => setParams({ act: null });

/** Start a review: it takes every grant there is when the platform gets it. */
export function ReviewForm({ orgId, me, members }: ReviewFormProps) {
  const [id] = useState(() => crypto.randomUUID());
  const [name, setName] = useState('');
  const [instructions, setInstructions] = useState('');
  const [reviewers, setReviewers] = useState<readonly string[]>([]);
  const [due, setDue] = useState('');
  const [tried, setTried] = useState(false);
  const refusal = refusalOf('access_review.create', me);
  const due_at = endOfDay(due);
  const problems = {
    name: AccessReviewInput.shape.name.safeParse(name).success ? null : 'A name of at most 120 characters.',
    reviewers: reviewers.length > 0 && reviewers.length <= 100 ? null : '1 to 100 reviewers.',
    due: due_at !== null && Date.parse(due_at) > Date.now() ? null : 'A day that is still to come.',
  };
  const start = useAction<[anyway?: boolean]>(async (anyway = false) => {
    if (due_at === null) return;
    const input = { name: name.trim(), instructions, reviewers: [...reviewers], due_at };
    await askFor(
      orgId,
      [{ command: { type: 'access_review.create', id, input }, before: null }],
      `${name.trim()} started`,
      anyway,
    );
    setParams({ act: null, open: id });
  });
  return (
    <SidePanel
      title="New access review"
      about="Takes every grant of every member and service account there is when it starts."
      onClose={close}
      onSubmit={() => {
        setTried(true);
        if (refusal === null && Object.values(problems).every((problem) => problem === null)) void start.run();
      }}
      footer={
        <>
          <GatedButton type="submit" kind="primary" refusal={refusal} busy={start.busy}>
            Start review
          </GatedButton>
          <Button onClick={close}>Cancel</Button>
        </>
      }
    >
      <div className="mt-3 flex flex-col gap-3">
        <Field label="Name" error={tried ? problems.name : null}>
          {(ids) => <TextInput {...ids} autoFocus value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <DayInput label="Due, end of (UTC)" value={due} error={tried ? problems.due : null} onChange={setDue} />
        <Reviewers
          members={members}
          chosen={reviewers}
          onChange={setReviewers}
          problem={tried ? problems.reviewers : null}
        />
        <Field label="Instructions" hint="What reviewers read beside every item.">
          {(ids) => (
            <TextArea
              {...ids}
              rows={4}
              maxLength={4_000}
              value={instructions}
              onChange={(event) => setInstructions(event.target.value)}
            />
          )}
        </Field>
        <NotDone action={start} kept="No review was started." />
      </div>
    </SidePanel>
  );
}

interface ReviewersProps {
  readonly members: readonly Member[];
  readonly chosen: readonly string[];
  readonly onChange: (userIds: readonly string[]) => void;
  readonly problem: string | null;
}

function Reviewers({ members, chosen, onChange, problem }: ReviewersProps) {
  const suggest = useCallback(
    (text: string) => {
      const wanted = text.toLocaleLowerCase('en');
      return members
        .filter(({ status, user_id }) => status === 'active' && !chosen.includes(user_id))
        .map((member) => ({ value: member.user_id, label: memberName(member), detail: member.email }))
        .filter(({ label, detail }) => `${label} ${detail}`.toLocaleLowerCase('en').includes(wanted));
    },
    [members, chosen],
  );
  const nameOf = (userId: string): string => {
    const member = members.find(({ user_id }) => user_id === userId);
    return member === undefined ? userId : memberName(member);
  };
  return (
    <div className="flex flex-col gap-1.5">
      <Combo
        label="Reviewers"
        chosen=""
        placeholder="Name or e-mail"
        suggest={suggest}
        onPick={(userId) => onChange([...chosen, userId])}
      />
      {chosen.length > 0 && (
        <ul aria-label="Chosen reviewers" className="flex flex-wrap gap-1.5">
          {chosen.map((userId) => (
            <li key={userId} className="inline-flex h-6 items-center gap-1 rounded border border-line pl-2">
              {nameOf(userId)}
              <button
                type="button"
                aria-label={`Remove reviewer ${nameOf(userId)}`}
                onClick={() => onChange(chosen.filter((other) => other !== userId))}
                className="flex size-[22px] items-center justify-center rounded text-dim hover:bg-hover hover:text-text"
              >
                <X size={12} strokeWidth={1.75} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      {problem !== null && (
        <p role="alert" className="text-12 text-bad">
          {problem}
        </p>
      )}
      <p className="text-12 text-dim">Nobody decides on their own access: name two at least.</p>
    </div>
  );
}
