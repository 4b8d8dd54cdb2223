/** Who asks, and in which tenant: token, live session, live membership, in this order. */
import type { FastifyRequest } from 'fastify';
import type { AuditFields, DisclosureName } from '../../shared/audit/index.ts';
import type { Json } from '../../shared/json/index.ts';
import { allows, grantsOf, type Permission, type Role } from '../../shared/rbac/index.ts';
import { SYSTEM_ACTOR } from '../audit/draft.ts';
import type { Caller } from '../auth/login.ts';
import { liveUser } from '../auth/sessions.ts';
import type { Claims, Tokens } from '../auth/tokens.ts';
import type { User } from '../auth/users.ts';
import type { Core } from '../core.ts';
import type { Tx } from '../db/database.ts';
import { asPlatform, asTenant } from '../db/names.ts';
import { Problem } from '../http/problems.ts';
import { appendEvents } from '../log/append.ts';

export interface Env {
  readonly core: Core;
  readonly tokens: Tokens;
  readonly checkpointMsMin: number;
}

/** A request inside one tenant's transaction. */
export interface OrgContext {
  readonly core: Core;
  readonly tx: Tx;
  readonly orgId: string;
  readonly user: User;
  readonly role: Role;
  readonly grants: readonly Permission[];
  readonly claims: Claims;
  readonly caller: Caller;
}

const USER_AGENT_CHARS_MAX = 256;

/** Text from a header, made fit for a log: whole characters, none of control. */
export function callerOf(request: FastifyRequest): Caller {
  const agent = (request.headers['user-agent'] ?? '').slice(0, USER_AGENT_CHARS_MAX).toWellFormed();
  return { requestId: request.id, source: { ip: request.ip, user_agent: agent.replace(/\p{Cc}/gu, ' ') } };
}

/** The claims of the bearer token. Throws Problem unauthenticated. */
export async function authenticate(env: Env, request: FastifyRequest): Promise<Claims> {
  const match = /^Bearer ([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/.exec(request.headers.authorization ?? '');
  const claims = match?.[1] === undefined ? null : await env.tokens.verify(match[1]);
  if (claims === null) throw new Problem('unauthenticated', undefined, { 'www-authenticate': 'Bearer' });
  return claims;
}

/** The user behind the claims, whose session must still be in force; ends under the platform role. */
export async function enterUser(core: Core, tx: Tx, claims: Claims): Promise<User> {
  await asPlatform(tx, core.instance);
  const user = await liveUser(core, tx, claims.sid, claims.sub);
  if (user === null) throw new Problem('unauthenticated', 'The session has ended.', { 'www-authenticate': 'Bearer' });
  return user;
}

/** Enters the tenant as a member, whatever the token says of it. Throws Problem forbidden; ends under the tenant's role. */
export async function enterMember(core: Core, tx: Tx, user: User, orgId: string) {
  const known = await tx.query('SELECT 1 AS one FROM memberships WHERE user_id = $1 AND org_id = $2', [user.id, orgId]);
  if (known.length === 0) throw new Problem('forbidden', 'Not a member of this organization.');
  await asTenant(tx, core.instance, orgId);
  const rows = await tx.query<{ role: Role; permissions: string[] }>(
    'SELECT role, permissions FROM members WHERE user_id = $1',
    [user.id],
  );
  if (!rows[0]) throw new Problem('forbidden', 'Not a member of this organization.');
  return { role: rows[0].role, grants: grantsOf(rows[0].role, rows[0].permissions) };
}

/** Any one of the permissions is enough; none asked for: membership is. Throws Problem forbidden. */
export function demand(grants: readonly Permission[], anyOf: readonly string[]): void {
  if (anyOf.length > 0 && !anyOf.some((wanted) => allows(grants, wanted))) {
    throw new Problem('forbidden', `Needs ${anyOf.join(' or ')}.`);
  }
}

/** The whole way into a tenant for a request. Throws Problem unauthenticated or forbidden. */
export async function enterOrg(
  core: Core,
  tx: Tx,
  claims: Claims,
  caller: Caller,
  orgId: string,
  anyOf: readonly string[],
): Promise<OrgContext> {
  const user = await enterUser(core, tx, claims);
  if (claims.org_id !== orgId) throw new Problem('forbidden', 'The token is not for this organization.');
  const { role, grants } = await enterMember(core, tx, user, orgId);
  demand(grants, anyOf);
  return { core, tx, orgId, user, role, grants, claims, caller };
}

export interface Happening {
  readonly action: string;
  readonly outcome?: AuditFields['outcome'];
  readonly target?: AuditFields['target'];
  readonly workspace?: string | null;
  readonly disclosures?: Partial<Readonly<Record<DisclosureName, Json>>>;
}

/** Writes the request's event into the tenant's log, in the request's transaction. */
export async function logRequest(context: OrgContext, what: Happening): Promise<void> {
  const { core, tx, orgId, user, caller } = context;
  await appendEvents(
    tx,
    orgId,
    [
      {
        ...what,
        actor: { type: 'user', id: user.id },
        request: caller.requestId,
        disclosures: {
          actor: { name: user.name, email: user.email },
          source: { ...caller.source },
          ...what.disclosures,
        },
      },
    ],
    core.now(),
  );
  core.grown.add(orgId);
}

/** Writes "still here" into an organization's log, so that silence and loss can be told apart. */
export async function logHeartbeat(core: Core, orgId: string): Promise<void> {
  await core.tenant(orgId, async (tx) => {
    const draft = { action: 'platform.heartbeat', actor: SYSTEM_ACTOR, target: null };
    await appendEvents(tx, orgId, [draft], core.now());
  });
  core.grown.add(orgId);
}
