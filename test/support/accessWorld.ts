/** Small random worlds of access for property tests, and the rule said in another way: no code is shared with the product's decision. */
import fc from 'fast-check';
import { Member, Role, ServiceAccount } from '../../shared/entities/index.ts';
import { type Catalog, makeCatalog } from '../../shared/rbac/index.ts';
import type { AccessEntities } from '../../shared/rbac/questions/index.ts';

const RESOURCES = ['a', 'b', 'threads'];
const ACTIONS = ['read', 'write', 'update'];
/** Three versions, so that wildcards of every age meet. */
export const SMALL: Catalog = makeCatalog(
  RESOURCES.flatMap((resource, r) => ACTIONS.map((action, i) => [`${resource}:${action}`, 1 + ((r + i) % 3)] as const)),
);
export const PERMISSIONS = [...SMALL.entries.keys()];
const ROLE_IDS = ['r0', 'r1', 'r2', 'r3'];
export const INSTANT = '2026-01-01T00:00:00.000Z';

const grant = fc
  .tuple(fc.constantFrom('*', ...RESOURCES), fc.constantFrom('*', ...ACTIONS), fc.constantFrom('', ':own', ':shared'))
  .map(([resource, action, scope]) => `${resource}:${action}${scope}`);
const version = fc.integer({ min: 1, max: 3 });

export const roleArb = (id: string) =>
  fc
    .record({
      permissions: fc.array(grant, { maxLength: 4 }),
      inherits: fc.constantFrom(null, null, ...ROLE_IDS),
      version,
    })
    .map(({ permissions, inherits, version: catalog_version }) =>
      Role.parse({
        ...{ id, org_id: 'acme', name: id, description: '', inherits, permissions, catalog_version },
        ...{ created_at: INSTANT, updated_at: INSTANT, version: 1 },
      }),
    );
export const memberArb = (id: string) =>
  fc
    .record({
      role: fc.constantFrom(...ROLE_IDS, 'gone', 'viewer'),
      permissions: fc.array(grant, { maxLength: 2 }),
      version,
      status: fc.constantFrom('active', 'active', 'active', 'invited', 'suspended'),
    })
    .map(({ role, permissions, version: catalog_version, status }) =>
      Member.parse({
        ...{ id, org_id: 'acme', user_id: `u-${id}`, email: `${id}@x.test`, name: id, role, permissions },
        ...{ catalog_version, status, invited_at: INSTANT, joined_at: INSTANT, version: 1 },
      }),
    );
export const accountArb = (id: string) =>
  fc
    .record({ permissions: fc.array(grant, { maxLength: 3 }), version, revoked: fc.boolean() })
    .map(({ permissions, version: catalog_version, revoked }) =>
      ServiceAccount.parse({
        ...{ id, org_id: 'acme', workspace_id: null, name: id, description: '', owner_id: 'u-m0', permissions },
        ...{ catalog_version, rate_limit: 1, created_at: INSTANT, updated_at: INSTANT, expires_at: null },
        ...{ revoked_at: revoked ? INSTANT : null, keys: [], version: 1 },
      }),
    );

const some = <T>(arb: (id: string) => fc.Arbitrary<T>, ids: readonly string[]) =>
  fc
    .tuple(...ids.map((id) => fc.option(arb(id), { nil: null })))
    .map((list) => new Map(ids.flatMap((id, i) => (list[i] === null ? [] : [[id, list[i] as T] as const]))));

export const entitiesArb: fc.Arbitrary<AccessEntities> = fc
  .record({
    roles: some(roleArb, ROLE_IDS),
    members: some(memberArb, ['m0', 'm1', 'm2']),
    accounts: some(accountArb, ['s0', 's1']),
  })
  .map((all) => ({ organization: null, sets: new Map(), ...all }));

const VIEWER = ['threads:read', 'logs:read'];

/** Every grant of a holder with the text of its path; none when it holds nothing. */
export function grantsIn(entities: AccessEntities, key: string): { text: string; version: number; path: string }[] {
  const [type, id] = key.split(' ') as ['member' | 'service_account', string];
  if (type === 'service_account') {
    const account = entities.accounts.get(id);
    if (!account || account.revoked_at !== null) return [];
    return account.permissions.map((text) => ({ text, version: account.catalog_version, path: `key · ${text}` }));
  }
  const member = entities.members.get(id);
  if (!member || member.status === 'suspended') return [];
  const own = member.permissions.map((text) => ({ text, version: member.catalog_version, path: `extra · ${text}` }));
  const chain: string[] = [];
  const found: typeof own = [];
  for (let link: string | null = member.role; link !== null; ) {
    if (chain.includes(link) || chain.length === 5) return own;
    chain.push(link);
    const name = `role ${chain.join(' > ')}`;
    if (link === 'viewer') {
      found.push(...VIEWER.map((text) => ({ text, version: 9, path: `${name} · ${text}` })));
      break;
    }
    const role = entities.roles.get(link);
    if (!role) return own;
    found.push(...role.permissions.map((text) => ({ text, version: role.catalog_version, path: `${name} · ${text}` })));
    link = role.inherits;
  }
  return [...found, ...own];
}

/** Whether one grant reaches a permission, under any scope. */
export function reaches({ text, version: written }: { text: string; version: number }, id: string): boolean {
  const [resource, action] = id.split(':');
  const [r, a] = text.split(':');
  if ((r === '*' || a === '*') && SMALL.entries.get(id)!.since > written) return false;
  return (r === '*' || r === resource) && (a === '*' || a === action);
}

/** The decision for a thing that is own, shared, both or neither. */
export function may(grants: readonly { text: string; version: number }[], id: string, own: boolean, shared: boolean) {
  return grants.some((one) => {
    const scope = one.text.split(':')[2];
    return reaches(one, id) && (scope === undefined || (scope === 'own' && own) || (scope === 'shared' && shared));
  });
}
