/** The outbox as a queue that outlives kills: each method is one transaction, committed before anything is sent or answered. */
import { type Command, narrowed, patchOf } from '../../../shared/commands/index.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Connection } from '../connect.ts';
import type { OutboxFault, OutboxRow, OutboxWriter } from '../outboxApi.ts';
import { readEntity, readEntry, readOutbox } from '../read/outbox.ts';
import { adoptEntity, dropEntity } from './entities.ts';
import { placeOf, takeIn, titleOf } from './outboxPlace.ts';

type Sync<T> = { [K in keyof T]: T[K] extends (...args: infer A) => Promise<infer R> ? (...args: A) => R : never };

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

/** A request that is under way, or whose answer never came, may have been carried out: it cannot be changed or taken back. */
function refuseInDoubt({ id, inDoubt }: OutboxRow): void {
  if (!inDoubt) return;
  const message =
    'This change was sent and its answer is not known. It is sent again as it is; then it can be changed.';
  throw new AppError('CONFLICT', message, { id });
}

function dependents(db: Connection, id: string): OutboxRow[] {
  return readOutbox(db).filter(({ dependsOn }) => dependsOn.includes(id));
}

/** Takes an entry out; changes of the same thing that stood upon it stand upon what it stood on. */
function remove(db: Connection, row: OutboxRow): void {
  const relink = db.prepare('UPDATE outbox SET depends_on = ?, base_version = ?, base = ? WHERE id = ?');
  for (const later of dependents(db, row.id)) {
    const rest = [...new Set([...later.dependsOn.filter((id) => id !== row.id), ...row.dependsOn])];
    const same = later.target.kind === row.target.kind && later.target.id === row.target.id;
    const { baseVersion, base } = same ? row : later;
    relink.run(JSON.stringify(rest), baseVersion, json(base), later.id);
  }
  db.prepare('DELETE FROM outbox WHERE id = ?').run(row.id);
}

/** Gives an entry a new idempotency key: a request was made under the old one, and must stay what it was. */
function rekey(db: Connection, id: string, fresh: string): void {
  db.prepare('UPDATE outbox SET id = ? WHERE id = ?').run(fresh, id);
  db.prepare('UPDATE outbox SET depends_on = replace(depends_on, ?, ?)').run(id, fresh);
}

function add(
  db: Connection,
  orgId: string,
  changes: readonly { readonly id: string; readonly command: Command }[],
  now: number,
): OutboxRow[] {
  const insert = db.prepare(
    `INSERT INTO outbox (id, command, kind, target, op, title, base_version, base, depends_on, state, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?)`,
  );
  const ids = changes.map(({ id, command }) => {
    const creation = takeIn(db, command, orgId);
    if (creation !== null) {
      const { row, folded } = creation;
      db.prepare("UPDATE outbox SET command = ?, title = ?, state = 'waiting', error = NULL WHERE id = ?").run(
        JSON.stringify(folded),
        titleOf(folded, null, orgId),
        row.id,
      );
      if (row.attempts === 0) return row.id;
      rekey(db, row.id, id);
      return id;
    }
    const { target, title, baseVersion, base, dependsOn } = placeOf(db, command, orgId);
    insert.run(
      ...[id, JSON.stringify(command), target.kind, target.id, target.op, title],
      ...[baseVersion, json(base), JSON.stringify(dependsOn), now],
    );
    return id;
  });
  return [...new Set(ids)].map((id) => readEntry(db, id));
}

function edit(db: Connection, orgId: string, id: string, command: Command, freshId: string): OutboxRow {
  const row = readEntry(db, id);
  refuseInDoubt(row);
  if (row.state === 'conflict') throw new AppError('CONFLICT', 'Decide the conflict first.', { id });
  const place = placeOf(db, command, orgId, row);
  const { kind, id: target, op } = place.target;
  if (kind !== row.target.kind || target !== row.target.id || (op === 'create') !== (row.target.op === 'create')) {
    throw new AppError('INPUT_INVALID', 'A change keeps its target. Take it back and ask for another.', { id });
  }
  // A refused change is not shown as made: what is asked for now was asked in view of what there is now.
  const { baseVersion, base } = row.state === 'refused' ? place : row;
  db.prepare(
    `UPDATE outbox SET command = ?, op = ?, title = ?, base_version = ?, base = ?, depends_on = ?, state = 'waiting', error = NULL
     WHERE id = ?`,
  ).run(JSON.stringify(command), op, place.title, baseVersion, json(base), JSON.stringify(place.dependsOn), id);
  if (row.attempts === 0) return readEntry(db, id);
  rekey(db, id, freshId);
  return readEntry(db, freshId);
}

