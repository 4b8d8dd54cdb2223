/**
 * What each route of the platform leaves in the audit log. A route of the interface without a row here fails the coverage test: whoever
 * adds a route adds its row.
 */
import { TOTP } from 'otpauth';
import { blobRows } from './auditRowsBlobs.ts';
import { checkRows } from './auditRowsChecks.ts';
import { complianceRows } from './auditRowsCompliance.ts';
import { governanceRows } from './auditRowsGovernance.ts';
import { identityRows } from './auditRowsIdentity.ts';
import { metricRows } from './auditRowsMetrics.ts';
import { privacyRows } from './auditRowsPrivacy.ts';
import { retentionRows } from './auditRowsRetention.ts';
import { slaRows } from './auditRowsSla.ts';
import { type Call, caller, join, PASSWORD, type World } from './platform.ts';

export interface Asked {
  readonly url: string;
  readonly body?: object;
  /** Who asks; default the organization's admin. */
  readonly call?: Call;
  readonly headers?: Record<string, string>;
}

/** What a row can build on. */
export interface Stage {
  readonly world: World;
  readonly admin: Call;
  /** A name that was not used before. */
  fresh(prefix: string): string;
}

export interface AuditRow {
  /**
   * `event`: exactly one. `once`: one in a session. Otherwise why there is none. A number of parts: events of a change in bulk,
   * after the one of the whole.
   */
  readonly leaves: 'event' | 'once' | { readonly none: string };
  /** Of the event, and of the event of a refusal unless `refused` names another. */
  readonly action: string;
  readonly refused?: string;
  readonly status?: number;
  readonly parts?: number;
  /** Why the request is made once and whole, and not broken at each place. */
  readonly unbroken?: string;
  /** Makes what the request is about; what this leaves behind is not counted. */
  prepare(stage: Stage): Promise<Asked>;
  /** A request to be refused with 403; routes of an organization are refused to strangers and guests without this. */
  refusal?(stage: Stage): Promise<Asked>;
  /** Other ways through the same route. */
  readonly also?: readonly AuditRow[];
}

const ACME = '/v1/orgs/acme';
const made = async (stage: Stage, url: string, body: object): Promise<string> => {
  const answer = await stage.admin('POST', ACME + url, body);
  if (answer.status !== 201) throw new Error(`${url}: ${answer.text}`);
  return answer.json.id as string;
};
const workspace = (stage: Stage) => made(stage, '/workspaces', { name: stage.fresh('W'), max_users: 1000 });
const member = (stage: Stage) => made(stage, '/members', { email: `${stage.fresh('m')}@rows.test`, role: 'guest' });
const role = (stage: Stage) => made(stage, '/roles', { name: stage.fresh('R') });
const thread = async (stage: Stage) =>
  made(stage, '/threads', { name: stage.fresh('T'), workspace_id: await workspace(stage) });
const session = async ({ world }: Stage, email = 'viewer@acme.test'): Promise<Call> =>
  caller(world.platform, await world.login(email));

/** A read that leaves nothing: nobody's personal data is in it. */
const quiet = (action: string, why: string, url: string | ((stage: Stage) => Promise<string>)): AuditRow => ({
  leaves: { none: why },
  action,
  prepare: async (stage) => ({ url: typeof url === 'string' ? ACME + url : ACME + (await url(stage)) }),
});
const outside = (url: string, why: string, signedIn = false): AuditRow => ({
  leaves: { none: why },
  action: '',
  prepare: async (stage) => ({ url, call: signedIn ? await session(stage) : stage.world.anonymous }),
});
const event = (action: string, prepare: AuditRow['prepare'], more: Partial<AuditRow> = {}): AuditRow => ({
  leaves: 'event',
  action,
  prepare,
  ...more,
});

const PLAIN = 'names and limits, seen by every member; nothing personal';

