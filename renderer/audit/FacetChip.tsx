import { Check, Search } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { AuditFilter } from '../../shared/contract/audit.ts';
import { useQuery } from '../app/query.ts';
import { Button } from '../ui/Button.tsx';
import { Chip } from '../ui/Chip.tsx';
import { Popover } from '../ui/Menu.tsx';
import { count } from '../ui/numbers.ts';
import { ErrorState } from '../ui/States.tsx';
import { useDebounced } from '../ui/useDebounced.ts';
import { plainLabel } from './cells.ts';
import { rememberLabels, useLabels } from './labels.ts';
import { EMPTY_FILTER, type ListField } from './view.ts';
import { anyOf, FIELDS } from './words.ts';

interface FacetChipProps {
  readonly orgId: string;
  readonly filter: AuditFilter;
  readonly field: ListField;
  /** Open as soon as it appears (added from the Filter menu). */
  readonly startOpen?: boolean;
  readonly onChange: (values: readonly string[]) => void;
  readonly onClosed?: () => void;
}

/** A list filter as a chip; its editor lists the most frequent values under the other filters, with counts. */
export function FacetChip({ orgId, filter, field, startOpen = false, onChange, onClosed }: FacetChipProps) {
  const [open, setOpen] = useState(startOpen);
  const values: readonly string[] = filter[field];
  const labels = useLabels(orgId, field, values);
  const { label } = FIELDS[field];
  return (
    <Popover
      label={`${label} filter`}
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        if (!next) onClosed?.();
      }}
      className="w-80"
      trigger={
        <Chip
          label={label}
          value={anyOf(values.map((value) => labels[value] ?? plainLabel(field, value)))}
          active={values.length > 0}
          {...(values.length > 0 ? { onRemove: () => onChange([]) } : {})}
        />
      }
    >
      <FacetList orgId={orgId} filter={filter} field={field} onChange={onChange} />
    </Popover>
  );
}

type ListProps = Pick<FacetChipProps, 'orgId' | 'filter' | 'field' | 'onChange'>;

interface Option {
  readonly value: string;
  readonly label: string;
  readonly count: number | null;
}

function FacetList({ orgId, filter, field, onChange }: ListProps) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const asked = useDebounced(text, 120);
  const others = { ...filter, [field]: EMPTY_FILTER[field] };
  const facet = useQuery('audit.facet', { orgId, filter: others, field: FIELDS[field].facet, text: asked, limit: 100 });
  useEffect(() => {
    if (facet.data) rememberLabels(field, facet.data);
  }, [facet.data, field]);
  const values: readonly string[] = filter[field];
  const options = withPrefix(field, text, values, facet.data ?? []);
  const toggle = (value: string): void =>
    onChange(values.includes(value) ? values.filter((other) => other !== value) : [...values, value]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = options.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + 8,
      PageUp: at - 8,
    };
    const to = moves[event.key];
    const option = options[at];
    if (to !== undefined) setAt(Math.max(0, Math.min(last, to)));
    else if (event.key === 'Enter' && option) toggle(option.value);
    else return;
    event.preventDefault();
  };
  const id = `facet-${field}`;
  return (
    <>
      <label className="flex h-8 items-center gap-2 border-b border-line px-2">
        <Search size={14} strokeWidth={1.75} className="text-dim" aria-hidden />
        <input
          role="combobox"
          aria-label={`Search ${FIELDS[field].label.toLowerCase()} values`}
          aria-expanded
          aria-controls={id}
          aria-activedescendant={options[at] ? `${id}-${at}` : undefined}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          placeholder={field === 'actions' ? 'Search, or a prefix such as auth.*' : 'Search'}
          className="min-w-0 flex-1 bg-transparent outline-none"
          spellCheck={false}
        />
        {values.length > 0 && (
          <Button small kind="quiet" onClick={() => onChange([])}>
            Any
          </Button>
        )}
      </label>
      {facet.error ? (
        <ErrorState compact error={facet.error} onRetry={facet.reload} />
      ) : (
        <Options
          id={id}
          label={FIELDS[field].label}
          options={options}
          at={at}
          values={values}
          onToggle={toggle}
          onPoint={setAt}
        />
      )}
      {options.length === 0 && !facet.loading && !facet.error && (
        <p className="px-2 py-3 text-dim">No value matches.</p>
      )}
    </>
  );
}

interface OptionsProps {
  readonly id: string;
  readonly label: string;
  readonly options: readonly Option[];
  readonly at: number;
  readonly values: readonly string[];
  readonly onToggle: (value: string) => void;
  readonly onPoint: (at: number) => void;
}

function Options({ id, label, options, at, values, onToggle, onPoint }: OptionsProps) {
  const active = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the reason to scroll is that another option is active
  useEffect(() => {
    // In braces: newer browsers answer a promise, which React would take for a clean-up.
    active.current?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <div id={id} role="listbox" aria-label={label} aria-multiselectable className="max-h-72 overflow-y-auto py-1">
      {options.map((option, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox takes the keys (active descendant)
        // biome-ignore lint/a11y/useFocusableInteractive: focus rests in the combobox (active descendant)
        <div
          key={option.value}
          ref={index === at ? active : null}
          id={`${id}-${index}`}
          role="option"
          aria-selected={values.includes(option.value)}
          onClick={() => onToggle(option.value)}
          onPointerMove={() => index !== at && onPoint(index)}
          className={`flex h-7 items-center gap-2 rounded-[4px] px-2 ${index === at ? 'bg-accent-tint' : ''}`}
        >
          <span className="flex size-4 items-center justify-center rounded-[4px] border border-line-strong">
            {values.includes(option.value) && <Check size={12} strokeWidth={2.5} className="text-accent" aria-hidden />}
          </span>
          <span className="min-w-0 flex-1 truncate" title={option.value}>
            {option.label}
          </span>
          {option.count !== null && <span className="tnum text-12 text-dim">{count(option.count)}</span>}
        </div>
      ))}
    </div>
  );
}

/** Chosen values first (they may have no count under the other filters), then a typed `prefix.*`, then what was found. */
function withPrefix(
  field: ListField,
  text: string,
  values: readonly string[],
  found: readonly Option[],
): readonly Option[] {
  const typed = text.trim();
  const known = new Set(found.map((option) => option.value));
  const missing = values.filter((value) => !known.has(value) && (typed === '' || value.includes(typed)));
  const extra: Option[] = missing.map((value) => ({ value, label: plainLabel(field, value), count: null }));
  if (field === 'actions' && /^[\w.-]+\.\*$/.test(typed) && !values.includes(typed)) {
    extra.unshift({ value: typed, label: `every action under ${typed.slice(0, -2)}`, count: null });
  }
  const labelled = found.map((option) => ({ ...option, label: option.label || plainLabel(field, option.value) }));
  return [...extra, ...labelled];
}
