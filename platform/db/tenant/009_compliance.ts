/** Compliance records: one table for all kinds, since what they are stands in their schemas and nothing joins them. */
export const version = 9;

export const sql = (role: string): string => `
CREATE TABLE compliance_records (
  kind text NOT NULL,
  id text NOT NULL,
  data jsonb NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (kind, id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON compliance_records TO ${role};
`;