const platformRows: Readonly<Record<string, AuditRow>> = {
  'GET /healthz': outside('/healthz', 'of no organization'),
  'GET /readyz': outside('/readyz', 'of no organization'),
  'GET /v1/meta': outside('/v1/meta', 'of no organization'),
  'GET /v1/me': outside('/v1/me', 'the caller’s own', true),
  'GET /v1/orgs': outside('/v1/orgs', 'the caller’s own', true),
  'POST /v1/orgs': event(
    'organization.create',
    async (stage) => ({
      url: '/v1/orgs',
      body: { name: stage.fresh('O') },
      call: await session(stage, 'admin@globex.test'),
    }),
    { status: 201 },
  ),
  'POST /v1/auth/login': event(
    'auth.login',
    async ({ world }) => ({
      url: '/v1/auth/login',
      body: { email: 'viewer@acme.test', password: PASSWORD },
      call: world.anonymous,
    }),
    {
      also: [
        event(
          'auth.login',
          async ({ world }) => ({
            url: '/v1/auth/login',
            body: { email: 'manager@acme.test', password: 'not the password' },
            call: world.anonymous,
          }),
          { status: 401 },
        ),
      ],
    },
  ),
  'POST /v1/auth/refresh': {
    leaves: { none: 'goes on with a session whose beginning is logged' },
    action: '',
    prepare: async ({ world }) => {
      const login = { email: 'viewer@acme.test', password: PASSWORD };
      const { refresh_token } = (await world.anonymous('POST', '/v1/auth/login', login)).json;
      return { url: '/v1/auth/refresh', body: { refresh_token }, call: world.anonymous };
    },
    also: [
      event(
        'auth.refresh.reuse',
        async ({ world }) => {
          const login = { email: 'viewer@acme.test', password: PASSWORD };
          const { refresh_token } = (await world.anonymous('POST', '/v1/auth/login', login)).json;
          await world.anonymous('POST', '/v1/auth/refresh', { refresh_token });
          return { url: '/v1/auth/refresh', body: { refresh_token }, call: world.anonymous };
        },
        { status: 401 },
      ),
    ],
  },
  'POST /v1/auth/token': {
    leaves: 'once',
    action: 'auth.token.issue',
    prepare: async (stage) => ({ url: '/v1/auth/token', body: { org_id: 'acme' }, call: await session(stage) }),
    refusal: async (stage) => ({
      url: '/v1/auth/token',
      body: { org_id: 'acme' },
      call: await session(stage, 'admin@globex.test'),
    }),
  },
  'POST /v1/auth/logout': event(
    'auth.logout',
    async (stage) => ({ url: '/v1/auth/logout', call: await session(stage) }),
    { status: 204 },
  ),
  'POST /v1/me/totp': event('user.totp.begin', async (stage) => ({ url: '/v1/me/totp', call: await session(stage) })),
  'POST /v1/me/totp/confirm': event(
    'user.totp.confirm',
    async (stage) => {
      const call = await session(stage, 'developer@acme.test');
      const { secret } = (await call('POST', '/v1/me/totp')).json;
      return { url: '/v1/me/totp/confirm', body: { code: new TOTP({ secret }).generate() }, call };
    },
    { status: 204 },
  ),
  'GET /api/threads': {
    leaves: { none: 'names of threads; their logs are what is read with an event' },
    action: 'thread.list',
    prepare: async () => ({ url: '/api/threads' }),
    refusal: async (stage) => {
      const { call, memberId } = await join(stage.world, 'acme', `${stage.fresh('m')}@rows.test`, { role: 'viewer' });
      await stage.admin('POST', `${ACME}/members/${memberId}/suspend`, {});
      return { url: '/api/threads', call };
    },
  },
};

