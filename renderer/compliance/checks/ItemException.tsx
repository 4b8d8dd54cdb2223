import { useState } from 'react';
import { askFor } from '../../access/pending.ts';
import { type Me, refusalOf } from '../../access/rights.ts';
import { FormPanel, NOTHING_RECORDED } from '../checklist/FormPanel.tsx';
import { exceptionDraft, readExceptionDraft } from '../deviations/drafts.ts';
import { ExceptionFields } from '../deviations/ExceptionForms.tsx';
import type { CheckKnown } from './CheckPanel.tsx';
import { dayText } from './period.ts';

interface ExceptionProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly known: CheckKnown;
  /** The failing item it is for; null: all that fail in the check. */
  readonly subject: string | null;
  readonly onClose: () => void;
}

/** Ask for an exception of a check, for one failing item or all of them. */
export function ItemException({ orgId, me, known, subject, onClose }: ExceptionProps) {
  const { summary, items } = known;
  const item = items.find(({ id }) => id === subject) ?? null;
  const today = dayText(Date.now());
  const [draft, setDraft] = useState(() => ({
    ...exceptionDraft(today),
    ...{ title: item?.title ?? '', check: summary.check },
  }));
  const { input, faults } = readExceptionDraft(draft, [], today);
  return (
    <FormPanel
      title={`Exception from ${summary.check}`}
      about={
        item === null ? `For everything that fails in it. ${summary.title}.` : `For ${item.title} alone: ${item.why}`
      }
      action="Ask for exception"
      refusal={refusalOf('control_exception.create', me)}
      sound={Object.keys(faults).length === 0}
      save={async (anyway) => {
        const command = {
          ...{ type: 'control_exception.create' as const, id: crypto.randomUUID() },
          input: { ...input, subjects: item === null ? [] : [item.id] },
        };
        await askFor(orgId, [{ command, before: null }], 'Exception asked for; somebody else approves it', anyway);
      }}
      onClose={onClose}
      kept={NOTHING_RECORDED}
    >
      {(tried) => (
        <ExceptionFields
          draft={draft}
          set={(change) => setDraft((old) => ({ ...old, ...change }))}
          wrong={tried ? faults : {}}
        />
      )}
    </FormPanel>
  );
}
