/** Filters of RFC 7644 as the library reads them, with case left aside where RFC 7643 says `caseExact: false`. */
import SCIMMY from 'scimmy';

/** Names of User and Group attributes that compare without case, sub-attributes included. */
const FOLDED = new Set(['username', 'displayname', 'name', 'emails']);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !(value instanceof Date);

function lower(value: unknown): unknown {
  if (typeof value === 'string') return value.toLowerCase();
  if (Array.isArray(value)) return value.map(lower);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, lower(inner)]));
}

function fold(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fold);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, FOLDED.has(key.toLowerCase()) ? lower(inner) : inner]),
  );
}

/** Those of the resources that the filter lets through; all of them without a filter. */
export function matching<T extends { readonly id: string }>(
  resources: readonly T[],
  filter: InstanceType<typeof SCIMMY.Types.Filter> | undefined,
): T[] {
  if (filter === undefined) return [...resources];
  const folded = new SCIMMY.Types.Filter(fold([...filter]) as object[]);
  const ids = new Set(folded.match(resources.map(fold)).map(({ id }: { id: string }) => id));
  return resources.filter(({ id }) => ids.has(id));
}
