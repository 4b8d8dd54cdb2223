import { Copy, Download, FolderOpen, ShieldCheck } from 'lucide-react';
import type { BundleResult } from '../../shared/contract/bundles.ts';
import { useAction } from '../app/query.ts';
import { setParams } from '../app/router.ts';
import { useSettings } from '../app/settings.ts';
import { call } from '../bridge.ts';
import { downloadFile } from '../files.ts';
import { Button } from '../ui/Button.tsx';
import { copyText } from '../ui/clipboard.ts';
import { Fingerprint, LongId } from '../ui/Id.tsx';
import { bytes, count, plural } from '../ui/numbers.ts';
import { KeyValue, KeyValues } from '../ui/Section.tsx';
import { ErrorState } from '../ui/States.tsx';

/** A bundle that was written: where it is, what it holds, who signed it, and what to do with it. */
export function ResultFacts({ result }: { readonly result: BundleResult }) {
  return (
    <>
      <KeyValues>
        <KeyValue name="File">
          <span className="mono break-all">{result.path}</span>
        </KeyValue>
        <KeyValue name="Holds">
          <span className="tnum">
            {plural(result.events, 'event')}, {count(result.disclosed)} disclosures, {count(result.withheld)} withheld ·{' '}
            {bytes(result.bytes)}
          </span>
        </KeyValue>
        <KeyValue name="Bundle id">
          <LongId value={result.bundleId} what="Bundle id" head={8} tail={6} />
        </KeyValue>
        <KeyValue name="Digest">
          <LongId value={result.digest} what="Digest of the signed tagmanifest" head={12} tail={12} />
        </KeyValue>
        <KeyValue name="Signed by">
          <Fingerprint value={result.keyFingerprint} what="Bundle key fingerprint" />
        </KeyValue>
      </KeyValues>
      <FileActions path={result.path} />
    </>
  );
}

function FileActions({ path }: { readonly path: string }) {
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
        <Button icon={ShieldCheck} onClick={() => setParams({ tab: 'verify', path, new: null, bundle: null })}>
          Verify
        </Button>
      </div>
      {(reveal.error ?? download.error) && (
        <ErrorState compact error={(reveal.error ?? download.error)!} kept="The file is where it was." />
      )}
    </>
  );
}
