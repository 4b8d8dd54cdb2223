import { Copy } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { SsoView } from '../../shared/contract/sso.ts';
import type { Organization } from '../../shared/entities/index.ts';
import { GatedButton } from '../access/GatedButton.tsx';
import { type Me, refusalOf } from '../access/rights.ts';
import { SidePanel } from '../access/SidePanel.tsx';
import { useCatalog } from '../access/useCatalog.ts';
import { useAction, useQuery } from '../app/query.ts';
import { call } from '../bridge.ts';
import { Button } from '../ui/Button.tsx';
import { copyText } from '../ui/clipboard.ts';
import { ConfirmByTyping } from '../ui/Dialog.tsx';
import { Instant } from '../ui/RelativeTime.tsx';
import { Section } from '../ui/Section.tsx';
import { ErrorState, Skeleton } from '../ui/States.tsx';
import { toast } from '../ui/toasts.ts';
import { Verdict } from '../ui/Verdict.tsx';
import { SsoFields } from './SsoFields.tsx';
import { readSso, ssoChanged, ssoDraft } from './ssoDraft.ts';

interface SsoPanelProps {
  readonly organization: Organization;
  readonly me: Me | null;
  readonly onClose: () => void;
}

/** Single sign-on of the organization, read from the platform when this opens: it is in no mirror. */
export function SsoPanel({ organization, me, onClose }: SsoPanelProps) {
  const refusal = refusalOf('sso.read', me);
  const query = useQuery('sso.settings', refusal === null ? { orgId: organization.id } : null);
  const { data, error } = query;
  if (refusal === null && data !== null && !query.stale) {
    // Read again after a conflict: the form begins with what was read.
    const key = `${data.settings?.version ?? 'off'}`;
    return <SsoForm key={key} {...{ organization, me, onClose, ...data }} onReload={query.reload} />;
  }
  let body: ReactNode = null;
  if (refusal !== null) body = <p className="mt-3 text-dim">{refusal}</p>;
  else if (error !== null) {
    const words = 'Nothing was changed. These settings are on the platform alone.';
    body = (
      <div className="mt-4">
        <ErrorState compact error={error} kept={words} onRetry={query.reload} />
      </div>
    );
  } else if (query.slow) {
    body = (
      <div role="status" aria-label="Reading the settings" className="mt-4 flex flex-col gap-4">
        {['w-2/5', 'w-4/5', 'w-2/5', 'w-4/5'].map((width, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all alike and never move
          <Skeleton key={i} className={width} />
        ))}
      </div>
    );
  }
  return (
    <SidePanel title="Single sign-on" about={organization.name} onClose={onClose}>
      {body}
    </SidePanel>
  );
}

interface SsoFormProps extends SsoPanelProps {
  readonly settings: SsoView | null;
  readonly redirectUri: string;
  readonly onReload: () => void;
}

function SsoForm({ organization, me, settings: first, redirectUri, onReload, onClose }: SsoFormProps) {
  const { id: orgId, name } = organization;
  const [settings, setSettings] = useState(first);
  const [draft, setDraft] = useState(() => ssoDraft(first));
  const [tried, setTried] = useState(false);
  const { matrix } = useCatalog(orgId);
  const { problems, input } = readSso(draft, orgId, settings?.version ?? null);
  const offline = me !== null && !me.online ? 'This needs the platform, which cannot be reached now.' : null;
  const refusal = offline ?? refusalOf('sso.update', me);
  const changed = ssoChanged(draft, settings);
  const save = useAction(async () => {
    if (input === null) return;
    const saved = await call('sso.update', input);
    setSettings(saved);
    // The secret typed is gone from here with the form it stood in.
    setDraft(ssoDraft(saved));
    setTried(false);
    toast({ text: settings === null ? 'Single sign-on turned on' : 'Single sign-on changed' });
  });
  return (
    <SidePanel
      title={
        <>
          Single sign-on <Verdict tone={settings === null ? 'none' : 'ok'}>{settings === null ? 'off' : 'on'}</Verdict>
        </>
      }
      about={name}
      onClose={onClose}
      onSubmit={() => {
        setTried(true);
        if (refusal === null && changed) void save.run();
      }}
      footer={
        <>
          <GatedButton type="submit" kind="primary" refusal={refusal} busy={save.busy} disabled={!changed}>
            {settings === null ? 'Turn on' : 'Save'}
          </GatedButton>
          <Button onClick={onClose}>Cancel</Button>
          <span className="flex-1" />
          {settings !== null && (
            <TurnOff
              {...{ orgId, name, settings, refusal }}
              onOff={() => {
                setSettings(null);
                setDraft(ssoDraft(null));
              }}
            />
          )}
        </>
      }
    >
      {offline !== null && (
        <p role="status" className="mt-2 text-dim">
          {offline} A secret is in what is sent, so it cannot wait.
        </p>
      )}
      <SsoFields
        {...{ draft, settings, roles: matrix?.roles ?? [], problems: tried ? problems : {} }}
        disabled={refusal !== null}
        onChange={setDraft}
      />
      {save.error && (
        <ErrorState
          compact
          error={save.error}
          kept="The settings were not changed."
          {...(save.error.code === 'CONFLICT' ? { actions: <ReadAgain onReload={onReload} /> } : {})}
        />
      )}
      <Section title="Register with the provider" className="mt-3">
        <p className="text-12 text-dim">Redirect address</p>
        <div className="flex items-start gap-2">
          <code className="mono min-w-0 flex-1 break-all">{redirectUri}</code>
          <Button small icon={Copy} onClick={() => void copyText(redirectUri, 'Redirect address')}>
            Copy
          </Button>
        </div>
        <p className="mt-2 text-12 text-dim">
          {settings !== null && (
            <>
              Changed <Instant at={settings.updatedAt} />.{' '}
            </>
          )}
          These settings are on the platform alone and are sent at once. Reading and changing them stands in the audit
          log, without the secret. Who signs in through the provider reaches this organization and no other.
        </p>
      </Section>
    </SidePanel>
  );
}

function ReadAgain({ onReload }: { readonly onReload: () => void }) {
  return (
    <Button small onClick={onReload}>
      Read the settings again
    </Button>
  );
}

interface TurnOffProps {
  readonly orgId: string;
  readonly name: string;
  readonly settings: SsoView;
  readonly refusal: string | null;
  readonly onOff: () => void;
}

function TurnOff({ orgId, name, settings, refusal, onOff }: TurnOffProps) {
  const [open, setOpen] = useState(false);
  const off = useAction(async () => {
    await call('sso.disable', { orgId, version: settings.version });
    setOpen(false);
    onOff();
    toast({ text: 'Single sign-on turned off' });
  });
  return (
    <>
      <GatedButton kind="danger" refusal={refusal} onClick={() => setOpen(true)}>
        Turn off
      </GatedButton>
      <ConfirmByTyping
        open={open}
        onClose={() => {
          off.clear();
          setOpen(false);
        }}
        title="Turn single sign-on off?"
        effect={
          <>
            <p>
              Nobody signs in through {URL.parse(settings.issuer)?.host ?? settings.issuer} any more, and sign-ins under
              way end. Who has no password of this platform is kept out. The settings and the client secret are deleted.
            </p>
            {off.error && <ErrorState compact error={off.error} kept="Single sign-on stays on." />}
          </>
        }
        name={name}
        action="Turn off"
        busy={off.busy}
        onConfirm={() => void off.run()}
      />
    </>
  );
}
