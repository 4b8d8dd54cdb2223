import { useState } from 'react';
import { CheckSettingsPatch } from '../../../shared/entities/index.ts';
import { readEntities } from '../../access/entities.ts';
import { askFor } from '../../access/pending.ts';
import { type Me, refusalOf } from '../../access/rights.ts';
import { FormPanel, TextField } from '../checklist/FormPanel.tsx';
import type { CheckKnown } from './CheckPanel.tsx';
import { PARAMETERS } from './checkWords.ts';

interface ParameterProps {
  readonly orgId: string;
  readonly me: Me | null;
  readonly known: CheckKnown;
  readonly onClose: () => void;
}

type Name = keyof typeof PARAMETERS;

/** What is typed, as the settings read it; undefined where it is none. */
function readValue(name: Name, text: string): unknown {
  if (name === 'own_domains')
    return text
      .split(/[\s,]+/)
      .filter(Boolean)
      .map((domain) => domain.toLowerCase());
  return /^\d{1,7}$/.test(text.trim()) ? Number(text) : undefined;
}

/** The figures a check reads; they hold for every check of the organization that reads them, from then on. */
export function ParameterForm({ orgId, me, known, onClose }: ParameterProps) {
  const names = known.reads as Name[];
  const before = (name: Name): string => {
    const value = known.parameters[name];
    return Array.isArray(value) ? value.join(', ') : String(value);
  };
  const [draft, setDraft] = useState(
    () => Object.fromEntries(names.map((name) => [name, before(name)])) as Record<Name, string>,
  );
  const changed = names.filter((name) => draft[name] !== before(name));
  const read = CheckSettingsPatch.safeParse(
    Object.fromEntries(changed.map((name) => [name, readValue(name, draft[name])])),
  );
  const wrong = (name: Name): string | null => {
    const missing = changed.includes(name) && readValue(name, draft[name]) === undefined;
    const issue = read.success ? undefined : read.error.issues.find(({ path }) => path[0] === name);
    return missing ? 'A whole number.' : issue === undefined ? null : 'Out of bounds.';
  };
  return (
    <FormPanel
      title={`Parameters of ${known.summary.check}`}
      about="They hold for every check that reads them. A change is recorded, and results say which figures they rest on."
      action="Save"
      refusal={refusalOf('check_settings.update', me) ?? (changed.length === 0 ? 'Nothing is changed yet.' : null)}
      sound={read.success && names.every((name) => wrong(name) === null)}
      save={async (anyway) => {
        const [settings] = await readEntities(orgId, 'check_settings');
        const command = { type: 'check_settings.update' as const, id: 'settings' as const, patch: read.data ?? {} };
        await askFor(orgId, [{ command, before: settings ?? null }], 'Parameters changed', anyway);
      }}
      onClose={onClose}
      kept="Nothing was changed; what you typed is still here."
    >
      {(tried) => (
        <>
          {names.map((name, n) => (
            <TextField
              key={name}
              line
              autoFocus={n === 0}
              label={`${PARAMETERS[name].label} (${PARAMETERS[name].unit})`}
              value={draft[name]}
              onChange={(text) => setDraft((old) => ({ ...old, [name]: text }))}
              error={tried ? wrong(name) : null}
            />
          ))}
        </>
      )}
    </FormPanel>
  );
}
