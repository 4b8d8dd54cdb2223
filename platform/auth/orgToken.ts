/** Tokens for one organization: membership first, then claims. */
import { Problem } from '../http/problems.ts';
import { lockOrg } from '../log/append.ts';
import { joinMember, readMember } from '../members/service.ts';
import { type Env, enterTenant, userOf } from '../tenancy/context.ts';
import { logDenied, logOnce, logRequest } from '../tenancy/events.ts';
import { readWorkspace } from '../workspaces/service.ts';
import type { Caller } from './login.ts';
import type { Claims } from './tokens.ts';

const ACTION = 'auth.token.issue';

/**
 * Throws Problem unauthenticated, forbidden (not a member), mfa-required, not-found (no such workspace, or not one of the member's).
 * One event a session and organization, and one more when an invited member joins by it.
 */
export async function mintOrgToken(
  env: Env,
  claims: Claims,
  caller: Caller,
  orgId: string,
  workspaceId: string | undefined,
): Promise<string> {
  const { core } = env;
  const credentials = { kind: 'token' as const, claims: { sub: claims.sub, sid: claims.sid } };
  try {
    await core.platform(async (tx) => {
      const context = await enterTenant(env, tx, credentials, caller, orgId, false);
      const { workspaces } = context;
      if (workspaceId !== undefined) {
        await readWorkspace(tx, orgId, workspaceId);
        if (workspaces !== null && !workspaces.includes(workspaceId)) {
          throw new Problem('forbidden', 'Not a workspace of this member.');
        }
      }
      const before = await readMember(tx, orgId, userOf(context).memberId);
      if (before.status === 'invited') {
        await lockOrg(tx);
        const story = await joinMember(core, tx, before);
        if (story !== null) await logRequest(context, { ...story, action: 'member.join' });
      }
      await logOnce(context, 'token', { action: ACTION, target: { type: 'organization', id: orgId } });
    });
  } catch (error) {
    if (error instanceof Problem && error.status === 403) await logDenied(env, credentials, caller, orgId, ACTION);
    throw error;
  }
  const scope = workspaceId === undefined ? {} : { workspace_id: workspaceId };
  return await env.tokens.sign({ sub: claims.sub, sid: claims.sid, org_id: orgId, ...scope });
}
