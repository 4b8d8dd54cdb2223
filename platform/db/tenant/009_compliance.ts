/**
 * Compliance records: one table for all kinds, since what they are stands in their schemas and nothing joins them. What the modes that are on
 * demand of each request stands beside the epochs, where every request reads it anyway.
 */
export const version = 9;

export const sql = (role: string): string => `
ALTER TABLE org_state ADD COLUMN mode_mfa boolean NOT NULL DEFAULT false, ADD COLUMN mode_tls boolean NOT NULL DEFAULT false, ADD COLUMN mode_regions jsonb;
CREATE TABLE compliance_records (
  kind text NOT NULL,
  id text NOT NULL,
  data jsonb NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (kind, id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON compliance_records TO ${role};
`;
