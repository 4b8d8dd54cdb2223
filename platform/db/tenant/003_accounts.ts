/** Service accounts with their keys, and access reviews with their items. A revoked account and a closed review stay. */
export const version = 3;

export const sql = (role: string): string => `
CREATE TABLE service_accounts (
  id text PRIMARY KEY,
  workspace_id text,
  name text NOT NULL,
  description text NOT NULL,
  owner_id text NOT NULL,
  permissions jsonb NOT NULL,
  catalog_version bigint NOT NULL,
  rate_limit integer NOT NULL CHECK (rate_limit >= 1),
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  version bigint NOT NULL,
  edited_version bigint NOT NULL
);
CREATE UNIQUE INDEX service_accounts_name ON service_accounts (lower(name)) WHERE revoked_at IS NULL;
CREATE INDEX service_accounts_owner ON service_accounts (owner_id);
CREATE TABLE service_account_keys (
  id text PRIMARY KEY,
  account_id text NOT NULL REFERENCES service_accounts,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  feed_used_at timestamptz
);
CREATE INDEX service_account_keys_account ON service_account_keys (account_id, created_at);
CREATE TABLE access_reviews (
  id text PRIMARY KEY,
  name text NOT NULL,
  instructions text NOT NULL,
  reviewers jsonb NOT NULL,
  due_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  closed_at timestamptz,
  closed_by text,
  items integer NOT NULL,
  decided integer NOT NULL DEFAULT 0,
  revoked integer NOT NULL DEFAULT 0,
  result text,
  version bigint NOT NULL,
  edited_version bigint NOT NULL
);
CREATE TABLE access_review_items (
  id text PRIMARY KEY,
  review_id text NOT NULL REFERENCES access_reviews,
  holder_type text NOT NULL CHECK (holder_type IN ('member', 'service_account')),
  holder_id text NOT NULL,
  holder_name text NOT NULL,
  answers text NOT NULL,
  source text NOT NULL CHECK (source IN ('role', 'extra', 'key')),
  grant_text text NOT NULL,
  decision text CHECK (decision IN ('confirm', 'revoke')),
  reason text NOT NULL DEFAULT '',
  decided_at timestamptz,
  decided_by text,
  refused text,
  version bigint NOT NULL
);
CREATE INDEX access_review_items_review ON access_review_items (review_id, id);
GRANT SELECT, INSERT, UPDATE ON service_accounts, access_reviews, access_review_items TO ${role};
GRANT SELECT, INSERT, UPDATE, DELETE ON service_account_keys TO ${role};
`;
