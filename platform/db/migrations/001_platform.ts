/** Users, sessions, sealed keys, idempotency: what belongs to no tenant. */
export const version = 1;

export const sql = `
CREATE TABLE users (
  id text PRIMARY KEY,
  email text NOT NULL CHECK (email = lower(email)),
  name text NOT NULL,
  password_hash text,
  totp_sealed bytea,
  totp_pending_sealed bytea,
  totp_last_step bigint,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (email);
CREATE TABLE organizations (id text PRIMARY KEY, created_at timestamptz NOT NULL);
CREATE TABLE memberships (
  user_id text NOT NULL REFERENCES users,
  org_id text NOT NULL REFERENCES organizations,
  PRIMARY KEY (user_id, org_id)
);
CREATE TABLE sessions (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES users,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE TABLE refresh_tokens (
  hash text PRIMARY KEY,
  session_id text NOT NULL REFERENCES sessions ON DELETE CASCADE,
  created_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);
CREATE TABLE login_attempts (
  key text PRIMARY KEY,
  failures integer NOT NULL,
  window_start timestamptz NOT NULL
);
CREATE TABLE sealed_keys (
  purpose text NOT NULL,
  org_id text,
  public_key text NOT NULL,
  private_sealed bytea NOT NULL,
  from_size bigint NOT NULL DEFAULT 0,
  to_size bigint,
  created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX sealed_keys_one ON sealed_keys (purpose, coalesce(org_id, ''), from_size);
CREATE TABLE idempotency (
  key text PRIMARY KEY,
  request_hash text NOT NULL,
  status integer,
  headers jsonb,
  body text,
  created_at timestamptz NOT NULL
);
CREATE INDEX idempotency_age ON idempotency (created_at);
`;
