/** Compliance records of a mirror: now, with what waits in the outbox, or as they were at the end of a past UTC day. */
import type { z } from 'zod';
import { byOwnDates } from '../../shared/compliance/rewind.ts';
import type { AuditEventDetail, AuditFilter } from '../../shared/contract/audit.ts';
import type { ChecklistBasis } from '../../shared/contract/checklist.ts';
import type { PendingChange } from '../../shared/contract/outbox.ts';
import { CheckDay, type CheckResultState, entitySchemas } from '../../shared/entities/index.ts';
import type { MirrorReader } from '../db/api.ts';

const KINDS = [
  ...(['compliance_mode', 'framework', 'control_mapping', 'control_state', 'control_exception', 'finding'] as const),
  ...(['control_comment', 'evidence', 'evidence_request', 'check_result'] as const),
];
export type ChecklistKind = (typeof KINDS)[number];
export type RecordOf<K extends ChecklistKind> = z.output<(typeof entitySchemas)[K]>;
type Listed = { readonly [K in ChecklistKind]: readonly RecordOf<K>[] };
type AnyRecord = RecordOf<ChecklistKind> & { readonly id: string };

/** More than an organization may have of any kind. */
const RECORDS_MAX = 50_000;
/** What a past day does not change: definitions are the present ones, results are kept apart. */
const LASTING: ReadonlySet<ChecklistKind> = new Set(['framework', 'check_result']);
const PAGE = 1_000;
/** Events since a past day that are read for what was before them; beyond, records tell by their own dates. */
const EVENTS_MAX = 50_000;

export interface KnownRecords {
  readonly of: Listed;
  readonly basis: ChecklistBasis;
  readonly results: ReadonlyMap<string, CheckResultState>;
  /** What waits for a record; null: nothing. */
  pending(kind: ChecklistKind, id: string): PendingChange | null;
}

/** The end of a UTC day, ms. */
const endOf = (day: string): number => Date.parse(`${day}T00:00:00.000Z`) + 86_400_000;

type Rows = Map<ChecklistKind, Map<string, AnyRecord>>;

/** Every record of these kinds, read by its schema; what cannot be read is counted. */
async function present(reader: MirrorReader, orgId: string, pending: boolean) {
  const marks = new Map<string, PendingChange>();
  const rows: Rows = new Map();
  let unreadable = 0;
  const query = { text: null, where: null, sort: 'version', direction: 'asc', offset: 0, limit: RECORDS_MAX } as const;
  const pages = await Promise.all(
    KINDS.map(async (kind) =>
      pending
        ? (await reader.entityPage(orgId, kind, query)).rows
        : (await reader.entities(kind, null, 0, RECORDS_MAX)).rows.map((row) => ({ ...row, pending: null })),
    ),
  );
  for (const [i, kind] of KINDS.entries()) {
    const found = new Map<string, AnyRecord>();
    for (const row of pages[i]!) {
      // What waits to be made has no version yet; its mark says so.
      const read = entitySchemas[kind].safeParse({ ...row.data, version: Math.max(1, row.version) });
      if (!read.success) {
        unreadable++;
        continue;
      }
      if (row.pending !== null) marks.set(`${kind} ${row.id}`, row.pending);
      if (row.pending?.op !== 'delete') found.set(row.id, read.data as AnyRecord);
    }
    rows.set(kind, found);
  }
  return { rows, marks, unreadable };
}

const changeOf = ({ disclosures }: AuditEventDetail): { readonly before?: unknown } | null => {
  const change = disclosures.find(({ name }) => name === 'change')?.value;
  return typeof change === 'object' && change !== null ? change : null;
};

