import { Command } from 'cmdk';
import { Check, ChevronsUpDown } from 'lucide-react';
import { useState } from 'react';
import type { Output } from '../../../shared/contract/index.ts';
import { Button } from '../../ui/Button.tsx';
import { Popover } from '../../ui/Menu.tsx';
import { shareWords } from './words.ts';

export type FrameworkShare = Output<'compliance.overview'>['frameworks'][number];

interface PickerProps {
  readonly frameworks: readonly FrameworkShare[];
  readonly chosen: FrameworkShare | null;
  readonly onChoose: (id: string) => void;
}

/** `66.6 %`; cut off, never rounded up. */
export const percentWords = (percent: string | null): string => (percent === null ? 'nothing counts' : `${percent} %`);

/** The frameworks with how far each is met; those whose mode is on first. */
export function FrameworkPicker({ frameworks, chosen, onChoose }: PickerProps) {
  const [open, setOpen] = useState(false);
  const ordered = [...frameworks.filter(({ mode }) => mode), ...frameworks.filter(({ mode }) => !mode)];
  return (
    <Popover
      label="Frameworks"
      className="w-[26rem]"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button aria-label={`Framework: ${chosen?.title ?? 'none chosen'}`} className="max-w-72 min-w-24 shrink!">
          <span className="truncate">{chosen?.title ?? 'Choose a framework'}</span>
          <ChevronsUpDown size={14} strokeWidth={1.75} className="shrink-0 text-dim" aria-hidden />
        </Button>
      }
    >
      <Command label="Frameworks" loop>
        <Command.Input
          autoFocus
          placeholder={`Find among ${frameworks.length}`}
          className="h-7 w-full rounded-[4px] bg-transparent px-2 outline-none"
        />
        <Command.List className="mt-1 max-h-80 overflow-y-auto border-t border-line pt-1">
          <Command.Empty className="px-2 py-3 text-dim">Nothing of that name.</Command.Empty>
          {ordered.map((framework) => (
            <Command.Item
              key={framework.id}
              value={framework.id}
              keywords={[framework.title, framework.edition]}
              onSelect={() => {
                setOpen(false);
                onChoose(framework.id);
              }}
              className="flex items-center gap-2 rounded-[4px] px-2 py-1 data-[selected=true]:bg-accent-tint"
            >
              <span className="flex size-4 shrink-0 items-center justify-center">
                {framework.id === chosen?.id && (
                  <Check size={14} strokeWidth={2} className="text-accent" aria-label="chosen" />
                )}
              </span>
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{framework.title}</span>
                <span className="block truncate text-12 text-dim">
                  {framework.mode ? 'mode on' : 'mode off'}
                  {framework.own && ', own'} · {shareWords(framework.percentage)}
                </span>
              </span>
              <span className="tnum shrink-0">{percentWords(framework.percentage.percent)}</span>
            </Command.Item>
          ))}
        </Command.List>
      </Command>
    </Popover>
  );
}
