/** What the routes of single sign-on and of directories (SCIM) leave in the audit log. */
import { createHash } from 'node:crypto';
import type { AuditRow, Stage } from './auditRows.ts';
import { browse, CLIENT, startOidcProvider, type TestProvider } from './oidcProvider.ts';

const SSO = '/v1/orgs/acme/sso';
const SCIM = '/scim/v2/orgs/acme';
const CONSOLE = 'http://127.0.0.1:9/callback';
/** Where the provider sends the browser: nobody listens there, the request is made by injection. */
const HOST = '127.0.0.1:10';
const CALLBACK = `http://${HOST}/v1/auth/sso/callback`;
const VERIFIER = 'v'.repeat(43);

let provider: Promise<TestProvider> | null = null;

/** Ends the provider that rows started. */
export async function stopProvider(): Promise<void> {
  await (await provider)?.close();
  provider = null;
}

async function configured(stage: Stage): Promise<TestProvider> {
  provider ??= startOidcProvider([CALLBACK]);
  const started = await provider;
  started.person = { sub: 'p', email: 'viewer@acme.test', email_verified: true };
  const body = { issuer: started.issuer, client_id: CLIENT.id, client_secret: CLIENT.secret };
  const answer = await stage.admin('PUT', SSO, body);
  if (answer.status !== 200) throw new Error(answer.text);
  return started;
}

const beginning = {
  organization: 'acme',
  redirect_uri: CONSOLE,
  code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
  code_challenge_method: 'S256',
  state: 's'.repeat(16),
};

/** The callback as the provider calls for it. */
async function callback(stage: Stage): Promise<string> {
  await configured(stage);
  const begun = await stage.world.anonymous('POST', '/v1/auth/sso/start', beginning, { host: HOST });
  const url = await browse(begun.json.authorize_url, CALLBACK);
  return url.pathname + url.search;
}

async function made(stage: Stage, path: string, body: object): Promise<string> {
  const answer = await stage.admin('POST', SCIM + path, body);
  if (answer.status !== 201) throw new Error(answer.text);
  return `${SCIM}${path}/${answer.json.id}`;
}
const person = (stage: Stage) => ({ userName: `${stage.fresh('d')}@rows.test`, displayName: 'Person' });
const user = (stage: Stage) => made(stage, '/Users', person(stage));
const group = (stage: Stage) => made(stage, '/Groups', { displayName: stage.fresh('G') });
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const NO_TENANT_YET = 'nobody is signed in yet; what comes of it is logged with the tokens';
const DISCOVERY = 'what the service can do; the same for everybody';

const ssoRows: Readonly<Record<string, AuditRow>> = {
  'POST /v1/auth/sso/start': {
    leaves: { none: NO_TENANT_YET },
    action: '',
    prepare: async (stage) => {
      await configured(stage);
      return { url: '/v1/auth/sso/start', body: beginning, headers: { host: HOST }, call: stage.world.anonymous };
    },
  },
  'GET /v1/auth/sso/callback': {
    leaves: { none: NO_TENANT_YET },
    action: '',
    status: 303,
    unbroken: 'the provider takes its code once, so the same request cannot be made again',
    prepare: async (stage) => ({
      url: await callback(stage),
      headers: { host: HOST },
      call: stage.world.anonymous,
    }),
  },
  'POST /v1/auth/sso/token': {
    leaves: 'event',
    action: 'auth.login',
    prepare: async (stage) => {
      const back = await stage.world.anonymous('GET', await callback(stage), undefined, { host: HOST });
      const code = new URL(String(back.headers.location)).searchParams.get('code');
      const body = { code, code_verifier: VERIFIER, redirect_uri: CONSOLE };
      return { url: '/v1/auth/sso/token', body, call: stage.world.anonymous };
    },
  },
  'GET /v1/orgs/{org}/sso': {
    leaves: 'event',
    action: 'sso.read',
    prepare: async (stage) => {
      await configured(stage);
      return { url: SSO };
    },
  },
  'PUT /v1/orgs/{org}/sso': {
    leaves: 'event',
    action: 'sso.update',
    prepare: async () => ({ url: SSO, body: { issuer: 'https://idp.example', client_id: 'c' } }),
  },
  'DELETE /v1/orgs/{org}/sso': {
    leaves: 'event',
    action: 'sso.delete',
    status: 204,
    prepare: async (stage) => {
      await configured(stage);
      return { url: SSO };
    },
  },
};