/** The first event about each record from an instant on, by `kind id`. */
async function firstEvents(reader: MirrorReader, from: number): Promise<ReadonlyMap<string, number>> {
  const filter: AuditFilter = {
    ...{ basis: 'recorded', from, to: null, text: '', actors: [], targets: [], workspaces: [], outcomes: ['success'] },
    actions: KINDS.filter((kind) => !LASTING.has(kind)).map((kind) => `${kind}.*`),
  };
  const first = new Map<string, number>();
  for (let offset = 0, matched = 1; offset < Math.min(matched, EVENTS_MAX); offset += PAGE) {
    const page = await reader.query(filter, { sort: 'seq', direction: 'asc' }, offset, PAGE);
    matched = page.matched;
    for (const { seq, target } of page.rows) {
      const key = target === null ? '' : `${target.type} ${target.id}`;
      if (key !== '' && !first.has(key)) first.set(key, seq);
    }
  }
  return first;
}

/** Takes back what happened from `from` on: by what the log kept of each record before its first change, else by the record's own dates. */
async function rewind(reader: MirrorReader, rows: Rows, from: number): Promise<{ fromLog: number; byDates: number }> {
  const first = [...(await firstEvents(reader, from))];
  const told = new Set<string>();
  let fromLog = 0;
  for (let begin = 0; begin < first.length; begin += PAGE) {
    const part = first.slice(begin, begin + PAGE);
    const events = await reader.getMany(part.map(([, seq]) => seq));
    for (const [i, event] of events.entries()) {
      const key = part[i]![0];
      const [kind, id] = key.split(' ') as [ChecklistKind, string];
      const before = changeOf(event)?.before;
      const read = entitySchemas[kind].safeParse(before);
      if (before !== null && !read.success) continue;
      if (before === null) rows.get(kind)!.delete(id);
      else rows.get(kind)!.set(id, read.data as AnyRecord);
      told.add(key);
      fromLog++;
    }
  }
  const at = new Date(from).toISOString();
  let byDates = 0;
  for (const [kind, found] of rows) {
    if (LASTING.has(kind)) continue;
    for (const [id, record] of found) {
      const { updated_at } = record as unknown as { readonly updated_at: string };
      if (told.has(`${kind} ${id}`) || updated_at < at) continue;
      const before = byOwnDates(kind, record as AnyRecord & { readonly created_at: string }, at);
      if (before === null) found.delete(id);
      else found.set(id, before);
      byDates++;
    }
  }
  return { fromLog, byDates };
}

async function resultsOf(reader: MirrorReader, rows: Rows, day: string | null) {
  if (day === null) {
    const latest = [...rows.get('check_result')!.values()] as unknown as readonly RecordOf<'check_result'>[];
    return { checks: 'latest' as const, results: new Map(latest.map(({ id, state }) => [id, state])) };
  }
  const kept = await reader.entity('check_day', day);
  const read = CheckDay.safeParse(kept === null ? null : { ...kept.data, version: Math.max(1, kept.version) });
  if (!read.success) return { checks: 'none' as const, results: new Map<string, CheckResultState>() };
  return { checks: 'day' as const, results: new Map(read.data.results.map(({ check, state }) => [check, state])) };
}

/** `at`: a UTC day that is over, or null for now (`today`). */
export async function readRecords(
  reader: MirrorReader,
  orgId: string,
  at: string | null,
  today: string,
): Promise<KnownRecords> {
  const { rows, marks, unreadable } = await present(reader, orgId, at === null);
  const { fromLog, byDates } = at === null ? { fromLog: 0, byDates: 0 } : await rewind(reader, rows, endOf(at));
  const { checks, results } = await resultsOf(reader, rows, at);
  const { lastSyncAt } = await reader.summary();
  const of = Object.fromEntries(KINDS.map((kind) => [kind, [...rows.get(kind)!.values()]])) as unknown as Listed;
  return {
    of,
    results,
    basis: {
      ...{ day: at ?? today, past: at !== null, syncedAt: lastSyncAt, checks, pending: marks.size },
      ...{ fromLog, byDates, unreadable },
    },
    pending: (kind, id) => marks.get(`${kind} ${id}`) ?? null,
  };
}
