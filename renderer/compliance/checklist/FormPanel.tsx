import { type ReactNode, useState } from 'react';
import { NotDone } from '../../access/Anyway.tsx';
import { GatedButton } from '../../access/GatedButton.tsx';
import { SidePanel } from '../../access/SidePanel.tsx';
import { type Action, useAction } from '../../app/query.ts';
import { Button } from '../../ui/Button.tsx';
import { Field, Select, TextArea, TextInput } from '../../ui/Field.tsx';

/** `kept` of a form that makes something new. */
export const NOTHING_RECORDED = 'Nothing was recorded; what you typed is still here.';

interface FormPanelProps {
  readonly title: ReactNode;
  readonly about?: ReactNode;
  /** The verb on the button. */
  readonly action: string;
  readonly danger?: boolean;
  /** Why it cannot be done; null where it can. */
  readonly refusal: string | null;
  /** Nothing is wrong with what is typed. */
  readonly sound: boolean;
  readonly save: (anyway: boolean) => Promise<void>;
  readonly onClose: () => void;
  /** What was not lost where it fails. */
  readonly kept: string;
  /** `tried`: it was pressed before, so that what is wrong is said. */
  readonly children: (tried: boolean) => ReactNode;
}

/** A form beside the list: says what is wrong once pressed, closes by Escape, and offers the way past a mirror that is behind. */
export function FormPanel(props: FormPanelProps) {
  const { title, about, action, danger, refusal, sound, onClose, kept, children } = props;
  const [tried, setTried] = useState(false);
  const save: Action<[anyway?: boolean]> = useAction(async (anyway = false) => {
    await props.save(anyway);
    onClose();
  });
  return (
    <SidePanel
      title={title}
      {...(about === undefined ? {} : { about })}
      onClose={onClose}
      leaves
      onSubmit={() => {
        setTried(true);
        if (sound && refusal === null) void save.run();
      }}
      footer={
        <>
          <GatedButton type="submit" kind={danger ? 'danger' : 'primary'} refusal={refusal} busy={save.busy}>
            {action}
          </GatedButton>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <div className="mt-3 flex flex-col gap-3">
        {children(tried)}
        <NotDone action={save} kept={kept} />
      </div>
    </SidePanel>
  );
}

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly hint?: string;
  readonly error?: string | null;
  readonly rows?: number;
  readonly max?: number;
  readonly autoFocus?: boolean;
  /** One line. */
  readonly line?: boolean;
}

/** A labelled text of one line or several. */
export function TextField({ label, value, onChange, hint, error, rows = 3, max = 4_000, autoFocus, line }: TextProps) {
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })} error={error ?? null}>
      {(ids) =>
        line ? (
          <TextInput
            {...ids}
            maxLength={max}
            autoFocus={autoFocus ?? false}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        ) : (
          <TextArea
            {...ids}
            rows={rows}
            maxLength={max}
            autoFocus={autoFocus ?? false}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
  readonly hint?: string;
  readonly autoFocus?: boolean;
}

export function ChoiceField<T extends string>({ label, value, options, onChange, hint, autoFocus }: ChoiceProps<T>) {
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })}>
      {(ids) => (
        <Select
          {...ids}
          autoFocus={autoFocus ?? false}
          value={value}
          options={options}
          onChange={(event) => onChange(event.target.value as T)}
        />
      )}
    </Field>
  );
}
