/** Tables of one tenant. Leaves, nodes and checkpoints can be added by the tenant's role, never changed or removed. */
export const version = 1;

export const sql = (role: string): string => `
CREATE TABLE organization (
  id text PRIMARY KEY,
  name text NOT NULL,
  owner_id text NOT NULL,
  subscription_tier text NOT NULL CHECK (subscription_tier IN ('free', 'pro', 'enterprise')),
  region text NOT NULL,
  time_zone text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version bigint NOT NULL
);
CREATE TABLE org_state (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  origin text NOT NULL,
  feed_version bigint NOT NULL,
  log_size bigint NOT NULL,
  log_range bytea NOT NULL,
  log_recorded_at bigint NOT NULL
);
CREATE TABLE workspaces (
  id text PRIMARY KEY,
  name text NOT NULL,
  description text NOT NULL,
  max_threads integer NOT NULL CHECK (max_threads >= 0),
  max_log_retention_days integer NOT NULL CHECK (max_log_retention_days >= 1),
  max_users integer NOT NULL CHECK (max_users >= 1),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version bigint NOT NULL
);
CREATE UNIQUE INDEX workspaces_name ON workspaces (lower(name));
CREATE TABLE members (
  id text PRIMARY KEY,
  user_id text NOT NULL UNIQUE,
  email text NOT NULL UNIQUE,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('admin', 'manager', 'developer', 'viewer', 'guest')),
  permissions jsonb NOT NULL,
  invited_at timestamptz NOT NULL,
  joined_at timestamptz,
  updated_at timestamptz NOT NULL,
  version bigint NOT NULL
);
CREATE TABLE changes (
  kind text NOT NULL,
  id text NOT NULL,
  version bigint NOT NULL UNIQUE,
  op text NOT NULL CHECK (op IN ('put', 'delete')),
  data jsonb,
  PRIMARY KEY (kind, id)
);
CREATE TABLE audit_events (seq bigint PRIMARY KEY, leaf_hash bytea NOT NULL, entry text NOT NULL, disclosures text NOT NULL);
CREATE TABLE log_nodes (level integer NOT NULL, idx bigint NOT NULL, hash bytea NOT NULL, PRIMARY KEY (level, idx));
CREATE TABLE log_producers (id text NOT NULL, epoch bigint NOT NULL, next_n bigint NOT NULL, PRIMARY KEY (id, epoch));
CREATE TABLE checkpoints (size bigint PRIMARY KEY, root bytea NOT NULL, note text NOT NULL, signed_at timestamptz NOT NULL);
CREATE TABLE session_marks (session_id text NOT NULL, kind text NOT NULL, PRIMARY KEY (session_id, kind));
GRANT SELECT, INSERT, UPDATE, DELETE ON organization, org_state, workspaces, members, changes, log_producers, session_marks TO ${role};
GRANT SELECT, INSERT ON audit_events, log_nodes, checkpoints TO ${role};
`;