const organizationRows: Readonly<Record<string, AuditRow>> = {
  'GET /v1/orgs/{org}': quiet('organization.read', PLAIN, ''),
  'PATCH /v1/orgs/{org}': event('organization.update', async (stage) => ({
    url: ACME,
    body: { name: stage.fresh('A') },
  })),
  'GET /v1/orgs/{org}/workspaces': quiet('workspace.list', PLAIN, '/workspaces'),
  'GET /v1/orgs/{org}/workspaces/{id}': quiet(
    'workspace.read',
    PLAIN,
    async (stage) => `/workspaces/${await workspace(stage)}`,
  ),
  'POST /v1/orgs/{org}/workspaces': event(
    'workspace.create',
    async (stage) => ({ url: `${ACME}/workspaces`, body: { name: stage.fresh('W'), max_users: 1000 } }),
    { status: 201 },
  ),
  'PATCH /v1/orgs/{org}/workspaces/{id}': event('workspace.update', async (stage) => ({
    url: `${ACME}/workspaces/${await workspace(stage)}`,
    body: { name: stage.fresh('W') },
  })),
  'DELETE /v1/orgs/{org}/workspaces/{id}': event(
    'workspace.delete',
    async (stage) => ({ url: `${ACME}/workspaces/${await workspace(stage)}` }),
    { status: 204 },
  ),
  'GET /v1/orgs/{org}/changes': quiet(
    'change.list',
    'the mirror follows it all day; auth.token.issue says who',
    '/changes',
  ),
  'GET /v1/orgs/{org}/log/keys': quiet('log.keys.read', 'public keys', '/log/keys'),
  'GET /v1/orgs/{org}/log/checkpoint': quiet('log.checkpoint.read', 'a signed hash', '/log/checkpoint'),
  'GET /v1/orgs/{org}/log/tile/{*}': quiet(
    'log.tile.read',
    'hashes and events without what is personal',
    '/log/tile/0/000.p/1',
  ),
  'GET /v1/orgs/{org}/log/disclosures/{*}': {
    leaves: 'once',
    action: 'log.disclosures.read',
    prepare: async ({ world, admin }) => {
      const rows = await world.platform.core.tenant('acme', (tx) =>
        tx.query<{ at: number }>('SELECT log_pruned_to AS at FROM org_state'),
      );
      await admin('GET', `${ACME}/log/checkpoint`);
      // The first bundle that was not pruned by another row.
      const index = String(rows[0]!.at / 256).padStart(3, '0');
      return {
        url: `${ACME}/log/disclosures/${index}.p/1`,
        call: await world.member('manager@acme.test', 'acme'),
      };
    },
  },
};

const accessRows: Readonly<Record<string, AuditRow>> = {
  'GET /v1/orgs/{org}/members': event('member.list', async () => ({ url: `${ACME}/members` })),
  'GET /v1/orgs/{org}/members/{id}': event('member.read', async (stage) => ({
    url: `${ACME}/members/${await member(stage)}`,
  })),
  'POST /v1/orgs/{org}/members': event(
    'member.create',
    async (stage) => ({ url: `${ACME}/members`, body: { email: `${stage.fresh('m')}@rows.test`, role: 'viewer' } }),
    { status: 201 },
  ),
  'PATCH /v1/orgs/{org}/members/{id}': event(
    'member.role.update',
    async (stage) => ({ url: `${ACME}/members/${await member(stage)}`, body: { role: 'viewer' } }),
    { refused: 'member.update' },
  ),
  'POST /v1/orgs/{org}/members/{id}/suspend': event('member.suspend', async (stage) => ({
    url: `${ACME}/members/${await member(stage)}/suspend`,
    body: {},
  })),
  'POST /v1/orgs/{org}/members/{id}/reactivate': event('member.reactivate', async (stage) => {
    const url = `${ACME}/members/${await member(stage)}`;
    await stage.admin('POST', `${url}/suspend`, {});
    return { url: `${url}/reactivate`, body: {} };
  }),
  'DELETE /v1/orgs/{org}/members/{id}': event(
    'member.delete',
    async (stage) => ({ url: `${ACME}/members/${await member(stage)}` }),
    { status: 204 },
  ),
  'GET /v1/orgs/{org}/roles': quiet('role.list', PLAIN, '/roles'),
  'GET /v1/orgs/{org}/roles/{id}': quiet('role.read', PLAIN, async (stage) => `/roles/${await role(stage)}`),
  'GET /v1/orgs/{org}/permission-catalog': quiet('permission_catalog.read', PLAIN, '/permission-catalog'),
  'POST /v1/orgs/{org}/roles': event(
    'role.create',
    async (stage) => ({ url: `${ACME}/roles`, body: { name: stage.fresh('R') } }),
    { status: 201 },
  ),
  'PATCH /v1/orgs/{org}/roles/{id}': event('role.update', async (stage) => ({
    url: `${ACME}/roles/${await role(stage)}`,
    body: { permissions: ['threads:read'] },
  })),
  'DELETE /v1/orgs/{org}/roles/{id}': event(
    'role.delete',
    async (stage) => ({ url: `${ACME}/roles/${await role(stage)}` }),
    { status: 204 },
  ),
  'POST /v1/orgs/{org}/roles/import': event(
    'role.import',
    async (stage) => {
      const name = stage.fresh('role');
      const roles = [0, 1].map((n) => ({
        name: `roles/${name}${n}`,
        includedPermissions: [`${name.toLowerCase()}.get`],
      }));
      return { url: `${ACME}/roles/import`, body: { format: 'gcp', text: JSON.stringify(roles) } };
    },
    // The permissions and the two roles.
    { parts: 3 },
  ),
};

