import { useState } from 'react';
import type { OrgSummary } from '../../shared/contract/connections.ts';
import { useOrgs } from '../app/orgs.ts';
import { useAction } from '../app/query.ts';
import { navigate } from '../app/router.ts';
import { call } from '../bridge.ts';
import { Button } from '../ui/Button.tsx';
import { ConfirmByTyping } from '../ui/Dialog.tsx';
import { bytes, plural } from '../ui/numbers.ts';
import { Section } from '../ui/Section.tsx';
import { ErrorState } from '../ui/States.tsx';
import { toast } from '../ui/toasts.ts';
import { Verdict } from '../ui/Verdict.tsx';

/** Platforms and the mirrors that came from them; where a mirror is destroyed. */
export function Mirrors() {
  const orgs = useOrgs((state) => state.orgs) ?? [];
  const connections = useOrgs((state) => state.connections);
  const [forgetting, setForgetting] = useState<OrgSummary | null>(null);
  if (orgs.length === 0 && connections.length === 0) return null;
  return (
    <Section title="Platforms and mirrors" className="pt-6">
      {connections.map((connection) => (
        <Platform key={connection.id} id={connection.id} />
      ))}
      <ul className="max-h-[420px] overflow-y-auto">
        {orgs.map((org) => (
          <li key={org.orgId} className="flex min-h-[36px] items-center gap-3 border-b border-line">
            <span className="min-w-0 flex-1 truncate leading-6" title={org.name}>
              {org.name}
            </span>
            <span className="tnum text-12 text-dim">
              {plural(org.counts.events, 'event')} · {bytes(org.mirrorBytes)}
            </span>
            <Button small kind="quiet" onClick={() => setForgetting(org)}>
              Destroy mirror<span className="sr-only"> of {org.name}</span>
            </Button>
          </li>
        ))}
      </ul>
      {forgetting && <Forget key={forgetting.orgId} org={forgetting} onClose={() => setForgetting(null)} />}
    </Section>
  );
}

const STATES = { online: ['ok', 'online'], offline: ['warn', 'offline'], signed_out: ['warn', 'signed out'] } as const;

function Platform({ id }: { readonly id: string }) {
  const connection = useOrgs((state) => state.connections.find((each) => each.id === id));
  const signOut = useAction(async () => {
    await call('connections.signOut', { id });
    await useOrgs.getState().load();
  });
  if (connection === undefined) return null;
  const [tone, word] = STATES[connection.state];
  return (
    <div className="flex min-h-[40px] flex-wrap items-center gap-3 border-b border-line">
      <Verdict tone={tone}>{word}</Verdict>
      <span className="min-w-0 flex-1 truncate">
        <span className="font-medium">{connection.url}</span>{' '}
        <span className="text-dim">as {connection.userEmail}</span>
      </span>
      {connection.state === 'signed_out' ? (
        <Button small onClick={() => navigate({ screen: 'connect', org: null, params: { again: id } })}>
          Sign in again
        </Button>
      ) : (
        <Button small busy={signOut.busy} onClick={() => void signOut.run()}>
          Sign out
        </Button>
      )}
      {signOut.error && <ErrorState compact error={signOut.error} kept="Mirrors stay." />}
    </div>
  );
}

function Forget({ org, onClose }: { readonly org: OrgSummary; readonly onClose: () => void }) {
  const forget = useAction(async () => {
    await call('orgs.forget', { orgId: org.orgId, confirmName: org.name });
    await useOrgs.getState().load();
    navigate({ org: null });
    toast({ text: `Mirror of ${org.name} destroyed` });
    onClose();
  });
  return (
    <ConfirmByTyping
      open
      onClose={onClose}
      title={`Destroy the mirror of ${org.name}?`}
      name={org.name}
      action="Destroy mirror"
      busy={forget.busy}
      onConfirm={() => void forget.run()}
      effect={
        <>
          {plural(org.counts.events, 'mirrored event')} and{' '}
          {org.integrity.openAlarms === 0
            ? 'its verification history'
            : `the evidence of ${plural(org.integrity.openAlarms, 'open alarm')}`}{' '}
          become unreadable for good: the key is destroyed, then the file. The platform keeps its own log. Exported
          bundles stay.
          {forget.error && <ErrorState compact error={forget.error} kept="The mirror stays." />}
        </>
      }
    />
  );
}
