import { useVault } from '../app/vault.ts';
import { CallError } from '../bridge.ts';
import { ErrorState } from '../ui/States.tsx';
import { StartFrame } from './StartFrame.tsx';

/** Databases without key slots: nothing is created over them. */
export function Orphaned() {
  const refresh = useVault((state) => state.refresh);
  return (
    <StartFrame title="The key slots are missing">
      <ErrorState
        compact
        error={
          new CallError({
            code: 'VAULT_MISSING_KEYS',
            message: 'This folder holds encrypted mirrors, but the file with their key slots (vault.json) is gone.',
          })
        }
        kept="No new key was made: it could not open them."
        onRetry={() => void refresh()}
      />
    </StartFrame>
  );
}
