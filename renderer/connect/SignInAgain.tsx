import { LogIn } from 'lucide-react';
import { useState } from 'react';
import type { Connection } from '../../shared/contract/connections.ts';
import { useOrgs } from '../app/orgs.ts';
import { useAction } from '../app/query.ts';
import { navigate } from '../app/router.ts';
import { call } from '../bridge.ts';
import { Button } from '../ui/Button.tsx';
import { Field, SecretInput } from '../ui/Field.tsx';
import { ErrorState } from '../ui/States.tsx';
import { toast } from '../ui/toasts.ts';
import { TotpField } from './SignInStep.tsx';

/** A session that ended is opened again; pins and mirrors stay as they are. */
export function SignInAgain({ connection }: { readonly connection: Connection }) {
  const [password, setPassword] = useState('');
  const [totp, setTotp] = useState('');
  const signIn = useAction(async () => {
    await call('connections.signIn', { id: connection.id, password, totp: totp === '' ? null : totp });
    await useOrgs.getState().load();
    navigate({ screen: 'overview', org: null });
    toast({ text: 'Signed in' });
  });
  return (
    <form
      className="flex max-w-md flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (password !== '') void signIn.run();
      }}
    >
      <p className="text-dim">
        The session of {connection.userEmail} has ended. Mirrors stay readable; pinned keys stay pinned.
      </p>
      <Field label="Password">
        {(ids) => (
          <SecretInput {...ids} autoFocus value={password} onChange={(event) => setPassword(event.target.value)} />
        )}
      </Field>
      <TotpField value={totp} onChange={setTotp} asked={signIn.error?.code === 'MFA_REQUIRED'} />
      {signIn.error && <ErrorState compact error={signIn.error} kept="Pins and mirrors are unchanged." />}
      <Button
        type="submit"
        kind="primary"
        icon={LogIn}
        busy={signIn.busy}
        disabled={password === ''}
        className="self-start"
      >
        {signIn.busy ? 'Signing in' : 'Sign in'}
      </Button>
    </form>
  );
}
