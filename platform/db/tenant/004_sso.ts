/** Single sign-on: settings, sign-ins under way, identities linked to members. */
export const version = 4;

export const sql = (role: string): string => `
CREATE TABLE sso_settings (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  issuer text NOT NULL,
  client_id text NOT NULL,
  secret_sealed bytea,
  domains jsonb NOT NULL,
  provision_role text,
  trust_mfa boolean NOT NULL,
  updated_at timestamptz NOT NULL,
  version bigint NOT NULL
);
CREATE TABLE sso_identities (
  issuer text NOT NULL,
  subject text NOT NULL,
  user_id text NOT NULL,
  linked_at timestamptz NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE TABLE sso_flows (
  state_hash text PRIMARY KEY,
  issuer text NOT NULL,
  nonce text NOT NULL,
  verifier_sealed bytea NOT NULL,
  redirect_uri text NOT NULL,
  client_redirect text NOT NULL,
  client_state text NOT NULL,
  client_challenge text NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE TABLE sso_codes (
  code_hash text PRIMARY KEY,
  user_id text NOT NULL,
  mfa boolean NOT NULL,
  challenge text NOT NULL,
  redirect_uri text NOT NULL,
  expires_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON sso_settings, sso_identities, sso_flows, sso_codes TO ${role};
`;
