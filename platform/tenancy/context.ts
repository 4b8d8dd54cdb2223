/** Who asks, and in which tenant: credentials, live session or key, live membership, in this order. */
import type { FastifyRequest } from 'fastify';
import {
  DEMANDS,
  grantsOfMember,
  type MemberHolder,
  type Policy,
  type RoleBook,
  type VersionedGrant,
} from '../../shared/rbac/index.ts';
import type { ProvenKey } from '../accounts/directory.ts';
import { type Credentials, unauthenticated } from '../auth/credentials.ts';
import type { Caller } from '../auth/login.ts';
import { liveUser, type SessionUser, type Visitor, visit } from '../auth/sessions.ts';
import type { Claims, Tokens } from '../auth/tokens.ts';
import type { User } from '../auth/users.ts';
import type { Core } from '../core.ts';
import { BatchError, only, type Statement, type Tx } from '../db/database.ts';
import { asPlatform, asTenant } from '../db/names.ts';
import type { Hosting } from '../hosting.ts';
import { Problem } from '../http/problems.ts';
import { LOCK_ORG } from '../log/append.ts';
import { type Access, accessOf, EPOCHS, type Epochs } from './access.ts';

export interface Env {
  readonly core: Core;
  readonly tokens: Tokens;
  readonly checkpointMsMin: number;
  readonly keys: KeyEntry;
  /** Lets sign-in providers be on this machine and without TLS: for trials and tests. */
  readonly ssoLoopback: boolean;
  /** What the operator says of how the platform is run. */
  readonly hosting: Hosting;
}

export type Principal =
  | {
      readonly type: 'user';
      readonly user: User;
      readonly memberId: string;
      readonly role: string;
      readonly claims: Claims;
      /** A second factor was used in this session. */
      readonly mfa: boolean;
    }
  | { readonly type: 'service_account'; readonly accountId: string; readonly name: string; readonly keyId: string };

/** Who came in, before it is asked what they may do. */
export interface Entrant {
  readonly principal: Principal;
  /** Name of its compiled policy: `member:<id>`, `account:<id>`. */
  readonly holder: string;
  grants(book: RoleBook): readonly VersionedGrant[];
  /** Workspaces it may use; null: every one. */
  readonly workspaces: readonly string[] | null;
}

/** The part that knows service accounts and their keys. */
export interface KeyEntry {
  /**
   * Proves the secret and takes the request from the key's quota, before anything else of it is read.
   * Throws Problem unauthenticated for a key there is not, rate-limited.
   */
  admit(text: string): Promise<{ readonly key: ProvenKey; readonly headers: Readonly<Record<string, string>> }>;
  /** Reads, in the request's transaction and under the tenant's role, what the key stands for. */
  standing(key: ProvenKey): Statement;
  /** From the rows of that statement. Throws Problem unauthenticated for a key no longer in force. */
  entrant(key: ProvenKey, rows: readonly object[]): Entrant;
}

/** A request inside one tenant's transaction. */
export interface OrgContext {
  readonly core: Core;
  readonly tx: Tx;
  readonly orgId: string;
  readonly principal: Principal;
  readonly policy: Policy;
  readonly book: RoleBook;
  /** Workspaces within reach; null: every one. */
  readonly workspaces: readonly string[] | null;
  readonly caller: Caller;
}

const USER_AGENT_CHARS_MAX = 256;

/** Text from a header, made fit for a log: whole characters, none of control. */
export function callerOf(request: FastifyRequest): Caller {
  const agent = (request.headers['user-agent'] ?? '').slice(0, USER_AGENT_CHARS_MAX).toWellFormed();
  return { requestId: request.id, source: { ip: request.ip, user_agent: agent.replace(/\p{Cc}/gu, ' ') } };
}

/** Throws Problem forbidden for a session that an organization's own provider vouched for: it is no proof of the account itself. */
export function refuseConfined({ confinedTo }: SessionUser): void {
  if (confinedTo !== null) throw new Problem('forbidden', 'Sign in with the account itself for this.');
}

const ENDED = 'The session has ended.';

/** The user behind the claims, whose session must still be in force; ends under the platform role. */
export async function enterUser(core: Core, tx: Tx, claims: Claims): Promise<SessionUser> {
  await asPlatform(tx, core.instance);
  const user = await liveUser(core, tx, claims.sid, claims.sub);
  if (user === null) throw unauthenticated(ENDED);
  return user;
}

interface MemberRow extends MemberHolder, Epochs {
  readonly workspaces: readonly string[] | null;
  readonly status: string;
  readonly mfaRequired: boolean;
}

const STRANGER = 'Not a member of this organization.';

/** Throws Problem mfa-required (403) where the organization asks for a second factor that this session did not use. */
function demandMfa(user: SessionUser, { mfaRequired }: MemberRow): void {
  if (!mfaRequired || user.mfaUsed) return;
  const detail = user.mfa ? 'Sign in again with a one-time code.' : 'Set up a second factor first.';
  throw new Problem('mfa-required', detail, {}, { status: 403 });
}

/** Confines the workspaces of a holder to the one a token was issued for. */
function within(workspaces: readonly string[] | null, { workspace_id }: Claims): readonly string[] | null {
  if (workspace_id === undefined) return workspaces;
  return workspaces === null || workspaces.includes(workspace_id) ? [workspace_id] : [];
}

/** Throws Problem unauthenticated or forbidden unless the visitor was let into the tenant. */
function admitted(visitor: Visitor | undefined, orgId: string): Visitor {
  if (visitor === undefined) throw unauthenticated(ENDED);
  if (visitor.entered) return visitor;
  const elsewhere = visitor.confinedTo !== null && visitor.confinedTo !== orgId;
  throw new Problem('forbidden', elsewhere ? 'This session was signed in for another organization.' : STRANGER);
}

