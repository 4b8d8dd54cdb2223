import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import type { KeychainStatus } from '../../shared/contract/app.ts';
import { useAction } from '../app/query.ts';
import { useVault } from '../app/vault.ts';
import { call } from '../bridge.ts';
import { Button } from '../ui/Button.tsx';
import { Check, Field, SecretInput } from '../ui/Field.tsx';
import { ErrorState } from '../ui/States.tsx';
import { KeychainNote } from './KeychainNote.tsx';
import { RecoveryCode } from './RecoveryCode.tsx';
import { StartFrame } from './StartFrame.tsx';

const PASSPHRASE_MIN = 10;

/** First use: how the vault opens is chosen, then the recovery code is shown once and typed back. */
export function CreateVault({ keychain }: { readonly keychain: KeychainStatus }) {
  const [code, setCode] = useState<string | null>(null);
  const confirm = useVault((state) => state.confirmRecovery);
  if (code === null) return <ChooseSlots keychain={keychain} onCreated={setCode} />;
  return (
    <StartFrame
      title="Write down the recovery code"
      lead="It opens the vault when keychain and passphrase are both lost. It is shown this once and stored nowhere; if this window closes or reloads before you typed it back, the console asks you to make a new one."
    >
      <RecoveryCode code={code} action="Open the console" onConfirmed={() => void confirm()} />
    </StartFrame>
  );
}

interface ChooseProps {
  readonly keychain: KeychainStatus;
  readonly onCreated: (code: string) => void;
}

function ChooseSlots({ keychain, onCreated }: ChooseProps) {
  const usable = keychain.status === 'available' || keychain.status === 'locked';
  const [useKeychain, setUseKeychain] = useState(usable);
  const [withPassphrase, setWithPassphrase] = useState(!usable);
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const short = withPassphrase && passphrase.length < PASSPHRASE_MIN;
  const differs = withPassphrase && passphrase !== again;
  const create = useAction(async () => {
    // Set before the vault opens: its opening would otherwise replace this screen with the shell.
    useVault.setState({ creating: true });
    try {
      const made = await call('vault.create', {
        useKeychain,
        passphrase: withPassphrase ? passphrase : null,
        confirm: true,
      });
      onCreated(made.recoveryCode);
      await useVault.getState().refresh();
    } catch (thrown) {
      useVault.setState({ creating: false });
      throw thrown;
    }
  });
  return (
    <StartFrame
      title="Create the vault"
      lead="Everything this console mirrors is encrypted on disk. The vault holds the keys; choose what opens it. A recovery code is made in any case."
      foot="Nothing is sent anywhere. Without keychain, passphrase and recovery code the mirrors cannot be read by anyone, us included."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!short && !differs) void create.run();
        }}
      >
        <div className="border-y border-line py-3">
          <Check
            label="Open with the keychain of this computer"
            hint={
              usable &&
              'Opens without typing while you are logged in. Your system may ask for permission after “Create vault”: allow it for this console.'
            }
            checked={useKeychain}
            disabled={!usable}
            onChange={(event) => setUseKeychain(event.target.checked)}
          />
          <div className="mt-2 ml-6">
            <KeychainNote keychain={keychain} />
          </div>
          <Check
            className="mt-4"
            label="Open with a passphrase"
            hint="Works on any machine and without a keychain. Four or five random words are good."
            checked={withPassphrase}
            onChange={(event) => setWithPassphrase(event.target.checked)}
          />
          {withPassphrase && (
            <div className="mt-3 ml-6 flex flex-col gap-3">
              <Passphrases passphrase={passphrase} again={again} onPassphrase={setPassphrase} onAgain={setAgain} />
            </div>
          )}
        </div>
        {create.error && <ErrorState compact error={create.error} kept="No vault was made." />}
        <Button
          type="submit"
          kind="primary"
          icon={KeyRound}
          busy={create.busy}
          disabled={short || differs || !(useKeychain || withPassphrase)}
          className="self-start"
        >
          {create.busy ? 'Creating vault' : 'Create vault'}
        </Button>
      </form>
    </StartFrame>
  );
}

interface PassphraseProps {
  readonly passphrase: string;
  readonly again: string;
  readonly onPassphrase: (text: string) => void;
  readonly onAgain: (text: string) => void;
}

/** A new passphrase, typed twice; the complaint comes only once there is something to complain about. */
export function Passphrases({ passphrase, again, onPassphrase, onAgain }: PassphraseProps) {
  return (
    <>
      <Field label="Passphrase" hint={`At least ${PASSPHRASE_MIN} characters; ${passphrase.length} typed`}>
        {(ids) => <SecretInput {...ids} value={passphrase} onChange={(event) => onPassphrase(event.target.value)} />}
      </Field>
      <Field label="Passphrase again" error={again !== '' && again !== passphrase ? 'The two differ.' : null}>
        {(ids) => <SecretInput {...ids} value={again} onChange={(event) => onAgain(event.target.value)} />}
      </Field>
    </>
  );
}
