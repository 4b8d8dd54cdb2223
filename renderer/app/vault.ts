import { create } from 'zustand';
import type { VaultStatus } from '../../shared/contract/app.ts';
import { asCallError, type CallError, call, on, onLocked } from '../bridge.ts';
import { toast } from '../ui/toasts.ts';

interface VaultState {
  readonly status: VaultStatus | null;
  readonly error: CallError | null;
  /** First use is under way: its screens stay until the recovery code was typed back, though the vault is open already. */
  readonly creating: boolean;
  /** A recovery code is on show outside first use: what shows it stays until the code was typed back. */
  readonly showingCode: boolean;
  readonly refresh: () => Promise<void>;
  readonly lock: () => Promise<void>;
  /** The recovery code on show was typed back. */
  readonly confirmRecovery: () => Promise<void>;
}

/** Whether the console is new, locked, open or orphaned. */
export const useVault = create<VaultState>()((set) => ({
  status: null,
  error: null,
  creating: false,
  showingCode: false,
  refresh: async () => {
    try {
      set({ status: await call('vault.status', {}), error: null });
    } catch (thrown) {
      set({ error: asCallError(thrown) });
    }
  },
  lock: async () => {
    try {
      set({ status: await call('vault.lock', {}) });
    } catch (thrown) {
      toast({ text: `Not locked: ${asCallError(thrown).message}`, tone: 'bad' });
    }
  },
  confirmRecovery: async () => {
    try {
      set({ status: await call('vault.confirmRecovery', {}), creating: false, showingCode: false });
    } catch (thrown) {
      toast({ text: `Not confirmed: ${asCallError(thrown).message}`, tone: 'bad' });
    }
  },
}));

onLocked(() => void useVault.getState().refresh());
on('vault', (status) => useVault.setState({ status }));
