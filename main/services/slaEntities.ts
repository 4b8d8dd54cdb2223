/** Entities of service levels as last synced. */
import type { z } from 'zod';
import type { EntityKind } from '../../shared/entities/index.ts';
import type { MirrorReader } from '../db/api.ts';

const ENTITIES_MAX = 10_000;

/** What this console cannot read is of a newer platform, and left out. */
export async function entitiesOf<T>(reader: MirrorReader, kind: EntityKind, schema: z.ZodType<T>): Promise<T[]> {
  const { rows } = await reader.entities(kind, null, 0, ENTITIES_MAX);
  return rows.flatMap(({ data }) => {
    const read = schema.safeParse(data);
    return read.success ? [read.data] : [];
  });
}
