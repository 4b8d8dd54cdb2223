/** Organizations: creation with their schema, keys, first member and first events. */
import { v7 } from 'uuid';
import { type Organization, OrganizationInput, type OrganizationPatch } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json/index.ts';
import { type EventDraft, SYSTEM_ACTOR } from '../audit/draft.ts';
import { findUser } from '../auth/users.ts';
import type { Core } from '../core.ts';
import { only, type Tx } from '../db/database.ts';
import { createTenantSchema } from '../db/migrate.ts';
import { asPlatform, asTenant } from '../db/names.ts';
import { nextVersion, recordChange } from '../feed/feed.ts';
import { patched } from '../http/patch.ts';
import { appendEvents, lockOrg } from '../log/append.ts';
import { createSigningKey, logOrigin } from '../log/keys.ts';
import { addMemberIn } from '../members/service.ts';
import { raiseAccess } from '../tenancy/access.ts';

export interface NewOrganization {
  /** Lower-case letters, digits, hyphens; default a UUIDv7. */
  readonly id?: string | undefined;
  readonly name: string;
  readonly ownerId: string;
  readonly tier?: Organization['subscription_tier'];
  readonly region?: string;
  readonly timeZone?: string;
}

export interface OrgRow extends Omit<Organization, 'created_at' | 'updated_at'> {
  readonly created_at: Date;
  readonly updated_at: Date;
}

export const organizationOf = (row: OrgRow): Organization => ({
  ...row,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
});

/** The tenant's own organization row; the transaction must be under the tenant's role. */
export async function readOrganization(tx: Tx): Promise<Organization> {
  return organizationOf(only(await tx.query<OrgRow>('SELECT * FROM organization')));
}

/** Changes an organization; the caller holds the lock and records the event. */
export async function updateOrganization(core: Core, tx: Tx, patch: OrganizationPatch): Promise<Organization> {
  const version = await nextVersion(tx);
  const next = patched(await readOrganization(tx), patch);
  await tx.query(
    `UPDATE organization SET name = $1, region = $2, time_zone = $3, mfa_required = $4, subscription_tier = $5, owner_id = $6,
       updated_at = $7, version = $8`,
    [
      next.name,
      next.region,
      next.time_zone,
      next.mfa_required,
      next.subscription_tier,
      next.owner_id,
      new Date(core.now()),
      version,
    ],
  );
  const organization = await readOrganization(tx);
  await recordChange(tx, 'organization', organization.id, version, organization as unknown as Json);
  await raiseAccess(tx);
  return organization;
}

/**
 * Creates an organization with its own schema, role and log key; the owner becomes its first admin.
 * Throws CONFLICT when the id is taken, NOT_FOUND when the owner is no user, INPUT_INVALID for a bad field.
 */
export async function createOrganization(
  core: Core,
  input: NewOrganization,
  by: Pick<EventDraft, 'actor' | 'request' | 'disclosures'> = { actor: SYSTEM_ACTOR },
): Promise<Organization> {
  return await core.db.transaction((tx) => createOrganizationIn(core, tx, input, by));
}

/** As `createOrganization`, in the caller's transaction; leaves it under the new tenant's role. */
export async function createOrganizationIn(
  core: Core,
  tx: Tx,
  input: NewOrganization,
  by: Pick<EventDraft, 'actor' | 'request' | 'disclosures'>,
): Promise<Organization> {
  const parsed = OrganizationInput.safeParse({
    id: input.id ?? v7(),
    name: input.name,
    subscription_tier: input.tier,
    region: input.region,
    time_zone: input.timeZone,
  });
  if (!parsed.success) throw new AppError('INPUT_INVALID', parsed.error.issues[0]?.message);
  const { name, subscription_tier, region, time_zone } = parsed.data;
  const id = parsed.data.id!;
  const at = new Date(core.now());
  await asPlatform(tx, core.instance);
  const owner = await findUser(tx, { id: input.ownerId });
  if (!owner) throw new AppError('NOT_FOUND', 'The owner is no user of this platform.');
  const made = await tx.query(
    'INSERT INTO organizations (id, created_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id',
    [id, at],
  );
  if (made.length === 0) throw new AppError('CONFLICT', 'There is an organization of that id already.');
  await createSigningKey(core, tx, 'log', id);
  await createSigningKey(core, tx, 'review', id);
  await createTenantSchema(tx, core.instance, id);
  await asTenant(tx, core.instance, id);
  await tx.query(
    `INSERT INTO org_state (origin, feed_version, log_size, log_range, log_recorded_at) VALUES ($1, 0, 0, ''::bytea, 0)`,
    [logOrigin(core, id)],
  );
  await lockOrg(tx);
  const version = await nextVersion(tx);
  await tx.query(
    `INSERT INTO organization (id, name, owner_id, subscription_tier, region, time_zone, created_at, updated_at, version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)`,
    [id, name, owner.id, subscription_tier, region, time_zone, at, version],
  );
  const organization = await readOrganization(tx);
  await recordChange(tx, 'organization', id, version, organization as unknown as Json);
  const founder = await addMemberIn(core, tx, id, { userId: owner.id, role: 'admin', joined: true });
  // One event for one mutation: it tells both things that it made, under the names of their kinds.
  const after = { organizations: [organization], members: [founder] };
  const change = { before: null, after: after as unknown as Json };
  await appendEvents(
    tx,
    id,
    [
      {
        action: 'organization.create',
        actor: by.actor,
        target: { type: 'organization', id },
        request: by.request ?? null,
        disclosures: { ...by.disclosures, target: { name }, change },
      },
    ],
    core.now(),
  );
  core.grown.add(id);
  return organization;
}
