import { Dialog } from '../ui/Dialog.tsx';
import { Kbd } from '../ui/Kbd.tsx';
import { type KeyHint, useScreenKeys } from '../ui/keys.ts';
import { ALL_NAV, JUMPS } from './nav.ts';

const GLOBAL: readonly KeyHint[] = [
  { keys: ['Ctrl K'], label: 'Search or jump' },
  ...[...ALL_NAV, ...JUMPS].map((item) => ({ keys: ['G', item.key.toUpperCase()], label: item.title })),
  { keys: ['T'], label: 'Next time zone' },
  { keys: ['Ctrl Shift L'], label: 'Lock console' },
  { keys: ['?'], label: 'Show keys' },
  { keys: ['Esc'], label: 'Back or close' },
];

const TABLE: readonly KeyHint[] = [
  { keys: ['←', '↑', '→', '↓'], label: 'Move from cell to cell' },
  { keys: ['Space'], label: 'Select the row' },
  { keys: ['Shift ↓'], label: 'Select on' },
  { keys: ['Ctrl A'], label: 'Select all' },
  { keys: ['Enter'], label: 'On a head: sort' },
  { keys: ['Shift →'], label: 'On a head: widen' },
  { keys: ['Ctrl →'], label: 'On a head: move' },
];

/** Every key: everywhere, and on the screen below. */
export function KeysOverlay({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const hints = useScreenKeys((state) => state.hints);
  return (
    <Dialog open={open} onClose={onClose} title="Keys" wide>
      <div className="grid grid-cols-2 gap-x-10 gap-y-4 pb-2">
        <KeyList title="Everywhere" hints={GLOBAL} />
        <div className="flex flex-col gap-4">
          {hints.length > 0 && <KeyList title="On this screen" hints={hints} />}
          {document.querySelector('[role="grid"]') !== null && <KeyList title="In the table" hints={TABLE} />}
        </div>
      </div>
    </Dialog>
  );
}

function KeyList({ title, hints }: { readonly title: string; readonly hints: readonly KeyHint[] }) {
  return (
    <section>
      <h3 className="mb-1 text-12 font-bold text-dim">{title}</h3>
      <dl className="grid grid-cols-[1fr_auto] items-center gap-y-1.5">
        {hints.map((hint) => (
          <div key={hint.label} className="contents">
            <dt className="first-letter:uppercase">{hint.label}</dt>
            <dd className="flex justify-end gap-1">
              {hint.keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
