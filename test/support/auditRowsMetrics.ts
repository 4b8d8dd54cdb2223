/** What the routes of metrics leave in the audit log. */
import type { AuditRow } from './auditRows.ts';

const METRICS = '/v1/orgs/acme/metrics';
const at = Date.parse('2026-01-05T10:00:00.000Z');

export const metricRows: Readonly<Record<string, AuditRow>> = {
  'POST /v1/orgs/{org}/metrics/ingest': {
    leaves: 'event',
    action: 'metric.ingest',
    prepare: async (stage) => ({
      url: `${METRICS}/ingest`,
      body: {
        source: 'rows',
        batch: stage.fresh('b'),
        service: 'api',
        samples: { at: [at, at + 1], us: [1_000, null], failed: [0, 1] },
        checks: [{ at, up: true }],
      },
    }),
  },
  'GET /v1/orgs/{org}/metrics/changes': {
    leaves: { none: 'counts and times of requests; nothing personal' },
    action: 'metric.list',
    prepare: async () => ({ url: `${METRICS}/changes` }),
  },
};
