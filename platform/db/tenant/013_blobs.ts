/**
 * Files of evidence under their digest. They are not in the change feed: a console fetches one when it is wanted. `size` stands apart so
 * that a sum over them reads no bytes; `created_at` (ms) is when it was last put.
 */
export const version = 13;

export const sql = (role: string): string => `
CREATE TABLE blobs (
  sha256 text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  bytes bytea NOT NULL,
  size bigint NOT NULL,
  created_at bigint NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON blobs TO ${role};
CREATE INDEX compliance_records_file ON compliance_records ((data -> 'file' ->> 'sha256')) WHERE kind = 'evidence';
`;
