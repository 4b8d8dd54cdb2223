/** Lists of entities: as the platform last had them, and with what is pending laid over them. */
import { effectOf, PENDING_VERSION } from '../../../shared/commands/index.ts';
import type { Connection } from '../connect.ts';
import type { EntityPage, EntityQuery, EntityRow, OutboxRow, OutboxRowState, PendingMark } from '../outboxApi.ts';
import { nameOf } from '../write/entities.ts';
import { readEntity, readOutbox } from './outbox.ts';

type Data = Record<string, unknown>;

export function entities(
  db: Connection,
  kind: string,
  text: string | null,
  offset: number,
  limit: number,
): { total: number; rows: EntityRow[] } {
  const where = "kind = ? AND (? = '' OR instr(lower(name), lower(?)) > 0 OR instr(lower(id), lower(?)) > 0)";
  const args = [kind, text ?? '', text ?? '', text ?? ''];
  const total = db
    .prepare(`SELECT count(*) FROM entity WHERE ${where}`)
    .pluck()
    .get(...args) as number;
  const rows = db
    .prepare(`SELECT id, version, data FROM entity WHERE ${where} ORDER BY name COLLATE NOCASE, id LIMIT ? OFFSET ?`)
    .all(...args, limit, offset) as { id: string; version: number; data: string }[];
  return { total, rows: rows.map((row) => ({ ...row, data: JSON.parse(row.data) as Data })) };
}

/** What is under way: breaches, alerts. */
export function openEntities(db: Connection, kind: string): EntityRow[] {
  const rows = db
    .prepare(
      "SELECT id, version, data FROM entity WHERE kind = ? AND json_extract(data, '$.closed_at') IS NULL ORDER BY id LIMIT 1000",
    )
    .all(kind) as { id: string; version: number; data: string }[];
  return rows.map((row) => ({ ...row, data: JSON.parse(row.data) as Data }));
}

/** The most urgent state speaks for the thing. */
const URGENCY: readonly OutboxRowState[] = ['waiting', 'sending', 'refused', 'conflict'];

function markOf(entries: readonly OutboxRow[]): PendingMark {
  const ops = new Set(entries.map(({ target }) => target.op));
  return {
    entryIds: entries.map(({ id }) => id),
    op: ops.has('create') ? 'create' : ops.has('delete') ? 'delete' : 'update',
    state: URGENCY.filter((state) => entries.some((entry) => entry.state === state)).at(-1)!,
  };
}

/** Effects of what will be sent. A refused creation is shown all the same: it is nowhere else. */
const shows = ({ state, target }: OutboxRow): boolean =>
  state === 'waiting' || state === 'sending' || target.op === 'create';

interface Overlaid extends EntityRow {
  readonly name: string;
  readonly pending: PendingMark;
}

/** Every thing of the kind that has an entry, as it will be. */
function overlaid(db: Connection, orgId: string, kind: string): Overlaid[] {
  const byTarget = Map.groupBy(
    readOutbox(db).filter(({ target }) => target.kind === kind),
    ({ target }) => target.id,
  );
  return [...byTarget].flatMap(([id, entries]) => {
    const entity = readEntity(db, kind, id);
    const data = entries
      .filter(shows)
      .reduce<Readonly<Data> | null>(
        (before, { command, createdAt }) => effectOf(command, before, orgId, createdAt),
        entity?.data ?? null,
      );
    // A change of something that is gone: the outbox lists it, there is nothing to lay it over.
    if (data === null) return [];
    const version = entity?.version ?? PENDING_VERSION;
    return [{ id, version, data: { ...data }, name: nameOf(id, data), pending: markOf(entries) }];
  });
}

/** Conditions of a query over rows of id, name and data. */
function conditions({ text, where }: EntityQuery): string {
  const parts: string[] = [];
  if (text !== null && text !== '') {
    const fields = ['name', 'id', "coalesce(data ->> 'email', '')"];
    parts.push(`(${fields.map((field) => `instr(lower(${field}), lower($text)) > 0`).join(' OR ')})`);
  }
  // The field is one of a fixed few (INDEX_FIELDS); it stands in the statement itself so that its index is used.
  if (where !== null) parts.push(`json_extract(data, '$.${where.field}') = $value`);
  return parts.map((part) => ` AND ${part}`).join('');
}

/** The page with pending things in their place: the union is filtered and sorted by SQLite, so that order and paging are one. */
export function entityPage(db: Connection, orgId: string, kind: string, query: EntityQuery): EntityPage {
  const pending = overlaid(db, orgId, kind);
  const marks = new Map(pending.map((row) => [row.id, row.pending]));
  const also = conditions(query);
  const stored = `SELECT id, version, name, data FROM entity WHERE kind = $kind${also}`;
  const shown =
    pending.length === 0
      ? stored
      : `WITH pending AS (
           SELECT value ->> 'id' AS id, value ->> 'version' AS version, value ->> 'name' AS name, value -> 'data' AS data
           FROM json_each($list)
         )
         ${stored} AND id NOT IN (SELECT id FROM pending)
         UNION ALL SELECT id, version, name, data FROM pending WHERE true${also}`;
  const args = {
    kind,
    ...(query.text ? { text: query.text } : {}),
    ...(query.where === null ? {} : { value: query.where.value }),
    ...(pending.length === 0
      ? {}
      : { list: JSON.stringify(pending.map(({ id, version, name, data }) => ({ id, version, name, data }))) }),
  };
  const total = db.prepare(`SELECT count(*) FROM (${shown})`).pluck().get(args) as number;
  const by = query.sort === 'name' ? 'name COLLATE NOCASE' : 'version';
  const down = query.direction === 'asc' ? '' : ' DESC';
  const rows = db
    .prepare(`SELECT id, version, data FROM (${shown}) ORDER BY ${by}${down}, id${down} LIMIT $limit OFFSET $offset`)
    .all({ ...args, limit: query.limit, offset: query.offset }) as { id: string; version: number; data: string }[];
  return {
    total,
    rows: rows.map(({ id, version, data }) => ({
      ...{ id, version, data: JSON.parse(data) as Data },
      pending: marks.get(id) ?? null,
    })),
  };
}
