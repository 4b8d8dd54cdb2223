import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { SlotKind, VaultStatus } from '../../shared/contract/app.ts';
import { useAction } from '../app/query.ts';
import { useVault } from '../app/vault.ts';
import { call } from '../bridge.ts';
import { Button } from '../ui/Button.tsx';
import { Check, Field, SecretInput } from '../ui/Field.tsx';
import { ErrorState } from '../ui/States.tsx';
import { KeychainNote } from './KeychainNote.tsx';
import { StartFrame } from './StartFrame.tsx';

const NAMES: Readonly<Record<SlotKind, string>> = {
  keychain: 'Keychain of this computer',
  passphrase: 'Passphrase',
  recovery: 'Recovery code',
};

/** The slots that exist, the most convenient usable one chosen first. */
function firstSlot(status: VaultStatus): SlotKind {
  const kinds = new Set(status.slots.map((slot) => slot.kind));
  const order: SlotKind[] =
    status.keychain.status === 'available' || status.keychain.status === 'locked'
      ? ['keychain', 'passphrase', 'recovery']
      : ['passphrase', 'recovery', 'keychain'];
  return order.find((kind) => kinds.has(kind)) ?? 'recovery';
}

/** Open the vault with one of its slots; a failure names its cause and leaves everything as it was. */
export function Unlock({ status }: { readonly status: VaultStatus }) {
  const [slot, setSlot] = useState<SlotKind>(() => firstSlot(status));
  const [secret, setSecret] = useState('');
  const kinds = [...new Set(status.slots.map((each) => each.kind))];
  const unlock = useAction(async () => {
    const opened = await call('vault.unlock', { slot, secret: slot === 'keychain' ? null : secret });
    useVault.setState({ status: opened });
  });
  const choose = (kind: SlotKind): void => {
    setSlot(kind);
    setSecret('');
    unlock.clear();
  };
  return (
    <StartFrame title="Unlock the console" lead="Mirrors and keys are closed. Choose what opens them.">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void unlock.run();
        }}
      >
        <fieldset className="flex flex-col gap-2 border-y border-line py-3">
          <legend className="sr-only">Open with</legend>
          {kinds.map((kind) => (
            <Check
              key={kind}
              type="radio"
              name="slot"
              label={NAMES[kind]}
              checked={slot === kind}
              onChange={() => choose(kind)}
              hint={kind === 'keychain' ? <KeychainNote keychain={status.keychain} /> : undefined}
            />
          ))}
        </fieldset>
        {slot !== 'keychain' && (
          <Field label={NAMES[slot]}>
            {(ids) => (
              <SecretInput
                key={slot}
                {...ids}
                autoFocus
                value={secret}
                onChange={(event) => setSecret(event.target.value)}
              />
            )}
          </Field>
        )}
        {slot === 'keychain' && (
          <p className="text-12 text-dim">Your system may ask for permission: allow it for this console.</p>
        )}
        {unlock.error && <ErrorState compact error={unlock.error} />}
        <Button
          type="submit"
          kind="primary"
          icon={KeyRound}
          busy={unlock.busy}
          disabled={slot !== 'keychain' && secret === ''}
          className="self-start"
        >
          {unlock.busy ? 'Unlocking' : 'Unlock'}
        </Button>
      </form>
    </StartFrame>
  );
}
