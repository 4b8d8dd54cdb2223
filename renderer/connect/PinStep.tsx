import { Pin } from 'lucide-react';
import { useState } from 'react';
import { useOrgs } from '../app/orgs.ts';
import { useAction } from '../app/query.ts';
import { navigate } from '../app/router.ts';
import { call } from '../bridge.ts';
import { Button } from '../ui/Button.tsx';
import { Fingerprint } from '../ui/Id.tsx';
import { plural } from '../ui/numbers.ts';
import { ErrorState } from '../ui/States.tsx';
import { toast } from '../ui/toasts.ts';
import type { Draft } from './ConnectScreen.tsx';

interface PinStepProps {
  readonly draft: Draft;
  readonly onBack: () => void;
}

/** The fingerprints, organization by organization, to compare and pin. */
export function PinStep({ draft, onBack }: PinStepProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(draft.organizations.map((org) => org.orgId)));
  const toggle = (orgId: string): void => {
    const next = new Set(chosen);
    if (!next.delete(orgId)) next.add(orgId);
    setChosen(next);
  };
  const confirm = useAction(async () => {
    const pins = draft.organizations
      .filter((org) => chosen.has(org.orgId))
      .map((org) => ({ orgId: org.orgId, fingerprint: org.logKey.fingerprint }));
    const connection = await call('connections.confirm', { draftId: draft.draftId, pins });
    await useOrgs.getState().load();
    navigate({ screen: 'overview', org: null });
    toast({ text: `${plural(pins.length, 'key')} pinned. First sync starts.` });
    const started = await Promise.allSettled(connection.orgIds.map((orgId) => call('sync.start', { orgId })));
    const failed = started.filter((each) => each.status === 'rejected').length;
    if (failed > 0) toast({ text: `${plural(failed, 'sync', 'syncs')} did not start`, tone: 'bad' });
  });
  return (
    <div className="flex flex-col gap-4">
      <div className="max-w-2xl text-dim">
        <p>
          Signed in as {draft.userName}. Each organization’s log is signed with its own key.{' '}
          <b className="text-text">Pinning</b> a key means: from now on only a log signed by exactly this key is
          accepted, and any other raises an alarm.
        </p>
        <p className="mt-2">
          Compare each fingerprint with what your platform operator gave you by another way than this connection. This
          is the one moment at which a false platform could pass for the true one.
        </p>
      </div>
      <table className="w-full table-fixed border-collapse">
        <thead>
          <tr className="h-[30px] border-y border-line text-left text-12 text-dim">
            <th className="w-9 pl-2 font-medium">
              <input
                type="checkbox"
                className="mt-1 size-3.5 accent-accent"
                aria-label="Pin every key"
                checked={chosen.size === draft.organizations.length}
                onChange={(event) =>
                  setChosen(new Set(event.target.checked ? draft.organizations.map(({ orgId }) => orgId) : []))
                }
              />
            </th>
            <th className="font-medium">Organization</th>
            <th className="w-24 font-medium">Your role</th>
            <th className="w-[318px] font-medium">Log key fingerprint (SHA-256)</th>
          </tr>
        </thead>
        <tbody>
          {draft.organizations.map((org) => (
            <tr key={org.orgId} className="border-b border-line align-top">
              <td className="py-2 pl-2">
                <input
                  type="checkbox"
                  className="mt-1 size-3.5 accent-accent"
                  aria-label={`Pin the key of ${org.name}`}
                  checked={chosen.has(org.orgId)}
                  onChange={() => toggle(org.orgId)}
                />
              </td>
              <td className="py-2 pr-4 font-medium break-words">{org.name}</td>
              <td className="py-2 text-dim">{org.role}</td>
              <td className="py-2">
                <Fingerprint value={org.logKey.fingerprint} what={`Fingerprint of ${org.name}`} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {draft.organizations.length === 0 && <p>This account is a member of no organization.</p>}
      {confirm.error && <ErrorState compact error={confirm.error} kept="No key was pinned." />}
      <div className="sticky bottom-0 -mb-6 flex items-center gap-2 border-t border-line bg-bg py-3">
        <Button
          kind="primary"
          icon={Pin}
          busy={confirm.busy}
          disabled={chosen.size === 0}
          onClick={() => void confirm.run()}
        >
          Pin {plural(chosen.size, 'key')} and sync
        </Button>
        <Button onClick={onBack}>Back</Button>
        <span className="tnum ml-auto text-dim">
          {chosen.size} of {draft.organizations.length} chosen
        </span>
      </div>
    </div>
  );
}
