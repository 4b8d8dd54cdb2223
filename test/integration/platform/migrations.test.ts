/** A store as the first platform wrote it, opened by this one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createPlatform } from '../../../platform/app.ts';
import { hashPassword } from '../../../platform/auth/password.ts';
import type { Database, Tx } from '../../../platform/db/database.ts';
import { createTenantSchema, migrate } from '../../../platform/db/migrate.ts';
import * as platform1 from '../../../platform/db/migrations/001_platform.ts';
import { asPlatform, asTenant, type Instance } from '../../../platform/db/names.ts';
import { openPglite } from '../../../platform/db/pglite.ts';
import { openPostgres } from '../../../platform/db/postgres.ts';
import * as tenant1 from '../../../platform/db/tenant/001_base.ts';
import { RELEASE } from '../../../shared/rbac/index.ts';
import { backends, caller, PASSWORD } from '../../support/platform.ts';

const FIRST = { platform: [platform1], tenant: [tenant1] };
const AT = '2026-01-01T00:00:00.000Z';
const MEMBERS = [
  { id: 'm-admin', user: 'u-admin', role: 'admin', permissions: [], joined: AT },
  { id: 'm-extra', user: 'u-extra', role: 'viewer', permissions: ['users:*'], joined: AT },
  { id: 'm-new', user: 'u-new', role: 'guest', permissions: [], joined: null },
];
const folder = mkdtempSync(join(tmpdir(), 'mc-migrate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const wasMember = (member: (typeof MEMBERS)[number], version: number) => ({
  id: member.id,
  org_id: 'acme',
  user_id: member.user,
  email: `${member.user}@acme.test`,
  name: member.user,
  role: member.role,
  permissions: member.permissions,
  invited_at: AT,
  joined_at: member.joined,
  version,
});

async function fillTenant(tx: Tx): Promise<void> {
  await tx.query(
    `INSERT INTO org_state (origin, feed_version, log_size, log_range, log_recorded_at)
     VALUES ('missioncontrol.localhost/orgs/acme', 5, 0, ''::bytea, 0)`,
  );
  await tx.query(
    `INSERT INTO organization VALUES ('acme', 'Acme', 'u-admin', 'pro', 'any', 'UTC', '${AT}', '${AT}', 1)`,
  );
  await tx.query(`INSERT INTO workspaces VALUES ('w1', 'Claims', '', 10, 365, 50, '${AT}', '${AT}', 5)`);
  for (const [i, member] of MEMBERS.entries()) {
    const row = wasMember(member, i + 2);
    await tx.query(`INSERT INTO members VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $7, $9)`, [
      row.id,
      row.user_id,
      row.email,
      row.name,
      row.role,
      JSON.stringify(row.permissions),
      row.invited_at,
      row.joined_at,
      row.version,
    ]);
    await tx.query(`INSERT INTO changes VALUES ('member', $1, $2, 'put', $3::jsonb)`, [
      row.id,
      row.version,
      JSON.stringify(row),
    ]);
  }
  await tx.query(`INSERT INTO changes VALUES ('workspace', 'w1', 5, 'put', '{"id": "w1"}')`);
}

async function writeFirstStore(db: Database): Promise<void> {
  const instance: Instance = await migrate(db, null, FIRST);
  const hash = await hashPassword(PASSWORD);
  await db.transaction(async (tx) => {
    await asPlatform(tx, instance);
    for (const { user } of MEMBERS) {
      await tx.query(
        `INSERT INTO users (id, email, name, password_hash, created_at, updated_at) VALUES ($1, $2, $1, $3, '${AT}', '${AT}')`,
        [user, `${user}@acme.test`, hash],
      );
    }
    await tx.query(`INSERT INTO organizations VALUES ('acme', '${AT}')`);
    for (const { user } of MEMBERS) await tx.query(`INSERT INTO memberships VALUES ($1, 'acme')`, [user]);
    await createTenantSchema(tx, instance, 'acme', FIRST);
    await asTenant(tx, instance, 'acme');
    await fillTenant(tx);
  });
}

describe.each(backends())('a store of version 1 on $name', ({ options }) => {
  it('is brought to this version with its members, their wildcards as they were, and a feed that says so', async () => {
    const given = await options();
    const store = given.databaseUrl === undefined ? { ...given, dataDir: join(folder, 'store') } : given;
    const db =
      store.databaseUrl === undefined ? await openPglite(join(folder, 'store')) : openPostgres(store.databaseUrl);
    await writeFirstStore(db);
    await db.close();

    const platform = await createPlatform({ ...store, checkpointMsMin: 0 });
    try {
      const { core } = platform;
      const rows = await core.tenant('acme', async (tx) => ({
        members: await tx.query(
          'SELECT id, catalog_version, workspaces, status, mfa, external_id, suspended_at, version FROM members ORDER BY id',
        ),
        organization: await tx.query('SELECT name, mfa_required, version FROM organization'),
        workspaces: await tx.query('SELECT id, threads, version, edited_version FROM workspaces'),
        state: await tx.query('SELECT feed_version, access_epoch, book_epoch FROM org_state'),
        changes: await tx.query('SELECT kind, id, version, data FROM changes ORDER BY version'),
      }));
      const now = (i: number) => ({
        catalog_version: RELEASE,
        workspaces: null,
        status: MEMBERS[i]!.joined === null ? 'invited' : 'active',
        mfa: false,
        external_id: null,
        suspended_at: null,
        version: 6 + i,
      });
      expect(rows.members).toEqual(MEMBERS.map(({ id }, i) => ({ id, ...now(i) })));
      expect(rows.organization).toEqual([{ name: 'Acme', mfa_required: false, version: 1 }]);
      expect(rows.workspaces).toEqual([{ id: 'w1', threads: 0, version: 5, edited_version: 5 }]);
      expect(rows.state).toEqual([{ feed_version: 8, access_epoch: 1, book_epoch: 1 }]);
      expect(rows.changes).toEqual([
        { kind: 'workspace', id: 'w1', version: 5, data: { id: 'w1' } },
        ...MEMBERS.map((member, i) => ({
          kind: 'member',
          id: member.id,
          version: 6 + i,
          data: { ...wasMember(member, 6 + i), ...now(i) },
        })),
      ]);

      // The wildcard reaches what the first catalog held: users:view came with the second release.
      const login = await caller(platform)('POST', '/v1/auth/login', {
        email: 'u-extra@acme.test',
        password: PASSWORD,
      });
      const token = await caller(platform, login.json.access_token)('POST', '/v1/auth/token', { org_id: 'acme' });
      const call = caller(platform, token.json.access_token);
      const made = await call('POST', '/v1/orgs/acme/members', { email: 'x@acme.test', role: 'viewer' });
      expect(made.status).toBe(201);
      const beyond = { email: 'y@acme.test', role: 'viewer', permissions: ['users:view'] };
      expect((await call('POST', '/v1/orgs/acme/members', beyond)).status).toBe(403);
    } finally {
      await platform.close();
    }
  });
});
