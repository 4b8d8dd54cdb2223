/** Mine, theirs and base, field by field. It decides nothing: a person does. */
import { canonicalize, type Json } from '../json/index.ts';

type Data = Readonly<Record<string, unknown>>;

export interface FieldDifference {
  readonly field: string;
  readonly base: unknown;
  readonly mine: unknown;
  readonly theirs: unknown;
  /** Both sides changed it, and not to the same. */
  readonly clash: boolean;
}

/** Fields that follow from every change and say nothing of their own. */
const DERIVED: ReadonlySet<string> = new Set(['version', 'updated_at']);

const same = (a: unknown, b: unknown): boolean =>
  canonicalize((a ?? null) as Json) === canonicalize((b ?? null) as Json);

/**
 * The fields that either side changed, by name. A field that is absent counts as null. `theirs` null: the thing is gone, and every
 * field of mine clashes.
 */
export function threeWay(base: Data, mine: Data, theirs: Data | null): FieldDifference[] {
  const fields = new Set([base, mine, theirs ?? {}].flatMap((data) => Object.keys(data)));
  return [...fields]
    .filter((field) => !DERIVED.has(field))
    .sort()
    .flatMap((field) => {
      const [from, to, other] = [base[field] ?? null, mine[field] ?? null, theirs?.[field] ?? null];
      const byMe = !same(from, to);
      const byThem = theirs !== null && !same(from, other);
      if (!byMe && !byThem) return [];
      const clash = byMe && (theirs === null || (byThem && !same(to, other)));
      return [{ field, base: from, mine: to, theirs: other, clash }];
    });
}
