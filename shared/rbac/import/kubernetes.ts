/**
 * Kubernetes ClusterRoles and Roles (rbac.authorization.k8s.io/v1): `group/resource` and verb become `k8s/group/resource:verb`, a
 * URL becomes `k8s/url/path:verb`. A `*` of Kubernetes also reaches what is not in the file; here it is written out over what
 * the file names, so that an imported role never grants more than can be read in it.
 */
import * as z from 'zod';
import { AppError } from '../../errors.ts';
import { isAction, isResource } from '../catalog.ts';
import type { ImportedRole, ImportedRoles } from './imported.ts';

const Names = z
  .array(z.string().max(256))
  .max(1000)
  .nullish()
  .transform((list) => list ?? []);
const Rule = z.object({
  apiGroups: Names,
  resources: Names,
  verbs: Names,
  nonResourceURLs: Names,
  resourceNames: Names,
});
type Rule = z.infer<typeof Rule>;
const Labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((labels) => labels ?? {});
const Role = z.object({
  kind: z.enum(['ClusterRole', 'Role']),
  metadata: z.object({ name: z.string().min(1).max(256), namespace: z.string().nullish(), labels: Labels }),
  rules: z
    .array(Rule)
    .max(1000)
    .nullish()
    .transform((rules) => rules ?? []),
  aggregationRule: z.object({ clusterRoleSelectors: z.array(z.object({ matchLabels: Labels })) }).nullish(),
});
type Role = z.infer<typeof Role>;

/** The verbs of every API resource (Kubernetes documentation, "Authorization", request verbs). */
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** Everything the file names: verbs by `group/resource` and by URL. */
interface Known {
  readonly resources: Map<string, Set<string>>;
  readonly urls: Map<string, Set<string>>;
}

const isPattern = (name: string): boolean => name.includes('*');
const add = (
  map: Map<string, Set<string>>,
  key: string,
  verbs: readonly string[],
  standard: readonly string[],
): void => {
  const known = map.get(key) ?? new Set();
  for (const verb of verbs.includes('*') ? [...verbs, ...standard] : verbs) if (verb !== '*') known.add(verb);
  map.set(key, known);
};

function learn(roles: readonly Role[]): Known {
  const known: Known = { resources: new Map(), urls: new Map() };
  for (const rule of roles.flatMap(({ rules }) => rules)) {
    for (const group of rule.apiGroups.filter((name) => !isPattern(name))) {
      for (const resource of rule.resources.filter((name) => !isPattern(name))) {
        add(known.resources, `${group === '' ? 'core' : group}/${resource}`, rule.verbs, VERBS);
      }
    }
    for (const url of rule.nonResourceURLs) {
      if (url !== '*') add(known.urls, url.replace(/^\//, '').replace(/\*$/, '_any'), rule.verbs, ['get']);
    }
  }
  return known;
}

function matchesResource(rule: Rule, key: string): boolean {
  const slash = key.indexOf('/');
  const group = key.slice(0, slash);
  const resource = key.slice(slash + 1);
  if (!rule.apiGroups.some((name) => name === '*' || (name === '' ? 'core' : name) === group)) return false;
  return rule.resources.some(
    (name) => name === '*' || name === resource || (name.startsWith('*/') && resource.endsWith(name.slice(1))),
  );
}

function matchesUrl(pattern: string, key: string): boolean {
  if (pattern === '*') return true;
  const path = pattern.replace(/^\//, '');
  return path.endsWith('*') ? key.startsWith(path.slice(0, -1)) : key === path;
}

function reached(rule: Rule, known: Known, take: (resource: string, verb: string) => void): void {
  const verbsOf = (all: ReadonlySet<string>): Iterable<string> =>
    rule.verbs.includes('*') ? all : rule.verbs.filter((verb) => all.has(verb));
  for (const [key, verbs] of known.resources) {
    if (matchesResource(rule, key)) for (const verb of verbsOf(verbs)) take(`k8s/${key}`, verb);
  }
  for (const [key, verbs] of known.urls) {
    if (!rule.nonResourceURLs.some((pattern) => matchesUrl(pattern, key))) continue;
    for (const verb of verbsOf(verbs)) take(`k8s/url/${key}`, verb);
  }
}

/** The rules of an aggregated role are those of every role its labels select, through other aggregated roles too. */
function rulesOf(role: Role, all: readonly Role[], seen: ReadonlySet<Role> = new Set()): Rule[] {
  const selectors = role.aggregationRule?.clusterRoleSelectors ?? [];
  if (selectors.length === 0 || seen.has(role)) return role.rules;
  const selected = all.filter(
    (other) =>
      other !== role &&
      other.kind === 'ClusterRole' &&
      selectors.some(({ matchLabels }) =>
        Object.entries(matchLabels).every(([label, value]) => other.metadata.labels[label] === value),
      ),
  );
  return [...role.rules, ...selected.flatMap((other) => rulesOf(other, all, new Set([...seen, role])))];
}

/**
 * Reads the roles among parsed Kubernetes objects, `List`s opened; other kinds are counted in a note.
 * Throws INPUT_INVALID naming the object's place when a role is malformed.
 */
export function importKubernetesRoles(objects: Iterable<unknown>): ImportedRoles {
  const notes: string[] = [];
  const found = readRoles(objects, notes);
  const known = learn(found);
  const permissions = new Set<string>();
  const roles = found.map((role): ImportedRole => {
    const { name, namespace } = role.metadata;
    const held = new Set<string>();
    for (const rule of rulesOf(role, found)) {
      if (rule.resourceNames.length > 0) {
        notes.push(
          `${name}: ${rule.resources.join(', ')} only for objects named ${rule.resourceNames.join(', ')}: left out, as names of objects are no scope here.`,
        );
        continue;
      }
      reached(rule, known, (resource, verb) => {
        if (isResource(resource) && isAction(verb)) held.add(`${resource}:${verb}`);
        else notes.push(`${name}: ${`${resource}:${verb}`.slice(0, 80)} is not a permission and was left out.`);
      });
    }
    for (const permission of held) permissions.add(permission);
    const full = namespace ? `${namespace}/${name}` : name;
    return { name: full, title: full, description: `Kubernetes ${role.kind}`, permissions: [...held].sort() };
  });
  return { permissions: [...permissions].sort(), roles, notes: [...new Set(notes)] };
}

const List = z.object({ kind: z.string(), items: z.array(z.unknown()) });

function readRoles(objects: Iterable<unknown>, notes: string[]): Role[] {
  const roles: Role[] = [];
  let others = 0;
  const flat = [...objects].flatMap((object) => {
    const list = List.safeParse(object);
    return list.success && list.data.kind.endsWith('List') ? list.data.items : [object];
  });
  for (const [i, object] of flat.entries()) {
    const kind = z.object({ kind: z.string() }).safeParse(object).data?.kind;
    if (kind !== 'ClusterRole' && kind !== 'Role') {
      others += 1;
      continue;
    }
    const read = Role.safeParse(object);
    if (!read.success) {
      const where = read.error.issues[0]?.path.join('.') ?? '';
      throw new AppError('INPUT_INVALID', `Object ${i + 1} is not a Kubernetes role: ${where}.`);
    }
    roles.push(read.data);
  }
  if (others > 0) notes.push(`${others} objects are no roles and were left out.`);
  return roles;
}
