import { ShieldCheck } from 'lucide-react';
import type { BundleResult } from '../../shared/contract/bundles.ts';
import { setParams } from '../app/router.ts';
import { Button } from '../ui/Button.tsx';
import { Fingerprint, LongId } from '../ui/Id.tsx';
import { bytes, count, plural } from '../ui/numbers.ts';
import { KeyValue, KeyValues } from '../ui/Section.tsx';
import { FileActions } from './FileActions.tsx';

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
      <FileActions path={result.path}>
        <Button
          icon={ShieldCheck}
          onClick={() => setParams({ tab: 'verify', path: result.path, new: null, bundle: null })}
        >
          Verify
        </Button>
      </FileActions>
    </>
  );
}
