/** Decides what is on show: the start (vault) screens until the vault is open, then the shell with the screen of the address. */
import { useEffect } from 'react';
import { asCallError, onResumed } from '../bridge.ts';
import { ErrorState } from '../ui/States.tsx';
import { Toasts } from '../ui/Toasts.tsx';
import { TooltipProvider } from '../ui/Tooltip.tsx';
import { toast } from '../ui/toasts.ts';
import { CreateVault } from '../vault/CreateVault.tsx';
import { Orphaned } from '../vault/Orphaned.tsx';
import { Unconfirmed } from '../vault/Unconfirmed.tsx';
import { Unlock } from '../vault/Unlock.tsx';
import { useJobs } from './jobs.ts';
import { useOrgs } from './orgs.ts';
import { Shell } from './Shell.tsx';
import { useSettings } from './settings.ts';
import { useVault } from './vault.ts';

export function App() {
  useEffect(() => {
    void useVault.getState().refresh();
    onResumed(() => {
      void useVault.getState().refresh();
      if (useVault.getState().status?.state !== 'open') return;
      void useOrgs.getState().load();
      useJobs
        .getState()
        .load()
        .catch(() => undefined);
    });
    useSettings
      .getState()
      .loadInfo()
      .catch(() => undefined);
  }, []);
  return (
    <TooltipProvider>
      <Gate />
      <Toasts />
    </TooltipProvider>
  );
}

function Gate() {
  const status = useVault((state) => state.status);
  const error = useVault((state) => state.error);
  const refresh = useVault((state) => state.refresh);
  const open = status?.state === 'open';
  const creating = useVault((state) => state.creating);
  const showingCode = useVault((state) => state.showingCode);
  useEffect(() => {
    if (!open) {
      // Nothing read while unlocked may stay on screen or in memory of the page.
      useOrgs.setState({ orgs: null, connections: [], error: null });
      useJobs.setState({ jobs: {} });
      return;
    }
    void useOrgs.getState().load();
    Promise.all([useSettings.getState().load(), useJobs.getState().load()]).catch((thrown: unknown) => {
      toast({ text: asCallError(thrown).message, tone: 'bad' });
    });
  }, [open]);
  if (status === null) return error === null ? null : <ErrorState error={error} onRetry={() => void refresh()} />;
  if (status.state === 'new' || creating) return <CreateVault keychain={status.keychain} />;
  if (status.state === 'orphaned') return <Orphaned />;
  if (status.state === 'locked') return <Unlock status={status} />;
  if (status.recoveryUnconfirmed && !showingCode) return <Unconfirmed />;
  return <Shell />;
}
