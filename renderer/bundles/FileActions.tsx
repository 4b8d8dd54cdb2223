import { Copy, Download, FolderOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import { useAction } from '../app/query.ts';
import { useSettings } from '../app/settings.ts';
import { call } from '../bridge.ts';
import { downloadFile } from '../files.ts';
import { Button } from '../ui/Button.tsx';
import { copyText } from '../ui/clipboard.ts';
import { ErrorState } from '../ui/States.tsx';

interface FileActionsProps {
  readonly path: string;
  /** Further buttons. */
  readonly children?: ReactNode;
}

/** What to do with a file the console wrote: its place, and the file itself, by the system or through the browser. */
export function FileActions({ path, children }: FileActionsProps) {
  const native = useSettings((state) => state.info?.nativeDialogs ?? false);
  const reveal = useAction(async () => {
    await call('files.reveal', { path });
  });
  const download = useAction(() => downloadFile(path));
  return (
    <>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button icon={Copy} onClick={() => void copyText(path, 'Path')}>
          Copy path
        </Button>
        {native ? (
          <Button icon={FolderOpen} busy={reveal.busy} onClick={() => void reveal.run()}>
            Show in folder
          </Button>
        ) : (
          <Button icon={Download} busy={download.busy} onClick={() => void download.run()}>
            Download
          </Button>
        )}
        {children}
      </div>
      {(reveal.error ?? download.error) && (
        <ErrorState compact error={(reveal.error ?? download.error)!} kept="The file is where it was." />
      )}
    </>
  );
}
