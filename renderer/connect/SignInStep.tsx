import { LogIn } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useAction, useQuery } from '../app/query.ts';
import { call } from '../bridge.ts';
import { Button } from '../ui/Button.tsx';
import { Field, SecretInput, TextInput } from '../ui/Field.tsx';
import { ErrorState } from '../ui/States.tsx';
import type { Draft } from './ConnectScreen.tsx';
import { SsoOffer } from './SsoStep.tsx';

interface SignInStepProps {
  readonly onDraft: (draft: Draft) => void;
  readonly onSso: () => void;
}

/** Address, e-mail, password and one-time code. Nothing is stored until keys are pinned. */
export function SignInStep({ onDraft, onSso }: SignInStepProps) {
  const [url, setUrl] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [totp, setTotp] = useState('');
  const demo = useQuery('app.demoSignIn', {});
  const begin = useAction(async () => {
    onDraft(
      await call('connections.begin', {
        url: url.trim(),
        email: email.trim(),
        password,
        totp: totp === '' ? null : totp,
      }),
    );
  });
  const fill = async (): Promise<void> => {
    // Asked again at the press: the one-time code changes every 30 s.
    const fresh = await call('app.demoSignIn', {});
    if (fresh === null) return;
    setUrl(fresh.url);
    setEmail(fresh.email);
    setPassword(fresh.password);
    setTotp(fresh.totp);
  };
  const ready = url.trim() !== '' && email.trim() !== '' && password !== '' && (totp === '' || /^\d{6}$/.test(totp));
  return (
    <form
      className="flex max-w-md flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void begin.run();
      }}
    >
      <p className="text-dim">
        The console signs in, fetches the log keys of your organizations and shows them for pinning. Nothing is stored
        before that.
      </p>
      {demo.data && (
        <div className="flex items-center justify-between gap-3 border-y border-line py-2">
          <span className="text-dim">A demo platform runs at {demo.data.url}.</span>
          <Button small onClick={() => void fill()}>
            Fill in demo sign-in
          </Button>
        </div>
      )}
      <Field label="Platform address" hint="https anywhere; http only to this machine">
        {(ids) => (
          <TextInput {...ids} type="url" autoFocus value={url} onChange={(event) => setUrl(event.target.value)} />
        )}
      </Field>
      <Field label="E-mail">
        {(ids) => (
          <TextInput
            {...ids}
            type="email"
            autoComplete="username"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field label="Password">
        {(ids) => <SecretInput {...ids} value={password} onChange={(event) => setPassword(event.target.value)} />}
      </Field>
      <TotpField value={totp} onChange={setTotp} asked={begin.error?.code === 'MFA_REQUIRED'} />
      {begin.error && <ErrorState compact error={begin.error} kept="Nothing was stored." />}
      <div className="flex gap-2">
        <Button type="submit" kind="primary" icon={LogIn} busy={begin.busy} disabled={!ready}>
          {begin.busy ? 'Signing in' : 'Sign in and fetch keys'}
        </Button>
        <SsoOffer onSso={onSso} />
      </div>
    </form>
  );
}

interface TotpProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The platform asked for the code: the focus goes there. */
  readonly asked?: boolean;
}

/** Six digits of an authenticator; may stay empty. */
export function TotpField({ value, onChange, asked = false }: TotpProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (asked) input.current?.focus();
  }, [asked]);
  return (
    <Field label="One-time code" hint="Six digits of your authenticator, if your account has one">
      {(ids) => (
        <TextInput
          {...ids}
          ref={input}
          mono
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={6}
          className="max-w-28"
          value={value}
          onChange={(event) => onChange(event.target.value.replace(/\D/g, ''))}
        />
      )}
    </Field>
  );
}
