import { useQuery } from '../app/query.ts';
import { useSettings } from '../app/settings.ts';
import { Fingerprint } from '../ui/Id.tsx';
import { KeyValue, KeyValues, Section } from '../ui/Section.tsx';

const HOSTS = { electron: 'Electron window', browser: 'Browser window on this machine', cli: 'Command line' } as const;

/** Version, host, folders, and the key this console signs bundles with. */
export function About() {
  const info = useSettings((state) => state.info);
  const signer = useQuery('bundles.signer', {});
  return (
    <Section title="About" className="pt-6">
      <KeyValues wide>
        {info && (
          <>
            <KeyValue name="Version">
              {info.version} · {HOSTS[info.host]} · {info.platform}
            </KeyValue>
            <KeyValue name="Data folder">
              <span className="mono">{info.dataDir}</span>
            </KeyValue>
            <KeyValue name="Exports folder">
              <span className="mono">{info.exportsDir}</span>
            </KeyValue>
          </>
        )}
        {signer.data && (
          <KeyValue name="Bundle signing key">
            <Fingerprint value={signer.data.fingerprint} what="Bundle key fingerprint" />
          </KeyValue>
        )}
      </KeyValues>
    </Section>
  );
}
