/**
 * What finds the tenant of a service-account key, and the state of its rate limit. Both stand outside the tenants: a key alone must lead
 * to its organization, and a limit is counted before anything of a tenant is touched. Times of key_rates are of the database's
 * clock in microseconds, but for touched_at.
 */
export const version = 3;

export const sql = `
CREATE TABLE service_keys (
  id text PRIMARY KEY,
  org_id text NOT NULL REFERENCES organizations,
  account_id text NOT NULL,
  hash bytea NOT NULL,
  rate_limit integer NOT NULL CHECK (rate_limit >= 1),
  created_at timestamptz NOT NULL
);
CREATE INDEX service_keys_account ON service_keys (org_id, account_id);
CREATE TABLE key_rates (
  key_id text PRIMARY KEY,
  tat bigint NOT NULL,
  touched_at bigint NOT NULL,
  refused bigint NOT NULL DEFAULT 0,
  refused_since bigint,
  logged_at bigint
);
CREATE INDEX key_rates_refused ON key_rates (logged_at) WHERE refused > 0;
`;
