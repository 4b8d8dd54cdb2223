/** Cursor pagination: lists in id order, the cursor opaque to callers. */
import { z } from 'zod';
import { fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from '../../shared/bytes.ts';
import { Problem } from './problems.ts';

/** Things in one answer of a list. */
export const PAGE_MAX = 200;

export const PageQuery = z.strictObject({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(50),
});

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });

const CURSOR_ID = /^[\w-]{1,64}$/;

/** The id after which the page begins, of the form the list's ids have. Throws Problem invalid-request for a cursor that is none. */
export function readCursor(cursor: string | undefined, form: RegExp = CURSOR_ID): string {
  if (cursor === undefined) return '';
  try {
    const id = fromUtf8(fromBase64Url(cursor));
    if (form.test(id)) return id;
  } catch {
    // falls through to the one refusal
  }
  throw new Problem('invalid-request', 'Not a cursor of this list.');
}

/** Where the page after this one begins, from up to limit + 1 items; null: there is none. */
export function nextCursor(items: readonly { readonly id: string }[], limit: number): string | null {
  const last = items[limit - 1];
  return items.length > limit && last ? toBase64Url(toUtf8(last.id)) : null;
}

/** A page of items after which more follow or not. */
export function pageWith<T extends { id: string }>({ items, more }: { readonly items: T[]; readonly more: boolean }) {
  const last = items.at(-1);
  return { items, next_cursor: more && last ? toBase64Url(toUtf8(last.id)) : null };
}

/** A page from up to limit + 1 items. */
export function page<T extends { id: string }>(items: readonly T[], limit: number) {
  return { items: items.slice(0, limit), next_cursor: nextCursor(items, limit) };
}
