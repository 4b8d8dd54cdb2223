/** A mirror as the source of a bundle. */

import type { AccessTable } from '../../shared/bundle/access.ts';
import type { DisclosureName } from '../../shared/contract/bundles.ts';
import { AppError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json/index.ts';
import { ROLE_PERMISSIONS, ROLES } from '../../shared/rbac/index.ts';
import type { BundleSource, SourceEvent, SourceReport } from '../bundle/source.ts';
import type { Mirror, MirrorReader } from '../db/api.ts';

const LEAVES_PER_STEP = 512;
const ENTITIES_PER_STEP = 500;

export interface SourceRequest {
  readonly organization: BundleSource['organization'];
  readonly from: number;
  readonly to: number;
  readonly withhold: readonly DisclosureName[];
  readonly access: boolean;
  readonly now: number;
}

export interface ProvenPeriod {
  readonly begin: number;
  readonly end: number;
  /** Whether the period reaches back to events that were pruned: it cannot be bundled whole. */
  readonly pruned: boolean;
  /** Whether every event of the period that the platform has recorded is here, under a signed root. */
  readonly proven: boolean;
}

/**
 * The events of a period. Proven when the newest checkpoint is complete and the platform was heard after the period's end; what lies
 * in the future cannot have been heard, so there the present counts, with a day's grace for offline machines.
 */
export async function provenPeriod(reader: MirrorReader, from: number, to: number, now: number): Promise<ProvenPeriod> {
  const [state, summary, range] = await Promise.all([reader.state(), reader.summary(), reader.rangeOfPeriod(from, to)]);
  const { checkpoint, completed } = state;
  const heard = Math.max(checkpoint?.receivedAt ?? 0, summary.lastSyncError === null ? (summary.lastSyncAt ?? 0) : 0);
  const whole = completed !== null && checkpoint !== null && completed.size === checkpoint.size;
  const proven = whole && range.end <= completed.size && heard >= Math.min(to, now - 86_400_000);
  // Recorded times of pruned events are not known: the first event that is left may have had some before it in the period.
  const pruned = state.pruned.to > 0 && range.begin <= state.pruned.to;
  return { begin: range.begin, end: range.end, pruned, proven: proven && !pruned };
}

function scalar(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  // Lists of grants and anything else nested: kept as text, so that a table stays a table.
  return value === undefined ? null : JSON.stringify(value);
}

async function accessTable(
  reader: MirrorReader,
  kind: 'member' | 'workspace',
  name: AccessTable['name'],
): Promise<AccessTable> {
  const entities: { id: string; data: Record<string, unknown> }[] = [];
  for (;;) {
    const page = await reader.entities(kind, null, entities.length, ENTITIES_PER_STEP);
    entities.push(...page.rows);
    if (page.rows.length === 0 || entities.length >= page.total) break;
  }
  const columns = [...new Set(['id', ...entities.flatMap(({ data }) => Object.keys(data).sort())])];
  const rows = entities.map(({ id, data }) =>
    Object.fromEntries(columns.map((column) => [column, scalar(column === 'id' ? id : data[column])])),
  );
  return { name, columns, rows };
}

/** What each role grants: without it the members' roles are mere words to a reader of the bundle. */
function rolesTable(): AccessTable {
  const rows = ROLES.flatMap((role) => ROLE_PERMISSIONS[role].map((permission) => ({ role, permission })));
  return { name: 'roles', columns: ['role', 'permission'], rows };
}

/** The events [begin, end) in steps that hold the reader only shortly. */
export async function* eventsOf(reader: MirrorReader, begin: number, end: number): AsyncGenerator<SourceEvent> {
  for (let at = begin; at < end; at += LEAVES_PER_STEP) {
    const chunk = await reader.leaves(at, Math.min(at + LEAVES_PER_STEP, end));
    for (const [i, leaf] of chunk.leaves.entries()) {
      const joined = chunk.disclosures[i] ?? '';
      yield { seq: chunk.firstSeq + i, leaf, disclosures: joined === '' ? [] : joined.split('~') };
    }
  }
}

/** Throws BUNDLE_INCOMPLETE when the mirror does not prove the whole period. */
export async function mirrorSource(mirror: Mirror, request: SourceRequest): Promise<BundleSource> {
  const { reader } = mirror;
  const { begin, end, proven, pruned } = await provenPeriod(reader, request.from, request.to, request.now);
  const state = await reader.state();
  if (pruned) {
    const words =
      'Events of the beginning of this period were pruned from the log. Begin later, behind the first event that is left.';
    throw new AppError('BUNDLE_INCOMPLETE', words, { pruned_to: state.pruned.to });
  }
  if (!proven || state.completed === null || state.pin === null) {
    throw new AppError('BUNDLE_INCOMPLETE', undefined, { from: request.from, to: request.to });
  }
  const { completed } = state;
  const [left, right] = await Promise.all([reader.cover(0, begin), reader.cover(end, completed.size)]);
  const access = request.access
    ? [
        await accessTable(reader, 'member', 'members'),
        rolesTable(),
        await accessTable(reader, 'workspace', 'workspaces'),
      ]
    : [];
  return {
    organization: request.organization,
    period: { from: request.from, to: request.to },
    log: { checkpoint: completed.note, vkey: state.pin.vkey },
    range: { begin, end },
    cover: { left, right },
    withhold: request.withhold,
    access,
    events: () => eventsOf(reader, begin, end),
  };
}

/** Reports under the newest complete checkpoint, without events: their months need not be of the log. Throws BUNDLE_INCOMPLETE where there is none. */
export async function reportSource(
  { reader }: Mirror,
  organization: BundleSource['organization'],
  period: BundleSource['period'],
  levels: readonly SourceReport[],
): Promise<BundleSource> {
  const { completed, pin } = await reader.state();
  if (completed === null || pin === null) {
    throw new AppError('BUNDLE_INCOMPLETE', 'The mirror has no proven log yet: sync first.');
  }
  const { size } = completed;
  return {
    ...{ kind: 'sla-report' as const, organization, period, levels },
    log: { checkpoint: completed.note, vkey: pin.vkey },
    range: { begin: size, end: size },
    cover: { left: await reader.cover(0, size), right: [] },
    ...{ withhold: [], access: [] },
    events: () => eventsOf(reader, size, size),
  };
}
