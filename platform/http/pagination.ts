/** Cursor pagination: lists in id order, the cursor opaque to callers. */
import { z } from 'zod';
import { fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from '../../shared/bytes.ts';
import { Problem } from './problems.ts';

const PAGE_MAX = 200;

export const PageQuery = z.strictObject({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(50),
});

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });

/** The id after which the page begins. Throws Problem invalid-request for a cursor that is none. */
export function readCursor(cursor: string | undefined): string {
  if (cursor === undefined) return '';
  try {
    const id = fromUtf8(fromBase64Url(cursor));
    if (/^[\w-]{1,64}$/.test(id)) return id;
  } catch {
    // falls through to the one refusal
  }
  throw new Problem('invalid-request', 'Not a cursor of this list.');
}

/** A page from up to limit + 1 items. */
export function page<T extends { id: string }>(items: readonly T[], limit: number) {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown, next_cursor: items.length > limit && last ? toBase64Url(toUtf8(last.id)) : null };
}