function revoke(db: Connection, id: string): OutboxRow {
  const row = readEntry(db, id);
  refuseInDoubt(row);
  const needing = row.target.op === 'create' ? dependents(db, id) : [];
  if (needing.length > 0) {
    const message = `${needing.length} other waiting changes need what this one makes. Take those back first.`;
    throw new AppError('CONFLICT', message, { id, entries: needing.map((entry) => entry.id) });
  }
  remove(db, row);
  return row;
}

function resolve(
  db: Connection,
  id: string,
  take: 'mine' | 'theirs',
  fields: readonly string[],
  freshId: string,
): OutboxRow | null {
  const row = readEntry(db, id);
  if (row.state !== 'conflict') throw new AppError('CONFLICT', 'This change is not in conflict.', { id });
  if (take === 'theirs') {
    remove(db, row);
    return null;
  }
  const theirs = row.error?.code === 'NOT_FOUND' ? null : readEntity(db, row.target.kind, row.target.id);
  if (theirs === null) throw new AppError('CONFLICT', 'The thing is gone; only theirs can be taken.', { id });
  if (theirs.version <= (row.baseVersion ?? 0)) {
    throw new AppError('CONFLICT', 'Their version is not here yet. Sync first.', { id });
  }
  const patch = patchOf(row.command);
  const unknown = patch === null ? [] : fields.filter((field) => !Object.hasOwn(patch, field));
  if (unknown.length > 0 || (patch !== null && fields.length === 0)) {
    throw new AppError('INPUT_INVALID', 'Name fields that this change sets.', { id, unknown });
  }
  db.prepare(
    `UPDATE outbox SET command = ?, base_version = ?, base = ?, state = 'waiting', error = NULL, in_doubt = 0 WHERE id = ?`,
  ).run(JSON.stringify(narrowed(row.command, fields)), theirs.version, JSON.stringify(theirs.data), id);
  rekey(db, id, freshId);
  return readEntry(db, freshId);
}

function sending(db: Connection, id: string, now: number): OutboxRow {
  const row = readEntry(db, id);
  if ((row.state !== 'waiting' && row.state !== 'sending') || row.dependsOn.length > 0) {
    throw new AppError('CONFLICT', 'This change is not to be sent now.', { id });
  }
  db.prepare(
    "UPDATE outbox SET state = 'sending', in_doubt = 1, attempts = attempts + 1, last_attempt_at = ? WHERE id = ?",
  ).run(now, id);
  // As it was before: whether an earlier request is still in doubt.
  return row;
}

function done(db: Connection, id: string, entity: { version: number; data: Record<string, unknown> } | null): void {
  const row = readEntry(db, id);
  const { kind, id: target } = row.target;
  if (entity !== null) adoptEntity(db, kind, target, entity.version, entity.data);
  else dropEntity(db, kind, target, row.baseVersion);
  const rest = db.prepare('UPDATE outbox SET depends_on = ?, base_version = ?, base = ? WHERE id = ?');
  for (const later of dependents(db, id)) {
    const same = later.target.kind === kind && later.target.id === target && entity !== null;
    const ids = later.dependsOn.filter((one) => one !== id);
    const version = same ? entity.version : later.baseVersion;
    rest.run(JSON.stringify(ids), version, json(same ? entity.data : later.base), later.id);
  }
  db.prepare('DELETE FROM outbox WHERE id = ?').run(id);
}

function fault(db: Connection, id: string, { state, error, inDoubt }: OutboxFault): void {
  db.prepare('UPDATE outbox SET state = ?, error = ?, in_doubt = ? WHERE id = ?').run(
    state,
    JSON.stringify(error),
    inDoubt ? 1 : 0,
    id,
  );
}

export function createOutboxWriter(db: Connection): Sync<OutboxWriter> {
  const whole = <A extends unknown[], R>(call: (db: Connection, ...args: A) => R) => {
    return (...args: A): R => db.transaction(() => call(db, ...args)).immediate();
  };
  return {
    outboxAdd: whole(add),
    outboxEdit: whole(edit),
    outboxRevoke: whole(revoke),
    outboxResolve: whole(resolve),
    outboxSending: whole(sending),
    outboxDone: whole(done),
    outboxFault: whole(fault),
    adoptEntity: whole(adoptEntity),
  };
}
