import { describe, expect, it } from 'vitest';
import type { Basis } from '../../shared/contract/access.ts';
import { cautions, scopeCell, waysText } from './words.ts';

const basis = (unknownChanges: number, first: Basis['disagreements']['first'] = [], count = first.length): Basis => ({
  ...{ from: 'log', events: 1, logBegins: 0, unknownChanges, elapsedMs: 1 },
  disagreements: { count, first },
});

describe('what an answer may miss', () => {
  it('is said only where something is known to be missing', () => {
    expect(cautions(basis(0))).toEqual([]);
    expect(cautions(basis(1))).toEqual([
      expect.stringContaining('1 change of access stands in the log without content'),
    ]);
    expect(cautions(basis(2))[0]).toContain('2 changes of access stand');
  });

  it('names the first three that disagree, and that there are more', () => {
    const four = ['a', 'b', 'c', 'd'].map((id) => ({ kind: 'member', id }));
    expect(cautions(basis(0, four.slice(0, 1)))).toEqual([
      '1 entity as last synced does not agree with the end of the log: member a.',
    ]);
    expect(cautions(basis(0, four))).toEqual([
      '4 entities as last synced do not agree with the end of the log: member a, member b, member c and more.',
    ]);
  });
});

it('writes ways with the names given and their scope', () => {
  const paths = [
    { text: 'role ops · a:b', scope: null },
    { text: 'extra · a:b:own', scope: 'own' },
  ] as const;
  expect(waysText(paths, (text) => text.toUpperCase())).toBe('ROLE OPS · A:B; EXTRA · A:B:OWN, only own');
  expect([scopeCell('all'), scopeCell(['own', 'shared'])]).toEqual(['all', 'own, shared']);
});
