import { describe, expect, it } from 'vitest';
import { diffLines } from './diff.ts';

const text = (before: unknown, after: unknown) =>
  diffLines(before, after).map((l) => `${l.kind === 'removed' ? '-' : '+'} ${l.path}: ${l.value}`);

describe('change diff', () => {
  it('shows the old value before the new and leaves out what stayed', () => {
    expect(text({ role: 'viewer', name: 'K' }, { role: 'admin', name: 'K' })).toEqual([
      '- role: viewer',
      '+ role: admin',
    ]);
  });
  it('compares lists of plain values as sets', () => {
    expect(text({ grants: ['a', 'b'] }, { grants: ['b', 'c'] })).toEqual(['- grants: a', '+ grants: c']);
  });
  it('walks into nested objects and names the path', () => {
    expect(text({ limits: { users: 5 } }, { limits: { users: 9, threads: 1 } })).toEqual([
      '+ limits.threads: 1',
      '- limits.users: 5',
      '+ limits.users: 9',
    ]);
  });
  it('shows creation and deletion as all added or all removed', () => {
    expect(text(null, { a: 1 })).toEqual(['+ a: 1']);
    expect(text({ a: 1 }, undefined)).toEqual(['- a: 1']);
  });
  it('does not mix an object with a plain value', () => {
    expect(text('x', { a: 1 })).toEqual(['- value: x', '+ value: {"a":1}']);
  });
  it('is bounded', () => {
    expect(
      diffLines(
        [],
        Array.from({ length: 5000 }, (_, i) => i),
      ),
    ).toHaveLength(400);
  });
});
