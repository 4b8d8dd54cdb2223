/**
 * Custom roles, imported permissions, workspaces and status of members, threads with their logs. Extra grants written before were
 * written under the first release of the catalog: their wildcards go on reaching what they reached then. Members go through the
 * feed once more, so that mirrors learn the fields they have now.
 */
import { RELEASE } from '../../../shared/rbac/index.ts';

export const version = 2;

export const sql = (role: string): string => `
ALTER TABLE organization ADD COLUMN mfa_required boolean NOT NULL DEFAULT false;
ALTER TABLE org_state ADD COLUMN access_epoch bigint NOT NULL DEFAULT 1, ADD COLUMN book_epoch bigint NOT NULL DEFAULT 1;
ALTER TABLE workspaces
  ADD COLUMN threads integer NOT NULL DEFAULT 0 CHECK (threads >= 0),
  ADD COLUMN edited_version bigint NOT NULL DEFAULT 0;
UPDATE workspaces SET edited_version = version;
ALTER TABLE workspaces ALTER COLUMN edited_version DROP DEFAULT;
ALTER TABLE members DROP CONSTRAINT members_role_check;
ALTER TABLE members
  ADD COLUMN catalog_version bigint NOT NULL DEFAULT ${RELEASE},
  ADD COLUMN workspaces jsonb,
  ADD COLUMN status text NOT NULL DEFAULT 'active' CHECK (status IN ('invited', 'active', 'suspended')),
  ADD COLUMN mfa boolean NOT NULL DEFAULT false,
  ADD COLUMN external_id text,
  ADD COLUMN suspended_at timestamptz;
ALTER TABLE members ALTER COLUMN catalog_version DROP DEFAULT, ALTER COLUMN status DROP DEFAULT;
CREATE UNIQUE INDEX members_external ON members (external_id) WHERE external_id IS NOT NULL;
CREATE TABLE roles (
  id text PRIMARY KEY,
  name text NOT NULL,
  description text NOT NULL,
  inherits text,
  permissions jsonb NOT NULL,
  catalog_version bigint NOT NULL,
  source text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version bigint NOT NULL
);
CREATE UNIQUE INDEX roles_name ON roles (lower(name));
CREATE UNIQUE INDEX roles_source ON roles (source) WHERE source IS NOT NULL;
CREATE INDEX roles_inherits ON roles (inherits) WHERE inherits IS NOT NULL;
CREATE TABLE permission_sets (id text PRIMARY KEY, title text NOT NULL, permissions jsonb NOT NULL, version bigint NOT NULL);
CREATE TABLE threads (
  id text PRIMARY KEY,
  workspace_id text NOT NULL REFERENCES workspaces,
  name text NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'closed')),
  owner_type text NOT NULL CHECK (owner_type IN ('user', 'service_account')),
  owner_id text NOT NULL,
  shared_with jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version bigint NOT NULL
);
CREATE INDEX threads_workspace ON threads (workspace_id, id);
CREATE INDEX threads_owner ON threads (owner_id, id);
CREATE INDEX threads_shared ON threads USING gin (shared_with);
CREATE TABLE thread_logs (
  id text PRIMARY KEY,
  thread_id text NOT NULL REFERENCES threads ON DELETE CASCADE,
  at timestamptz NOT NULL,
  level text NOT NULL CHECK (level IN ('debug', 'info', 'warn', 'error')),
  text text NOT NULL
);
CREATE INDEX thread_logs_thread ON thread_logs (thread_id, id);
CREATE INDEX thread_logs_age ON thread_logs (at);
GRANT SELECT, INSERT, UPDATE, DELETE ON roles, permission_sets, threads, thread_logs TO ${role};
UPDATE members SET status = 'invited' WHERE joined_at IS NULL;
WITH again AS (
  SELECT id, (SELECT feed_version FROM org_state) + row_number() OVER (ORDER BY id) AS version FROM members
) UPDATE members SET version = again.version FROM again WHERE again.id = members.id;
UPDATE changes SET version = m.version, data = changes.data || jsonb_build_object(
    'catalog_version', m.catalog_version, 'workspaces', NULL, 'status', m.status, 'mfa', m.mfa, 'external_id', NULL,
    'suspended_at', NULL, 'version', m.version)
  FROM members m WHERE changes.kind = 'member' AND changes.id = m.id;
UPDATE org_state SET feed_version = feed_version + (SELECT count(*) FROM members);
`;
