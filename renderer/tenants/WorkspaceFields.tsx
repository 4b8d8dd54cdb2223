import { Field, TextArea, TextInput } from '../ui/Field.tsx';
import { plural } from '../ui/numbers.ts';
import type { Problems, WorkspaceDraft } from './draft.ts';

interface FieldsProps {
  readonly draft: WorkspaceDraft;
  readonly problems: Problems<WorkspaceDraft>;
  readonly onChange: (draft: WorkspaceDraft) => void;
  /** Use now; null for a workspace that is not there yet. */
  readonly used?: { readonly threads: number; readonly users: number };
  readonly disabled?: boolean;
  readonly autoFocus?: boolean;
}

/** Name, description and limits of a workspace; each limit says what of it is in use. */
export function WorkspaceFields({ draft, problems, onChange, used, disabled, autoFocus }: FieldsProps) {
  const off = disabled === true;
  const number = (field: 'max_threads' | 'max_users' | 'max_log_retention_days', label: string, hint?: string) => (
    <Field label={label} error={problems[field] ?? null} hint={hint}>
      {(ids) => (
        <TextInput
          {...ids}
          inputMode="numeric"
          className="tnum text-right"
          value={draft[field]}
          disabled={off}
          onChange={(event) => onChange({ ...draft, [field]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <div className="mt-3 flex flex-col gap-3">
      <Field label="Name" error={problems.name ?? null}>
        {(ids) => (
          <TextInput
            {...ids}
            autoFocus={autoFocus}
            value={draft.name}
            disabled={off}
            onChange={(event) => onChange({ ...draft, name: event.target.value })}
          />
        )}
      </Field>
      <Field label="Description" error={problems.description ?? null}>
        {(ids) => (
          <TextArea
            {...ids}
            rows={2}
            value={draft.description}
            disabled={off}
            onChange={(event) => onChange({ ...draft, description: event.target.value })}
          />
        )}
      </Field>
      <div className="grid grid-cols-3 gap-3">
        {number('max_threads', 'Threads, at most', used && `${plural(used.threads, 'thread')} there now`)}
        {number('max_users', 'Users, at most', used && `${plural(used.users, 'member')} may use it`)}
        {number('max_log_retention_days', 'Log retention (days)')}
      </div>
    </div>
  );
}
