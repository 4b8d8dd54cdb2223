/** An access store filled without a mirror: imported roles, holders and events, for figures and for tests with real role catalogues. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parseAllDocuments } from 'yaml';
import { AccessStore } from '../../main/access/store.ts';
import type { AccessData, AccessHistoryRow } from '../../main/db/api.ts';
import { Member, PermissionSet, Role } from '../../shared/entities/index.ts';
import { type ImportedRoles, importGcpRoles, importKubernetesRoles, RELEASE } from '../../shared/rbac/index.ts';
import { sharedData } from './sharedData.ts';

const INSTANT = '2026-01-01T00:00:00.000Z';
export const BENCH_START = Date.parse(INSTANT);

/** Google's predefined roles; null with a printed reason where the data is not here. */
export function gcpRoles(): ImportedRoles | null {
  const path = sharedData('rbac-gcp-predefined-roles/roles_full.jsonl.gz');
  if (path === null) return null;
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n');
  return importGcpRoles(lines.map((line) => JSON.parse(line) as unknown));
}

/** The roles that a Kubernetes cluster starts with; null with a printed reason where the data is not here. */
export function kubernetesRoles(): ImportedRoles | null {
  const files = ['cluster-roles', 'controller-roles', 'namespace-roles'].map((name) =>
    sharedData(`rbac-k8s-bootstrap/${name}.yaml`),
  );
  if (files.includes(null)) return null;
  const objects = files.flatMap((file) =>
    parseAllDocuments(readFileSync(file!, 'utf8')).map((document) => document.toJS() as unknown),
  );
  return importKubernetesRoles(objects);
}

export const setOf = (id: string, read: ImportedRoles, since: number): PermissionSet =>
  PermissionSet.parse({
    id,
    org_id: 'acme',
    title: id,
    permissions: read.permissions.map((name) => [name, since]),
    version: 1,
  });

export const rolesOf = (prefix: string, read: ImportedRoles, version: number): Role[] =>
  read.roles.map((role, i) =>
    Role.parse({
      ...{
        id: `${prefix}-${i}`,
        org_id: 'acme',
        name: role.name,
        description: '',
        inherits: null,
        source: `${prefix}:${role.name}`,
      },
      ...{
        permissions: [...role.permissions],
        catalog_version: version,
        created_at: INSTANT,
        updated_at: INSTANT,
        version: 1,
      },
    }),
  );

export const memberOf = (n: number, role: string, permissions: readonly string[] = []): Member =>
  Member.parse({
    ...{
      id: `m${n}`,
      org_id: 'acme',
      user_id: `u${n}`,
      email: `p${n}@x.test`,
      name: `Person ${n}`,
      role,
      permissions: [...permissions],
    },
    ...{ catalog_version: 3 * RELEASE, invited_at: INSTANT, joined_at: INSTANT, version: 1 },
  });

type Entity = readonly [kind: string, id: string, data: unknown];

/** Fills a store: the history (each entity from its time on), the feed (its last states) and events. */
export function filledStore(
  history: readonly { readonly at: number; readonly entity: Entity }[],
  events: AccessData['events'],
  names: { readonly actors: readonly string[]; readonly actions: readonly string[] },
): AccessStore {
  const last = new Map(history.map(({ entity }) => [`${entity[0]} ${entity[1]}`, entity]));
  const rows = history.map(({ at, entity: [kind, id, data] }, seq): AccessHistoryRow => {
    return {
      seq,
      kind,
      id,
      validFrom: at,
      notedAt: at,
      state: 'put',
      data: JSON.stringify(data),
      before: null,
      target: null,
    };
  });
  const store = new AccessStore();
  store.take({
    ...{
      epoch: 1,
      historyTo: rows.length,
      history: rows,
      entityCursor: 1,
      entities: JSON.stringify([...last.values()]),
    },
    ...{ ...names, logBegins: BENCH_START, rows: events.seq.length, more: false, events },
  });
  return store;
}

/** Events of members 0 to `people` over a year, actions in turn by a fixed noise. */
export function manyEvents(count: number, people: number, actions: number, targets: number): AccessData['events'] {
  let state = 1;
  const below = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const codes = (n: number) => Uint32Array.from({ length: count }, () => below(n));
  return {
    seq: Uint32Array.from({ length: count }, (_, i) => i),
    recorded: Float64Array.from({ length: count }, (_, i) => BENCH_START + Math.floor((i * 31_536_000_000) / count)),
    actor: codes(people),
    action: codes(actions),
    target: codes(targets),
    outcome: Uint8Array.from({ length: count }, () => (below(50) === 0 ? 2 : 0)),
  };
}

export const NO_EVENTS = manyEvents(0, 1, 1, 1);
