/**
 * Metrics: series, hours of minutes as chunks with their roll-ups, observations of up and down, the spans that follow from them, cuts for
 * those who hold earlier spans, and the names of batches that were taken. `metric_version` counts changes of chunks, spans and cuts;
 * `judged_to` is up to where minutes have been judged (ms): what comes for one before it is late. Up to `thinned_to` some observations of the
 * series are kept no more.
 */
export const version = 7;

export const sql = (role: string): string => `
ALTER TABLE org_state
  ADD COLUMN metric_version bigint NOT NULL DEFAULT 0,
  ADD COLUMN judged_to bigint NOT NULL DEFAULT 0;
CREATE TABLE metric_series (
  id integer PRIMARY KEY,
  workspace_id text,
  service text NOT NULL,
  source text NOT NULL,
  hold_ms bigint,
  thinned_to bigint NOT NULL DEFAULT -1,
  created_at timestamptz NOT NULL,
  version bigint NOT NULL
);
CREATE UNIQUE INDEX metric_series_what ON metric_series (service, coalesce(workspace_id, ''));
CREATE TABLE metric_chunks (
  series integer NOT NULL REFERENCES metric_series,
  hour bigint NOT NULL,
  version bigint NOT NULL,
  count bigint NOT NULL,
  errors bigint NOT NULL,
  timed bigint NOT NULL,
  sum_us bigint NOT NULL,
  bytes bytea NOT NULL,
  rollup bytea NOT NULL,
  PRIMARY KEY (series, hour)
);
CREATE UNIQUE INDEX metric_chunks_version ON metric_chunks (version);
ALTER TABLE metric_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL, ALTER COLUMN rollup SET STORAGE EXTERNAL;
CREATE TABLE metric_checks (
  series integer NOT NULL REFERENCES metric_series,
  at bigint NOT NULL,
  up boolean NOT NULL,
  taken_at bigint NOT NULL,
  PRIMARY KEY (series, at)
);
CREATE INDEX metric_checks_age ON metric_checks (taken_at);
CREATE TABLE metric_spans (
  series integer NOT NULL REFERENCES metric_series,
  from_ms bigint NOT NULL,
  to_ms bigint NOT NULL CHECK (to_ms > from_ms),
  up boolean NOT NULL,
  version bigint NOT NULL UNIQUE,
  PRIMARY KEY (series, from_ms)
);
CREATE TABLE metric_cuts (
  version bigint PRIMARY KEY,
  series integer NOT NULL REFERENCES metric_series,
  from_ms bigint NOT NULL,
  to_ms bigint NOT NULL CHECK (to_ms > from_ms)
);
CREATE INDEX metric_cuts_where ON metric_cuts (series, from_ms);
CREATE TABLE metric_batches (
  -- Empty: of no workspace.
  workspace text NOT NULL,
  source text NOT NULL,
  batch text NOT NULL,
  digest text NOT NULL,
  taken_at bigint NOT NULL,
  PRIMARY KEY (workspace, source, batch)
);
CREATE INDEX metric_batches_age ON metric_batches (taken_at);
GRANT SELECT, INSERT, UPDATE ON metric_series, metric_chunks TO ${role};
GRANT SELECT, INSERT, UPDATE, DELETE ON metric_checks, metric_spans, metric_cuts, metric_batches TO ${role};
`;
