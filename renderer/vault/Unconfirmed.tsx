import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useAction } from '../app/query.ts';
import { useVault } from '../app/vault.ts';
import { call } from '../bridge.ts';
import { Button } from '../ui/Button.tsx';
import { ErrorState } from '../ui/States.tsx';
import { RecoveryCode } from './RecoveryCode.tsx';
import { StartFrame } from './StartFrame.tsx';

/** A recovery code was shown and lost with its window: it cannot be shown again, so a new one takes its place before work goes on. */
export function Unconfirmed() {
  const [code, setCode] = useState<string | null>(null);
  const confirm = useVault((state) => state.confirmRecovery);
  const make = useAction(async () => {
    const made = await call('vault.addSlot', { slot: 'recovery', secret: null, confirm: true });
    setCode(made.recoveryCode);
  });
  if (code !== null) {
    return (
      <StartFrame
        title="Write down the new recovery code"
        lead="The former one no longer works. This one is shown once and stored nowhere."
      >
        <RecoveryCode code={code} action="Open the console" onConfirmed={() => void confirm()} />
      </StartFrame>
    );
  }
  return (
    <StartFrame
      title="Make a new recovery code"
      lead="The last recovery code was not typed back before its window was closed or reloaded. It is stored nowhere and cannot be shown again."
      foot="Mirrors, keychain and passphrase are as they were. Only the recovery code is replaced."
    >
      {make.error && <ErrorState compact error={make.error} kept="The former code is unchanged." />}
      <Button
        kind="primary"
        icon={KeyRound}
        busy={make.busy}
        autoFocus
        className="self-start"
        onClick={() => void make.run()}
      >
        Make new code
      </Button>
    </StartFrame>
  );
}
