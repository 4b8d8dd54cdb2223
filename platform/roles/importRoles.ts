/**
 * Takes roles of another system's catalogue: their permissions join the organization's catalog under its next version, each role
 * becomes a custom role known by its source, so that a second import changes what changed there and nothing else.
 */
import { v7 } from 'uuid';
import type { PermissionSet, Role } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json/index.ts';
import type { Catalog, ImportedRole, ImportedRoles } from '../../shared/rbac/index.ts';
import { isBuiltIn, ROLE_WORDS, ROLES_MAX } from '../../shared/rbac/index.ts';
import { SYSTEM_ACTOR } from '../audit/draft.ts';
import type { Core } from '../core.ts';
import type { Tx } from '../db/database.ts';
import { nextVersion, nextVersions, recordChange, recordChanges } from '../feed/feed.ts';
import { appendEvents, lockOrg } from '../log/append.ts';
import { raiseAccess, readBook } from '../tenancy/access.ts';
import type { Happening } from '../tenancy/events.ts';
import { type ImportFormat, parseRoles } from './parse.ts';
import { roleStory, rolesOfSource } from './service.ts';

const SETS = {
  gcp: { id: 'gcp', title: 'Google Cloud IAM' },
  kubernetes: { id: 'k8s', title: 'Kubernetes RBAC' },
} as const satisfies Record<ImportFormat, { id: string; title: string }>;
const PERMISSIONS_MAX = 200_000;
const NOTES_MAX = 200;
const NAME_CHARS_MAX = 120;
const DESCRIPTION_CHARS_MAX = 4_096;
const BATCH_ROLES = 500;
const BATCH_EVENTS = 1_000;

export interface ImportResult {
  /** The catalog's newest version afterwards. */
  readonly version: number;
  /** Roles made or changed. */
  readonly roles: number;
  /** Permissions that are new in the catalog. */
  readonly permissions: number;
  /** Roles that stand here as they stand there. */
  readonly unchanged: number;
  /** What was left out or narrowed; the first ones, and how many more. */
  readonly notes: readonly string[];
}

interface Imported {
  readonly result: ImportResult;
  /** The whole, then one of each entity that changed: what access was on a past day is read from these. */
  readonly events: readonly [Happening, ...Happening[]];
}

const plain = (text: string, max: number): string =>
  text
    .toWellFormed()
    .replace(/[^\P{Cc}\n\t]/gu, ' ')
    .slice(0, max)
    .toWellFormed()
    .trim();

/** Adds what is new to the set; null when nothing is. */
async function growSet(tx: Tx, orgId: string, format: ImportFormat, catalog: Catalog, ids: readonly string[]) {
  const { id, title } = SETS[format];
  const fresh = ids.filter((permission) => !catalog.entries.has(permission));
  if (fresh.length === 0) return null;
  const known = await tx.query<Pick<PermissionSet, 'permissions' | 'version'>>(
    'SELECT permissions, version FROM permission_sets WHERE id = $1',
    [id],
  );
  const since = catalog.version + 1;
  const permissions = [...(known[0]?.permissions ?? []), ...fresh.map((name): [string, number] => [name, since])];
  if (permissions.length > PERMISSIONS_MAX) {
    throw new AppError('CONFLICT', `At most ${PERMISSIONS_MAX} permissions of one imported catalogue.`);
  }
  const version = await nextVersion(tx);
  const before: PermissionSet | null = known[0] ? { id, org_id: orgId, title, ...known[0] } : null;
  const after: PermissionSet = { id, org_id: orgId, title, permissions, version };
  await tx.query(
    `INSERT INTO permission_sets (id, title, permissions, version) VALUES ($1, $2, $3::jsonb, $4)
     ON CONFLICT (id) DO UPDATE SET title = excluded.title, permissions = excluded.permissions, version = excluded.version`,
    [id, title, JSON.stringify(permissions), version],
  );
  await recordChange(tx, 'permission_set', id, version, after as unknown as Json);
  return { before, after, fresh: fresh.length, since };
}

/** A name no other role has: the title, else the title with its source. */
function freeName(taken: Set<string>, role: ImportedRole): string {
  const title = plain(role.title, NAME_CHARS_MAX).replaceAll(/\s+/g, ' ') || plain(role.name, NAME_CHARS_MAX) || 'role';
  const long = plain(`${title.slice(0, 50)} (${role.name})`, NAME_CHARS_MAX).replaceAll(/\s+/g, ' ');
  for (let n = 1; ; n++) {
    const name = n === 1 ? title : n === 2 ? long : `${long.slice(0, NAME_CHARS_MAX - 8)} ${n}`;
    const key = name.toLowerCase();
    if (taken.has(key) || isBuiltIn(key)) continue;
    taken.add(key);
    return name;
  }
}

const same = (a: Role, b: Pick<Role, 'description' | 'permissions'>): boolean =>
  a.description === b.description && JSON.stringify(a.permissions) === JSON.stringify(b.permissions);