const threadRows: Readonly<Record<string, AuditRow>> = {
  'GET /v1/orgs/{org}/threads': quiet('thread.list', 'names of threads', '/threads'),
  'GET /v1/orgs/{org}/threads/{id}': quiet(
    'thread.read',
    'a name and a status',
    async (stage) => `/threads/${await thread(stage)}`,
  ),
  'POST /v1/orgs/{org}/threads': event(
    'thread.create',
    async (stage) => ({
      url: `${ACME}/threads`,
      body: { name: stage.fresh('T'), workspace_id: await workspace(stage) },
    }),
    { status: 201 },
  ),
  'PATCH /v1/orgs/{org}/threads/{id}': event('thread.update', async (stage) => ({
    url: `${ACME}/threads/${await thread(stage)}`,
    body: { status: 'closed' },
  })),
  'DELETE /v1/orgs/{org}/threads/{id}': event(
    'thread.delete',
    async (stage) => ({ url: `${ACME}/threads/${await thread(stage)}` }),
    { status: 204 },
  ),
  'POST /v1/orgs/{org}/threads/{id}/share': event('thread.share', async (stage) => ({
    url: `${ACME}/threads/${await thread(stage)}/share`,
    body: { shared_with: [await member(stage)] },
  })),
  'GET /v1/orgs/{org}/threads/{id}/logs': event('thread.log.read', async (stage) => ({
    url: `${ACME}/threads/${await thread(stage)}/logs`,
  })),
  'POST /v1/orgs/{org}/threads/{id}/logs': event(
    'thread.log.append',
    async (stage) => ({ url: `${ACME}/threads/${await thread(stage)}/logs`, body: { lines: [{ text: 'a line' }] } }),
    { status: 201 },
  ),
  'DELETE /v1/orgs/{org}/threads/{id}/logs': event(
    'thread.log.delete',
    async (stage) => {
      const url = `${ACME}/threads/${await thread(stage)}/logs`;
      await stage.admin('POST', url, { lines: [{ text: 'a line' }] });
      return { url };
    },
    { status: 204 },
  ),
};

/** By method and path as OpenAPI has them. */
export const AUDIT_ROWS: Readonly<Record<string, AuditRow>> = {
  ...platformRows,
  ...organizationRows,
  ...accessRows,
  ...threadRows,
  ...governanceRows,
  ...identityRows,
  ...metricRows,
  ...slaRows,
  ...checkRows,
  ...complianceRows,
  ...privacyRows,
  ...retentionRows,
  ...blobRows,
};
