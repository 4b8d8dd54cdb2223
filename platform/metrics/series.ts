/** Series of metrics: one for each service of a workspace, or of the organization as a whole. They come in the change feed. */
import type { MetricSeries } from '../../shared/entities/index.ts';
import type { Json } from '../../shared/json/index.ts';
import type { Core } from '../core.ts';
import { only, type Tx } from '../db/database.ts';
import { nextVersion, recordChange } from '../feed/feed.ts';
import { invalidField, Problem } from '../http/problems.ts';

/** Series of one organization: bounds what every judgement and every mirror walks over. */
export const SERIES_MAX = 1_000;

interface SeriesRow {
  readonly id: number;
  readonly workspace_id: string | null;
  readonly service: string;
  readonly source: string;
  readonly hold_ms: number | null;
  readonly thinned_to: number;
  readonly created_at: Date;
  readonly version: number;
}

/** A series as ingestion works on it. Up to `thinned_to` some of its observations are kept no more. */
export type Series = Pick<SeriesRow, 'id' | 'workspace_id' | 'service' | 'source' | 'hold_ms' | 'thinned_to'>;

const COLUMNS = 'id, workspace_id, service, source, hold_ms, thinned_to, created_at, version';

function show({ id, thinned_to: _, ...row }: SeriesRow, orgId: string): MetricSeries {
  return { ...row, id: String(id), org_id: orgId, created_at: row.created_at.toISOString() };
}

/** Every series by rising id. */
export async function listSeries(tx: Tx, orgId: string): Promise<MetricSeries[]> {
  const rows = await tx.query<SeriesRow>(`SELECT ${COLUMNS} FROM metric_series ORDER BY id`);
  return rows.map((row) => show(row, orgId));
}

async function record(tx: Tx, orgId: string, row: SeriesRow): Promise<Series> {
  await recordChange(tx, 'metric_series', String(row.id), row.version, show(row, orgId) as unknown as Json);
  return row;
}

async function create(core: Core, tx: Tx, orgId: string, wanted: Omit<Series, 'id' | 'thinned_to'>): Promise<Series> {
  const { workspace_id, service, source, hold_ms } = wanted;
  if (workspace_id !== null) {
    const known = await tx.query('SELECT 1 AS one FROM workspaces WHERE id = $1', [workspace_id]);
    if (known.length === 0) throw invalidField('/workspace_id', `There is no workspace ${workspace_id}.`);
  }
  const { used } = only(await tx.query<{ used: number }>('SELECT count(*)::int AS used FROM metric_series'));
  if (used >= SERIES_MAX) {
    const details = { limit: 'metric_series', max: SERIES_MAX, used };
    throw new Problem('limit-reached', `At most ${SERIES_MAX} series of metrics in an organization.`, {}, { details });
  }
  const version = await nextVersion(tx);
  const made = await tx.query<SeriesRow>(
    `INSERT INTO metric_series (id, workspace_id, service, source, hold_ms, created_at, version)
     SELECT coalesce(max(id), 0) + 1, $1, $2, $3, $4, $5, $6 FROM metric_series RETURNING ${COLUMNS}`,
    [workspace_id, service, source, hold_ms, new Date(core.now()), version],
  );
  return await record(tx, orgId, only(made));
}

/**
 * The series of a service, made where there is none; `source`, and `hold_ms` unless undefined, are what was last told. The caller holds the
 * organization's lock. Throws Problem limit-reached, invalid-request (no such workspace).
 */
export async function seriesFor(
  core: Core,
  tx: Tx,
  orgId: string,
  wanted: Pick<Series, 'workspace_id' | 'service' | 'source'> & { readonly hold_ms: number | null | undefined },
): Promise<Series> {
  const { workspace_id, service, source } = wanted;
  const rows = await tx.query<SeriesRow>(
    `SELECT ${COLUMNS} FROM metric_series WHERE service = $1 AND coalesce(workspace_id, '') = coalesce($2, '')`,
    [service, workspace_id],
  );
  const found = rows[0];
  if (!found) return await create(core, tx, orgId, { workspace_id, service, source, hold_ms: wanted.hold_ms ?? null });
  const hold_ms = wanted.hold_ms === undefined ? found.hold_ms : wanted.hold_ms;
  if (found.source === source && found.hold_ms === hold_ms) return found;
  const version = await nextVersion(tx);
  const changed = await tx.query<SeriesRow>(
    `UPDATE metric_series SET source = $2, hold_ms = $3, version = $4 WHERE id = $1 RETURNING ${COLUMNS}`,
    [found.id, source, hold_ms, version],
  );
  return await record(tx, orgId, only(changed));
}

/** Versions of the stream of metrics that follow; gives the first. The caller holds the organization's lock until commit. */
export async function nextMetricVersions(tx: Tx, count: number): Promise<number> {
  const rows = await tx.query<{ version: number }>(
    'UPDATE org_state SET metric_version = metric_version + $1 RETURNING metric_version AS version',
    [count],
  );
  return only(rows).version - count + 1;
}
