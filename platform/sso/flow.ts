/**
 * Signing in through an organization's OpenID provider, two legs of authorization code with PKCE (RFC 7636) chained: console to platform,
 * platform to provider. Everything of a sign-in under way lies in the tenant's own schema, and the session that comes of it
 * reaches that organization alone: an administrator's provider must not open anybody else's doors.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { toBase64Url } from '../../shared/bytes.ts';
import { ORG_ID, type SsoSettings } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { EventDraft } from '../audit/draft.ts';
import type { Caller } from '../auth/login.ts';
import { startSession } from '../auth/sessions.ts';
import { findUser, insertUser, normalEmail, type User } from '../auth/users.ts';
import type { Core } from '../core.ts';
import type { Tx } from '../db/database.ts';
import { asPlatform, asTenant } from '../db/names.ts';
import type { FetchOptions } from '../http/guardedFetch.ts';
import { Problem } from '../http/problems.ts';
import { appendEvents, lockOrg } from '../log/append.ts';
import { addMemberIn, memberStory } from '../members/service.ts';
import { authorizeUrl, type Identity, identify } from './provider.ts';
import { openSecret, readSso } from './settings.ts';

/** A person has this long to sign in at the provider. */
const FLOW_MS_MAX = 10 * 60_000;
/** The console has this long to fetch its tokens. */
const CODE_MS_MAX = 60_000;
/** Sign-ins under way at once, for each organization: bounds what strangers can leave behind. */
const FLOWS_MAX = 500;

const random = (): string => toBase64Url(randomBytes(32));
const hash = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** What a console sends; `redirect_uri` was checked to be loopback (RFC 8252 section 7.3). */
export interface Begin {
  readonly organization: string;
  readonly redirect_uri: string;
  readonly code_challenge: string;
  readonly state: string;
}

interface Flow {
  readonly issuer: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly redirectUri: string;
  readonly clientRedirect: string;
  readonly clientState: string;
  readonly clientChallenge: string;
}

/** Runs in the tenant when there is such an organization with single sign-on. Throws Problem sso-unavailable otherwise. */
async function inTenant<T>(core: Core, orgId: string, work: (tx: Tx, settings: SsoSettings) => Promise<T>): Promise<T> {
  if (!ORG_ID.test(orgId)) throw new Problem('sso-unavailable');
  return await core.platform(async (tx) => {
    const known = await tx.query('SELECT 1 AS one FROM organizations WHERE id = $1', [orgId]);
    if (known.length === 0) throw new Problem('sso-unavailable');
    await asTenant(tx, core.instance, orgId);
    const settings = await readSso(tx);
    if (settings === null) throw new Problem('sso-unavailable');
    return await work(tx, settings);
  });
}

/** Begins a sign-in; gives the provider's address for the browser. Throws Problem sso-unavailable, too-many-attempts. */
export async function beginSignIn(
  core: Core,
  input: Begin,
  redirectUri: string,
  options: FetchOptions,
): Promise<string> {
  const orgId = input.organization;
  const leg = { redirectUri, state: `${orgId}.${random()}`, nonce: random(), verifier: random() };
  const { settings, secret } = await inTenant(core, orgId, async (tx, settings) => ({
    settings,
    secret: await openSecret(core, tx, orgId),
  }));
  const url = await authorizeUrl(settings, secret, leg, options);
  await inTenant(core, orgId, async (tx) => {
    const now = core.now();
    await tx.query('DELETE FROM sso_flows WHERE expires_at <= $1', [new Date(now)]);
    const kept = await tx.query(
      `INSERT INTO sso_flows (state_hash, issuer, nonce, verifier_sealed, redirect_uri, client_redirect, client_state, client_challenge, expires_at)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 WHERE (SELECT count(*) FROM sso_flows) < $10 RETURNING state_hash`,
      [
        hash(leg.state),
        settings.issuer,
        leg.nonce,
        core.sealer.seal(Buffer.from(leg.verifier), `sso-flow:${orgId}`),
        redirectUri,
        input.redirect_uri,
        input.state,
        input.code_challenge,
        new Date(now + FLOW_MS_MAX),
        FLOWS_MAX,
      ],
    );
    if (kept.length === 0)
      throw new Problem('too-many-attempts', 'Too many sign-ins are under way.', { 'retry-after': '60' });
  });
  return url;
}

