import { Command } from 'cmdk';
import { Check, Plus, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useQuery } from '../../app/query.ts';
import { Button } from '../../ui/Button.tsx';
import { Select } from '../../ui/Field.tsx';
import { Popover } from '../../ui/Menu.tsx';
import type { NamedControl } from './lines.ts';

interface ControlsProps {
  readonly orgId: string;
  readonly frameworks: readonly { readonly id: string; readonly title: string; readonly mode: boolean }[];
  readonly value: readonly NamedControl[];
  readonly onChange: (controls: readonly NamedControl[]) => void;
  readonly hint?: string;
  readonly error?: string | null;
}

/** Which controls a record is about: those chosen, each removable, and a finder over one framework after the other. */
export function ControlsInput({ orgId, frameworks, value, onChange, hint, error }: ControlsProps) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-12 font-medium text-dim">Controls</legend>
      <ul className="flex flex-col gap-1">
        {value.map((one) => (
          <li key={one.id} className="flex items-center gap-2 rounded border border-line pl-2">
            <span className="shrink-0 font-mono text-12">{one.ref}</span>
            <span className="min-w-0 flex-1 truncate" title={one.title}>
              {one.title}
            </span>
            <button
              type="button"
              aria-label={`Remove ${one.ref}`}
              onClick={() => onChange(value.filter(({ id }) => id !== one.id))}
              className="flex size-7 items-center justify-center rounded text-dim hover:bg-hover hover:text-text"
            >
              <X size={14} strokeWidth={1.75} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <div>
        <Popover
          label="Find controls"
          className="w-96"
          trigger={
            <Button small icon={Plus}>
              Add control
            </Button>
          }
        >
          <Finder orgId={orgId} frameworks={frameworks} value={value} onChange={onChange} />
        </Popover>
      </div>
      {hint && <p className="text-12 text-dim">{hint}</p>}
      {error && (
        <p role="alert" className="text-12 text-bad">
          {error}
        </p>
      )}
    </fieldset>
  );
}

function Finder({ orgId, frameworks, value, onChange }: ControlsProps) {
  const [framework, setFramework] = useState(frameworks.find(({ mode }) => mode)?.id ?? frameworks[0]?.id ?? null);
  const { data, error } = useQuery('compliance.checklist', framework === null ? null : { orgId, framework, at: null });
  const controls = useMemo(
    () =>
      data === null || data.id !== framework
        ? null
        : data.rows.flatMap(({ node, control }): NamedControl[] =>
            control === null ? [] : [{ id: node.id, ref: node.ref, title: node.title, framework: data.id }],
          ),
    [data, framework],
  );
  const chosen = new Set(value.map(({ id }) => id));
  const toggle = (one: NamedControl): void =>
    onChange(chosen.has(one.id) ? value.filter(({ id }) => id !== one.id) : [...value, one]);
  return (
    <div>
      <div className="p-1">
        <Select
          aria-label="Framework"
          value={framework ?? ''}
          options={frameworks.map(({ id, title }) => ({ value: id, label: title }))}
          onChange={(event) => setFramework(event.target.value)}
        />
      </div>
      <Command label="Controls" loop>
        <Command.Input
          autoFocus
          placeholder="Find by reference or title"
          className="h-7 w-full rounded-[4px] bg-transparent px-2 outline-none"
        />
        <Command.List className="mt-1 max-h-64 overflow-y-auto border-t border-line pt-1">
          {error !== null && <p className="px-2 py-3 text-bad">The controls could not be read: {error.message}</p>}
          {controls !== null && <Command.Empty className="px-2 py-3 text-dim">Nothing of that name.</Command.Empty>}
          {controls?.map((one) => (
            <Command.Item
              key={one.id}
              value={one.id}
              keywords={[one.ref, one.title]}
              onSelect={() => toggle(one)}
              className="flex h-7 items-center gap-2 rounded-[4px] px-2 data-[selected=true]:bg-accent-tint"
            >
              <span className="flex size-4 shrink-0 items-center justify-center rounded-[4px] border border-line-strong">
                {chosen.has(one.id) && (
                  <Check size={12} strokeWidth={2.5} className="text-accent" aria-label="chosen" />
                )}
              </span>
              <span className="shrink-0 font-mono text-12">{one.ref}</span>
              <span className="min-w-0 flex-1 truncate">{one.title}</span>
            </Command.Item>
          ))}
        </Command.List>
      </Command>
    </div>
  );
}
