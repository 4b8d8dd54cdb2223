/** Tokens for one organization: membership first, then claims. */
import type { Json } from '../../shared/json/index.ts';
import { nextVersion, recordChange } from '../feed/feed.ts';
import { Problem } from '../http/problems.ts';
import { lockOrg } from '../log/append.ts';
import { readMember } from '../members/service.ts';
import { type Env, enterMember, enterUser, logRequest, type OrgContext } from '../tenancy/context.ts';
import { logDenied } from '../tenancy/refusals.ts';
import { readWorkspace } from '../workspaces/service.ts';
import type { Caller } from './login.ts';
import type { Claims } from './tokens.ts';

const ACTION = 'auth.token.issue';

/** An invited member joins by the first token. */
async function joinOnce(context: OrgContext): Promise<void> {
  const { core, tx, orgId, user } = context;
  const waiting = await tx.query<{ id: string }>('SELECT id FROM members WHERE user_id = $1 AND joined_at IS NULL', [
    user.id,
  ]);
  const id = waiting[0]?.id;
  if (id === undefined) return;
  await lockOrg(tx);
  const version = await nextVersion(tx);
  await tx.query('UPDATE members SET joined_at = $2, updated_at = $2, version = $3 WHERE id = $1', [
    id,
    new Date(core.now()),
    version,
  ]);
  await recordChange(tx, 'member', id, version, (await readMember(tx, orgId, id)) as unknown as Json);
}

/** Throws Problem unauthenticated, forbidden (not a member), not-found (no such workspace). One event a session and organization. */
export async function mintOrgToken(
  env: Env,
  claims: Claims,
  caller: Caller,
  orgId: string,
  workspaceId: string | undefined,
): Promise<string> {
  const { core } = env;
  try {
    await core.platform(async (tx) => {
      const user = await enterUser(core, tx, claims);
      const { role, grants } = await enterMember(core, tx, user, orgId);
      const context: OrgContext = { core, tx, orgId, user, role, grants, claims, caller };
      if (workspaceId !== undefined) await readWorkspace(tx, orgId, workspaceId);
      await joinOnce(context);
      const marked = await tx.query(
        `INSERT INTO session_marks (session_id, kind) VALUES ($1, 'token') ON CONFLICT DO NOTHING RETURNING kind`,
        [claims.sid],
      );
      if (marked.length > 0) await logRequest(context, { action: ACTION, target: { type: 'organization', id: orgId } });
    });
  } catch (error) {
    if (error instanceof Problem && error.slug === 'forbidden') await logDenied(core, claims, caller, orgId, ACTION);
    throw error;
  }
  const scope = workspaceId === undefined ? {} : { workspace_id: workspaceId };
  return await env.tokens.sign({ sub: claims.sub, sid: claims.sid, org_id: orgId, ...scope });
}
