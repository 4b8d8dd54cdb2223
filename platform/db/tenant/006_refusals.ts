/** Refused requests of the window under way, by who asked: what was logged one by one, and what waits to be logged as one event. */
export const version = 6;

export const sql = (role: string): string => `
CREATE TABLE refusals (
  source text PRIMARY KEY,
  window_start bigint NOT NULL,
  logged integer NOT NULL,
  held bigint NOT NULL,
  held_from bigint,
  held_to bigint
);
GRANT SELECT, INSERT, UPDATE, DELETE ON refusals TO ${role};
`;
