/** Events of requests: what was done, and what was refused. */
import type { AuditFields, DisclosureName } from '../../shared/audit/index.ts';
import { ORG_ID } from '../../shared/entities/index.ts';
import type { Json } from '../../shared/json/index.ts';
import type { Credentials } from '../auth/credentials.ts';
import type { Caller } from '../auth/login.ts';
import { asTenant } from '../db/names.ts';
import { appendEvents } from '../log/append.ts';
import type { Env, OrgContext, Principal } from './context.ts';

export interface Happening {
  readonly action: string;
  readonly outcome?: AuditFields['outcome'];
  readonly target?: AuditFields['target'];
  readonly workspace?: string | null;
  readonly disclosures?: Partial<Readonly<Record<DisclosureName, Json>>>;
}

/** The principal as an event names it: the id in the open, what is personal as a disclosure. */
export function actorOf(principal: Principal): { actor: AuditFields['actor']; disclosed: Json } {
  if (principal.type === 'user') {
    const { id, name, email } = principal.user;
    return { actor: { type: 'user', id }, disclosed: { name, email } };
  }
  const { accountId, name } = principal;
  return { actor: { type: 'service_account', id: accountId }, disclosed: { name } };
}

/** The key that was used stands as `key` in the detail, beside whatever else is told there. */
function withKey(principal: Principal, disclosures: Happening['disclosures']): Happening['disclosures'] {
  if (principal.type === 'user') return disclosures;
  const { detail } = disclosures ?? {};
  const told = typeof detail === 'object' && detail !== null && !Array.isArray(detail) ? detail : {};
  return { ...disclosures, detail: { ...told, key: principal.keyId } };
}

const BATCH_EVENTS = 1_000;

/** Writes the request's event into the tenant's log, in the request's transaction; several when it changed things in bulk. */
export async function logRequest(context: OrgContext, ...happenings: readonly Happening[]): Promise<void> {
  const { core, tx, orgId, principal, caller } = context;
  const { actor, disclosed } = actorOf(principal);
  const drafts = happenings.map((what) => ({
    ...what,
    actor,
    request: caller.requestId,
    disclosures: { actor: disclosed, source: { ...caller.source }, ...withKey(principal, what.disclosures) },
  }));
  for (let at = 0; at < drafts.length; at += BATCH_EVENTS) {
    await appendEvents(tx, orgId, drafts.slice(at, at + BATCH_EVENTS), core.now());
  }
  core.grown.add(orgId);
}

/** Writes the event at most once in a session, for a key once a day: an idle sync must not make the log grow. */
export async function logOnce(context: OrgContext, kind: string, what: Happening): Promise<void> {
  const { core, tx, principal } = context;
  const session =
    principal.type === 'user'
      ? principal.claims.sid
      : `${principal.keyId} ${new Date(core.now()).toISOString().slice(0, 10)}`;
  const marked = await tx.query(
    'INSERT INTO session_marks (session_id, kind) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING kind',
    [session, kind],
  );
  if (marked.length > 0) await logRequest(context, what);
}

/**
 * A refused request is an event too, in a transaction of its own as the request's was rolled back. The organization that was
 * asked for keeps it; where there is none, nothing is written. Only the id of a stranger is told, not name or e-mail.
 */
export async function logDenied(
  { core }: Pick<Env, 'core'>,
  credentials: Credentials,
  caller: Caller,
  orgId: string,
  action: string,
): Promise<void> {
  if (!ORG_ID.test(orgId)) return;
  const used = credentials.kind === 'key' ? { detail: { key: credentials.key.keyId } } : {};
  const actor =
    credentials.kind === 'token'
      ? { type: 'user' as const, id: credentials.claims.sub }
      : { type: 'service_account' as const, id: credentials.key.accountId };
  await core.platform(async (tx) => {
    const known = await tx.query('SELECT 1 AS one FROM organizations WHERE id = $1', [orgId]);
    if (known.length === 0) return;
    await asTenant(tx, core.instance, orgId);
    await appendEvents(
      tx,
      orgId,
      [
        {
          action,
          outcome: 'denied',
          actor,
          target: { type: 'organization', id: orgId },
          request: caller.requestId,
          disclosures: { source: { ...caller.source }, ...used },
        },
      ],
      core.now(),
    );
    core.grown.add(orgId);
  });
}
