/** Where a new change stands: its target, what it was made against, and which entries must be carried out before. */
import {
  Command,
  type CommandTarget,
  effectOf,
  foldedInput,
  makesTarget,
  referencesOf,
  targetOf,
} from '../../../shared/commands/index.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Connection } from '../connect.ts';
import type { OutboxRow } from '../outboxApi.ts';
import { readEntity, readOutbox, readOutboxOf } from '../read/outbox.ts';
import { nameOf } from './entities.ts';

export interface Place {
  readonly target: CommandTarget;
  readonly title: string;
  readonly baseVersion: number | null;
  readonly base: Readonly<Record<string, unknown>> | null;
  readonly dependsOn: readonly string[];
}

export function titleOf(command: Command, base: Readonly<Record<string, unknown>> | null, orgId: string): string {
  const { kind, id } = targetOf(command, orgId);
  const shown = base ?? effectOf(command, null, orgId, 0) ?? {};
  if (kind === 'sla_exclusion' && typeof shown.reason === 'string') return shown.reason.slice(0, 320);
  if (kind !== 'access_review_item') return nameOf(id, shown).slice(0, 320);
  const holder = shown.holder as { name?: unknown } | undefined;
  return typeof holder?.name === 'string' ? holder.name : id;
}

/** True when a later change of the same thing stands upon this entry: it will be made, or it makes the thing. */
const carries = ({ state, target }: OutboxRow): boolean => state !== 'refused' || target.op === 'create';

/** The creation that a change of an unsent thing goes into; null when it must stand for itself. */
export function takeIn(
  db: Connection,
  command: Command,
  orgId: string,
): { readonly row: OutboxRow; readonly folded: Command } | null {
  const { kind, id } = targetOf(command, orgId);
  const [row, ...more] = readOutboxOf(db, id, kind);
  if (row === undefined || more.length > 0 || row.target.op !== 'create' || row.inDoubt) return null;
  const folded = Command.safeParse(foldedInput(row.command, command));
  if (!folded.success || referencesOf(folded.data).some((ref) => creationOf(db, ref) !== null)) return null;
  return { row, folded: folded.data };
}

function creationOf(db: Connection, id: string): OutboxRow | null {
  return readOutboxOf(db, id, null).find(({ target }) => target.op === 'create') ?? null;
}

function refuseWrongTarget(
  command: Command,
  earlier: readonly OutboxRow[],
  exists: boolean,
  target: CommandTarget,
): void {
  const at = { kind: target.kind, id: target.id };
  const making = earlier.find((row) => row.target.op === 'create');
  if (target.op === 'create') {
    if (exists || making !== undefined) throw new AppError('CONFLICT', 'There is such a thing already.', at);
    return;
  }
  if (!exists && making === undefined && !makesTarget(command)) {
    throw new AppError('NOT_FOUND', 'The thing to change is not in the mirror. Sync if it is new on the platform.', at);
  }
  if (earlier.some((row) => row.target.op === 'delete' && row.state !== 'refused')) {
    throw new AppError('CONFLICT', 'A waiting change removes this thing. Take that back first.', at);
  }
  if (target.op === 'delete' && making !== undefined && !making.inDoubt) {
    throw new AppError('CONFLICT', 'This was not sent yet: take its creation back instead.', {
      ...at,
      entry: making.id,
    });
  }
  if (command.type === 'access_review.decide' && making !== undefined) throw new AppError('NOT_FOUND', undefined, at);
}

function refuseMissingKey(command: Command, data: Readonly<Record<string, unknown>> | null): void {
  if (command.type !== 'service_account.key.revoke') return;
  const keys = (data?.keys ?? []) as readonly { readonly id: string }[];
  if (!keys.some(({ id }) => id === command.key_id)) {
    throw new AppError('NOT_FOUND', 'The account has no such key in the mirror. Sync first.', { key: command.key_id });
  }
}

/** No entry may wait for itself, not even through others. */
function refuseCircle(rows: readonly OutboxRow[], id: string, dependsOn: readonly string[]): void {
  const before = new Map(rows.map((row) => [row.id, row.dependsOn]));
  const seen = new Set<string>();
  const next = [...dependsOn];
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    if (at === id) throw new AppError('INPUT_INVALID', 'This change would wait for itself.', { id });
    if (seen.has(at)) continue;
    seen.add(at);
    next.push(...(before.get(at) ?? []));
  }
}

/** Place of a new entry, or of one that is edited (`own`). Throws NOT_FOUND, CONFLICT, INPUT_INVALID. */
export function placeOf(db: Connection, command: Command, orgId: string, own: OutboxRow | null = null): Place {
  const target = targetOf(command, orgId);
  const rows = readOutboxOf(db, target.id, target.kind);
  const at = own === null ? rows.length : rows.findIndex(({ id }) => id === own.id);
  const earlier = rows.slice(0, Math.max(0, at)).filter(carries);
  const entity = readEntity(db, target.kind, target.id);
  refuseWrongTarget(command, earlier, entity !== null, target);
  const base = earlier.reduce(
    (data, row) => (row.state === 'conflict' ? data : effectOf(row.command, data, orgId, row.createdAt)),
    (entity?.data ?? null) as Readonly<Record<string, unknown>> | null,
  );
  refuseMissingKey(command, base);
  const making = referencesOf(command).map((id) => creationOf(db, id)?.id);
  const dependsOn = [...new Set([earlier.at(-1)?.id, ...making])].filter((id) => id !== undefined && id !== own?.id);
  if (own !== null) refuseCircle(readOutbox(db), own.id, dependsOn as string[]);
  return {
    target,
    title: titleOf(command, target.op === 'create' ? null : base, orgId),
    // What a change makes where it is not there must not be there: version 0 says so.
    baseVersion: target.op === 'create' ? null : (entity?.version ?? (makesTarget(command) ? 0 : null)),
    base: target.op === 'create' ? null : base,
    dependsOn: dependsOn as string[],
  };
}
