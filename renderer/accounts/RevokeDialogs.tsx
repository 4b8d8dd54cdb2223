import type { Command } from '../../shared/commands/index.ts';
import type { ServiceAccount } from '../../shared/entities/index.ts';
import { NotDone } from '../access/Anyway.tsx';
import { askFor } from '../access/pending.ts';
import { useAction } from '../app/query.ts';
import { ConfirmByTyping } from '../ui/Dialog.tsx';
import { useNow } from '../ui/zone.ts';
import { keysInForce, stopping } from './accounts.ts';

interface RevokeAccountProps {
  readonly orgId: string;
  readonly account: ServiceAccount;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Revoke a whole account: its keys counted, its name typed. */
export function RevokeAccount({ orgId, account, open, onClose }: RevokeAccountProps) {
  const now = useNow();
  return (
    <RevokeDialog
      orgId={orgId}
      account={account}
      open={open}
      onClose={onClose}
      command={{ type: 'service_account.revoke', id: account.id }}
      title={`Revoke ${account.name}?`}
      effect={`${stopping(keysInForce(account, now), now)}. A revoked account never comes back; the audit log keeps what it did.`}
      action="Revoke account"
      done={`${account.name} revoked`}
    />
  );
}

interface RevokeKeyProps {
  readonly orgId: string;
  readonly account: ServiceAccount;
  /** Null: none is being revoked. */
  readonly keyId: string | null;
  readonly onClose: () => void;
}

/** Revoke one key of an account. */
export function RevokeKey({ orgId, account, keyId, onClose }: RevokeKeyProps) {
  const now = useNow();
  const keys = keysInForce(account, now);
  const rest = keys.filter(({ id }) => id !== keyId).length;
  const stops = stopping(
    keys.filter(({ id }) => id === keyId),
    now,
  );
  const left = rest === 0 ? 'The account has no other key in force' : `${rest} other in force`;
  return (
    <RevokeDialog
      orgId={orgId}
      account={account}
      open={keyId !== null}
      onClose={onClose}
      command={{ type: 'service_account.key.revoke', id: account.id, key_id: keyId ?? '' }}
      title={`Revoke key ${keyId?.slice(0, 4) ?? ''}… of ${account.name}?`}
      effect={`${stops}. ${left}. A revoked key never works again.`}
      action="Revoke key"
      done={`Key of ${account.name} revoked`}
    />
  );
}

interface RevokeDialogProps extends RevokeAccountProps {
  readonly command: Command;
  readonly title: string;
  readonly effect: string;
  readonly action: string;
  readonly done: string;
}

function RevokeDialog(props: RevokeDialogProps) {
  const { orgId, account, open, onClose, command, title, effect, action, done } = props;
  const revoke = useAction<[anyway?: boolean]>(async (anyway = false) => {
    await askFor(orgId, [{ command, before: { ...account } }], done, anyway);
    onClose();
  });
  return (
    <ConfirmByTyping
      open={open}
      onClose={() => {
        revoke.clear();
        onClose();
      }}
      title={title}
      effect={
        <>
          <p>{effect}</p>
          <NotDone action={revoke} kept="Nothing was revoked." />
        </>
      }
      name={account.name}
      action={action}
      busy={revoke.busy}
      onConfirm={() => void revoke.run()}
    />
  );
}
