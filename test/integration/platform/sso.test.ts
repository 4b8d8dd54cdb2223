/** Single sign-on against a real OpenID provider, over real HTTP on loopback, both legs. */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browse, CLIENT, startOidcProvider, type TestProvider } from '../../support/oidcProvider.ts';
import { backends, type Call, caller, openWorld, type World } from '../../support/platform.ts';

const CONSOLE = 'http://127.0.0.1:9/callback';
const s256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

describe.each(backends())('single sign-on on $name', ({ options }) => {
  let world: World;
  let base: string;
  let provider: TestProvider;
  let admin: Call;
  let now = Date.parse('2026-03-01T00:00:00.000Z');

  beforeAll(async () => {
    world = await openWorld({ ...(await options()), now: () => now, ssoLoopback: true });
    base = await world.platform.app.listen({ host: '127.0.0.1', port: 0 });
    provider = await startOidcProvider([`${base}/v1/auth/sso/callback`]);
    admin = await world.member('admin@acme.test', 'acme');
  });
  afterAll(async () => {
    await provider?.close();
    await world?.platform.close();
  });

  const settings = (more: object = {}) => ({
    issuer: provider.issuer,
    client_id: CLIENT.id,
    client_secret: CLIENT.secret,
    ...more,
  });
  const configure = async (more: object = {}): Promise<void> => {
    const answer = await admin('PUT', '/v1/orgs/acme/sso', settings(more));
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  };
  const begin = async (organization = 'acme', state = 's'.repeat(16)) => {
    const verifier = randomBytes(32).toString('base64url');
    const body = {
      organization,
      redirect_uri: CONSOLE,
      code_challenge: s256(verifier),
      code_challenge_method: 'S256',
      state,
    };
    const answer = await world.anonymous('POST', '/v1/auth/sso/start', body, { host: new URL(base).host });
    return { verifier, answer };
  };
  const signIn = async () => {
    const { verifier, answer } = await begin();
    expect(answer.status).toBe(200);
    const back = await browse(answer.json.authorize_url, CONSOLE);
    expect(back.searchParams.get('state')).toBe('s'.repeat(16));
    return { verifier, back };
  };
  const redeem = (code: string | null, code_verifier: string, redirect_uri = CONSOLE) =>
    world.anonymous('POST', '/v1/auth/sso/token', { code, code_verifier, redirect_uri });

  it('shows settings without the secret, keeps it when it is left out, and forgets all when turned off', async () => {
    expect((await admin('GET', '/v1/orgs/acme/sso')).status).toBe(404);
    expect((await begin()).answer.json.type).toMatch(/sso-unavailable$/);
    await configure();
    const shown = await admin('GET', '/v1/orgs/acme/sso');
    expect(shown.json).toMatchObject({ issuer: provider.issuer, client_id: CLIENT.id, has_secret: true });
    expect(shown.text).not.toContain(CLIENT.secret);
    const { client_secret: _, ...rest } = settings({ trust_mfa: true });
    expect((await admin('PUT', '/v1/orgs/acme/sso', rest)).json).toMatchObject({ has_secret: true, trust_mfa: true });
    expect((await admin('DELETE', '/v1/orgs/acme/sso')).status).toBe(204);
    expect((await admin('GET', '/v1/orgs/acme/sso')).status).toBe(404);
  });

  it('is not for developers to set, nor with a role beyond the setter or without domains', async () => {
    const developer = await world.member('developer@acme.test', 'acme');
    expect((await developer('PUT', '/v1/orgs/acme/sso', settings())).status).toBe(403);
    expect((await admin('PUT', '/v1/orgs/acme/sso', settings({ provision_role: 'viewer' }))).status).toBe(400);
    const unknown = settings({ provision_role: 'nothing', domains: ['acme.test'] });
    expect((await admin('PUT', '/v1/orgs/acme/sso', unknown)).status).toBe(400);
  });

  it('signs a member in by a verified e-mail, with a session for this organization alone', async () => {
    await configure();
    provider.person = { sub: 'p-1', email: 'Viewer@acme.test', email_verified: true, amr: ['pwd', 'otp'] };
    const { verifier, back } = await signIn();
    const answer = await redeem(back.searchParams.get('code'), verifier);
    expect(answer.json).toMatchObject({ token_type: 'Bearer', user: { email: 'viewer@acme.test' } });
    expect(answer.headers['cache-control']).toBe('no-store');
    const call = caller(world.platform, answer.json.access_token);
    expect((await call('GET', '/v1/me')).json.organizations.map(({ id }: { id: string }) => id)).toEqual(['acme']);
    const org = await call('POST', '/v1/auth/token', { org_id: 'acme' });
    expect(org.status).toBe(200);
    const member = caller(world.platform, org.json.access_token);
    expect((await member('GET', '/v1/orgs/acme')).status).toBe(200);
    // The same code is spent.
    expect((await redeem(back.searchParams.get('code'), verifier)).json.type).toMatch(/login-failed$/);
    // By the linked identity from now on, whatever the provider says of the e-mail.
    provider.person = { sub: 'p-1', email: 'other@elsewhere.test', email_verified: false };
    const again = await signIn();
    expect((await redeem(again.back.searchParams.get('code'), again.verifier)).json.user.email).toBe(
      'viewer@acme.test',
    );
  });

  it('counts as a second factor what the provider says was one, or is trusted to ask for', async () => {
    await configure();
    const enter = async (person: TestProvider['person']): Promise<{ call: Call; status: number }> => {
      provider.person = person;
      const { verifier, back } = await signIn();
      const { access_token } = (await redeem(back.searchParams.get('code'), verifier)).json;
      const org = await caller(world.platform, access_token)('POST', '/v1/auth/token', { org_id: 'acme' });
      return { call: caller(world.platform, org.json.access_token), status: org.status };
    };
    const boss = await enter({ sub: 'p-0', email: 'admin@acme.test', email_verified: true, amr: ['pwd', 'otp'] });
    expect((await boss.call('PATCH', '/v1/orgs/acme', { mfa_required: true })).status).toBe(200);
    expect((await enter({ sub: 'p-1', amr: ['pwd'] })).status).toBe(403);
    expect((await enter({ sub: 'p-1', amr: ['pwd', 'hwk'] })).status).toBe(200);
    expect((await boss.call('PUT', '/v1/orgs/acme/sso', settings({ trust_mfa: true }))).status).toBe(200);
    expect((await enter({ sub: 'p-1' })).status).toBe(200);
    expect((await boss.call('PATCH', '/v1/orgs/acme', { mfa_required: false })).status).toBe(200);
    await configure();
  });

  it('does not reach another organization of the same person, nor the account itself', async () => {
    const globex = await world.member('admin@globex.test', 'globex');
    const made = await globex('POST', '/v1/orgs/globex/members', { email: 'manager@acme.test', role: 'admin' });
    expect(made.status).toBe(201);
    provider.person = { sub: 'p-2', email: 'manager@acme.test', email_verified: true };
    const { verifier, back } = await signIn();
    const { access_token, refresh_token } = (await redeem(back.searchParams.get('code'), verifier)).json;
    const call = caller(world.platform, access_token);
    expect((await call('GET', '/v1/me')).json.organizations.map(({ id }: { id: string }) => id)).toEqual(['acme']);
    expect((await call('POST', '/v1/auth/token', { org_id: 'globex' })).status).toBe(403);
    expect((await call('GET', '/v1/orgs')).json.items.map(({ id }: { id: string }) => id)).toEqual(['acme']);
    expect((await call('POST', '/v1/orgs', { name: 'Mine' })).status).toBe(403);
    expect((await call('POST', '/v1/me/totp')).status).toBe(403);
    const next = await world.anonymous('POST', '/v1/auth/refresh', { refresh_token });
    expect(next.status).toBe(200);
    const later = caller(world.platform, next.json.access_token);
    expect((await later('POST', '/v1/auth/token', { org_id: 'globex' })).status).toBe(403);
  });

  it('refuses an unverified e-mail, a stranger, and a person who says no', async () => {
    const outcome = async (): Promise<string> => {
      const { back } = await signIn();
      expect(back.searchParams.get('code')).toBe(null);
      return `${back.searchParams.get('error')}: ${back.searchParams.get('error_description')}`;
    };
    provider.person = { sub: 'p-3', email: 'admin@acme.test', email_verified: false };
    expect(await outcome()).toBe('access_denied: The provider gave no verified e-mail address.');
    provider.person = { sub: 'p-4', email: 'stranger@acme.test', email_verified: true };
    expect(await outcome()).toBe('access_denied: Not a member of this organization.');
    provider.refuse = true;
    expect(await outcome()).toMatch(/^access_denied: /);
    provider.refuse = false;
  });

  it('lets people of the named domains join with the named role, and nobody else', async () => {
    await configure({ domains: ['acme.test'], provision_role: 'viewer' });
    provider.person = { sub: 'p-5', email: 'new@acme.test', email_verified: true, name: 'New Person' };
    const { verifier, back } = await signIn();
    const answer = await redeem(back.searchParams.get('code'), verifier);
    expect(answer.json.user).toMatchObject({ email: 'new@acme.test', name: 'New Person' });
    const members = (await admin('GET', '/v1/orgs/acme/members?limit=200')).json.items;
    expect(members.find(({ email }: { email: string }) => email === 'new@acme.test')).toMatchObject({ role: 'viewer' });
    provider.person = { sub: 'p-6', email: 'new@evil.test', email_verified: true };
    const refused = await signIn();
    expect(refused.back.searchParams.get('error')).toBe('access_denied');
  });

  it('spends a code on one wrong guess, and lets it and the sign-in grow old', async () => {
    provider.person = { sub: 'p-1' };
    const wrong = await signIn();
    const code = wrong.back.searchParams.get('code');
    expect((await redeem(code, randomBytes(32).toString('base64url'))).status).toBe(401);
    expect((await redeem(code, wrong.verifier)).status).toBe(401);
    const elsewhere = await signIn();
    const other = 'http://127.0.0.1:10/callback';
    expect((await redeem(elsewhere.back.searchParams.get('code'), elsewhere.verifier, other)).status).toBe(401);
    const old = await signIn();
    now += 61_000;
    expect((await redeem(old.back.searchParams.get('code'), old.verifier)).status).toBe(401);
    const { answer } = await begin();
    now += 11 * 60_000;
    await expect(browse(answer.json.authorize_url, CONSOLE)).rejects.toThrow(/sso-failed/);
  });

  it('takes each state once, and none that it did not give', async () => {
    const { answer } = await begin();
    const callback = await browse(answer.json.authorize_url, `${base}/v1/auth/sso/callback`);
    const first = await fetch(callback, { redirect: 'manual' });
    expect(first.headers.get('location')).toContain(CONSOLE);
    expect((await fetch(callback, { redirect: 'manual' })).status).toBe(400);
    const forged = new URL(callback);
    forged.searchParams.set('state', `acme.${'A'.repeat(43)}`);
    expect((await fetch(forged, { redirect: 'manual' })).status).toBe(400);
  });

  it.each([
    'https://console.example/callback',
    'http://localhost:9/callback',
    'http://127.0.0.1.evil.test:9/callback',
    'http://user@127.0.0.1:9/callback',
    'http://127.0.0.1:9/callback?code=mine',
    'javascript:alert(1)',
  ])('sends the browser to no other place than loopback: %s', async (redirect_uri) => {
    const answer = await world.anonymous('POST', '/v1/auth/sso/start', {
      organization: 'acme',
      redirect_uri,
      code_challenge: s256('x'),
      code_challenge_method: 'S256',
      state: 's'.repeat(16),
    });
    expect(answer.status).toBe(400);
  });

  it('writes one event for each sign-in, with the method, and none that names a secret', async () => {
    const rows = await world.platform.core.tenant('acme', (tx) =>
      tx.query<{ entry: string; disclosures: string }>('SELECT entry, disclosures FROM audit_events ORDER BY seq'),
    );
    const logins = rows.filter(({ entry }) => entry.includes('"auth.login"'));
    const told = logins.flatMap(({ disclosures }) =>
      disclosures.split('~').map((text) => Buffer.from(text, 'base64url').toString()),
    );
    expect(told.filter((text) => text.includes('"method":"sso"')).length).toBeGreaterThan(5);
    const everything = rows.map(({ entry, disclosures }) =>
      [entry, ...disclosures.split('~').map((text) => Buffer.from(text, 'base64url').toString())].join('\n'),
    );
    expect(everything.filter((text) => text.includes(CLIENT.secret))).toEqual([]);
  });
});