/** Takes a flow out of its table: each state is good for one callback. */
async function takeFlow(core: Core, tx: Tx, orgId: string, state: string): Promise<Flow> {
  const rows = await tx.query<Omit<Flow, 'verifier'> & { sealed: Uint8Array }>(
    `DELETE FROM sso_flows WHERE state_hash = $1 AND expires_at > $2
     RETURNING issuer, nonce, verifier_sealed AS sealed, redirect_uri AS "redirectUri", client_redirect AS "clientRedirect",
       client_state AS "clientState", client_challenge AS "clientChallenge"`,
    [hash(state), new Date(core.now())],
  );
  if (!rows[0]) throw new Problem('sso-failed', 'This sign-in was used, is too old, or was never begun. Begin again.');
  const { sealed, ...flow } = rows[0];
  return { ...flow, verifier: Buffer.from(core.sealer.open(sealed, `sso-flow:${orgId}`)).toString() };
}

/** The provider sends the browser here; gives the console's address to send it on to, with a code or an error in it. */
export async function finishSignIn(
  core: Core,
  currentUrl: URL,
  caller: Caller,
  options: FetchOptions,
): Promise<string> {
  const state = currentUrl.searchParams.get('state') ?? '';
  const orgId = state.split('.', 1)[0] ?? '';
  const { flow, settings, secret } = await inTenant(core, orgId, async (tx, settings) => ({
    flow: await takeFlow(core, tx, orgId, state),
    settings,
    secret: await openSecret(core, tx, orgId),
  }));
  const back = new URL(flow.clientRedirect);
  back.searchParams.set('state', flow.clientState);
  try {
    if (flow.issuer !== settings.issuer) throw new AppError('LOGIN_FAILED', 'The provider was changed meanwhile.');
    const leg = { redirectUri: flow.redirectUri, state, nonce: flow.nonce, verifier: flow.verifier };
    const identity = await identify(settings, secret, leg, currentUrl, options);
    back.searchParams.set('code', await admit(core, orgId, settings, identity, flow, caller));
  } catch (error) {
    if (!(error instanceof AppError) && !(error instanceof Problem)) throw error;
    await logFailure(core, orgId, error, caller);
    back.searchParams.set('error', 'access_denied');
    back.searchParams.set(
      'error_description',
      error instanceof Problem ? (error.detail ?? error.message) : error.message,
    );
  }
  return back.href;
}

/** Finds the member behind an identity, and keeps a code for the console. Throws Problem forbidden. */
async function admit(
  core: Core,
  orgId: string,
  settings: SsoSettings,
  identity: Identity,
  flow: Flow,
  caller: Caller,
): Promise<string> {
  return await inTenant(core, orgId, async (tx) => {
    await lockOrg(tx);
    const user = await resolveUser(core, tx, orgId, settings, identity, caller);
    const code = `${orgId}.${random()}`;
    const now = core.now();
    await tx.query('DELETE FROM sso_codes WHERE expires_at <= $1', [new Date(now)]);
    await tx.query(
      'INSERT INTO sso_codes (code_hash, user_id, mfa, challenge, redirect_uri, expires_at) VALUES ($1, $2, $3, $4, $5, $6)',
      [
        hash(code),
        user.id,
        identity.mfa || settings.trust_mfa,
        flow.clientChallenge,
        flow.clientRedirect,
        new Date(now + CODE_MS_MAX),
      ],
    );
    return code;
  });
}

const inDomains = (email: string, domains: readonly string[]): boolean =>
  domains.includes(email.slice(email.lastIndexOf('@') + 1));

