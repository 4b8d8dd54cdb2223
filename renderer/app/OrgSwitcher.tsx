import { Command } from 'cmdk';
import { ChevronsUpDown } from 'lucide-react';
import { useState } from 'react';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import { Popover } from '../ui/Menu.tsx';
import { INTEGRITY } from '../ui/Verdict.tsx';
import { byWords } from './byWords.ts';
import { goToOrg } from './goTo.ts';
import { useOrg, useOrgs } from './orgs.ts';

/** The organization on show, and a list to choose another, searched by typing. */
export function OrgSwitcher() {
  const [open, setOpen] = useState(false);
  const org = useOrg();
  const orgs = useOrgs((state) => state.orgs);
  if (orgs === null || orgs.length === 0) {
    return (
      <div className="flex h-[34px] items-center gap-2 px-2 font-bold">
        <Letter name="Governance" />
        <span className="truncate max-[880px]:hidden">Governance Console</span>
      </div>
    );
  }
  const label = org?.name ?? 'Choose organization';
  return (
    <Popover
      label="Organizations"
      open={open}
      onOpenChange={setOpen}
      className="w-72"
      trigger={
        <button
          type="button"
          className="flex h-[34px] shrink-0 items-center gap-2 rounded border border-line bg-panel px-2 text-left hover:border-line-strong"
        >
          <Letter name={label} />
          <span className="min-w-0 flex-1 truncate font-bold max-[880px]:sr-only">{label}</span>
          <ChevronsUpDown size={16} strokeWidth={1.75} className="shrink-0 max-[880px]:hidden" aria-hidden />
        </button>
      }
    >
      <OrgList
        orgs={orgs}
        chosen={org?.orgId ?? null}
        onChoose={(orgId) => {
          setOpen(false);
          goToOrg(orgId);
        }}
      />
    </Popover>
  );
}

/** First letter on the accent ground. */
export function Letter({ name }: { readonly name: string }) {
  return (
    <span
      aria-hidden
      data-letter={name.slice(0, 1).toUpperCase()}
      className="flex size-5 shrink-0 items-center justify-center rounded-[4px] bg-accent text-11 font-bold text-on-accent before:content-[attr(data-letter)]"
    />
  );
}

interface OrgListProps {
  readonly orgs: readonly OrgSummary[];
  readonly chosen: string | null;
  readonly onChoose: (orgId: string) => void;
}

function OrgList({ orgs, chosen, onChoose }: OrgListProps) {
  return (
    <Command label="Organizations" defaultValue={chosen ?? ''} filter={byWords} loop>
      <Command.Input
        autoFocus
        placeholder={`Find among ${orgs.length}`}
        className="h-7 w-full rounded-[4px] bg-transparent px-2 outline-none"
      />
      <Command.Empty className="mt-1 border-t border-line px-2 py-3 text-dim">
        No organization of that name.
      </Command.Empty>
      <Command.List className="mt-1 max-h-[min(29.5rem,60vh)] overflow-y-auto border-t border-line pt-1">
        {orgs.map((org) => {
          const view = INTEGRITY[org.integrity.state];
          const Icon = view.icon;
          return (
            <Command.Item
              key={org.orgId}
              value={org.orgId}
              keywords={[org.name]}
              onSelect={() => onChoose(org.orgId)}
              className="flex h-7 items-center gap-2 rounded-[4px] px-2 data-[selected=true]:bg-accent-tint"
            >
              <span className={org.orgId === chosen ? 'min-w-0 flex-1 truncate font-bold' : 'min-w-0 flex-1 truncate'}>
                {org.name}
              </span>
              <Icon
                size={14}
                strokeWidth={1.75}
                className={
                  org.integrity.state === 'alarm'
                    ? 'text-bad'
                    : org.integrity.state === 'proven'
                      ? 'text-ok'
                      : org.integrity.state === 'unverified'
                        ? 'text-warn'
                        : 'text-dim'
                }
                aria-label={view.word}
              />
            </Command.Item>
          );
        })}
      </Command.List>
    </Command>
  );
}
