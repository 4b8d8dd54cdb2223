import { useState } from 'react';
import type { OutboxEntry } from '../../shared/contract/outbox.ts';
import { usePending } from '../access/pending.ts';
import { SidePanel } from '../access/SidePanel.tsx';
import { useAction } from '../app/query.ts';
import { setParams } from '../app/router.ts';
import { call } from '../bridge.ts';
import { Button } from '../ui/Button.tsx';
import { Field, Select, TextArea, TextInput } from '../ui/Field.tsx';
import { ErrorState } from '../ui/States.tsx';
import { bodyOf, fieldName, type NameOf, retyped, sentence, typedText } from './entries.ts';

interface EditFormProps {
  readonly orgId: string;
  readonly entry: OutboxEntry;
  readonly nameOf: NameOf;
  readonly onClose: () => void;
}

/** Other values for a change that was not carried out; its target stays. */
export function EditForm({ orgId, entry, nameOf, onClose }: EditFormProps) {
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const body = bodyOf(entry.command) ?? {};
  const save = useAction(async () => {
    const command = retyped(entry.command, texts);
    if (typeof command === 'string') {
      setProblem(command);
      return;
    }
    setProblem(null);
    const { id } = await call('outbox.edit', { orgId, id: entry.id, command });
    await usePending.getState().load(orgId);
    // An entry that was answered before goes on under another id.
    setParams({ open: id }, { replace: true });
    onClose();
  });
  return (
    <SidePanel
      title={`Edit: ${sentence(entry)}`}
      about="Its target stays; only what is asked for changes."
      onClose={onClose}
      onSubmit={() => void save.run()}
      footer={
        <>
          <Button type="submit" kind="primary" busy={save.busy}>
            Save and send
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <div className="mt-3 flex flex-col gap-3">
        {Object.entries(body).map(([field, was], i) => (
          <FieldInput
            key={field}
            field={field}
            was={was}
            text={texts[field] ?? typedText(was)}
            nameOf={nameOf}
            autoFocus={i === 0}
            onText={(text) => setTexts({ ...texts, [field]: text })}
          />
        ))}
        {problem !== null && (
          <p role="alert" className="text-bad">
            {problem}
          </p>
        )}
        {save.error && <ErrorState compact error={save.error} kept="The change stands as it was." />}
      </div>
    </SidePanel>
  );
}

interface FieldInputProps {
  readonly field: string;
  readonly was: unknown;
  readonly text: string;
  readonly nameOf: NameOf;
  readonly autoFocus: boolean;
  readonly onText: (text: string) => void;
}

function FieldInput({ field, was, text, nameOf, autoFocus, onText }: FieldInputProps) {
  const named = typeof was === 'string' && nameOf(field, text) !== text ? nameOf(field, text) : null;
  return (
    <Field label={fieldName(field)} hint={Array.isArray(was) ? 'One a line.' : named}>
      {(ids) =>
        Array.isArray(was) ? (
          <TextArea
            {...ids}
            mono
            rows={6}
            autoFocus={autoFocus}
            value={text}
            onChange={(event) => onText(event.target.value)}
          />
        ) : typeof was === 'boolean' ? (
          <Select
            {...ids}
            value={text}
            options={[
              { value: 'true', label: 'yes' },
              { value: 'false', label: 'no' },
            ]}
            onChange={(event) => onText(event.target.value)}
          />
        ) : (
          <TextInput
            {...ids}
            autoFocus={autoFocus}
            inputMode={typeof was === 'number' ? 'numeric' : 'text'}
            value={text}
            onChange={(event) => onText(event.target.value)}
          />
        )
      }
    </Field>
  );
}