/** One statement and so one moment: what epochs cover can be newer than they are, never older. */
const MEMBER: Omit<Statement, 'params'> = {
  name: 'tenant.member',
  sql: `SELECT m.id, m.role, m.permissions, m.catalog_version, m.workspaces, m.status, o.mfa_required OR s.mode_mfa AS "mfaRequired",
     s.access_epoch AS access, s.book_epoch AS book
   FROM members m, organization o, org_state s WHERE m.user_id = $1`,
};

/**
 * Session and membership in one round trip: the wall stands before every request, and round trips are most of what it costs. The session's
 * own statement takes the transaction into the tenant; where it does not, those after it fail in the database, under the platform role.
 */
async function visitTenant(
  core: Core,
  tx: Tx,
  { sid, sub }: Claims,
  orgId: string,
  lock: boolean,
): Promise<[Visitor, MemberRow | undefined]> {
  await asPlatform(tx, core.instance);
  try {
    const read = { ...MEMBER, params: [sub] };
    const answers = await tx.batch([visit(core, sid, sub, orgId), ...(lock ? [LOCK_ORG] : []), read]);
    return [admitted((answers[0] as Visitor[])[0], orgId), (answers.at(-1) as MemberRow[])[0]];
  } catch (error) {
    const [visitors] = error instanceof BatchError ? error.answers : [];
    if (visitors !== undefined) admitted((visitors as Visitor[])[0], orgId);
    throw error;
  }
}

async function enterMember(
  core: Core,
  tx: Tx,
  claims: Claims,
  orgId: string,
  lock: boolean,
): Promise<[Access, Entrant]> {
  const [user, member] = await visitTenant(core, tx, claims, orgId, lock);
  if (!member) throw new Problem('forbidden', STRANGER);
  if (member.status === 'suspended') throw new Problem('forbidden', 'This membership is suspended.');
  demandMfa(user, member);
  const access = await accessOf(core.access, tx, orgId, member);
  const { id, email, name } = user;
  const entrant: Entrant = {
    principal: {
      type: 'user',
      user: { id, email, name },
      memberId: member.id,
      role: member.role,
      claims,
      mfa: user.mfaUsed,
    },
    holder: `member:${member.id}`,
    grants: (book) => grantsOfMember(member, book),
    workspaces: within(member.workspaces, claims),
  };
  return [access, entrant];
}

async function enterKey(
  { core, keys }: Env,
  tx: Tx,
  key: ProvenKey,
  orgId: string,
  lock: boolean,
): Promise<[Access, Entrant]> {
  if (key.orgId !== orgId) throw new Problem('forbidden', 'The key is not for this organization.');
  await asTenant(tx, core.instance, orgId);
  const answers = await tx.batch([...(lock ? [LOCK_ORG] : []), EPOCHS, keys.standing(key)]);
  const [epochs, standing] = answers.slice(-2) as [Epochs[], object[]];
  const access = await accessOf(core.access, tx, orgId, only(epochs));
  return [access, keys.entrant(key, standing)];
}

/**
 * Enters the tenant as a member or a service account, whatever a token says of it; ends under the tenant's role. With `lock`, the
 * organization's lock is taken first, so that what is decided here still stands at commit.
 * Throws Problem unauthenticated, forbidden or mfa-required.
 */
export async function enterTenant(
  env: Env,
  tx: Tx,
  credentials: Credentials,
  caller: Caller,
  orgId: string,
  lock: boolean,
): Promise<OrgContext> {
  const { core } = env;
  const [access, entrant] =
    credentials.kind === 'token'
      ? await enterMember(core, tx, credentials.claims, orgId, lock)
      : await enterKey(env, tx, credentials.key, orgId, lock);
  const { principal, holder, grants, workspaces } = entrant;
  return { core, tx, orgId, principal, policy: access.policyOf(holder, grants), book: access.book, workspaces, caller };
}

/** Throws Problem forbidden unless the action's demand is met; own and shared are asked of the thing itself later on. */
export function demand({ policy, workspaces }: Pick<OrgContext, 'policy' | 'workspaces'>, action: string): void {
  const wanted = DEMANDS[action];
  if (wanted === undefined) return;
  const met = (permission: string): boolean =>
    wanted.related === true ? policy.reach(permission) !== null : policy.check(permission);
  if (wanted.anyOf.length > 0 && !wanted.anyOf.some(met)) {
    throw new Problem('forbidden', `Needs ${wanted.anyOf.join(' or ')}.`);
  }
  if (wanted.whole === true && workspaces !== null) {
    throw new Problem('forbidden', 'Needs access to every workspace.');
  }
}

/** The whole way into a tenant for a request. Throws Problem unauthenticated, forbidden or mfa-required. */
export async function enterOrg(
  env: Env,
  tx: Tx,
  credentials: Credentials,
  caller: Caller,
  orgId: string,
  route: { readonly action: string; readonly lock: boolean },
): Promise<OrgContext> {
  if (credentials.kind === 'token' && credentials.claims.org_id !== orgId) {
    await enterUser(env.core, tx, credentials.claims);
    throw new Problem('forbidden', 'The token is not for this organization.');
  }
  const context = await enterTenant(env, tx, credentials, caller, orgId, route.lock);
  demand(context, route.action);
  return context;
}

/** The user who asks. Throws Problem forbidden for a service account. */
export function userOf({ principal }: Pick<OrgContext, 'principal'>): Extract<Principal, { type: 'user' }> {
  if (principal.type !== 'user') throw new Problem('forbidden', 'Only a person can do this.');
  return principal;
}
