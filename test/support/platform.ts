/** The platform as its tests use it: both databases, two tenants, a client that speaks HTTP by injection. */
import { afterAll } from 'vitest';
import { createPlatform, type Platform, type PlatformOptions } from '../../platform/app.ts';
import { createUser } from '../../platform/auth/users.ts';
import { addMember, type NewMember } from '../../platform/members/service.ts';
import { createOrganization } from '../../platform/orgs/service.ts';
import { type AuditEvent, readDisclosure, readEvent } from '../../shared/audit/index.ts';
import type { Json } from '../../shared/json/index.ts';
import type { Role } from '../../shared/rbac/index.ts';
import { startPostgres } from './postgres.ts';

export const PASSWORD = 'correct horse battery staple';
export const KEK = Buffer.alloc(32, 7).toString('base64');

/** The databases to test on; opens a fresh, empty store at each call. Stops the server after the file's tests. */
export function backends(): { name: string; options: () => Promise<PlatformOptions> }[] {
  const server = startPostgres();
  afterAll(() => server?.stop());
  const list = [{ name: 'PGlite', options: async (): Promise<PlatformOptions> => ({ kek: KEK }) }];
  if (server) {
    list.push({
      name: 'PostgreSQL',
      options: async () => ({ databaseUrl: await server.createDatabase(), kek: KEK }),
    });
  }
  return list;
}

export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
  bytes: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: bodies of any route, looked into by assertions only
  json: any;
}

export type Call = (method: string, url: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

export function caller(platform: Platform, token?: string): Call {
  return async (method, url, body, headers = {}) => {
    const reply = await platform.app.inject({
      method: method as 'GET',
      url,
      headers: {
        ...(body instanceof Uint8Array ? { 'content-type': 'application/octet-stream' } : {}),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    const type = String(reply.headers['content-type'] ?? '');
    const json = type.includes('json') && !type.includes('ndjson') && reply.body !== '' ? reply.json() : null;
    return { status: reply.statusCode, headers: reply.headers, text: reply.body, bytes: reply.rawPayload, json };
  };
}

export interface World {
  platform: Platform;
  anonymous: Call;
  /** Logs in; gives the user's token. */
  login(email: string): Promise<string>;
  /** A client with a token for the organization. */
  member(email: string, orgId: string): Promise<Call>;
}

/** Organizations `acme` and `globex`, each with admin@, manager@, developer@, viewer@ and guest@<org>.test. */
export async function openWorld(options: PlatformOptions): Promise<World> {
  const platform = await createPlatform({ checkpointMsMin: 0, ...options });
  const { core } = platform;
  const roles: Role[] = ['manager', 'developer', 'viewer', 'guest'];
  for (const org of ['acme', 'globex']) {
    const admin = await createUser(core, { email: `admin@${org}.test`, name: `Admin ${org}`, password: PASSWORD });
    await createOrganization(core, { id: org, name: `The ${org} company`, ownerId: admin.id, tier: 'enterprise' });
    for (const role of org === 'acme' ? roles : []) {
      const user = await createUser(core, { email: `${role}@${org}.test`, name: role, password: PASSWORD });
      await addMember(core, org, { userId: user.id, role });
    }
  }
  const anonymous = caller(platform);
  const login = async (email: string): Promise<string> => {
    const answer = await anonymous('POST', '/v1/auth/login', { email, password: PASSWORD });
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.json.access_token as string;
  };
  const member = async (email: string, orgId: string): Promise<Call> => {
    const answer = await caller(platform, await login(email))('POST', '/v1/auth/token', { org_id: orgId });
    if (answer.status !== 200) throw new Error(answer.text);
    return caller(platform, answer.json.access_token);
  };
  return { platform, anonymous, login, member };
}

export interface LoggedEvent {
  readonly event: AuditEvent;
  /** Disclosures by name. */
  readonly story: Readonly<Record<string, Json>>;
}

/** The organization's log from a position on, as the store holds it. */
export async function eventsOf(platform: Platform, orgId: string, from = 0): Promise<LoggedEvent[]> {
  const rows = await platform.core.tenant(orgId, (tx) =>
    tx.query<{ entry: string; disclosures: string }>(
      'SELECT entry, disclosures FROM audit_events WHERE seq >= $1 ORDER BY seq',
      [from],
    ),
  );
  return rows.map(({ entry, disclosures }) => ({
    event: readEvent(entry),
    story: Object.fromEntries(
      (disclosures === '' ? [] : disclosures.split('~')).map((text) => {
        const { name, value } = readDisclosure(text);
        return [name, value];
      }),
    ),
  }));
}

/** Number of events in the organization's log. */
export async function logSize(platform: Platform, orgId: string): Promise<number> {
  const rows = await platform.core.tenant(orgId, (tx) =>
    tx.query<{ n: number }>('SELECT log_size AS n FROM org_state'),
  );
  return rows[0]!.n;
}

/** A new user who is a member of the organization, with a token for it. */
export async function join(
  world: World,
  orgId: string,
  email: string,
  member: Omit<NewMember, 'userId'>,
): Promise<{ call: Call; memberId: string; userId: string }> {
  const { core } = world.platform;
  const user = await createUser(core, { email, name: email.split('@')[0]!, password: PASSWORD });
  const { id } = await addMember(core, orgId, { userId: user.id, ...member });
  return { call: await world.member(email, orgId), memberId: id, userId: user.id };
}
