/** Single sign-on settings as they are typed, and as the contract takes them. Pure. */
import type { CallInput } from '../../shared/contract/index.ts';
import type { SsoView } from '../../shared/contract/sso.ts';
import { SsoInput } from '../../shared/entities/index.ts';

/** What becomes of the client secret: it is never shown, so it is kept, set or taken away. */
export type SecretChoice = 'keep' | 'set' | 'none';

export interface SsoDraft {
  readonly issuer: string;
  readonly clientId: string;
  readonly secretChoice: SecretChoice;
  readonly secret: string;
  /** One a line. */
  readonly domains: string;
  /** Empty: nobody joins by signing in. */
  readonly provisionRole: string;
  readonly trustMfa: boolean;
}

/** The settings as a form; null: single sign-on is off. */
export function ssoDraft(settings: SsoView | null): SsoDraft {
  if (settings === null) {
    return {
      ...{ issuer: '', clientId: '', secretChoice: 'set', secret: '', domains: '', provisionRole: '' },
      trustMfa: false,
    };
  }
  return {
    ...{ issuer: settings.issuer, clientId: settings.clientId, secret: '', trustMfa: settings.trustMfa },
    secretChoice: settings.hasSecret ? 'keep' : 'none',
    domains: settings.domains.join('\n'),
    provisionRole: settings.provisionRole ?? '',
  };
}

export const SECRET_OPTIONS: Readonly<Record<SecretChoice, string>> = {
  keep: 'Keep the secret that is set',
  set: 'Set a secret',
  none: 'None: a public client, PKCE alone',
};

/** What may be chosen for the secret. */
export function secretChoices(settings: SsoView | null): readonly SecretChoice[] {
  return settings?.hasSecret === true ? ['keep', 'set', 'none'] : ['set', 'none'];
}

export type SsoProblems = Partial<Record<'issuer' | 'clientId' | 'secret' | 'domains', string>>;

const domainsOf = ({ domains }: SsoDraft): string[] => [
  ...new Set(
    domains
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean),
  ),
];

/** What is wrong with the draft, and what to send; null where something is. `version`: of the settings it was made from. */
export function readSso(
  draft: SsoDraft,
  orgId: string,
  version: number | null,
): { readonly problems: SsoProblems; readonly input: CallInput<'sso.update'> | null } {
  const { shape } = SsoInput;
  const [issuer, clientId, domains] = [draft.issuer.trim(), draft.clientId.trim(), domainsOf(draft)];
  const wrong = domains.find((domain) => !shape.domains.safeParse([domain]).success);
  const problems: SsoProblems = {};
  if (!shape.issuer.safeParse(issuer).success) problems.issuer = 'The address of the provider, beginning with https.';
  if (!shape.client_id.safeParse(clientId).success) problems.clientId = 'What the provider calls this client.';
  if (draft.secretChoice === 'set' && !shape.client_secret.safeParse(draft.secret).success) {
    problems.secret = 'The secret that the provider gave out for this client.';
  }
  if (wrong !== undefined) problems.domains = `${wrong} is no domain, such as acme.example.`;
  else if (domains.length > 100) problems.domains = 'At most 100 domains.';
  else if (draft.provisionRole !== '' && domains.length === 0) {
    problems.domains = 'Without domains, anybody the provider knows would join.';
  }
  if (Object.keys(problems).length > 0) return { problems, input: null };
  return {
    problems,
    input: {
      ...{ orgId, version, issuer, clientId, domains, trustMfa: draft.trustMfa },
      provisionRole: draft.provisionRole === '' ? null : draft.provisionRole,
      ...(draft.secretChoice === 'keep' ? {} : { clientSecret: draft.secretChoice === 'set' ? draft.secret : null }),
    },
  };
}

/** Whether saving would change anything. */
export function ssoChanged(draft: SsoDraft, settings: SsoView | null): boolean {
  const same = ssoDraft(settings);
  return (Object.keys(same) as (keyof SsoDraft)[]).some((field) => draft[field] !== same[field]);
}