/** Roles as they are to be, without versions: those that are new or differ, with what they were. */
async function planRoles(
  core: Core,
  tx: Tx,
  orgId: string,
  format: ImportFormat,
  read: ImportedRoles,
  version: number,
) {
  const at = new Date(core.now()).toISOString();
  const known = await rolesOfSource(tx, orgId, SETS[format].id);
  const names = await tx.query<{ name: string }>('SELECT lower(name) AS name FROM roles');
  const taken = new Set(names.map(({ name }) => name));
  const planned: { before: Role | null; after: Role }[] = [];
  const seen = new Set<string>();
  let unchanged = 0;
  for (const role of read.roles) {
    const source = `${SETS[format].id}:${plain(role.name, 256)}`;
    if (seen.has(source)) throw new AppError('INPUT_INVALID', `The role ${role.name.slice(0, 80)} is there twice.`);
    seen.add(source);
    const before = known.get(source) ?? null;
    const fields = {
      description: plain(role.description, DESCRIPTION_CHARS_MAX),
      permissions: [...role.permissions],
    };
    if (before !== null && same(before, fields)) {
      unchanged += 1;
      continue;
    }
    const fixed = before ?? {
      id: v7(),
      org_id: orgId,
      name: freeName(taken, role),
      inherits: null,
      source,
      created_at: at,
    };
    planned.push({ before, after: { ...fixed, ...fields, catalog_version: version, updated_at: at, version: 1 } });
  }
  if (names.length - known.size + planned.length + unchanged > ROLES_MAX) {
    throw new AppError('CONFLICT', ROLE_WORDS.full);
  }
  return { planned, unchanged };
}

async function writeRoles(tx: Tx, roles: readonly Role[]): Promise<void> {
  for (let at = 0; at < roles.length; at += BATCH_ROLES) {
    const batch = roles.slice(at, at + BATCH_ROLES);
    await tx.query(
      `INSERT INTO roles (id, name, description, inherits, permissions, catalog_version, source, created_at, updated_at, version)
       SELECT id, name, description, inherits, permissions, catalog_version, source, created_at, updated_at, version
       FROM jsonb_to_recordset($1::jsonb) AS r(id text, name text, description text, inherits text, permissions jsonb,
         catalog_version bigint, source text, created_at timestamptz, updated_at timestamptz, version bigint)
       ON CONFLICT (id) DO UPDATE SET description = excluded.description, permissions = excluded.permissions,
         catalog_version = excluded.catalog_version, updated_at = excluded.updated_at, version = excluded.version`,
      [JSON.stringify(batch)],
    );
    await recordChanges(tx, 'role', batch);
  }
}

/**
 * Imports in the caller's transaction, which must be under the tenant's role and hold the organization's lock; the caller writes the
 * events. Throws INPUT_INVALID for a text that cannot be read, CONFLICT beyond the bounds.
 */
export async function importRolesIn(
  core: Core,
  tx: Tx,
  orgId: string,
  catalog: Catalog,
  format: ImportFormat,
  text: string,
): Promise<Imported> {
  const read = parseRoles(format, text);
  const grown = await growSet(tx, orgId, format, catalog, read.permissions);
  const version = grown?.since ?? catalog.version;
  const { planned, unchanged } = await planRoles(core, tx, orgId, format, read, version);
  const first = planned.length === 0 ? 0 : await nextVersions(tx, planned.length);
  const changed = planned.map(({ before, after }, i) => ({ before, after: { ...after, version: first + i } }));
  await writeRoles(
    tx,
    changed.map(({ after }) => after),
  );
  if (grown !== null || changed.length > 0) await raiseAccess(tx, 'book');
  const more = read.notes.length - NOTES_MAX;
  const notes = [...read.notes.slice(0, NOTES_MAX), ...(more > 0 ? [`${more} more notes.`] : [])];
  const result = { version, roles: changed.length, permissions: grown?.fresh ?? 0, unchanged, notes };
  const target = { type: 'permission_set', id: SETS[format].id };
  const change = grown === null ? null : { before: grown.before, after: grown.after };
  return {
    result,
    events: [
      { action: 'role.import', target, disclosures: { detail: { format, ...result } } },
      ...(change === null
        ? []
        : [{ action: 'permission_set.update', target, disclosures: { change: change as unknown as Json } }]),
      ...changed.map(({ before, after }) => ({
        ...roleStory(before, after),
        action: before === null ? 'role.create' : 'role.update',
      })),
    ],
  };
}

/** Imports and writes the events, in one transaction of its own: for the command line. Throws NOT_FOUND for no such organization. */
export async function importRoles(
  core: Core,
  orgId: string,
  format: ImportFormat,
  text: string,
): Promise<ImportResult> {
  const known = await core.platform((tx) => tx.query('SELECT 1 AS one FROM organizations WHERE id = $1', [orgId]));
  if (known.length === 0) throw new AppError('NOT_FOUND', `There is no organization ${orgId.slice(0, 80)}.`);
  return await core.tenant(orgId, async (tx) => {
    await lockOrg(tx);
    const { catalog } = await readBook(tx);
    const { result, events } = await importRolesIn(core, tx, orgId, catalog, format, text);
    for (let at = 0; at < events.length; at += BATCH_EVENTS) {
      const batch = events.slice(at, at + BATCH_EVENTS).map((event) => ({ ...event, actor: SYSTEM_ACTOR }));
      await appendEvents(tx, orgId, batch, core.now());
    }
    core.grown.add(orgId);
    return result;
  });
}
