/** Sign-in by the system browser: the real core, a real loopback listener, a real platform behind the protocol's own steps. */
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { signInBySso } from '../../main/services/sso.ts';
import { PlatformHttp } from '../../main/sync/http.ts';
import { Session } from '../../main/sync/session.ts';
import { createPlatform, type Platform } from '../../platform/app.ts';
import { createUser } from '../../platform/auth/users.ts';
import { createOrganization } from '../../platform/orgs/service.ts';
import type { Output } from '../../shared/contract/index.ts';
import { endOf, openConsoleApp, PASSPHRASE, type TestConsole, temporaryFolder } from '../support/app.ts';
import { ADMIN } from '../support/platformProcess.ts';
import { type SsoPlatform, startSsoPlatform } from '../support/ssoPlatform.ts';

const ORG = 'acme';
let folder: ReturnType<typeof temporaryFolder>;
let platform: Platform;
let sso: SsoPlatform;
let console_: TestConsole;
/** What the system browser does with an address. */
let browser: (url: string) => Promise<void>;
const opened: string[] = [];

const follow = async (url: string): Promise<void> => void (await fetch(url));

beforeAll(async () => {
  folder = temporaryFolder();
  platform = await createPlatform({ dataDir: null, checkpointMsMin: 0 });
  const ada = await createUser(platform.core, { ...ADMIN, name: 'Ada' });
  await createOrganization(platform.core, { id: ORG, name: 'Acme', ownerId: ada.id });
  sso = await startSsoPlatform(await platform.app.listen({ host: '127.0.0.1', port: 0 }), ADMIN);
  const openExternal = async (url: string): Promise<void> => {
    opened.push(url);
    await browser(url);
  };
  console_ = openConsoleApp(join(folder.path, 'console'), {}, { openExternal });
  await console_.call('vault.create', { useKeychain: false, passphrase: PASSPHRASE });
});
afterAll(async () => {
  await console_?.app.close();
  await sso?.close();
  await platform?.close();
  folder?.remove();
});
afterEach(() => {
  sso.authorizeUrl = null;
  sso.refusal = null;
  opened.length = 0;
});

const signIn = () => console_.run('connections.beginSso', { url: sso.url, orgHint: ORG });

/** A request to the waiting listener, with whatever path and host. */
function knock(url: string, host?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, ...(host === undefined ? {} : { headers: { host } }) }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.once('error', reject).end();
  });
}

it('signs in, pins and syncs as a password would', async () => {
  browser = follow;
  const { result } = await signIn();
  const draft = result as Output<'connections.begin'>;
  expect(draft).toMatchObject({ userName: 'Ada', organizations: [{ orgId: ORG, role: 'admin' }] });
  const { started } = sso;
  expect(started).toHaveLength(1);
  expect(started[0]).toMatchObject({ organization: ORG, code_challenge_method: 'S256' });
  expect(started[0]!.redirect_uri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
  expect([started[0]!.state.length, started[0]!.code_challenge.length]).toEqual([43, 43]);
  const pins = draft.organizations.map(({ orgId, logKey }) => ({ orgId, fingerprint: logKey.fingerprint }));
  const connection = await console_.call('connections.confirm', { draftId: draft.draftId, pins });
  expect(connection).toMatchObject({ userEmail: ADMIN.email, state: 'online' });
  expect((await console_.run('sync.start', { orgId: ORG })).state).toBe('done');
  // The listener is gone.
  await expect(knock(started[0]!.redirect_uri)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

it('takes one answer with the right state, and nothing else that knocks', async () => {
  const statuses: number[] = [];
  browser = async () => {
    const { redirect_uri: uri, state } = sso.started.at(-1)!;
    const good = new URLSearchParams({ code: 'stolen', state });
    statuses.push(await knock(`${uri}?code=forged&state=wrong`));
    statuses.push(await knock(`${uri}?code=forged`));
    statuses.push(await knock(`${uri.replace('/callback', '/')}?${good}`));
    // The right words under another name: a page that reaches in by DNS.
    statuses.push(await knock(`${uri}?${good}`, 'rebound.example'));
    await follow(opened.at(-1)!);
  };
  expect((await signIn()).result).toMatchObject({ userName: 'Ada' });
  expect(statuses).toEqual([400, 400, 400, 400]);
});

it("says no in the provider's words", async () => {
  browser = follow;
  sso.refusal = { error: 'access_denied', error_description: 'Your account is\u0007 not assigned.' };
  await expect(signIn()).rejects.toMatchObject({
    code: 'LOGIN_FAILED',
    message: 'The sign-in was turned down: Your account is  not assigned.',
  });
});

it('is refused when the code is not the one that was given out', async () => {
  browser = async () => {
    const { redirect_uri: uri, state } = sso.started.at(-1)!;
    await knock(`${uri}?${new URLSearchParams({ code: 'made-up', state })}`);
  };
  await expect(signIn()).rejects.toMatchObject({ code: 'LOGIN_FAILED', message: 'The code is not good.' });
});

it('opens nothing but addresses of the web', async () => {
  browser = follow;
  for (const bad of ['javascript:alert(1)', 'file:///etc/passwd', 'http://evil.example/']) {
    sso.authorizeUrl = bad;
    await expect(signIn()).rejects.toMatchObject({ code: 'PLATFORM_PROTOCOL' });
  }
  expect(opened).toEqual([]);
});

it('waits so long and no longer, and can be given up', async () => {
  const http = new PlatformHttp({ url: sso.url });
  const session = new Session(http, { read: async () => null, write: async () => {}, delete: async () => {} });
  const input = { organization: ORG, openExternal: async () => {}, onAddress: () => {}, waitMs: 50 };
  await expect(signInBySso(http, session, { ...input, signal: new AbortController().signal })).rejects.toMatchObject({
    code: 'LOGIN_FAILED',
  });
  browser = async () => {};
  const { jobId } = await console_.call('connections.beginSso', { url: sso.url, orgHint: ORG });
  await expect.poll(() => opened.length, { timeout: 30_000 }).toBe(1);
  const ended = endOf(console_.app, jobId);
  await console_.call('jobs.cancel', { jobId });
  expect(await ended).toMatchObject({ state: 'cancelled', error: { code: 'CANCELLED' } });
  await expect(knock(sso.started.at(-1)!.redirect_uri)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
