/** What a change took away and added, line by line. */
import { isRecord } from './words.ts';

export interface DiffLine {
  readonly kind: 'removed' | 'added' | 'same';
  readonly path: string;
  readonly value: string;
}

const MAX_LINES = 400;

/**
 * Lines of a `change` disclosure `{before, after}`: fields in alphabetical order, the old value before the new. Lists of
 * plain values are compared as sets, so that one added permission is one line. Unchanged fields are left out.
 */
export function diffLines(before: unknown, after: unknown): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  walk('', before, after, lines);
  return lines.length <= MAX_LINES ? lines : lines.slice(0, MAX_LINES);
}

function walk(path: string, before: unknown, after: unknown, lines: DiffLine[]): void {
  if (same(before, after)) return;
  if (isRecord(before) || isRecord(after)) {
    if ((isRecord(before) || before == null) && (isRecord(after) || after == null)) {
      const left = (before ?? {}) as Record<string, unknown>;
      const right = (after ?? {}) as Record<string, unknown>;
      const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
      for (const key of keys) walk(path === '' ? key : `${path}.${key}`, left[key], right[key], lines);
      return;
    }
  }
  if (isPlainList(before) && isPlainList(after)) {
    for (const value of before) if (!after.includes(value)) lines.push(line('removed', path, value));
    for (const value of after) if (!before.includes(value)) lines.push(line('added', path, value));
    return;
  }
  if (before !== undefined) lines.push(line('removed', path, before));
  if (after !== undefined) lines.push(line('added', path, after));
}

function line(kind: DiffLine['kind'], path: string, value: unknown): DiffLine {
  return { kind, path: path === '' ? 'value' : path, value: typeof value === 'string' ? value : JSON.stringify(value) };
}

function isPlainList(value: unknown): value is (string | number | boolean | null)[] {
  return Array.isArray(value) && value.every((item) => item === null || typeof item !== 'object');
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
