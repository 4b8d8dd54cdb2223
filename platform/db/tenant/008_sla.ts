/**
 * Service levels: definitions, maintenance, breaches, burn alerts, reports with every issue, channels and what was sent to them.
 * `sla_version` counts changes of definitions and maintenance, `report_cursor` is the metric version up to which closed months were looked at.
 * An exclusion that was taken back before it began is gone; nothing else is ever deleted but channels and old deliveries.
 */
export const version = 8;

export const sql = (role: string): string => `
ALTER TABLE org_state
  ADD COLUMN sla_version bigint NOT NULL DEFAULT 0,
  ADD COLUMN report_cursor bigint NOT NULL DEFAULT 0;
CREATE TABLE slas (
  id text PRIMARY KEY,
  name text NOT NULL,
  description text NOT NULL,
  workspace_id text,
  service text,
  revisions jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  ended_at timestamptz,
  version bigint NOT NULL,
  report_month text,
  report_due bigint
);
CREATE UNIQUE INDEX slas_name ON slas (lower(name)) WHERE ended_at IS NULL;
CREATE INDEX slas_due ON slas (report_due) WHERE report_due IS NOT NULL;
CREATE TABLE sla_exclusions (
  id text PRIMARY KEY,
  sla_id text REFERENCES slas,
  from_at timestamptz NOT NULL,
  to_at timestamptz NOT NULL CHECK (to_at > from_at),
  reason text NOT NULL,
  retroactive boolean NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  version bigint NOT NULL
);
CREATE INDEX sla_exclusions_from ON sla_exclusions (from_at);
CREATE TABLE sla_breaches (
  id text PRIMARY KEY,
  sla_id text NOT NULL REFERENCES slas,
  revision integer NOT NULL,
  metric text NOT NULL CHECK (metric IN ('availability', 'response_time', 'error_rate')),
  scope text NOT NULL CHECK (scope IN ('day', 'window')),
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  target double precision NOT NULL,
  actual double precision NOT NULL,
  breach_percent double precision,
  version bigint NOT NULL
);
CREATE UNIQUE INDEX sla_breaches_open ON sla_breaches (sla_id, metric, scope) WHERE closed_at IS NULL;
CREATE TABLE sla_alerts (
  id text PRIMARY KEY,
  sla_id text NOT NULL REFERENCES slas,
  revision integer NOT NULL,
  severity text NOT NULL CHECK (severity IN ('page', 'ticket')),
  long_minutes integer NOT NULL,
  short_minutes integer NOT NULL,
  threshold double precision NOT NULL,
  burn_rate double precision NOT NULL,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  version bigint NOT NULL
);
CREATE UNIQUE INDEX sla_alerts_open ON sla_alerts (sla_id, severity, long_minutes, short_minutes) WHERE closed_at IS NULL;
CREATE TABLE sla_reports (
  sla_id text NOT NULL REFERENCES slas,
  month text NOT NULL,
  issue integer NOT NULL,
  issued_at timestamptz NOT NULL,
  report text NOT NULL,
  digest text NOT NULL,
  supersedes text,
  version bigint NOT NULL,
  PRIMARY KEY (sla_id, month, issue)
);
CREATE TABLE sla_months (
  sla_id text NOT NULL REFERENCES slas,
  month text NOT NULL,
  issue integer NOT NULL,
  from_ms bigint NOT NULL,
  to_ms bigint NOT NULL,
  data_version bigint NOT NULL,
  stale_at bigint,
  PRIMARY KEY (sla_id, month)
);
CREATE INDEX sla_months_stale ON sla_months (stale_at) WHERE stale_at IS NOT NULL;
CREATE TABLE sla_channels (
  id text PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('webhook', 'email')),
  address text NOT NULL,
  events jsonb NOT NULL,
  sla_id text REFERENCES slas,
  enabled boolean NOT NULL,
  secret_sealed bytea,
  created_at timestamptz NOT NULL,
  version bigint NOT NULL
);
CREATE UNIQUE INDEX sla_channels_name ON sla_channels (lower(name));
CREATE TABLE sla_deliveries (
  id text PRIMARY KEY,
  channel_id text NOT NULL REFERENCES sla_channels ON DELETE CASCADE,
  event text NOT NULL,
  subject text NOT NULL,
  body text NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  created_at bigint NOT NULL,
  last_at bigint,
  next_at bigint,
  detail text NOT NULL DEFAULT ''
);
CREATE INDEX sla_deliveries_due ON sla_deliveries (next_at) WHERE state = 'waiting';
CREATE INDEX sla_deliveries_channel ON sla_deliveries (channel_id, id);
GRANT SELECT, INSERT, UPDATE ON slas, sla_breaches, sla_alerts, sla_reports, sla_months TO ${role};
GRANT SELECT, INSERT, UPDATE, DELETE ON sla_exclusions, sla_channels, sla_deliveries TO ${role};
`;
