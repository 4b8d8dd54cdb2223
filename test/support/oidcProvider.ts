/** A real OpenID provider (oidc-provider) on loopback whose sign-in page says yes at once, for the person the test names. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export interface Person {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
  readonly amr?: readonly string[];
}

export interface TestProvider {
  readonly issuer: string;
  /** Who signs in next. */
  person: Person;
  /** Whether the person refuses. */
  refuse: boolean;
  close(): Promise<void>;
}

export const CLIENT = { id: 'mission-control', secret: 'a secret of the test client, long enough' };

/** @param redirectUris what is registered for the client. */
export async function startOidcProvider(redirectUris: readonly string[]): Promise<TestProvider> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const state: TestProvider = {
    issuer,
    person: { sub: 'nobody' },
    refuse: false,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [...redirectUris] }],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    conformIdTokenClaims: false,
    claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({ ...state.person, sub, ...(state.person.amr ? { amr: [...state.person.amr] } : {}) }),
    }),
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    cookies: { keys: ['only for tests'] },
  });
  const handle = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return handle(request, response);
    provider
      .interactionDetails(request, response)
      .then(async ({ params }) => {
        if (state.refuse) {
          const refusal = { error: 'access_denied', error_description: 'The person said no.' };
          return provider.interactionFinished(request, response, refusal, { mergeWithLastSubmission: false });
        }
        const grant = new provider.Grant({ accountId: state.person.sub, clientId: String(params.client_id) });
        grant.addOIDCScope('openid email profile');
        const login = { accountId: state.person.sub, amr: [...(state.person.amr ?? [])] };
        const answer = { login, consent: { grantId: await grant.save() } };
        return provider.interactionFinished(request, response, answer, { mergeWithLastSubmission: false });
      })
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  return state;
}

/** Follows redirects as a browser does, with cookies, until one leads to an address that begins with `until`; gives that one. */
export async function browse(start: string, until: string): Promise<URL> {
  const cookies = new Map<string, Map<string, string>>();
  let url = new URL(start);
  for (let step = 0; step < 20; step++) {
    if (url.href.startsWith(until)) return url;
    const jar = cookies.get(url.origin) ?? new Map<string, string>();
    cookies.set(url.origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [pair] = set.split(';', 1);
      const at = pair!.indexOf('=');
      jar.set(pair!.slice(0, at), pair!.slice(at + 1));
    }
    const next = answer.headers.get('location');
    if (next === null) throw new Error(`${answer.status} at ${url.href}: ${(await answer.text()).slice(0, 500)}`);
    url = new URL(next, url);
  }
  throw new Error('too many redirects');
}
