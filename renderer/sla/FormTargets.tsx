import type { Output } from '../../shared/contract/index.ts';
import type { Workspace } from '../../shared/entities/index.ts';
import { Field, Select, TextArea, TextInput } from '../ui/Field.tsx';
import { Section } from '../ui/Section.tsx';
import type { SlaDraft } from './slaDraft.ts';

/** What every part of the form is given. */
export interface PartProps {
  readonly draft: SlaDraft;
  readonly set: (change: Partial<SlaDraft>) => void;
  readonly problems: Readonly<Record<string, string>>;
}

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly error?: string | undefined;
  readonly hint?: string;
  readonly numeric?: boolean;
  readonly autoFocus?: boolean;
}

/** A field of one text. */
export function TextField({ label, value, onChange, error, hint, numeric, autoFocus }: TextProps) {
  return (
    <Field label={label} hint={hint} error={error ?? null}>
      {(ids) => (
        <TextInput
          {...ids}
          autoFocus={autoFocus}
          inputMode={numeric ? 'decimal' : 'text'}
          className={numeric ? 'tnum text-right' : ''}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

interface ScopeProps extends PartProps {
  /** What is measured stays as it was defined. */
  readonly fixed: boolean;
  readonly workspaces: readonly Workspace[];
  readonly services: Output<'sla.services'>;
}

/** Name, and what is measured. */
export function Scope({ draft, set, problems, fixed, workspaces, services }: ScopeProps) {
  const offered = services.filter(({ workspaceId }) => draft.workspace === '' || workspaceId === draft.workspace);
  const names = [
    ...new Set([...offered.map(({ service }) => service), ...(draft.service === '' ? [] : [draft.service])]),
  ].sort();
  return (
    <div className="mt-3 flex flex-col gap-3">
      <TextField label="Name" autoFocus value={draft.name} error={problems.name} onChange={(name) => set({ name })} />
      <Field label="What it promises, and to whom">
        {(ids) => (
          <TextArea
            {...ids}
            rows={2}
            maxLength={2_000}
            value={draft.description}
            onChange={(event) => set({ description: event.target.value })}
          />
        )}
      </Field>
      <div className="grid grid-cols-2 gap-3">
        <Field label="Workspace" hint={fixed ? 'What is measured stays as it was defined.' : undefined}>
          {(ids) => (
            <Select
              {...ids}
              disabled={fixed}
              value={draft.workspace}
              options={[
                { value: '', label: 'every workspace' },
                ...workspaces.map(({ id, name }) => ({ value: id, label: name })),
              ]}
              onChange={(event) => set({ workspace: event.target.value, service: '' })}
            />
          )}
        </Field>
        <Field label="Service" hint={names.length === 0 ? 'No service was measured here yet.' : undefined}>
          {(ids) => (
            <Select
              {...ids}
              disabled={fixed}
              value={draft.service}
              options={[{ value: '', label: 'every service' }, ...names.map((name) => ({ value: name, label: name }))]}
              onChange={(event) => set({ service: event.target.value })}
            />
          )}
        </Field>
      </div>
    </div>
  );
}

const MEASURES = [
  { value: 'mean', label: 'mean of all requests' },
  ...['50', '90', '95', '99', '99.9'].map((value) => ({ value, label: `p${value}` })),
];

/** The three promises. */
export function Targets({ draft, set, problems }: PartProps) {
  const measures = MEASURES.some(({ value }) => value === draft.measure)
    ? MEASURES
    : [...MEASURES, { value: draft.measure, label: `p${draft.measure}` }];
  return (
    <Section title="Targets" className="mt-2">
      <div className="grid grid-cols-2 gap-3">
        <TextField
          numeric
          label="Availability at least (%)"
          value={draft.target}
          error={problems.target}
          onChange={(target) => set({ target })}
        />
        <Field label="Availability is measured by">
          {(ids) => (
            <Select
              {...ids}
              value={draft.basis}
              options={[
                { value: 'requests', label: 'good of all requests' },
                { value: 'time', label: 'time that it was up' },
              ]}
              onChange={(event) => set({ basis: event.target.value as SlaDraft['basis'] })}
            />
          )}
        </Field>
        <TextField
          numeric
          label="Response time at most (ms)"
          value={draft.responseMs}
          error={problems.responseMs}
          onChange={(responseMs) => set({ responseMs })}
        />
        <Field label="Response time is measured as" error={problems.measure ?? null}>
          {(ids) => (
            <Select
              {...ids}
              value={draft.measure}
              options={measures}
              onChange={(event) => set({ measure: event.target.value })}
            />
          )}
        </Field>
        <TextField
          numeric
          label="Error rate at most (%)"
          value={draft.errorRate}
          error={problems.errorRate}
          onChange={(errorRate) => set({ errorRate })}
        />
        <TextField
          numeric
          label="Failures needed for a breach"
          hint="With little traffic one failure is no trend."
          value={draft.minBad}
          error={problems.minBad}
          onChange={(minBad) => set({ minBad })}
        />
      </div>
    </Section>
  );
}

/** Over what it is judged, and by which clock. */
export function Window({ draft, set, problems }: PartProps) {
  const rolling = draft.rollingDays !== '';
  return (
    <Section title="Window">
      <div className="grid grid-cols-2 gap-3">
        <Field label="Judged over">
          {(ids) => (
            <Select
              {...ids}
              value={rolling ? 'rolling' : 'calendar'}
              options={[
                { value: 'calendar', label: 'calendar months' },
                { value: 'rolling', label: 'the last days' },
              ]}
              onChange={(event) => set({ rollingDays: event.target.value === 'rolling' ? '28' : '' })}
            />
          )}
        </Field>
        {rolling && (
          <TextField
            numeric
            label="Days"
            value={draft.rollingDays}
            error={problems.rollingDays}
            onChange={(rollingDays) => set({ rollingDays: rollingDays || '0' })}
          />
        )}
        <TextField
          label="Time zone"
          hint="Months and service hours begin by its clocks."
          value={draft.zone}
          error={problems.zone}
          onChange={(zone) => set({ zone })}
        />
      </div>
    </Section>
  );
}
