/** Service levels as the tables hold them. Every read must be under the tenant's role. */
import type { Sla, SlaAlert, SlaBreach, SlaChannel, SlaExclusion } from '../../shared/entities/index.ts';
import { AppError } from '../../shared/errors.ts';
import type { SlaBook } from '../../shared/sla/rules.ts';
import type { Param, Tx } from '../db/database.ts';

type Timed<T, K extends keyof T> = Omit<T, 'org_id' | K> & {
  readonly [F in K]: null extends T[F] ? Date | null : Date;
};
type SlaRow = Timed<Sla, 'created_at' | 'updated_at' | 'ended_at'>;
type ExclusionRow = Omit<Timed<SlaExclusion, 'created_at'>, 'from' | 'to'> & {
  readonly from_at: Date;
  readonly to_at: Date;
};
type ChannelRow = Timed<SlaChannel, 'created_at'>;
type BreachRow = Timed<SlaBreach, 'opened_at' | 'closed_at'>;
type AlertRow = Timed<SlaAlert, 'opened_at' | 'closed_at'>;

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

const SLA_COLUMNS =
  'id, name, description, workspace_id, service, revisions, created_at, updated_at, ended_at, version';
const EXCLUSION_COLUMNS = 'id, sla_id, from_at, to_at, reason, retroactive, created_at, created_by, version';
const CHANNEL_COLUMNS = 'id, name, kind, address, events, sla_id, enabled, created_at, version';
const BREACH_COLUMNS =
  'id, sla_id, revision, metric, scope, opened_at, closed_at, target, actual, breach_percent, version';
const ALERT_COLUMNS =
  'id, sla_id, revision, severity, long_minutes, short_minutes, threshold, burn_rate, opened_at, closed_at, version';

const asSla = (row: SlaRow, org_id: string): Sla => ({
  ...row,
  org_id,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
  ended_at: iso(row.ended_at),
});

const asExclusion = ({ from_at, to_at, ...row }: ExclusionRow, org_id: string): SlaExclusion => ({
  ...row,
  org_id,
  from: from_at.toISOString(),
  to: to_at.toISOString(),
  created_at: row.created_at.toISOString(),
});

const asChannel = (row: ChannelRow, org_id: string): SlaChannel => ({
  ...row,
  org_id,
  created_at: row.created_at.toISOString(),
});

const opened = <R extends { readonly opened_at: Date; readonly closed_at: Date | null }>(row: R, org_id: string) => ({
  ...row,
  org_id,
  opened_at: row.opened_at.toISOString(),
  closed_at: iso(row.closed_at),
});

/** What a statement's end (`WHERE ...`) selects, as entities. */
export async function selectSlas(tx: Tx, orgId: string, rest: string, params: readonly Param[] = []): Promise<Sla[]> {
  const rows = await tx.query<SlaRow>(`SELECT ${SLA_COLUMNS} FROM slas ${rest}`, params);
  return rows.map((row) => asSla(row, orgId));
}

export async function selectExclusions(
  tx: Tx,
  orgId: string,
  rest: string,
  params: readonly Param[] = [],
): Promise<SlaExclusion[]> {
  const rows = await tx.query<ExclusionRow>(`SELECT ${EXCLUSION_COLUMNS} FROM sla_exclusions ${rest}`, params);
  return rows.map((row) => asExclusion(row, orgId));
}

export async function selectChannels(
  tx: Tx,
  orgId: string,
  rest: string,
  params: readonly Param[] = [],
): Promise<SlaChannel[]> {
  const rows = await tx.query<ChannelRow>(`SELECT ${CHANNEL_COLUMNS} FROM sla_channels ${rest}`, params);
  return rows.map((row) => asChannel(row, orgId));
}

/** Breaches and alerts that are open. */
export async function selectOpen(tx: Tx, orgId: string): Promise<{ breaches: SlaBreach[]; alerts: SlaAlert[] }> {
  const breaches = await tx.query<BreachRow>(
    `SELECT ${BREACH_COLUMNS} FROM sla_breaches WHERE closed_at IS NULL ORDER BY id`,
  );
  const alerts = await tx.query<AlertRow>(
    `SELECT ${ALERT_COLUMNS} FROM sla_alerts WHERE closed_at IS NULL ORDER BY id`,
  );
  return {
    breaches: breaches.map((row) => opened(row, orgId)),
    alerts: alerts.map((row) => opened(row, orgId)),
  };
}

/** Throws NOT_FOUND. */
export async function readSla(tx: Tx, orgId: string, id: string): Promise<Sla> {
  const [sla] = await selectSlas(tx, orgId, 'WHERE id = $1', [id]);
  if (sla === undefined) throw new AppError('NOT_FOUND', 'There is no such SLA.');
  return sla;
}

/** Throws NOT_FOUND. */
export async function readChannel(tx: Tx, orgId: string, id: string): Promise<SlaChannel> {
  const [channel] = await selectChannels(tx, orgId, 'WHERE id = $1', [id]);
  if (channel === undefined) throw new AppError('NOT_FOUND', 'There is no such channel.');
  return channel;
}

/** Throws NOT_FOUND. */
export async function readExclusion(tx: Tx, orgId: string, id: string): Promise<SlaExclusion> {
  const [exclusion] = await selectExclusions(tx, orgId, 'WHERE id = $1', [id]);
  if (exclusion === undefined) throw new AppError('NOT_FOUND', 'There is no such exclusion.');
  return exclusion;
}

const byId = <T extends { readonly id: string }>(list: readonly T[]): Map<string, T> =>
  new Map(list.map((one) => [one.id, one]));

/** What may be relevant to one change: of the exclusions that one, and those that begin in the year of `from`. */
export async function loadBook(
  tx: Tx,
  orgId: string,
  now: number,
  exclusion?: { readonly id: string; readonly from: string },
): Promise<SlaBook> {
  const year = exclusion === undefined ? 0 : new Date(exclusion.from).getUTCFullYear();
  const workspaces = await tx.query<{ id: string }>('SELECT id FROM workspaces');
  return {
    slas: byId(await selectSlas(tx, orgId, 'ORDER BY id')),
    channels: byId(await selectChannels(tx, orgId, 'ORDER BY id')),
    exclusions:
      exclusion === undefined
        ? new Map()
        : byId(
            await selectExclusions(tx, orgId, 'WHERE id = $1 OR (from_at >= $2 AND from_at < $3)', [
              exclusion.id,
              new Date(Date.UTC(year, 0, 1)),
              new Date(Date.UTC(year + 1, 0, 1)),
            ]),
          ),
    workspaces: new Set(workspaces.map(({ id }) => id)),
    now,
  };
}