const scimRows: Readonly<Record<string, AuditRow>> = {
  ...Object.fromEntries(
    ['ServiceProviderConfig', 'ResourceTypes', 'Schemas'].map((name): [string, AuditRow] => [
      `GET /scim/v2/orgs/{org}/${name}`,
      {
        leaves: { none: DISCOVERY },
        action: 'scim.discover',
        prepare: async () => ({ url: `${SCIM}/${name}` }),
      },
    ]),
  ),
  'GET /scim/v2/orgs/{org}/Users': {
    leaves: 'event',
    action: 'member.list',
    prepare: async () => ({ url: `${SCIM}/Users` }),
  },
  'POST /scim/v2/orgs/{org}/Users': {
    leaves: 'event',
    action: 'member.create',
    status: 201,
    prepare: async (stage) => ({ url: `${SCIM}/Users`, body: person(stage) }),
  },
  'GET /scim/v2/orgs/{org}/Users/{id}': {
    leaves: 'event',
    action: 'member.read',
    prepare: async (stage) => ({ url: await user(stage) }),
  },
  'PUT /scim/v2/orgs/{org}/Users/{id}': {
    leaves: 'event',
    action: 'member.update',
    prepare: async (stage) => {
      const one = person(stage);
      return { url: await made(stage, '/Users', one), body: { ...one, displayName: 'Another name' } };
    },
  },
  'PATCH /scim/v2/orgs/{org}/Users/{id}': {
    leaves: 'event',
    action: 'member.suspend',
    refused: 'member.update',
    prepare: async (stage) => ({
      url: await user(stage),
      body: { schemas: [PATCH_OP], Operations: [{ op: 'replace', value: { active: false } }] },
    }),
  },
  'DELETE /scim/v2/orgs/{org}/Users/{id}': {
    leaves: 'event',
    action: 'member.delete',
    status: 204,
    prepare: async (stage) => ({ url: await user(stage) }),
  },
  'GET /scim/v2/orgs/{org}/Groups': {
    leaves: 'event',
    action: 'group.list',
    prepare: async () => ({ url: `${SCIM}/Groups` }),
  },
  'POST /scim/v2/orgs/{org}/Groups': {
    leaves: 'event',
    action: 'group.create',
    status: 201,
    prepare: async (stage) => ({ url: `${SCIM}/Groups`, body: { displayName: stage.fresh('G') } }),
  },
  'GET /scim/v2/orgs/{org}/Groups/{id}': {
    leaves: 'event',
    action: 'group.read',
    prepare: async (stage) => ({ url: await group(stage) }),
  },
  'PUT /scim/v2/orgs/{org}/Groups/{id}': {
    leaves: 'event',
    action: 'group.update',
    prepare: async (stage) => ({ url: await group(stage), body: { displayName: stage.fresh('G') } }),
  },
  'PATCH /scim/v2/orgs/{org}/Groups/{id}': {
    leaves: 'event',
    action: 'group.update',
    prepare: async (stage) => ({
      url: await group(stage),
      body: { schemas: [PATCH_OP], Operations: [{ op: 'replace', value: { displayName: stage.fresh('G') } }] },
    }),
  },
  'DELETE /scim/v2/orgs/{org}/Groups/{id}': {
    leaves: 'event',
    action: 'group.delete',
    status: 204,
    prepare: async (stage) => ({ url: await group(stage) }),
  },
};

export const identityRows: Readonly<Record<string, AuditRow>> = { ...ssoRows, ...scimRows };
