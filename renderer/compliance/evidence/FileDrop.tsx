import { FileSearch, Upload } from 'lucide-react';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { useAction } from '../../app/query.ts';
import { useSettings } from '../../app/settings.ts';
import { pickOpen } from '../../files.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorState } from '../../ui/States.tsx';
import { sizeText } from './words.ts';

/** What is to be kept: a file of the page, or a path the system's dialog gave. */
export type Chosen =
  | { readonly from: 'page'; readonly file: File; readonly name: string; readonly image: boolean }
  | { readonly from: 'path'; readonly path: string; readonly name: string };

export const ofPage = (file: File): Chosen => ({
  ...{ from: 'page', file, name: file.name || 'pasted image' },
  image: file.type === 'image/png' || file.type === 'image/jpeg',
});

interface DropProps {
  readonly chosen: Chosen | null;
  readonly onChoose: (chosen: Chosen) => void;
}

/** A file chosen, dropped, or (an image) pasted anywhere on the page while this is on show. */
export function FileDrop({ chosen, onChoose }: DropProps) {
  const native = useSettings((state) => state.info?.nativeDialogs ?? false);
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const pick = useAction(async () => {
    const path = await pickOpen('any');
    if (path !== null) onChoose({ from: 'path', path, name: path.split(/[\\/]/).at(-1) ?? path });
  });
  const take = (file: File | undefined): void => {
    if (file === undefined) return;
    const next = ofPage(file);
    // A window with the system's dialogs is given no path of a dropped file; images go as screenshots.
    if (native && next.from === 'page' && !next.image) {
      setRefused('Only images can be dropped here. Choose other files with the button.');
      return;
    }
    setRefused(null);
    onChoose(next);
  };
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const image = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith('image/'));
      if (image === undefined) return;
      event.preventDefault();
      latest.current(image);
    };
    window.addEventListener('paste', paste);
    return () => window.removeEventListener('paste', paste);
  }, []);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    <div className="flex flex-col gap-2">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra for the pointer; the button inside does the same by keyboard */}
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={`flex flex-wrap items-center gap-x-3 gap-y-2 rounded border border-dashed p-3 ${over ? 'border-accent bg-accent-tint' : 'border-line-strong'}`}
      >
        <Button
          icon={native ? FileSearch : Upload}
          busy={pick.busy}
          onClick={() => (native ? void pick.run() : input.current?.click())}
        >
          Choose file
        </Button>
        <span className="text-dim">or drop it here, or paste an image</span>
        {chosen !== null && (
          <p className="basis-full break-all" role="status">
            <span className="font-medium">{chosen.name}</span>
            {chosen.from === 'page' && <span className="text-dim">, {sizeText(chosen.file.size)}</span>}
          </p>
        )}
        <input
          ref={input}
          type="file"
          className="hidden"
          aria-hidden
          tabIndex={-1}
          onChange={(event) => take(event.target.files?.[0])}
        />
      </div>
      <p className="text-12 text-dim">25 MiB at most; images (PNG, JPEG) 10 MiB.</p>
      {refused !== null && (
        <p role="alert" className="text-12 text-bad">
          {refused}
        </p>
      )}
      {pick.error && <ErrorState compact error={pick.error} kept="Nothing was added." />}
    </div>
  );
}
