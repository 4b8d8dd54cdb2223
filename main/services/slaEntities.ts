/** Entities of service levels as last synced. */
import type { z } from 'zod';
import type { EntityKind } from '../../shared/entities/index.ts';
import type { EntityRow, MirrorReader } from '../db/api.ts';

const ENTITIES_MAX = 10_000;

/** What this console cannot read is of a newer platform, and left out. */
export function parsed<T>(rows: readonly EntityRow[], schema: z.ZodType<T>): T[] {
  return rows.flatMap(({ data }) => {
    const read = schema.safeParse(data);
    return read.success ? [read.data] : [];
  });
}

export async function entitiesOf<T>(reader: MirrorReader, kind: EntityKind, schema: z.ZodType<T>): Promise<T[]> {
  return parsed((await reader.entities(kind, null, 0, ENTITIES_MAX)).rows, schema);
}
