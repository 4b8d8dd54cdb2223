/** What the last evaluation of the automated checks rested on, so that a restart does not evaluate every organization again. */
export const version = 10;

export const sql = (role: string): string => `
CREATE TABLE check_state (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  feed_version bigint NOT NULL,
  log_size bigint NOT NULL,
  evaluated_at bigint NOT NULL,
  day text
);
GRANT SELECT, INSERT, UPDATE ON check_state TO ${role};
`;
