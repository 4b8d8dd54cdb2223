import type { Workspace } from '../../shared/entities/index.ts';
import { Check } from '../ui/Field.tsx';

interface WorkspaceChoiceProps {
  readonly workspaces: readonly Workspace[];
  /** Null: every one. */
  readonly value: readonly string[] | null;
  readonly onChange: (value: readonly string[] | null) => void;
  readonly disabled?: boolean;
}

/** Every workspace, now and later, or those named. */
export function WorkspaceChoice({ workspaces, value, onChange, disabled }: WorkspaceChoiceProps) {
  const off = disabled === true;
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-12 font-medium text-dim">Workspaces</legend>
      <Check
        label="Every workspace, also later ones"
        checked={value === null}
        disabled={off}
        onChange={(event) => onChange(event.target.checked ? null : workspaces.map(({ id }) => id))}
      />
      {value !== null && (
        <div className="flex max-h-44 flex-col gap-1 overflow-y-auto pl-6">
          {workspaces.map(({ id, name }) => (
            <Check
              key={id}
              label={name}
              checked={value.includes(id)}
              disabled={off}
              onChange={(event) =>
                onChange(event.target.checked ? [...value, id].sort() : value.filter((other) => other !== id))
              }
            />
          ))}
          {value.length === 0 && <p className="text-12 text-warn">No workspace: nothing in any can be used.</p>}
        </div>
      )}
    </fieldset>
  );
}