/** By the linked identity, else by a verified e-mail of a member, else, where it is allowed, as a new member. */
async function resolveUser(
  core: Core,
  tx: Tx,
  orgId: string,
  settings: SsoSettings,
  identity: Identity,
  caller: Caller,
): Promise<User> {
  const linked = await tx.query<User>(
    `SELECT m.user_id AS id, m.email, m.name FROM sso_identities i JOIN members m ON m.user_id = i.user_id
     WHERE i.issuer = $1 AND i.subject = $2`,
    [identity.issuer, identity.subject],
  );
  if (linked[0]) return linked[0];
  if (identity.email === null || !identity.emailVerified) {
    throw new Problem('forbidden', 'The provider gave no verified e-mail address.');
  }
  const email = normalEmail(identity.email);
  if (settings.domains.length > 0 && !inDomains(email, settings.domains)) {
    throw new Problem('forbidden', 'This e-mail domain may not sign in here.');
  }
  const member = await tx.query<User>('SELECT user_id AS id, email, name FROM members WHERE email = $1', [email]);
  const user = member[0] ?? (await provision(core, tx, orgId, settings, identity, email, caller));
  await tx.query('INSERT INTO sso_identities (issuer, subject, user_id, linked_at) VALUES ($1, $2, $3, $4)', [
    identity.issuer,
    identity.subject,
    user.id,
    new Date(core.now()),
  ]);
  return user;
}

async function provision(
  core: Core,
  tx: Tx,
  orgId: string,
  settings: SsoSettings,
  identity: Identity,
  email: string,
  caller: Caller,
): Promise<User> {
  if (settings.provision_role === null || !inDomains(email, settings.domains)) {
    throw new Problem('forbidden', 'Not a member of this organization.');
  }
  await asPlatform(tx, core.instance);
  const name =
    identity.name
      ?.replace(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, 120) || email;
  const user = (await findUser(tx, { email })) ?? (await insertUser(core, tx, { email, name, passwordHash: null }));
  await asTenant(tx, core.instance, orgId);
  const member = await addMemberIn(core, tx, orgId, { userId: user.id, role: settings.provision_role, joined: true });
  const story = memberStory(null, member);
  await logEvent(core, tx, orgId, caller, {
    ...story,
    action: 'member.create',
    actor: { type: 'user', id: user.id },
    disclosures: {
      ...story.disclosures,
      actor: { name: user.name, email: user.email },
      detail: { method: 'sso', issuer: identity.issuer },
    },
  });
  return user;
}

async function logFailure(core: Core, orgId: string, error: Error, caller: Caller): Promise<void> {
  const reason = error instanceof Problem ? (error.detail ?? error.message) : error.message;
  await core.tenant(orgId, (tx) =>
    logEvent(core, tx, orgId, caller, {
      action: 'auth.login',
      outcome: 'failure',
      actor: { type: 'system', id: 'sso' },
      target: { type: 'organization', id: orgId },
      disclosures: { detail: { method: 'sso', reason } },
    }),
  );
}

async function logEvent(core: Core, tx: Tx, orgId: string, caller: Caller, draft: EventDraft): Promise<void> {
  const disclosures = { source: { ...caller.source }, ...draft.disclosures };
  await appendEvents(tx, orgId, [{ ...draft, request: caller.requestId, disclosures }], core.now());
  core.grown.add(orgId);
}

export interface Redeem {
  readonly code: string;
  readonly code_verifier: string;
  readonly redirect_uri: string;
}

/** Exchanges the console's code for a session confined to the organization. Throws Problem login-failed. */
export async function redeemCode(core: Core, input: Redeem, caller: Caller) {
  const orgId = input.code.split('.', 1)[0] ?? '';
  return await inTenant(core, orgId, async (tx) => {
    const rows = await tx.query<{ userId: string; mfa: boolean; challenge: string; redirectUri: string }>(
      `DELETE FROM sso_codes WHERE code_hash = $1 AND expires_at > $2
       RETURNING user_id AS "userId", mfa, challenge, redirect_uri AS "redirectUri"`,
      [hash(input.code), new Date(core.now())],
    );
    const row = rows[0];
    // The code is spent in any case, as the deletion commits: one guess a code.
    if (!row || row.redirectUri !== input.redirect_uri || !sameText(hash(input.code_verifier), row.challenge))
      return null;
    await asPlatform(tx, core.instance);
    const user = await findUser(tx, { id: row.userId });
    if (!user) return null;
    const session = await startSession(core, tx, user.id, row.mfa, orgId);
    await asTenant(tx, core.instance, orgId);
    await logEvent(core, tx, orgId, caller, {
      action: 'auth.login',
      actor: { type: 'user', id: user.id },
      target: { type: 'user', id: user.id },
      disclosures: { actor: { name: user.name, email: user.email }, detail: { method: 'sso', mfa: row.mfa } },
    });
    return { user, ...session };
  });
}

function sameText(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
