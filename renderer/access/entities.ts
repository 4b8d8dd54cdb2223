/** The entities of an organization that these screens are about, whole: they are filtered, sorted and counted in memory. */
import { useCallback, useEffect, useState } from 'react';
import type { z } from 'zod';
import type { CallInput } from '../../shared/contract/index.ts';
import { type EntityKind, entitySchemas } from '../../shared/entities/index.ts';
import { asCallError, CallError, call } from '../bridge.ts';
import { useRevision } from './revision.ts';

export type ListedKind = EntityKind;
export type EntityOf<K extends ListedKind> = z.output<(typeof entitySchemas)[K]>;

/** Rows asked for at once; the contract's bound. */
const PAGE = 500;

/** Narrows a list by one field. */
export type Where = NonNullable<CallInput<'entities.list'>['where']>;

/** Every entity of a kind, by name. Throws MIRROR_DAMAGED for one that is not of its schema. */
export async function readEntities<K extends ListedKind>(
  orgId: string,
  kind: K,
  where: Where | null = null,
): Promise<readonly EntityOf<K>[]> {
  const rows: EntityOf<K>[] = [];
  for (let offset = 0, total = 1; offset < total; offset += PAGE) {
    const page = await call('entities.list', { orgId, kind, text: null, where, offset, limit: PAGE });
    total = page.total;
    for (const { id, data, version } of page.rows) {
      // A thing that waits to be created has no version yet; its mark says so.
      const read = entitySchemas[kind].safeParse({ ...data, version: Math.max(1, version) });
      if (!read.success) {
        throw new CallError({ code: 'MIRROR_DAMAGED', message: `The mirrored ${kind} ${id} cannot be read.` });
      }
      rows.push(read.data as EntityOf<K>);
    }
  }
  return rows;
}

export interface Entities<K extends ListedKind> {
  /** Null until read. */
  readonly rows: readonly EntityOf<K>[] | null;
  readonly error: CallError | null;
  readonly reload: () => void;
}

/** `readEntities`, read again whenever the mirror or the outbox changed. */
export function useEntities<K extends ListedKind>(orgId: string, kind: K, where: Where | null = null): Entities<K> {
  const revision = useRevision(orgId);
  const [round, setRound] = useState(0);
  const [held, setHeld] = useState<{ key: string; rows: readonly EntityOf<K>[] | null; error: CallError | null }>({
    key: '',
    rows: null,
    error: null,
  });
  const key = `${orgId} ${kind} ${where?.value ?? ''}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for what is read by value; the revision and the round read again on purpose
  useEffect(() => {
    let current = true;
    readEntities(orgId, kind, where)
      .then((rows) => current && setHeld({ key, rows, error: null }))
      .catch((thrown: unknown) => {
        if (current) setHeld((old) => ({ key, rows: old.key === key ? old.rows : null, error: asCallError(thrown) }));
      });
    return () => {
      current = false;
    };
  }, [orgId, kind, key, revision, round]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  return { rows: held.key === key ? held.rows : null, error: held.key === key ? held.error : null, reload };
}
