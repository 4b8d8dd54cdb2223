import type { SsoView } from '../../shared/contract/sso.ts';
import type { CatalogRole } from '../access/people.ts';
import { Check, Field, SecretInput, Select, TextArea, TextInput } from '../ui/Field.tsx';
import { SECRET_OPTIONS, type SecretChoice, type SsoDraft, type SsoProblems, secretChoices } from './ssoDraft.ts';

interface SsoFieldsProps {
  readonly draft: SsoDraft;
  /** As they are; null: off. */
  readonly settings: SsoView | null;
  readonly roles: readonly Pick<CatalogRole, 'id' | 'name'>[];
  readonly problems: SsoProblems;
  readonly disabled: boolean;
  readonly onChange: (draft: SsoDraft) => void;
}

/** Provider, client, and whom it lets in. */
export function SsoFields({ draft, settings, roles, problems, disabled, onChange }: SsoFieldsProps) {
  const set = (change: Partial<SsoDraft>): void => onChange({ ...draft, ...change });
  return (
    <div className="mt-3 flex flex-col gap-3">
      <Field label="Provider issuer" hint="OpenID Connect, with discovery." error={problems.issuer ?? null}>
        {(ids) => (
          <TextInput
            {...ids}
            autoFocus={settings === null}
            mono
            placeholder="https://login.acme.example/"
            value={draft.issuer}
            disabled={disabled}
            onChange={(event) => set({ issuer: event.target.value })}
          />
        )}
      </Field>
      <Field label="Client id" error={problems.clientId ?? null}>
        {(ids) => (
          <TextInput
            {...ids}
            mono
            value={draft.clientId}
            disabled={disabled}
            onChange={(event) => set({ clientId: event.target.value })}
          />
        )}
      </Field>
      <Secret {...{ draft, settings, problems, disabled, set }} />
      <Field
        label="E-mail domains"
        hint="One a line. Their people may sign in, by an address the provider has verified. Empty: the members there are."
        error={problems.domains ?? null}
      >
        {(ids) => (
          <TextArea
            {...ids}
            mono
            rows={3}
            value={draft.domains}
            disabled={disabled}
            onChange={(event) => set({ domains: event.target.value })}
          />
        )}
      </Field>
      <Field label="People of these domains who are no members yet">
        {(ids) => (
          <Select
            {...ids}
            value={draft.provisionRole}
            disabled={disabled}
            options={[
              { value: '', label: 'do not join by signing in' },
              ...roles.map(({ id, name }) => ({ value: id, label: `join with the role ${name}` })),
            ]}
            onChange={(event) => set({ provisionRole: event.target.value })}
          />
        )}
      </Field>
      <Check
        label="The provider asks for a second factor at every sign-in"
        hint="Its sign-ins then count as made with one, also where it does not say so."
        checked={draft.trustMfa}
        disabled={disabled}
        onChange={(event) => set({ trustMfa: event.target.checked })}
      />
    </div>
  );
}

interface SecretProps extends Pick<SsoFieldsProps, 'draft' | 'settings' | 'problems' | 'disabled'> {
  readonly set: (change: Partial<SsoDraft>) => void;
}

/** The client secret goes to the platform and never comes back. */
function Secret({ draft, settings, problems, disabled, set }: SecretProps) {
  return (
    <>
      <Field label="Client secret" hint={settings?.hasSecret ? 'One is set. It is shown to nobody.' : undefined}>
        {(ids) => (
          <Select
            {...ids}
            value={draft.secretChoice}
            disabled={disabled}
            options={secretChoices(settings).map((choice) => ({
              value: choice,
              label: choice === 'set' && settings?.hasSecret ? 'Replace it' : SECRET_OPTIONS[choice],
            }))}
            onChange={(event) => set({ secretChoice: event.target.value as SecretChoice, secret: '' })}
          />
        )}
      </Field>
      {draft.secretChoice === 'set' && (
        <Field
          label="New secret"
          hint="Sent once, sealed by the platform, kept nowhere here."
          error={problems.secret ?? null}
        >
          {(ids) => (
            <SecretInput
              {...ids}
              autoComplete="off"
              value={draft.secret}
              disabled={disabled}
              onChange={(event) => set({ secret: event.target.value })}
            />
          )}
        </Field>
      )}
    </>
  );
}
