/** The catalog of permissions in pages: two imported catalogues can hold hundreds of thousands. */
import { z } from 'zod';
import type { Catalog, CatalogEntry } from '../../shared/rbac/index.ts';
import { nextCursor, PageQuery, readCursor } from '../http/pagination.ts';

const PERMISSIONS_MAX = 10_000;
const PERMISSION_ID = /^[\w.\-/]{1,128}:[\w.\-/]{1,64}$/;

export const CatalogQuery = PageQuery.extend({
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(PERMISSIONS_MAX).default(1_000),
});
export const CatalogPage = z.object({
  version: z.int(),
  permissions: z.array(z.object({ id: z.string(), since: z.int() })),
  next_cursor: z.string().nullable(),
});

/** A catalog never changes; the organization's next one is another object. */
const sorted = new WeakMap<Catalog, readonly CatalogEntry[]>();

function entriesById(catalog: Catalog): readonly CatalogEntry[] {
  let entries = sorted.get(catalog);
  if (entries === undefined) {
    entries = [...catalog.entries.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    sorted.set(catalog, entries);
  }
  return entries;
}

/** Index of the first entry whose id comes after. */
function indexAfter(entries: readonly CatalogEntry[], id: string): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entries[middle]!.id <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Throws Problem invalid-request for a cursor that is none. */
export function catalogPage(catalog: Catalog, { cursor, limit }: z.output<typeof CatalogQuery>) {
  const entries = entriesById(catalog);
  const begin = indexAfter(entries, readCursor(cursor, PERMISSION_ID));
  const found = entries.slice(begin, begin + limit + 1);
  return {
    version: catalog.version,
    permissions: found.slice(0, limit).map(({ id, since }) => ({ id, since })),
    next_cursor: nextCursor(found, limit),
  };
}
