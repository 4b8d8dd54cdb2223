import { Bookmark, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { z } from 'zod';
import type { AuditFilter, SavedFilter } from '../../shared/contract/audit.ts';
import { useAction, useQuery } from '../app/query.ts';
import { asCallError, call } from '../bridge.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { TextInput } from '../ui/Field.tsx';
import { Popover } from '../ui/Menu.tsx';
import { ErrorState } from '../ui/States.tsx';
import { toast } from '../ui/toasts.ts';
import { useTime } from '../ui/zone.ts';
import { plainLabel } from './cells.ts';
import { isUnfiltered, type ListField } from './view.ts';
import { anyOf, FIELDS, rangeText } from './words.ts';

type Saved = z.infer<typeof SavedFilter>;

interface SavedFiltersProps {
  readonly orgId: string;
  readonly filter: AuditFilter;
  readonly onApply: (filter: AuditFilter) => void;
}

/** Filters kept under a name: save, apply, delete with undo. */
export function SavedFilters({ orgId, filter, onApply }: SavedFiltersProps) {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      label="Saved filters"
      align="end"
      open={open}
      onOpenChange={setOpen}
      className="w-96"
      trigger={<Button icon={Bookmark}>Saved filters</Button>}
    >
      <SavedList
        orgId={orgId}
        filter={filter}
        onApply={(chosen) => {
          setOpen(false);
          onApply(chosen);
        }}
      />
    </Popover>
  );
}

function SavedList({ orgId, filter, onApply }: SavedFiltersProps) {
  const time = useTime();
  const saved = useQuery('filters.list', { orgId });
  const [name, setName] = useState('');
  const save = useAction(async () => {
    await call('filters.save', { orgId, name: name.trim(), filter });
    setName('');
    saved.reload();
  });
  const remove = async (one: Saved): Promise<void> => {
    try {
      await call('filters.delete', { id: one.id });
      saved.reload();
      const undo = (): void => {
        call('filters.save', { orgId: one.orgId, name: one.name, filter: one.filter }).then(saved.reload, report);
      };
      toast({ text: `Filter “${one.name}” deleted`, action: { label: 'Undo', run: undo } });
    } catch (thrown) {
      report(thrown);
    }
  };
  const items = saved.data ?? [];
  return (
    <>
      {saved.error && <ErrorState compact error={saved.error} onRetry={saved.reload} />}
      {items.length === 0 && saved.data && (
        <p className="px-2 py-2 text-dim">A filter saved under a name appears here.</p>
      )}
      <ul className="max-h-72 overflow-y-auto">
        {items.map((one) => (
          <li key={one.id} className="flex items-center rounded-[4px] hover:bg-hover">
            <button
              type="button"
              onClick={() => onApply(one.filter)}
              className="min-w-0 flex-1 rounded px-2 py-1 text-left"
            >
              <span className="block truncate font-medium">{one.name}</span>
              <span className="block truncate text-12 text-dim">{sentence(one.filter, time)}</span>
            </button>
            <IconButton small icon={Trash2} label={`Delete filter ${one.name}`} onClick={() => void remove(one)} />
          </li>
        ))}
      </ul>
      <form
        className="mt-1 flex gap-2 border-t border-line p-2"
        onSubmit={(event) => {
          event.preventDefault();
          void save.run();
        }}
      >
        <TextInput
          aria-label="Name for the present filter"
          placeholder="Name for the present filter"
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" disabled={name.trim() === ''} busy={save.busy}>
          Save
        </Button>
      </form>
      {save.error && <ErrorState compact error={save.error} />}
    </>
  );
}

function report(thrown: unknown): void {
  const { code, message } = asCallError(thrown);
  toast({ text: `${message} (${code})`, tone: 'bad' });
}

/** A whole filter as one sentence. */
function sentence(filter: AuditFilter, time: ReturnType<typeof useTime>): string {
  if (isUnfiltered(filter)) return 'all events';
  const parts = (Object.keys(FIELDS) as ListField[])
    .filter((field) => filter[field].length > 0)
    .map((field) => `${FIELDS[field].label.toLowerCase()} ${anyOf(filter[field].map((v) => plainLabel(field, v)))}`);
  if (filter.from !== null || filter.to !== null) parts.unshift(rangeText(filter, time));
  if (filter.text.trim() !== '') parts.unshift(`“${filter.text.trim()}”`);
  return parts.join(' · ');
}
