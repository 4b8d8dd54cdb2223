/** Compliance records as the table holds them. Every call must be under the tenant's role; writing besides under the organization's lock. */

import type { RecordKind } from '../../shared/commands/index.ts';
import { type EntityKind, entitySchemas } from '../../shared/entities/index.ts';
import type { Json } from '../../shared/json/index.ts';
import { canonicalize } from '../../shared/json/index.ts';
import type { Param, Tx } from '../db/database.ts';
import { nextVersion, recordChange } from '../feed/feed.ts';
import type { Happening } from '../tenancy/events.ts';

export type RecordData = Readonly<Record<string, unknown>> & { readonly id: string; readonly version: number };
interface Row {
  readonly data: Readonly<Record<string, unknown>>;
  readonly version: number;
}

const asRecord = ({ data, version }: Row): RecordData => ({ ...data, version }) as RecordData;

/** What a statement's end (after `WHERE kind = $1`) selects. */
export async function selectRecords(
  tx: Tx,
  kind: EntityKind,
  rest = 'ORDER BY id',
  params: readonly Param[] = [],
): Promise<RecordData[]> {
  const rows = await tx.query<Row>(`SELECT data, version FROM compliance_records WHERE kind = $1 ${rest}`, [
    kind,
    ...params,
  ]);
  return rows.map(asRecord);
}

export async function readRecord(tx: Tx, kind: EntityKind, id: string): Promise<RecordData | null> {
  return (await selectRecords(tx, kind, 'AND id = $2', [id]))[0] ?? null;
}

export async function countRecords(tx: Tx, kind: RecordKind): Promise<number> {
  const [row] = await tx.query<{ n: number }>('SELECT count(*)::int AS n FROM compliance_records WHERE kind = $1', [
    kind,
  ]);
  return row?.n ?? 0;
}

/** Keeps a record as it is now and tells the feed. Throws ZodError where it is none of its kind. */
export async function keepRecord(
  tx: Tx,
  kind: EntityKind,
  data: Readonly<Record<string, unknown>>,
): Promise<RecordData> {
  const version = await nextVersion(tx);
  const record = entitySchemas[kind].parse({ ...data, version }) as unknown as RecordData;
  await tx.query(
    `INSERT INTO compliance_records (kind, id, data, version) VALUES ($1, $2, $3::jsonb, $4)
     ON CONFLICT (kind, id) DO UPDATE SET data = excluded.data, version = excluded.version`,
    [kind, record.id, JSON.stringify(record), version],
  );
  await recordChange(tx, kind, record.id, version, record as unknown as Json);
  return record;
}

export async function dropRecord(tx: Tx, kind: RecordKind, id: string): Promise<void> {
  await tx.query('DELETE FROM compliance_records WHERE kind = $1 AND id = $2', [kind, id]);
  await recordChange(tx, kind, id, await nextVersion(tx), null);
}

/** Text of a side of a change that an event holds whole; beyond it, the parts that changed, and then nothing but that it was long. */
const CHANGE_CHARS_MAX = 24_000;
const LONG = { left_out: 'too long for an event' };

function changeOf(before: RecordData | null, after: RecordData | null): Json {
  const whole = { before: before as unknown as Json, after: after as unknown as Json };
  const fits = (value: Json): boolean => canonicalize(value).length <= CHANGE_CHARS_MAX;
  if (fits(whole)) return whole;
  const part = (data: RecordData | null): Json =>
    data === null
      ? null
      : (Object.fromEntries(
          Object.entries(data).filter(([, value]) => canonicalize((value ?? null) as Json).length <= 2_000),
        ) as Json);
  const parts = { before: part(before), after: part(after) };
  return fits(parts) ? parts : { before: before === null ? null : LONG, after: after === null ? null : LONG };
}

/** What the log keeps of a change to a record. */
export function recordStory(
  kind: EntityKind,
  before: RecordData | null,
  after: RecordData | null,
): Omit<Happening, 'action'> {
  const shown = (after ?? before)!;
  const name = [shown.name, shown.title, shown.subject, shown.id].find((one) => typeof one === 'string') as string;
  return {
    target: { type: kind, id: shown.id },
    disclosures: { target: { name: name.slice(0, 400) }, change: changeOf(before, after) },
  };
}
