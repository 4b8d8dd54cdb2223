/** Attempts with fields that are not the caller's to set. */
import type { Answer, Call } from '../platform.ts';
import { ACME, type Attempt, type Ground } from './ground.ts';

/** Fields that are not the caller's to set. */
export function stuffed({ ids, calls }: Ground): Attempt[] {
  const { admin, manager } = calls as Record<string, Call>;
  const at = (name: string, run: () => Promise<Answer>): Attempt => ({
    name: `stuffed: ${name}`,
    run,
    refusedBy: [400],
    event: false,
  });
  const member = { email: 'stuffed@acme.test', role: 'guest' };
  return [
    at('status of a new member', () => manager!('POST', `${ACME}/members`, { ...member, status: 'active' })),
    at('organization of a new member', () => admin!('POST', `${ACME}/members`, { ...member, org_id: 'globex' })),
    at('user of a member', () => admin!('PATCH', `${ACME}/members/${ids.guest}`, { user_id: ids.adminUser })),
    at('second factor of a member', () => admin!('PATCH', `${ACME}/members/${ids.guest}`, { mfa: true })),
    at('version of a workspace', () => admin!('PATCH', `${ACME}/workspaces/${ids.workspace}`, { version: 1 })),
    at('use of a workspace', () => admin!('PATCH', `${ACME}/workspaces/${ids.workspace}`, { threads: 0 })),
    at('time of an organization', () => admin!('PATCH', ACME, { created_at: '2000-01-01T00:00:00.000Z' })),
    at('catalog version of a role', () => admin!('PATCH', `${ACME}/roles/${ids.role}`, { catalog_version: 9e9 })),
    at('keys of a service account', () =>
      admin!('POST', `${ACME}/service-accounts`, { name: 'K', permissions: [], keys: [] }),
    ),
    at('a revocation taken back', () =>
      admin!('PATCH', `${ACME}/service-accounts/${ids.account}`, { revoked_at: null }),
    ),
    at('owner of a thread', () =>
      admin!('POST', `${ACME}/threads`, {
        name: 'T',
        workspace_id: ids.workspace,
        owner: { type: 'user', id: ids.guestUser },
      }),
    ),
    at('result of a review', () =>
      admin!('POST', `${ACME}/access-reviews`, {
        name: 'R',
        reviewers: [ids.adminUser],
        due_at: '2099-01-01T00:00:00.000Z',
        result: '{}',
      }),
    ),
    at('a prototype', () => admin!('PATCH', ACME, JSON.parse('{"__proto__":{"admin":true},"name":"x"}') as object)),
    at('a constructor', () => admin!('PATCH', ACME, { constructor: { prototype: {} } })),
    at('a grant of no such permission', () =>
      admin!('PATCH', `${ACME}/members/${ids.guest}`, { permissions: ['constructor:name'] }),
    ),
    at('a grant that is half a wildcard', () =>
      admin!('PATCH', `${ACME}/members/${ids.guest}`, { permissions: ['thr*:read'] }),
    ),
    at('a grant with SQL in it', () =>
      admin!('PATCH', `${ACME}/members/${ids.guest}`, { permissions: ["threads:read' OR '1'='1"] }),
    ),
  ];
}
