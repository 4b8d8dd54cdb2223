import { Plus, RefreshCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { SlotKind } from '../../shared/contract/app.ts';
import { useAction } from '../app/query.ts';
import { useVault } from '../app/vault.ts';
import { call } from '../bridge.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { RelativeTime } from '../ui/RelativeTime.tsx';
import { Section } from '../ui/Section.tsx';
import { ErrorState } from '../ui/States.tsx';
import { toast } from '../ui/toasts.ts';
import { Passphrases } from '../vault/CreateVault.tsx';
import { KeychainNote } from '../vault/KeychainNote.tsx';
import { RecoveryCode } from '../vault/RecoveryCode.tsx';

const NAMES: Readonly<Record<SlotKind, string>> = {
  keychain: 'Keychain of this computer',
  passphrase: 'Passphrase',
  recovery: 'Recovery code',
};

/** What opens the vault: add, renew, remove. The last slot cannot go. */
export function Slots() {
  const status = useVault((state) => state.status);
  const [dialog, setDialog] = useState<'passphrase' | 'recovery' | null>(null);
  const addKeychain = useAction(async () => {
    await call('vault.addSlot', { slot: 'keychain', secret: null });
    await useVault.getState().refresh();
    toast({ text: 'The keychain opens the vault now' });
  });
  if (status === null) return null;
  const has = (kind: SlotKind): boolean => status.slots.some((slot) => slot.kind === kind);
  return (
    <Section title="What opens the vault" className="pt-6">
      <ul>
        {status.slots.map((slot) => (
          <li key={slot.id} className="flex min-h-[38px] items-center gap-3 border-b border-line">
            <span className="w-52 font-medium">{NAMES[slot.kind]}</span>
            <span className="flex-1 text-12 text-dim">
              made <RelativeTime at={slot.createdAt} />
            </span>
            <RemoveSlot id={slot.id} name={NAMES[slot.kind]} last={status.slots.length === 1} />
          </li>
        ))}
      </ul>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <Button icon={has('passphrase') ? RefreshCw : Plus} onClick={() => setDialog('passphrase')}>
          {has('passphrase') ? 'Change passphrase' : 'Add passphrase'}
        </Button>
        <Button icon={RefreshCw} onClick={() => setDialog('recovery')}>
          New recovery code
        </Button>
        <Button
          icon={has('keychain') ? RefreshCw : Plus}
          busy={addKeychain.busy}
          disabled={status.keychain.status === 'absent'}
          onClick={() => void addKeychain.run()}
        >
          {has('keychain') ? 'Renew keychain entry' : 'Add keychain'}
        </Button>
        <KeychainNote keychain={status.keychain} />
      </div>
      {addKeychain.error && <ErrorState compact error={addKeychain.error} kept="The other slots open as before." />}
      {dialog === 'passphrase' && <PassphraseDialog onClose={() => setDialog(null)} />}
      {dialog === 'recovery' && <RecoveryDialog onClose={() => setDialog(null)} />}
    </Section>
  );
}

function RemoveSlot({ id, name, last }: { readonly id: string; readonly name: string; readonly last: boolean }) {
  const [asking, setAsking] = useState(false);
  const remove = useAction(async () => {
    useVault.setState({ status: await call('vault.removeSlot', { id }) });
    setAsking(false);
  });
  return (
    <>
      <IconButton
        icon={Trash2}
        small
        label={last ? 'The last slot cannot be removed' : `Remove ${name}`}
        disabled={last}
        onClick={() => setAsking(true)}
      />
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title={`Remove ${name.toLowerCase()}?`}
        description="It no longer opens the vault. Mirrors stay; the other slots open as before."
        footer={
          <>
            <Button onClick={() => setAsking(false)}>Keep</Button>
            <Button kind="danger" busy={remove.busy} onClick={() => void remove.run()}>
              Remove slot
            </Button>
          </>
        }
      >
        {remove.error && <ErrorState compact error={remove.error} kept="The slot stays." />}
      </Dialog>
    </>
  );
}

function PassphraseDialog({ onClose }: { readonly onClose: () => void }) {
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const save = useAction(async () => {
    await call('vault.addSlot', { slot: 'passphrase', secret: passphrase });
    await useVault.getState().refresh();
    toast({ text: 'The new passphrase opens the vault now' });
    onClose();
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title="Set passphrase"
      description="A former passphrase stops working at once."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            busy={save.busy}
            disabled={passphrase.length < 10 || passphrase !== again}
            onClick={() => void save.run()}
          >
            Set passphrase
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <Passphrases passphrase={passphrase} again={again} onPassphrase={setPassphrase} onAgain={setAgain} />
        {save.error && <ErrorState compact error={save.error} kept="The former slots open as before." />}
      </div>
    </Dialog>
  );
}

function RecoveryDialog({ onClose }: { readonly onClose: () => void }) {
  const [code, setCode] = useState<string | null>(null);
  const confirm = useVault((state) => state.confirmRecovery);
  const make = useAction(async () => {
    useVault.setState({ showingCode: true });
    try {
      const made = await call('vault.addSlot', { slot: 'recovery', secret: null, confirm: true });
      setCode(made.recoveryCode);
    } catch (thrown) {
      useVault.setState({ showingCode: false });
      throw thrown;
    }
    await useVault.getState().refresh();
  });
  return (
    <Dialog
      open
      onClose={code === null ? onClose : () => undefined}
      title="New recovery code"
      description={
        code === null
          ? 'The former code stops working as soon as the new one is made.'
          : 'Shown this once and stored nowhere. Write it down, then type it back.'
      }
      {...(code === null
        ? {
            footer: (
              <>
                <Button onClick={onClose}>Keep the former code</Button>
                <Button kind="primary" busy={make.busy} onClick={() => void make.run()}>
                  Make new code
                </Button>
              </>
            ),
          }
        : {})}
    >
      {make.error && <ErrorState compact error={make.error} kept="The former code still works." />}
      {code !== null && <RecoveryCode code={code} action="Done" onConfirmed={() => void confirm().then(onClose)} />}
    </Dialog>
  );
}
